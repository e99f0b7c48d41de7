/** What is said when one is out, and the one tap that leads back where there is one. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { endingOf } from '../app/ending.ts';
import type { Model } from '../app/model.ts';
import { failureWords } from '../voice/failure.ts';
import type { AppProps } from './App.tsx';

/** A mistake is noticed within this; later the way back is still there, and quieter. */
const UNDO_MS = 60_000;

export function OverView(props: AppProps) {
  const { model, actions } = props;
  const desk = model.desk.value;
  const isDesks = model.ended.value === 'closed' || desk?.isHandedOver();
  return desk && isDesks ? <desk.Over model={model} actions={actions} /> : <Ended {...props} />;
}

function Ended({ model, actions, stage }: AppProps) {
  const { title, how, label, isUrgent, isTakeover = false } = overWords(model);
  const [isFresh, setFresh] = useState(true);
  useLayoutEffect(() => {
    const timer = setTimeout(() => setFresh(false), UNDO_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main class="screen">
      <p class="brand">{stage.invitation?.clinic ?? 'Nhịp Cầu'}</p>
      <div class="said" role="status">
        <h1 data-testid="status">{title}</h1>
        <p>{how}</p>
      </div>
      <div class="controls">
        {hasVisit(model) && (
          <a
            class="button main"
            data-testid="see-visit"
            href={`/visit.html?lang=${model.language}${location.hash}`}
          >
            {model.troubleWords.seeVisit}
          </a>
        )}
        {label && (
          <button
            type="button"
            class={`button ${isUrgent && isFresh ? 'main' : ''}`}
            data-testid="enter-again"
            onClick={() => actions.enterAgain(isTakeover)}
          >
            {label}
          </button>
        )}
      </div>
    </main>
  );
}

/** It took place, or might have: there is something to read, or will be. */
function hasVisit({ ended, call, you }: Model): boolean {
  const isPatients = you.value?.role === 'patient' || you.value?.role === 'companion';
  return isPatients && endingOf(ended.value, call.value) === 'ended';
}

interface OverWords {
  readonly title: string;
  readonly how: string;
  readonly label: string | undefined;
  /** The way back is what most people want now. */
  readonly isUrgent: boolean;
  readonly isTakeover?: boolean;
}

function overWords(model: Model): OverWords {
  const { ended, call, words } = model;
  const ending = endingOf(ended.value, call.value);
  if (ending === 'left') {
    return { title: words.left, how: words.leftHow, label: words.enterAgain, isUrgent: true };
  }
  const all = { ...model.voiceWords, ...model.troubleWords };
  const { title, how } = failureWords(ending, all, call.value.retryAfter);
  switch (ending) {
    case 'takenOver':
      return { title, how, label: all.useHere, isUrgent: true, isTakeover: true };
    case 'ended':
    case 'cancelled':
    case 'linkRevoked':
      return { title, how, label: undefined, isUrgent: false };
    case 'denied':
    case 'removed':
    case 'noShow':
      // Only the practitioner opens it again: a way back, but not the first thing to press.
      return { title, how, label: all.again, isUrgent: false };
    default:
      return { title, how, label: all.again, isUrgent: true };
  }
}
