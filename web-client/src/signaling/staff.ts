/**
 * The staff's requests: with the session's cookie, with the CSRF token on whatever changes something, and with every
 * failure by its code.
 */
import type { ErrorCode } from '../protocol/generated/messages.ts';

/** Why it was not done: the server's code, or `away`: no network, no answer in time, or one that is not ours. */
export type FailureCode = ErrorCode | 'away';

export class StaffFailure extends Error {
  constructor(
    readonly code: FailureCode,
    /** Seconds until the server wants to hear of it again, where it says so. */
    readonly retryAfter?: number,
  ) {
    super(code);
  }
}

/** What a request needs of the browser; tests put their own in. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export interface Asked {
  readonly signal?: AbortSignal;
  /** A long poll is waited for longer. */
  readonly timeoutMs?: number;
}

/** A person waits for it and sees that it goes on: longer than a slow night of the network, shorter than patience. */
const ANSWER_TIMEOUT_MS = 12_000;

export class StaffHttp {
  private csrf = '';

  constructor(
    private readonly fetchIt: Fetch = (path, init) => fetch(path, init),
    /** Called when the server knows this session no more. */
    private readonly onSignedOut: () => void = () => {},
  ) {}

  /** What `GET /v1/session` says; a page of another origin cannot read it. */
  useToken(csrf: string): void {
    this.csrf = csrf;
  }

  get<Answer>(path: string, asked?: Asked): Promise<Answer> {
    return this.ask<Answer>('GET', path, undefined, asked);
  }

  send<Answer = undefined>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    /** The same request under the same key is done once, however often it arrives. */
    key?: string,
  ): Promise<Answer> {
    return this.ask<Answer>(method, path, body, {}, key);
  }

  /** The page comes from the same server as the answer and is asked about at each visit: their shapes agree. */
  private async ask<Answer>(
    method: string,
    path: string,
    body: object | undefined,
    { signal, timeoutMs = ANSWER_TIMEOUT_MS }: Asked = {},
    key?: string,
  ): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (key !== undefined) headers['idempotency-key'] = key;
    if (method !== 'GET' && this.csrf !== '') headers['x-csrf-token'] = this.csrf;
    const timeout = new AbortController();
    const abort = () => timeout.abort();
    const timer = setTimeout(abort, timeoutMs);
    signal?.addEventListener('abort', abort);
    try {
      const response = await this.fetchIt(path, {
        method,
        headers,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: timeout.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      if (response.ok) return answer as Answer;
      throw failureOf(response, answer);
    } catch (failure) {
      const known = failure instanceof StaffFailure ? failure : new StaffFailure('away');
      if (known.code === 'session_unknown') this.onSignedOut();
      throw known;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** The most that the server gives at once. */
export const PAGE = 100;

/** A whole list, in as many answers as it takes. */
export async function readAll<Key extends string, Item>(
  http: StaffHttp,
  path: string,
  key: Key,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const page = await http.get<Record<Key, Item[]> & { next?: string }>(
      `${path}?limit=${PAGE}${query}`,
    );
    items.push(...page[key]);
    after = page.next;
  } while (after !== undefined);
  return items;
}

function failureOf(response: Response, answer: unknown): StaffFailure {
  const code = (answer as { code?: unknown } | null | undefined)?.code;
  // A proxy that has no server behind it answers in its own words.
  if (typeof code !== 'string') return new StaffFailure('away');
  return new StaffFailure(
    code as ErrorCode,
    Number(response.headers.get('retry-after')) || undefined,
  );
}
