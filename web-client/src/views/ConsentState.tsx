/** What was said to each box, when, and the way to take it back. */
import { isWithheld, wordOn } from '../app/consent.ts';
import type { Model } from '../app/model.ts';
import { timeOf } from '../app/times.ts';
import { type AppWords, fill } from '../i18n/words.ts';
import type { ConsentScope } from '../protocol/generated/messages.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { Confirm } from './Confirm.tsx';

interface Props extends Pick<AppProps, 'model' | 'actions'> {
  readonly subject: number;
  readonly onRead: () => void;
}

export function ConsentState({ model, actions, subject, onRead }: Props) {
  const { words } = model;
  const consents = model.consents.value;
  const question = model.question.value;
  return (
    <>
      {isWithheld(consents, subject) && <p class="withheld">{words.withheldStopped}</p>}
      <ul>
        {consents.asked.map((scope) => (
          <li
            key={scope}
            data-testid={`consent-${scope}`}
            data-standing={wordOn(consents, subject, scope)?.standing}
          >
            <p>
              <b>{scopeWords(scope, words)}</b>
              <small>{standingWords(model, subject, scope)}</small>
            </p>
            {question?.kind === 'withdraw' && question.scope === scope ? (
              <Confirm
                test="withdraw"
                question={fill(words.withdrawQuestion, { what: scopeWords(scope, words) })}
                hint={endsWords(scope, words)}
                yes={words.withdrawYes}
                no={words.consentBack}
                onYes={() => actions.withdraw([scope])}
                onNo={() => actions.ask(undefined)}
              />
            ) : (
              wordOn(consents, subject, scope)?.standing === 'given' && (
                <button
                  type="button"
                  class="button"
                  data-testid={`withdraw-${scope}`}
                  onClick={() => actions.ask({ kind: 'withdraw', scope })}
                >
                  {words.withdraw}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="button"
        data-testid="consent-read"
        onClick={() => {
          onRead();
          actions.openConsentText();
        }}
      >
        <Icon name="check" />
        {words.consentReread}
      </button>
    </>
  );
}

export function scopeWords(scope: ConsentScope, words: AppWords): string {
  switch (scope) {
    case 'careByVideo':
      return words.scopeCare;
    case 'interpreterPresent':
      return words.scopeInterpreter;
    case 'observerPresent':
      return words.scopeObserver;
    // Asked by a newer server, and not by this one.
    case 'recording':
    case 'sharingAbroad':
    case 'teaching':
      return '';
    default:
      return scope satisfies never;
  }
}

/** What a withdrawal ends, at once. */
function endsWords(scope: ConsentScope, words: AppWords): string {
  return scope === 'careByVideo' ? words.withdrawCare : words.withdrawPresence;
}

function standingWords(model: Model, subject: number, scope: ConsentScope): string {
  const { words } = model;
  const word = wordOn(model.consents.value, subject, scope);
  if (!word) return words.consentUnanswered;
  const said = word.standing === 'given' ? words.consentGiven : words.consentWithdrawn;
  const time = fill(said, { time: timeOf(word.at) });
  return word.method === 'spoken' ? `${time} · ${words.consentSpoken}` : time;
}
