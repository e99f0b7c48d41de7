/** What is said when the call is over, and the one tap that leads back. */
import type { Model } from '../app/model.ts';
import type { Stage } from '../voice/stage.ts';
import type { AppProps } from './App.tsx';

export function OverView({ model, actions, stage }: AppProps) {
  const { title, how, label } = overWords(model, stage);
  return (
    <main class="screen">
      <p class="brand">Nhịp Cầu</p>
      <div class="said">
        <h1 data-testid="status">{title}</h1>
        <p>{how}</p>
      </div>
      <div class="controls">
        {label && (
          <button
            type="button"
            class="button main"
            data-testid="enter-again"
            onClick={actions.enterAgain}
          >
            {label}
          </button>
        )}
      </div>
    </main>
  );
}

interface OverWords {
  readonly title: string;
  readonly how: string;
  readonly label: string | undefined;
}

function overWords({ ended, call, words, voiceWords }: Model, stage: Stage): OverWords {
  const { failure } = call.value;
  // A link that worked a moment ago and is unknown now belongs to a consultation that is over.
  const reason = failure === 'linkUnknown' ? 'closed' : ended.value;
  switch (reason) {
    case 'left':
      return { title: words.left, how: words.leftHow, label: words.enterAgain };
    case 'takenOver':
      return { title: words.takenOver, how: words.takenOverHow, label: words.useThisDevice };
    case 'closed':
      return { title: words.closed, how: words.closedHow, label: undefined };
    case 'drain':
    case undefined:
      return { ...stage.failure(failure ?? 'serverAway'), label: voiceWords.again };
    default:
      return reason satisfies never;
  }
}
