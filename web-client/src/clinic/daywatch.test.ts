import { expect, test, vi } from 'vitest';
import { type FailureCode, StaffFailure } from '../signaling/staff.ts';
import type { Day } from './contract.ts';
import { watchDay } from './daywatch.ts';

const day = (revision: number) =>
  ({ date: '2026-11-23', revision, now: 0, appointments: [], queue: [] }) satisfies Day;

/** Plays the answers one after the other, then ends. */
async function watch(...answers: (Day | FailureCode)[]) {
  const ending = new AbortController();
  const heard: (number | string)[] = [];
  const since: (number | undefined)[] = [];
  const waits: number[] = [];
  const api = {
    day: vi.fn(async (_: string, revision: number | undefined) => {
      since.push(revision);
      const answer = answers.shift();
      if (answers.length === 0) ending.abort();
      if (answer === undefined || typeof answer === 'string')
        throw new StaffFailure(answer ?? 'internal');
      return answer;
    }),
  };
  await watchDay(
    '2026-11-23',
    {
      api,
      wait: async (ms) => void waits.push(ms),
      onDay: ({ revision }) => heard.push(revision),
      onAway: () => heard.push('away'),
    },
    ending.signal,
  );
  return { heard, since, waits };
}

test('asks for what is newer than what it has, at once', async () => {
  const { heard, since, waits } = await watch(day(4), day(5), day(9), 'internal');
  expect(heard).toEqual([4, 5, 9]);
  expect(since).toEqual([undefined, 4, 5, 9]);
  expect(waits).toEqual([]);
});

test('an outage is told and outlasted, seldomer the longer it takes, and then everything is asked anew', async () => {
  const { heard, since, waits } = await watch(day(4), ...Array(6).fill('away'), day(4), 'internal');
  expect(heard).toEqual([4, ...Array(6).fill('away'), 4]);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  expect(since.slice(-2)).toEqual([undefined, 4]);
});

test('a server that answers at once with nothing new is not asked without end', async () => {
  const { waits } = await watch(day(4), day(4), day(4), 'internal');
  expect(waits).toEqual([1000, 1000]);
});

test('nobody signed in: nothing more is asked', async () => {
  const { heard, since } = await watch(day(4), 'session_unknown', day(5), 'internal');
  expect([heard, since]).toEqual([[4], [undefined, 4]]);
});
