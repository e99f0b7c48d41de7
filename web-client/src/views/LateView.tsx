/** One tap tells everybody who waits that it begins later; one takes it back. */
import { DELAYS, lateUntil, mayTellLate } from '../app/late.ts';
import { timeOf } from '../app/times.ts';
import { fill } from '../i18n/words.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import './late.css';

export function LateView({ model, actions }: Pick<AppProps, 'model' | 'actions'>) {
  const { words } = model;
  const room = model.room.value;
  const { late } = room;
  const waits = model.waiting.value.length > 0;
  if (!mayTellLate(room) || !(waits || late)) return null;
  if (late) {
    return (
      <div class="lateness">
        <p role="status" data-testid="late-told">
          {fill(words.lateTold, { count: late.minutes, until: timeOf(lateUntil(late)) })}
        </p>
        <button
          type="button"
          class="button"
          data-testid="late-not"
          onClick={() => actions.tellLate(undefined)}
        >
          {words.lateNot}
        </button>
      </div>
    );
  }
  const isAsked = model.question.value?.kind === 'late';
  return (
    <div class="lateness">
      <button
        type="button"
        class="button plain"
        data-testid="late"
        aria-expanded={isAsked}
        onClick={() => actions.ask(isAsked ? undefined : { kind: 'late' })}
      >
        <Icon name="clock" />
        {words.late}
      </button>
      {isAsked && (
        <div class="delays">
          {DELAYS.map((minutes) => (
            <button
              key={minutes}
              type="button"
              class="button"
              data-testid={`late-${minutes}`}
              onClick={() => actions.tellLate(minutes)}
            >
              {fill(words.lateMinutes, { count: minutes })}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
