/** The running call: what is going on on top, people in the middle, controls always below. */

import { linkWords } from '../voice/status.ts';
import type { AppProps } from './App.tsx';
import { ChatView } from './ChatView.tsx';
import { Controls } from './Controls.tsx';
import { MineView } from './MineView.tsx';
import { MoreView } from './MoreView.tsx';
import { MuteRequestView } from './MuteRequestView.tsx';
import { NoticeView } from './NoticeView.tsx';
import { PeopleStage } from './PeopleStage.tsx';
import { PeopleView } from './PeopleView.tsx';
import { WaitingList } from './WaitingList.tsx';
import './call.css';

export function CallView(props: AppProps) {
  const { model } = props;
  const call = model.call.value;
  return (
    <main
      class="call app"
      data-link={call.link}
      data-panel={model.shownPanel.value}
      data-leads={model.powers.value.leads}
      data-waits={model.waiting.value.length > 0}
    >
      <h1 class="unseen">{model.words.callTitle}</h1>
      <header class="head">
        <p class="status" role="status" data-testid="status">
          {model.isCalled.value && call.link !== 'connected'
            ? model.words.calledIn
            : linkWords(call, model.tiles.value.length > 0, model.voiceWords)}
        </p>
        <NoticeView {...props} />
        <MuteRequestView {...props} />
      </header>
      {model.powers.value.leads && <WaitingList {...props} />}
      <PeopleStage {...props} />
      <OpenPanel {...props} />
      <footer class="foot">
        <MineView model={model} />
        <Controls {...props} />
      </footer>
    </main>
  );
}

function OpenPanel(props: AppProps) {
  const panel = props.model.shownPanel.value;
  switch (panel) {
    case 'chat':
      return <ChatView {...props} />;
    case 'people':
      return <PeopleView {...props} />;
    case 'more':
      return <MoreView {...props} />;
    case 'none':
      return null;
    default:
      return panel satisfies never;
  }
}
