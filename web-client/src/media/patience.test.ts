import { expect, test } from 'vitest';
import type { JitterBuffer } from './linkreport.ts';
import { Patience } from './patience.ts';
import type { Lately } from './playout.ts';

/** A voice of 17 packets a second that is looked at once a second; says how long it is kept back. */
function listen() {
  const patience = new Patience();
  let now = 0;
  let buffer: JitterBuffer = { mid: '2', delay: 0, samples: 0, packets: 0, late: 0 };
  let waitMs = 0;
  const hear = (seconds: number, lateShare: (waitMs: number) => number, jitterMs = 60) => {
    const kept: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      now += 1000;
      buffer = {
        ...buffer,
        delay: buffer.delay + 48 * Math.max(waitMs, jitterMs),
        samples: buffer.samples + 48_000,
        packets: buffer.packets + 17,
        late: buffer.late + 17 * lateShare(waitMs),
      };
      waitMs = patience.look(new Map([['a', buffer]]), 'steady', now).get('a') ?? waitMs;
      kept.push(waitMs);
    }
    return kept;
  };
  return { hear };
}

/** Every tenth packet is lost, and comes 260 ms later when it is sent again. */
const sentAgain = (waitMs: number) => (waitMs < 260 ? 0.1 : 0.01);

test('waits for what is sent again, as long as that takes, within ten seconds', () => {
  const { hear } = listen();
  expect(hear(10, sentAgain).at(-1)).toBe(300);
});

test('waits for no more than a conversation bears', () => {
  const { hear } = listen();
  expect(Math.max(...hear(60, () => 0.3))).toBe(400);
});

test('one in thirty that comes late again and again is worth waiting for', () => {
  const { hear } = listen();
  const resent = (waitMs: number) => (waitMs < 260 ? 0.036 : 0);
  expect(hear(12, resent).at(-1)).toBe(300);
});

test('a link that merely wanders is left to the browser', () => {
  const { hear } = listen();
  expect(hear(60, () => 0.02)).toEqual(Array(60).fill(0));
});

test('one late burst, as an outage leaves it, is nothing to wait for', () => {
  const { hear } = listen();
  for (let outage = 0; outage < 5; outage += 1) {
    hear(19, () => 0);
    expect(hear(1, () => 0.9)).toEqual([0]);
  }
});

test('waits less when nothing comes late any more, and seldom tries where it still does', () => {
  const { hear } = listen();
  hear(10, sentAgain);
  expect(hear(400, () => 0).at(-1)).toBe(0);
  hear(10, sentAgain);
  const kept = hear(600, sentAgain);
  const trials = kept.filter((ms, at) => ms < (kept[at - 1] ?? ms));
  expect(trials.length).toBeGreaterThan(0);
  expect(trials.length).toBeLessThan(7);
});

test('neither an outage nor a stream that begins anew counts', () => {
  const patience = new Patience();
  let now = 0;
  const look = (packets: number, late: number, lately: Lately = 'steady') => {
    now += 1000;
    const buffers = new Map([['a', { mid: '2', delay: 0, samples: 0, packets, late }]]);
    return patience.look(buffers, lately, now).get('a');
  };
  look(0, 0);
  look(100, 10);
  expect(look(200, 20)).toBe(240);
  look(300, 30);
  expect(look(5, 0)).toBeUndefined();
  look(105, 10);
  expect(look(205, 60, 'silent')).toBeUndefined();
  look(305, 70);
  expect(look(405, 80)).toBe(400);
});
