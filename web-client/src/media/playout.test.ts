import { expect, test } from 'vitest';
import type { JitterBuffer } from './linkreport.ts';
import { type Lately, Playout, withDirection } from './playout.ts';

/** A voice whose buffer is looked at four times a second; says when it was played anew, ms. */
function listen() {
  const playout = new Playout();
  let now = 0;
  let buffer: JitterBuffer = { mid: '2', delay: 0, samples: 0, packets: 0, late: 0 };
  const anew: number[] = [];
  const hear = (bufferMs: number, forMs: number, lately: Lately = 'steady', packets = 12) => {
    for (const end = now + forMs; now < end; ) {
      now += 250;
      const samples = buffer.samples + 12_000;
      const delay = buffer.delay + 12 * bufferMs;
      buffer = { ...buffer, samples, delay, packets: buffer.packets + packets };
      if (playout.look(new Map([['a', buffer]]), lately, now).length > 0) anew.push(now);
    }
  };
  return { anew, hear };
}

test('what an outage left in the buffer is left out at the first look that shows it', () => {
  const { anew, hear } = listen();
  hear(80, 5000);
  hear(240, 500, 'silent');
  hear(260, 500, 'silent');
  expect(anew).toEqual([5750]);
});

test('while the burst still comes nothing is left out, for it would fill again', () => {
  const { anew, hear } = listen();
  hear(80, 5000);
  hear(120, 250, 'silent', 47);
  hear(400, 750, 'silent', 30);
  expect(anew).toEqual([]);
  hear(900, 250, 'silent', 13);
  expect(anew).toEqual([6250]);
});

test('a buffer that has grown for another reason is looked at twice', () => {
  const { anew, hear } = listen();
  hear(80, 5000);
  hear(900, 250);
  hear(100, 5000);
  expect(anew).toEqual([]);
  hear(900, 500);
  expect(anew).toEqual([10_750]);
});

test('a call that begins behind is brought to what is being said', () => {
  const { anew, hear } = listen();
  hear(1100, 1000);
  hear(100, 5000);
  expect(anew).toEqual([750]);
});

test('the buffer that a link needs is left alone', () => {
  const { anew, hear } = listen();
  for (let turn = 0; turn < 20; turn += 1) {
    hear(300, 2000);
    hear(530, 2000);
  }
  expect(anew).toEqual([]);
});

test('a link that goes on like that is disturbed more and more seldom', () => {
  const { anew, hear } = listen();
  hear(100, 5000);
  hear(2000, 60_000);
  const rests = anew.slice(1).map((at, index) => at - (anew[index] ?? 0));
  expect(rests).toEqual([3000, 6000, 12_000, 24_000]);
  hear(100, 60_000);
  hear(2000, 500);
  expect(anew).toHaveLength(6);
});

test('a stream that begins anew is not measured by the one before', () => {
  const playout = new Playout();
  const look = (delay: number, samples: number, now: number) =>
    playout.look(
      new Map([['a', { mid: '2', delay, samples, packets: 0, late: 0 }]]),
      'silent',
      now,
    );
  expect(look(90_000, 48_000, 0)).toEqual([]);
  expect(look(10, 480, 250)).toEqual([]);
});

test('one line of the answer is turned, and back again, and all else stays', () => {
  const answer = [
    'v=0',
    'm=audio 9 X 111',
    'a=mid:1',
    'a=sendonly',
    'm=audio 9 X 111',
    'a=mid:11',
    'a=sendonly',
    '',
  ].join('\r\n');
  const rests = withDirection(answer, '1', 'inactive');
  expect(rests).toBe(answer.replace('a=sendonly', 'a=inactive'));
  expect(withDirection(rests, '1', 'sendonly')).toBe(answer);
  expect(withDirection(answer, '7', 'inactive')).toBe(answer);
});
