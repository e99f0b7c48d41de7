/** “A moment, please”, “once more”, “slower”: to ask for it, and who asked. */
import type { Model } from '../app/model.ts';
import { fill } from '../i18n/words.ts';
import type { TurnKind } from '../protocol/generated/messages.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { nameOf, turnWords } from './persons.ts';
import './turn.css';

const TURNS: readonly (readonly [TurnKind, IconName])[] = [
  ['pause', 'pause'],
  ['repeat', 'repeat'],
  ['slower', 'clock'],
];

export function TurnButtons({ model, actions }: Pick<AppProps, 'model' | 'actions'>) {
  return (
    <fieldset class="turns" aria-label={model.words.turnTitle}>
      {TURNS.map(([kind, icon]) => (
        <button
          key={kind}
          type="button"
          class="button"
          data-testid={`turn-${kind}`}
          onClick={() => actions.askTurn(kind)}
        >
          <Icon name={icon} />
          <span class="label">{turnWords(kind, model.words)}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** Over the pictures, where everybody looks. */
export function TurnNotices({ model }: { readonly model: Model }) {
  const { words } = model;
  return (
    <div class="asked" role="status">
      {model.turns.value.map(({ seat, kind }) => (
        <p key={seat} data-testid="turn-notice" data-seat={seat} data-kind={kind}>
          <Icon name={TURNS.find(([one]) => one === kind)?.[1] ?? 'pause'} />
          <span>
            {fill(words.turnAsked, { name: nameOf(seat, model) })} <b>{turnWords(kind, words)}</b>
          </span>
        </p>
      ))}
    </div>
  );
}
