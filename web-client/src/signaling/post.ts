/** One POST, as all that a visit sends goes: without what can be spared, and given up in time. */
import type { CodeRequest } from '../protocol/generated/appointments.ts';
import type {
  InvitationRequest,
  JoinRequest,
  ResumeRequest,
} from '../protocol/generated/messages.ts';

export type Body = CodeRequest | InvitationRequest | JoinRequest | ResumeRequest;

/** Longer than an answer over a 300 ms link takes; a network that comes back finds a fresh request. */
export const ANSWER_TIMEOUT_MS = 4000;

/** 128 bits of chance, as 22 characters of base64. */
export function chance(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).slice(0, 22);
}

/** The same as base64url. */
export function newAttempt(): string {
  return chance().replaceAll('+', '-').replaceAll('/', '_');
}

/** An invitation is a packet either way. */
const WORTH_DEFLATING = 500;

export async function post(
  path: string,
  body: Body,
  timeoutMs: number,
  signal: AbortSignal,
  fresh: boolean,
): Promise<Response> {
  const json = JSON.stringify(body);
  const deflated = json.length > WORTH_DEFLATING ? await deflate(json) : undefined;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (deflated) headers['content-encoding'] = 'deflate';
  const timeout = new AbortController();
  const abort = () => timeout.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener('abort', abort);
  // What was sent into the old network is lost: the next try goes into the new one.
  addEventListener('online', abort);
  try {
    return await fetch(path, {
      method: 'POST',
      headers,
      body: deflated ?? json,
      cache: 'no-store',
      // Browsers pool what goes with and without cookies apart, and a connection that an outage left
      // stuck is waited for by whatever shares it. There are no cookies either way.
      credentials: fresh ? 'omit' : 'same-origin',
      signal: timeout.signal,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    removeEventListener('online', abort);
  }
}

/** zlib (RFC 1950), which HTTP calls deflate; undefined in browsers without it. */
async function deflate(text: string): Promise<ArrayBuffer | undefined> {
  if (typeof CompressionStream === 'undefined') return undefined;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Response(stream).arrayBuffer();
}
