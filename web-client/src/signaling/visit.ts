/** A visit by requests: what there is to see of it, and what may be said when no socket is there any more. */
import { PROTOCOL_VERSION } from '../protocol/generated/limits.ts';
import type {
  ClientMessage,
  ErrorCode,
  PaperState,
  ServerMessage,
  VisitResponse,
  VisitSay,
} from '../protocol/generated/messages.ts';
import { parseProblemCode } from '../protocol/parse.ts';
import { parseVisit } from '../protocol/parsevisit.ts';

/** By what right: the invitation, or what the last join gave. */
export type Credential = { readonly link: string } | { readonly resume: string };

/** What a page says that needs nobody to be there. */
export function isAboutVisit(message: ClientMessage): message is VisitSay {
  const { type } = message;
  return type === 'writePaper' || type === 'signOff' || type === 'withdrawConsent';
}

/** A text of 64 kB over a weak link takes its time. */
const TIMEOUT_MS = 20_000;

export class VisitFailure extends Error {
  /** undefined: nothing was reached. */
  constructor(readonly code: string | undefined) {
    super(code);
  }
}

export function fetchVisit(credential: Credential, signal: AbortSignal): Promise<VisitResponse> {
  return ask('/v1/visit', { ...credential }, signal);
}

/** Says it, and gives what there is to see then. */
export function sayInVisit(
  credential: Credential,
  say: VisitSay,
  signal: AbortSignal,
): Promise<VisitResponse> {
  return ask('/v1/visit/say', { ...credential, say }, signal);
}

/** Says it, and gives what a socket would have brought. */
export async function sayAboutVisit(
  credential: Credential,
  say: VisitSay,
  signal: AbortSignal,
): Promise<ServerMessage[]> {
  try {
    const visit = await sayInVisit(credential, say, signal);
    return heardOf(visit.papers ?? [], say);
  } catch (error) {
    const code = error instanceof VisitFailure ? error.code : undefined;
    const failed = {
      type: 'error',
      code: (code ?? 'store_away') as ErrorCode,
      message: '',
    } as const;
    if (code !== 'paper_changed') return [failed];
    const now = await fetchVisit(credential, signal).catch(() => undefined);
    return [...(now?.papers ?? []).map(asMessage), failed];
  }
}

function heardOf(papers: readonly PaperState[], say: VisitSay): ServerMessage[] {
  if (say.type !== 'writePaper') return papers.map(asMessage);
  const saved = papers.find(({ paper }) => paper === say.paper);
  if (!saved || saved.text !== say.text) return papers.map(asMessage);
  const { paper, version, at } = saved;
  return [{ type: 'paperSaved', paper, version, at }];
}

function asMessage(state: PaperState): ServerMessage {
  return { type: 'paper', ...state };
}

async function ask(path: string, body: object, signal: AbortSignal): Promise<VisitResponse> {
  const timeout = AbortSignal.timeout?.(TIMEOUT_MS);
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: PROTOCOL_VERSION, ...body }),
    cache: 'no-store',
    signal: timeout && AbortSignal.any ? AbortSignal.any([signal, timeout]) : signal,
  }).catch(() => {
    throw new VisitFailure(undefined);
  });
  const raw: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new VisitFailure(parseProblemCode(raw));
  return parseVisit(raw);
}
