import { expect, test } from 'vitest';
import { goingOn, invite, JoinFailure, join, resume } from './http.ts';
import { newAttempt } from './post.ts';

const answer = {
  version: 1,
  transport: 'new',
  locked: false,
  answer: 'v=0',
  resume: 'r',
  you: 1,
  seats: [],
  slots: [],
  senders: { microphone: true, encodings: [] },
};

type Step = 'lost' | { status: number; body: unknown; retryAfter?: number };

function server(...steps: Step[]) {
  const requests: { path: string; body: unknown; timeoutMs: number }[] = [];
  const waits: number[] = [];
  const controller = new AbortController();
  const environment = {
    async post(path: string, body: unknown, timeoutMs: number) {
      requests.push({ path, body, timeoutMs });
      const step = steps[Math.min(requests.length, steps.length) - 1];
      if (step === undefined || step === 'lost') throw new TypeError('failed to fetch');
      const headers = step.retryAfter ? { 'retry-after': String(step.retryAfter) } : {};
      return new Response(JSON.stringify(step.body), { status: step.status, headers });
    },
    async wait(ms: number) {
      waits.push(ms);
    },
    chance: () => 0.5,
  };
  const { signal } = controller;
  const ids = { attempt: 'attempt', offer: 'offer' };
  const run = () => join({ link: 'link', ...ids, takeover: false }, signal, environment);
  const back = () => resume({ resume: 'token', ...ids, holds: true }, signal, environment);
  const look = () => invite('link', signal, environment);
  return { run, back, look, requests, waits, controller };
}

const refused = (status: number, code: string) => ({ status, body: { code, message: '' } });

test('an answered join is parsed', async () => {
  await expect(server({ status: 200, body: answer }).run()).resolves.toEqual(answer);
});

test('a join that the landing has posted is gone on with, and asked again only when it is lost', async () => {
  const posts: string[] = [];
  const environment = {
    async post(path: string) {
      posts.push(path);
      return Response.json(answer);
    },
    wait: async () => undefined,
    chance: () => 0.5,
  };
  const ask = (posted: Promise<Response>) => {
    const { signal } = new AbortController();
    const request = { link: 'link', attempt: 'attempt', offer: 'offer', takeover: false };
    return join(request, signal, goingOn(posted, environment));
  };
  await expect(ask(Promise.resolve(Response.json(answer)))).resolves.toEqual(answer);
  expect(posts).toEqual([]);
  await expect(ask(Promise.reject(new TypeError('failed to fetch')))).resolves.toEqual(answer);
  expect(posts).toEqual(['/v1/join']);
});

test('a lost answer is asked for again under the same attempt', async () => {
  const { run, requests } = server('lost', 'lost', { status: 200, body: answer });
  await expect(run()).resolves.toEqual(answer);
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map(({ body }) => JSON.stringify(body))).size).toBe(1);
});

test('waits longer each time, up to a bound, and gives up within the answer’s 60 s', async () => {
  const { run, requests, waits } = server('lost');
  await expect(run()).rejects.toMatchObject({ reason: 'serverAway' });
  expect(requests).toHaveLength(7);
  expect(waits).toEqual([240, 480, 960, 1920, 3840, 4000]);
});

test('a busy or broken server is asked again', async () => {
  for (const step of [
    refused(503, 'overloaded'),
    { ...refused(429, 'rate_limited'), retryAfter: 1 },
    refused(500, 'internal'),
    { status: 502, body: 'Bad gateway' },
    { status: 200, body: { half: 'an answer' } },
  ]) {
    const { run, requests } = server(step, { status: 200, body: answer });
    await expect(run()).resolves.toEqual(answer);
    expect(requests).toHaveLength(2);
  }
});

test.each([
  ['link_unknown', 404, 'linkUnknown'],
  ['link_expired', 410, 'linkExpired'],
  ['link_revoked', 410, 'linkRevoked'],
  ['ended', 410, 'ended'],
  ['denied', 403, 'denied'],
  ['removed', 403, 'removed'],
  ['locked', 409, 'locked'],
  ['cancelled', 410, 'cancelled'],
  ['no_show', 410, 'noShow'],
  ['seat_taken', 409, 'seatTaken'],
  ['taken_over', 409, 'takenOver'],
  ['room_full', 409, 'roomFull'],
  ['draining', 503, 'serverClosing'],
  ['unsupported_version', 400, 'pageTooOld'],
  ['offer_invalid', 400, 'pageTooOld'],
] as const)('%s is final and has its own words', async (code, status, reason) => {
  const { run, requests } = server(refused(status, code));
  await expect(run()).rejects.toEqual(new JoinFailure(reason));
  expect(requests).toHaveLength(1);
});

test('too many tries are told with the wait that the server names', async () => {
  const { run, requests } = server({ ...refused(429, 'rate_limited'), retryAfter: 40 });
  await expect(run()).rejects.toMatchObject({ reason: 'rateLimited', retryAfter: 40 });
  expect(requests).toHaveLength(1);
});

test('an invitation is looked at without spending it', async () => {
  const invitation = {
    version: 1,
    you: { name: 'Páo', role: 'patient' },
    practitioners: ['Bác sĩ Lan'],
    taken: false,
  };
  const { look, requests } = server('lost', { status: 200, body: invitation });
  await expect(look()).resolves.toEqual(invitation);
  expect(requests[1]).toMatchObject({
    path: '/v1/invitation',
    body: { version: 1, link: 'link' },
  });
});

test('coming back is tried soon, often, and past a server that closes for a restart', async () => {
  const { back, requests, waits } = server(
    refused(503, 'draining'),
    ...Array.from({ length: 6 }, () => 'lost' as const),
    { status: 200, body: { ...answer, transport: 'kept' } },
  );
  await expect(back()).resolves.toMatchObject({ transport: 'kept' });
  expect(requests[0]).toMatchObject({
    path: '/v1/resume',
    body: { version: 1, resume: 'token', attempt: 'attempt', offer: 'offer', holds: true },
  });
  expect(waits).toEqual([240, 480, 960, 1500, 1500, 1500, 1500]);
});

test('a request into a dead network is soon given up, and every third one has time', async () => {
  const { back, requests } = server('lost', 'lost', 'lost', { status: 200, body: answer });
  await back();
  expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([4000, 4000, 10_000, 4000]);
});

test('stops asking when nobody wants the answer any more', async () => {
  const { run, requests, controller } = server('lost');
  controller.abort();
  await expect(run()).rejects.toBeInstanceOf(JoinFailure);
  expect(requests).toHaveLength(1);
});

test('attempt ids are 22 characters of base64url, each another', () => {
  const ids = Array.from({ length: 200 }, newAttempt);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  expect(new Set(ids).size).toBe(200);
});
