/** The POSTs of a visit: each is asked again, under its attempt id, until it is answered or hopeless. */
import { PROTOCOL_VERSION } from '../protocol/generated/limits.ts';
import type {
  InvitationResponse,
  JoinRequest,
  JoinResponse,
  ResumeRequest,
} from '../protocol/generated/messages.ts';
import { parseInvitation, parseJoinResponse, parseProblemCode } from '../protocol/parse.ts';
import { ANSWER_TIMEOUT_MS, type Body, post } from './post.ts';

/** Why it did not work, as far as the words for it differ: the wire's codes and what they mean here. */
const CAUSES = {
  link_unknown: 'linkUnknown',
  link_expired: 'linkExpired',
  link_revoked: 'linkRevoked',
  ended: 'ended',
  denied: 'denied',
  removed: 'removed',
  locked: 'locked',
  cancelled: 'cancelled',
  no_show: 'noShow',
  seat_taken: 'seatTaken',
  taken_over: 'takenOver',
  room_full: 'roomFull',
  rate_limited: 'rateLimited',
  draining: 'serverClosing',
  unsupported_version: 'pageTooOld',
  offer_invalid: 'pageTooOld',
  malformed: 'pageTooOld',
  too_large: 'pageTooOld',
} as const;

export type JoinCause = (typeof CAUSES)[keyof typeof CAUSES] | 'serverAway';

/** What another try later may find changed without anybody doing anything. */
export const MAY_HEAL: readonly JoinCause[] = ['serverAway', 'serverClosing', 'rateLimited'];

export class JoinFailure extends Error {
  constructor(
    readonly reason: JoinCause,
    /** Seconds until the server wants to hear of this page again, where it says so. */
    readonly retryAfter?: number,
  ) {
    super(reason);
  }
}

/** What a request needs of the browser; tests put their own in. */
export interface JoinEnvironment {
  post: typeof post;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1: spreads the retries of many pages. */
  chance(): number;
}

interface Patience {
  readonly retries: number;
  readonly longestWaitMs: number;
  /** A closing server is back soon, and has this seat. */
  readonly outlastsClosing: boolean;
}

/** Seven tries in about 15 s: within the 60 s in which the same attempt gets the same answer. */
const FIRST_TIME: Patience = { retries: 6, longestWaitMs: 4000, outlastsClosing: false };
/** Somebody is in the middle of a sentence: soon and often, for half a minute, then a new attempt. */
const COMING_BACK: Patience = { retries: 20, longestWaitMs: 1500, outlastsClosing: true };
const FIRST_WAIT_MS = 240;
/** A wait that the server asks for and that nobody needs to be told of. */
const SILENT_WAIT_S = 3;
/** Every third try waits for two lost packets, so that a very bad link is not cut off for ever. */
const LONG_TIMEOUT_MS = 10_000;

/** What the link is for. Spends nothing. Throws a `JoinFailure` and nothing else, like all here. */
export function invite(
  link: string,
  signal: AbortSignal,
  environment?: JoinEnvironment,
): Promise<InvitationResponse> {
  const body = { version: PROTOCOL_VERSION, link };
  return ask('/v1/invitation', body, parseInvitation, FIRST_TIME, signal, environment);
}

/** The seat that the link opens. Ends soon after `signal` aborts, whose owner ignores how. */
export function join(
  request: Omit<JoinRequest, 'version'>,
  signal: AbortSignal,
  environment?: JoinEnvironment,
): Promise<JoinResponse> {
  const body = { version: PROTOCOL_VERSION, ...request };
  return ask('/v1/join', body, parseJoinResponse, FIRST_TIME, signal, environment);
}

/** The seat that this page had. A server that closes for a restart is waited for. */
export function resume(
  request: Omit<ResumeRequest, 'version'>,
  signal: AbortSignal,
  environment?: JoinEnvironment,
): Promise<JoinResponse> {
  const body = { version: PROTOCOL_VERSION, ...request };
  return ask('/v1/resume', body, parseJoinResponse, COMING_BACK, signal, environment);
}

/** As in a browser, but the first try is under way already: the landing has posted it. */
export function goingOn(
  posted: Promise<Response> | undefined,
  environment = browserEnvironment,
): JoinEnvironment {
  let first = posted;
  return {
    ...environment,
    post(...request) {
      const response = first ?? environment.post(...request);
      first = undefined;
      return response;
    },
  };
}

async function ask<Answer>(
  path: string,
  body: Body,
  parse: (raw: unknown) => Answer,
  patience: Patience,
  signal: AbortSignal,
  environment = browserEnvironment,
): Promise<Answer> {
  for (let retry = 0; ; retry++) {
    const timeout = retry % 3 === 2 ? LONG_TIMEOUT_MS : ANSWER_TIMEOUT_MS;
    const failure = await environment
      .post(path, body, timeout, signal, retry > 0)
      .then((response) => answerOf(response, parse))
      // No network, a proxy's page instead of JSON, an answer cut short: all may heal by themselves.
      .catch(() => new JoinFailure('serverAway'));
    if (!(failure instanceof JoinFailure)) return failure;
    const wait = waitAfter(failure, retry, patience);
    if (wait === undefined || signal.aborted) throw failure;
    await environment.wait(wait * (0.75 + environment.chance() / 2), signal);
  }
}

async function answerOf<Answer>(response: Response, parse: (raw: unknown) => Answer) {
  const body: unknown = await response.json();
  if (response.ok) return parse(body);
  const cause = CAUSES[parseProblemCode(body) as keyof typeof CAUSES] ?? 'serverAway';
  return new JoinFailure(cause, Number(response.headers.get('retry-after')) || undefined);
}

/** ms until the next try; undefined when another try would tell nothing new. */
function waitAfter(
  { reason, retryAfter = 0 }: JoinFailure,
  retry: number,
  { retries, longestWaitMs, outlastsClosing }: Patience,
): number | undefined {
  const mayHeal =
    reason === 'serverAway' ||
    (reason === 'serverClosing' && outlastsClosing) ||
    (reason === 'rateLimited' && retryAfter <= SILENT_WAIT_S);
  if (!mayHeal || retry === retries) return undefined;
  const wait = Math.min(longestWaitMs, FIRST_WAIT_MS * 2 ** retry);
  // A closing server names a wait for strangers; a call is back as soon as it listens.
  return reason === 'rateLimited' ? Math.max(wait, retryAfter * 1300) : wait;
}

const browserEnvironment: JoinEnvironment = {
  post,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener('online', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      // The phone is back in the net: no reason to wait any longer.
      addEventListener('online', done);
    }),
  chance: Math.random,
};
