import { expect, test } from 'vitest';
import type { JoinRequest } from '../protocol/generated/messages.ts';
import { JoinFailure, join, newAttempt } from './http.ts';

const answer = {
  version: 1,
  answer: 'v=0',
  resume: 'r',
  you: 1,
  seats: [],
  slots: [],
  senders: { microphone: true, encodings: [] },
};

type Step = 'lost' | { status: number; body: unknown };

function server(...steps: Step[]) {
  const requests: JoinRequest[] = [];
  const waits: number[] = [];
  const controller = new AbortController();
  const run = () =>
    join('link', 'attempt', 'offer', controller.signal, {
      async post(body) {
        requests.push(body);
        const step = steps[Math.min(requests.length, steps.length) - 1];
        if (step === undefined || step === 'lost') throw new TypeError('failed to fetch');
        return new Response(JSON.stringify(step.body), { status: step.status });
      },
      async wait(ms) {
        waits.push(ms);
      },
      chance: () => 0.5,
    });
  return { run, requests, waits, controller };
}

const refused = (status: number, code: string) => ({ status, body: { code, message: '' } });

test('an answered join is parsed', async () => {
  await expect(server({ status: 200, body: answer }).run()).resolves.toEqual(answer);
});

test('a lost answer is asked for again under the same attempt', async () => {
  const { run, requests } = server('lost', 'lost', { status: 200, body: answer });
  await expect(run()).resolves.toEqual(answer);
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(1);
});

test('waits longer each time, up to a bound, and gives up within the answer’s 60 s', async () => {
  const { run, requests, waits } = server('lost');
  await expect(run()).rejects.toMatchObject({ reason: 'serverAway' });
  expect(requests).toHaveLength(7);
  expect(waits).toEqual([300, 600, 1200, 2400, 4000, 4000]);
});

test('a busy or broken server is asked again', async () => {
  for (const step of [
    refused(503, 'overloaded'),
    refused(429, 'rate_limited'),
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
  ['room_full', 409, 'roomFull'],
  ['draining', 503, 'serverClosing'],
  ['unsupported_version', 400, 'pageTooOld'],
  ['offer_invalid', 400, 'pageTooOld'],
] as const)('%s is final and has its own words', async (code, status, reason) => {
  const { run, requests } = server(refused(status, code));
  await expect(run()).rejects.toEqual(new JoinFailure(reason));
  expect(requests).toHaveLength(1);
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
