/** The stage: the others, oneself in the corner, and what somebody asks of the conversation. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { megabytes } from '../app/datause.ts';
import { layoutOf } from '../app/layout.ts';
import { fill } from '../i18n/words.ts';
import type { AppProps } from './App.tsx';
import { EmptyView } from './EmptyView.tsx';
import { SelfView } from './SelfView.tsx';
import { TileView } from './TileView.tsx';
import { TurnNotices } from './TurnView.tsx';

export function PeopleStage({ model, stage, park }: AppProps) {
  const tiles = model.tiles.value;
  const used = megabytes(model.usedBytes.value, model.language);
  const people = useRef<HTMLDivElement>(null);
  useLayout(people, tiles.length);
  return (
    <div ref={people} class="people" data-tiles={tiles.length}>
      <div class="tiles">
        {tiles.map((tile) => (
          <TileView
            key={tile.seat}
            tile={tile}
            model={model}
            element={tile.slot === undefined ? undefined : stage.elements[tile.slot]}
            park={park}
          />
        ))}
      </div>
      {tiles.length === 0 && <EmptyView model={model} />}
      <SelfView stage={stage} model={model} />
      {used && (
        <p class="used" data-testid="data-used">
          {fill(model.words.dataUsed, { count: used })}
        </p>
      )}
      <TurnNotices model={model} />
    </div>
  );
}

/** Written to the element itself: before the same picture is painted, and without drawing anew. */
function useLayout(people: RefObject<HTMLElement | null>, tiles: number): void {
  useLayoutEffect(() => {
    const node = people.current;
    if (!node) return undefined;
    const look = () =>
      Object.assign(node.dataset, layoutOf(node.clientWidth, node.clientHeight, tiles));
    const watch = new ResizeObserver(look);
    look();
    watch.observe(node);
    return () => watch.disconnect();
  }, [people, tiles]);
}
