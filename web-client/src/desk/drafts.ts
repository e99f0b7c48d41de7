/**
 * What a practitioner writes, beside what the server has of it. Pure.
 *
 * Nothing typed is ever thrown away: what is not saved stays in `text` until the server says that it
 * has it; what somebody else saved meanwhile stands in `theirs` until the person has looked at both.
 */
import type {
  ErrorCode,
  Paper,
  PaperSignature,
  PaperState,
  ServerMessage,
} from '../protocol/generated/messages.ts';

export const PAPERS = ['notes', 'summary'] as const satisfies readonly Paper[];

export interface Draft {
  /** As it is on the screen. */
  readonly text: string;
  /** As the server has it in version `base`. */
  readonly known: string;
  /** The version that `text` is built on; 0 before there is one. */
  readonly base: number;
  /** When `base` was saved, by the server's clock. */
  readonly at: number | undefined;
  /** On its way, without an answer yet. */
  readonly sent: string | undefined;
  /** Saved by somebody else while this was being written. */
  readonly theirs: PaperState | undefined;
  readonly signature: PaperSignature | undefined;
  /** Why the text on the screen is not taken; until it is changed. */
  readonly refused: 'tooLarge' | undefined;
}

export const emptyDraft: Draft = {
  text: '',
  known: '',
  base: 0,
  at: undefined,
  sent: undefined,
  theirs: undefined,
  signature: undefined,
  refused: undefined,
};

export type Drafts = Readonly<Record<Paper, Draft>>;
export const emptyDrafts: Drafts = { notes: emptyDraft, summary: emptyDraft };

/** There is something on the screen that the server does not have. */
export function isUnsaved({ text, known }: Draft): boolean {
  return text !== known;
}

/** Whether it can go out now: nothing is on its way, and nobody else's version waits to be looked at. */
export function isDue(draft: Draft): boolean {
  return isUnsaved(draft) && draft.sent === undefined && !draft.theirs && !draft.refused;
}

/** Somebody answers for exactly what is on the screen. */
export function isSigned(draft: Draft): boolean {
  return !isUnsaved(draft) && draft.base > 0 && draft.signature?.version === draft.base;
}

/** Written after the last signature, or not saved yet. */
export function isAmended(draft: Draft): boolean {
  return draft.signature !== undefined && !isSigned(draft);
}

export function typed(draft: Draft, text: string): Draft {
  return { ...draft, text, refused: undefined };
}

export function sent(draft: Draft): Draft {
  return { ...draft, sent: draft.text };
}

/** Whatever was on its way may have been lost. */
export function unanswered(draft: Draft): Draft {
  return { ...draft, sent: undefined };
}

/** One text out of two: one's own, theirs, or theirs under one's own. */
export function resolved(draft: Draft, choice: 'mine' | 'theirs' | 'both'): Draft {
  const { theirs, text } = draft;
  if (!theirs) return draft;
  const texts = { mine: text, theirs: theirs.text, both: `${text}\n\n${theirs.text}` };
  return { ...adopted(draft, theirs), text: texts[choice] };
}

export function afterMessage(drafts: Drafts, message: ServerMessage): Drafts {
  switch (message.type) {
    // Whatever had no answer on the old socket is said again on the new one.
    case 'welcome':
      return { notes: unanswered(drafts.notes), summary: unanswered(drafts.summary) };
    case 'paperSaved': {
      const draft = drafts[message.paper];
      if (draft.sent === undefined) return drafts;
      const { version: base, at } = message;
      return {
        ...drafts,
        [message.paper]: { ...draft, known: draft.sent, base, at, sent: undefined },
      };
    }
    case 'paper':
      return { ...drafts, [message.paper]: told(drafts[message.paper], message) };
    case 'error':
      return afterError(drafts, message.code);
    default:
      return drafts;
  }
}

/** The server's newest version is so. */
export function told(draft: Draft, state: PaperState): Draft {
  // Also one's own, whose receipt was lost, and one's own that was signed.
  if (!isUnsaved(draft) || state.text === draft.text) {
    return { ...adopted(draft, state), text: state.text };
  }
  if (state.text === draft.known || state.text === draft.sent) return adopted(draft, state);
  return { ...draft, theirs: state, signature: state.signature, sent: undefined };
}

function adopted(draft: Draft, { text, version, at, signature }: PaperState): Draft {
  return {
    ...draft,
    known: text,
    base: version,
    at,
    signature,
    sent: undefined,
    theirs: undefined,
  };
}

/** Which of the two it was about is not said: only what is on its way can be meant. */
function afterError(drafts: Drafts, code: ErrorCode): Drafts {
  const refused = code === 'too_large' ? ('tooLarge' as const) : undefined;
  const again = (draft: Draft): Draft =>
    draft.sent === undefined ? draft : { ...unanswered(draft), refused };
  switch (code) {
    case 'too_large':
    case 'rate_limited':
    case 'store_away':
    case 'internal':
      return { notes: again(drafts.notes), summary: again(drafts.summary) };
    default:
      return drafts;
  }
}
