/** To a colleague: to whom, and what becomes of it. Beside the lock and the end, which are as final. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DeskProps } from '../app/desk.ts';
import { type DeskWords, fill } from '../i18n/words.ts';
import { isUnsaved, PAPERS } from './drafts.ts';
import type { Handing, HandingOver } from './handing.ts';
import type { Writing } from './PaperView.tsx';

interface Props extends DeskProps {
  readonly writing: Writing;
  readonly handing: HandingOver;
}

export function HandingView({ writing, handing }: Props) {
  const { words } = writing;
  const state = handing.state.value;
  const section = useRef<HTMLElement>(null);
  // What was opened is seen with its answers, also when there is more to say.
  useLayoutEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), [state]);
  if (state.step === 'closed' || state.step === 'done') {
    return (
      <button
        type="button"
        class="button wide"
        data-testid="hand-over"
        onClick={() => void handing.open()}
      >
        {words.handOver}
      </button>
    );
  }
  const isAsking = state.step === 'choosing' || state.step === 'sending';
  return (
    <section
      ref={section}
      class="question handing"
      data-testid="handing"
      aria-label={words.handOver}
    >
      {isAsking && state.offer.colleagues.length > 0 ? (
        <Choice writing={writing} handing={handing} state={state} />
      ) : (
        <p role="status">{refusalWords(state, words)}</p>
      )}
      <div class="bar">
        <button
          type="button"
          class="button"
          data-testid="hand-over-no"
          onClick={() => handing.close()}
        >
          {words.handOverNo}
        </button>
        {isAsking && state.offer.colleagues.length > 0 && (
          <Yes writing={writing} handing={handing} state={state} />
        )}
        {state.step === 'refused' && state.code === 'session_unknown' && (
          <a
            class="button filled"
            href="/clinic"
            target="_blank"
            rel="noreferrer"
            data-testid="hand-over-sign-in"
          >
            {words.handOverSignIn}
          </a>
        )}
        {state.step === 'refused' && state.code === 'away' && (
          <button
            type="button"
            class="button filled"
            data-testid="hand-over-again"
            onClick={() => void handing.open()}
          >
            {words.handOverAgain}
          </button>
        )}
      </div>
    </section>
  );
}

type Asking = Extract<Handing, { readonly step: 'choosing' | 'sending' }>;

interface AskingProps extends Pick<Props, 'writing' | 'handing'> {
  readonly state: Asking;
}

function Choice({ writing, handing, state }: AskingProps) {
  const { words } = writing;
  return (
    <>
      <label>
        <b>{words.handOverTo}</b>
        <select
          data-testid="hand-over-to"
          value={state.account}
          disabled={state.step === 'sending'}
          // biome-ignore lint/a11y/noAutofocus: the question was asked for, and this is where it begins
          autoFocus
          onChange={({ currentTarget }) => handing.choose(currentTarget.value)}
        >
          <option value="">{words.handOverChoose}</option>
          {state.offer.colleagues.map(({ account, name }) => (
            <option key={account} value={account}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p>{words.handOverHow}</p>
      <p role="status" data-testid="hand-over-state">
        {state.failed === undefined ? '' : words.handOverFailed}
        {isWriting(writing) && ` ${words.handOverUnsaved}`}
      </p>
    </>
  );
}

/** What is not saved would stay behind on this page, which may not save it any more. */
function Yes({ writing, handing, state }: AskingProps) {
  const isSending = state.step === 'sending';
  return (
    <button
      type="button"
      class="button filled"
      data-testid="hand-over-yes"
      disabled={state.account === '' || isWriting(writing)}
      aria-busy={isSending}
      onClick={() => void handing.send()}
    >
      {writing.words.handOverYes}
    </button>
  );
}

function isWriting({ drafts }: Writing): boolean {
  return PAPERS.some((paper) => isUnsaved(drafts.value[paper]));
}

function refusalWords(state: Handing, words: DeskWords): string {
  if (state.step === 'looking') return words.handOverLooking;
  if (state.step !== 'refused') return words.handOverNobody;
  switch (state.code) {
    case 'session_unknown':
      return words.handOverSignedOut;
    case 'not_booked':
      return words.handOverNotBooked;
    case 'away':
      return words.handOverAway;
    default:
      return words.handOverForbidden;
  }
}

/** The consultation goes on without this person. */
export function HandedView({ name, words }: { readonly name: string; readonly words: DeskWords }) {
  return (
    <main class="screen after" data-testid="handed">
      <div class="said" role="status">
        <h1 data-testid="status">{fill(words.handed, { name })}</h1>
        <p>{words.handedHow}</p>
      </div>
      <div class="controls">
        <a class="button main" data-testid="next" href="/clinic">
          {words.next}
        </a>
      </div>
    </main>
  );
}
