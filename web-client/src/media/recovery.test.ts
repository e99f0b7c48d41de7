import { expect, test } from 'vitest';
import { Recovery } from './recovery.ts';

function recovery(holdsOn = false) {
  const log: string[] = [];
  let now = 0;
  let isHeld = false;
  const note = (what: string) => log.push(`${what} ${now}`);
  const made = new Recovery({
    hold(held) {
      if (held !== isHeld) note(held ? 'hold' : 'go on');
      isHeld = held;
    },
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
  return { log, made, silentUntil, back };
}

test('nothing is sent into a link that is silent, until it brings something', () => {
  const { log, silentUntil, back } = recovery();
  silentUntil(2250);
  back();
  expect(log).toEqual(['hold 1500', 'go on 2250']);
});

test('the server is asked soon, ICE restarted when patience ends, and both again and again', () => {
  const { log, silentUntil, back } = recovery();
  silentUntil(25_000);
  const after = (what: string) => log.filter((line) => line.startsWith(what));
  expect(after('ask')).toEqual(['ask 2500', 'ask 8500', 'ask 14500', 'ask 20500']);
  const restarts = [6000, 10_000, 14_000, 18_000, 22_000].map((ms) => `restart ${ms}`);
  expect(after('restart')).toEqual(restarts);
  back();
  log.length = 0;
  silentUntil(6000);
  expect(log).toEqual(['hold 1500', 'ask 2500', 'restart 6000']);
});

test('a restart for another reason counts', () => {
  const { log, made, silentUntil } = recovery();
  silentUntil(5500);
  made.restart();
  silentUntil(9500);
  expect(log.slice(2)).toEqual(['restart 5500', 'ask 8500', 'restart 9500']);
});

test('a browser that holds on to its path is not restarted', () => {
  const { log, silentUntil } = recovery(true);
  silentUntil(25_000);
  expect(log.slice(0, 3)).toEqual(['hold 1500', 'ask 2500', 'ask 8500']);
  expect(log.filter((line) => line.startsWith('restart'))).toEqual([]);
});
