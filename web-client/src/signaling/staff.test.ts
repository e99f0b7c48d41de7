import { expect, test, vi } from 'vitest';
import { type Fetch, type StaffFailure, StaffHttp } from './staff.ts';

function server(...answers: (Response | Error)[]) {
  const asked: { path: string; init: RequestInit }[] = [];
  const fetchIt: Fetch = async (path, init) => {
    asked.push({ path, init });
    const answer = answers.shift() ?? new Error('nothing more');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, fetchIt };
}

const problem = (status: number, code: string, headers = {}) =>
  new Response(JSON.stringify({ code, message: '…' }), { status, headers });

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'no failure',
    (failure: StaffFailure) => failure.code,
  );

test('what has been done without anything to say is done', async () => {
  const { fetchIt } = server(
    new Response(null, { status: 201 }),
    new Response(null, { status: 204 }),
  );
  const http = new StaffHttp(fetchIt);
  expect(await http.send('POST', '/v1/first-administrator', {})).toBeUndefined();
  expect(await http.send('DELETE', '/v1/session')).toBeUndefined();
});

test('what changes something carries the token, what looks does not', async () => {
  const { asked, fetchIt } = server(
    new Response('{}'),
    new Response(null, { status: 204 }),
    new Response('{}'),
    new Response('{}'),
  );
  const http = new StaffHttp(fetchIt);
  http.useToken('t0ken');
  await http.get('/v1/day');
  await http.send('DELETE', '/v1/session');
  await http.send('POST', '/v1/password', { link: 'x' });
  expect(asked.map(({ init }) => (init.headers as Record<string, string>)['x-csrf-token'])).toEqual(
    [undefined, 't0ken', 't0ken'],
  );
  expect(asked.map(({ init }) => init.body)).toEqual([undefined, undefined, '{"link":"x"}']);
  await http.send('POST', '/v1/appointments', {}, 'k1');
  expect(asked[3]?.init.headers).toMatchObject({ 'idempotency-key': 'k1' });
  expect(asked.every(({ init }) => init.credentials === 'same-origin')).toBe(true);
});

test('every failure has a code, whoever answers', async () => {
  const { fetchIt } = server(
    problem(409, 'too_early'),
    new Response('<h1>Bad Gateway</h1>', { status: 502 }),
    new Response('{"error":"nginx"}', { status: 502 }),
    new TypeError('Failed to fetch'),
  );
  const http = new StaffHttp(fetchIt);
  const codes = [];
  for (let times = 0; times < 4; times += 1) codes.push(await codeOf(http.get('/v1/day')));
  expect(codes).toEqual(['too_early', 'away', 'away', 'away']);
});

test('the server’s wait is heard', async () => {
  const { fetchIt } = server(problem(429, 'rate_limited', { 'retry-after': '30' }));
  const failure = await new StaffHttp(fetchIt).get('/v1/day').catch((it: StaffFailure) => it);
  expect(failure).toMatchObject({ code: 'rate_limited', retryAfter: 30 });
});

test('a session that is over is told, a wrong password is not taken for one', async () => {
  const { fetchIt } = server(problem(401, 'sign_in_failed'), problem(401, 'session_unknown'));
  const told = vi.fn();
  const http = new StaffHttp(fetchIt, told);
  await codeOf(http.send('POST', '/v1/session', {}));
  expect(told).not.toHaveBeenCalled();
  await codeOf(http.get('/v1/day'));
  expect(told).toHaveBeenCalledOnce();
});

test('whoever never answers is away', async () => {
  vi.useFakeTimers();
  const silent: Fetch = (_, { signal }) =>
    new Promise((_, fail) => signal?.addEventListener('abort', () => fail(new Error('aborted'))));
  const code = codeOf(new StaffHttp(silent).get('/v1/day', { timeoutMs: 5000 }));
  await vi.advanceTimersByTimeAsync(5000);
  expect(await code).toBe('away');
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
