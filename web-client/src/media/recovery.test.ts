import { expect, test } from 'vitest';
import { FakeClock } from '../testing/clock.ts';
import type { Held } from './linkpeer.ts';
import { Recovery } from './recovery.ts';

function recovery(holdsOn = false) {
  const log: string[] = [];
  let now = 0;
  let held: Held = 'nothing';
  const clock = new FakeClock();
  const note = (what: string) => log.push(`${what} ${now}`);
  const made = new Recovery({
    hold(wanted) {
      if (wanted !== held) note(`hold ${wanted}`);
      held = wanted;
    },
    after: clock.after,
    ask: () => note('ask'),
    restart: () => note('restart'),
    holdsOn: () => holdsOn,
  });
  /** Silent until then, as it is told: four times a second from 1.5 s on. */
  const silentUntil = (ms: number) => {
    for (now = Math.max(now, 1250); now < ms; ) {
      now += 250;
      made.silent(now);
    }
  };
  const back = () => {
    made.back();
    now = 0;
  };
  return { log, made, clock, silentUntil, back };
}

test('nothing is sent into a link that is silent; back, it is the voice that goes first', async () => {
  const { log, made, clock, silentUntil, back } = recovery();
  made.late();
  silentUntil(2250);
  back();
  expect(log).toEqual(['hold pictures 0', 'hold everything 1500', 'hold pictures 2250']);
  await clock.advance(1999);
  expect(log).toHaveLength(3);
  await clock.advance(1);
  expect(log.slice(3)).toEqual(['hold nothing 0']);
});

test('a link that falls silent again before it has drained stays held', async () => {
  const { log, clock, silentUntil, back } = recovery();
  silentUntil(2250);
  back();
  await clock.advance(1000);
  silentUntil(1500);
  await clock.advance(5000);
  expect(log.at(-1)).toBe('hold everything 1500');
});

test('the server is asked soon, ICE restarted when patience ends, and both again and again', () => {
  const { log, silentUntil, back } = recovery();
  silentUntil(25_000);
  const after = (what: string) => log.filter((line) => line.startsWith(what));
  expect(after('ask')).toEqual(['ask 3500', 'ask 9500', 'ask 15500', 'ask 21500']);
  const restarts = [6000, 10_000, 14_000, 18_000, 22_000].map((ms) => `restart ${ms}`);
  expect(after('restart')).toEqual(restarts);
  back();
  log.length = 0;
  silentUntil(6000);
  expect(log).toEqual(['hold everything 1500', 'ask 3500', 'restart 6000']);
});

test('a restart for another reason counts', () => {
  const { log, made, silentUntil } = recovery();
  silentUntil(5500);
  made.restart();
  silentUntil(9500);
  expect(log.slice(2)).toEqual(['restart 5500', 'restart 9500', 'ask 9500']);
});

test('a browser that holds on to its path is not restarted', () => {
  const { log, silentUntil } = recovery(true);
  silentUntil(25_000);
  expect(log.slice(0, 3)).toEqual(['hold everything 1500', 'ask 3500', 'ask 9500']);
  expect(log.filter((line) => line.startsWith('restart'))).toEqual([]);
});
