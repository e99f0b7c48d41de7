/** The running call: what is going on on top, people in the middle, controls always below. */
import { linkWords } from '../voice/status.ts';
import type { AppProps } from './App.tsx';
import { ChatView } from './ChatView.tsx';
import { Controls } from './Controls.tsx';
import { MineView } from './MineView.tsx';
import { NoticeView } from './NoticeView.tsx';
import { SelfView } from './SelfView.tsx';
import { TileView } from './TileView.tsx';

export function CallView(props: AppProps) {
  const { model, stage } = props;
  const tiles = model.tiles.value;
  const call = model.call.value;
  return (
    <main class="call app" data-link={call.link} data-chat={model.chat.value.isOpen}>
      <header>
        <p class="status" role="status" data-testid="status">
          {linkWords(call, tiles.length > 0, model.voiceWords)}
        </p>
        <NoticeView {...props} />
      </header>
      <div class="people">
        <div class="tiles">
          {tiles.map((tile) => (
            <TileView
              key={tile.seat}
              tile={tile}
              words={model.words}
              element={tile.slot === undefined ? undefined : stage.elements[tile.slot]}
              park={props.park}
            />
          ))}
        </div>
        <SelfView track={call.camera ? stage.call.cameraTrack : undefined} words={model.words} />
      </div>
      {model.chat.value.isOpen && <ChatView {...props} />}
      <footer>
        <MineView model={model} />
        <Controls {...props} />
      </footer>
    </main>
  );
}
