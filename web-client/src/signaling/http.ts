/** POST /v1/join, asked again with the same attempt id until it is answered or hopeless. */
import { PROTOCOL_VERSION } from '../protocol/generated/limits.ts';
import type { JoinRequest, JoinResponse } from '../protocol/generated/messages.ts';
import { parseJoinResponse, parseProblemCode } from '../protocol/parse.ts';

/** Why a join did not work, as far as the words for it differ. */
export type JoinCause = 'linkUnknown' | 'roomFull' | 'serverAway' | 'serverClosing' | 'pageTooOld';

export class JoinFailure extends Error {
  constructor(readonly reason: JoinCause) {
    super(reason);
  }
}

/** What a join needs of the browser; tests put their own in. */
export interface JoinEnvironment {
  post(body: JoinRequest, signal: AbortSignal): Promise<Response>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1: spreads the retries of many pages. */
  chance(): number;
}

/** Seven tries in about 15 s: within the 60 s in which the same attempt gets the same answer. */
const RETRIES = 6;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 4000;
/** Longer than a join over a 300 ms link with two lost packets takes. */
const ANSWER_TIMEOUT_MS = 10_000;

/** 128 bits of chance, as 22 characters of base64url. */
export function newAttempt(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22);
}

/** Throws a `JoinFailure` and nothing else; soon after `signal` aborts, whose owner ignores it. */
export async function join(
  link: string,
  attempt: string,
  offer: string,
  signal: AbortSignal,
  environment: JoinEnvironment = browserEnvironment,
): Promise<JoinResponse> {
  for (let retry = 0; ; retry++) {
    const request = { version: PROTOCOL_VERSION, link, attempt, offer };
    const result = await tryJoin(request, signal, environment);
    if (typeof result === 'object') return result;
    if (result !== 'serverAway' || retry === RETRIES || signal.aborted) {
      throw new JoinFailure(result);
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retry);
    await environment.wait(wait * (0.75 + environment.chance() / 2), signal);
  }
}

async function tryJoin(
  request: JoinRequest,
  signal: AbortSignal,
  environment: JoinEnvironment,
): Promise<JoinResponse | JoinCause> {
  try {
    const response = await environment.post(request, signal);
    const body: unknown = await response.json();
    return response.ok ? parseJoinResponse(body) : causeOf(parseProblemCode(body));
  } catch {
    // No network, a proxy's page instead of JSON, an answer cut short: all may heal by themselves.
    return 'serverAway';
  }
}

function causeOf(code: string | undefined): JoinCause {
  switch (code) {
    case 'link_unknown':
      return 'linkUnknown';
    case 'room_full':
      return 'roomFull';
    case 'draining':
      return 'serverClosing';
    case 'unsupported_version':
    case 'offer_invalid':
    case 'malformed':
    case 'too_large':
      return 'pageTooOld';
    default:
      return 'serverAway';
  }
}

const browserEnvironment: JoinEnvironment = {
  async post(body, signal) {
    const json = JSON.stringify(body);
    const deflated = await deflate(json);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (deflated) headers['content-encoding'] = 'deflate';
    const timeout = new AbortController();
    const abort = () => timeout.abort();
    const timer = setTimeout(abort, ANSWER_TIMEOUT_MS);
    signal.addEventListener('abort', abort);
    try {
      return await fetch('/v1/join', {
        method: 'POST',
        headers,
        body: deflated ?? json,
        cache: 'no-store',
        signal: timeout.signal,
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  },
  wait: (ms, signal) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
      signal.addEventListener('abort', () => resolve());
      // The phone is back in the net: no reason to wait any longer.
      addEventListener('online', () => resolve(), { once: true });
    }),
  chance: Math.random,
};

/** zlib (RFC 1950), which HTTP calls deflate; undefined in browsers without it. */
async function deflate(text: string): Promise<ArrayBuffer | undefined> {
  if (typeof CompressionStream === 'undefined') return undefined;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Response(stream).arrayBuffer();
}
