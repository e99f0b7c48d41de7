import { expect, test } from 'vitest';
import type { NetworkLevel } from '../protocol/generated/messages.ts';
import { FakeClock } from '../testing/clock.ts';
import { parseLevel, parseProbe, probeAnswer, probeRequest } from './probemessages.ts';
import { Prober } from './prober.ts';

function setUp() {
  const clock = new FakeClock();
  const sent: ArrayBuffer[] = [];
  const state = { mayProbe: true, level: undefined as NetworkLevel | undefined };
  const prober = new Prober({
    now: clock.now,
    after: clock.after,
    send: (message) => sent.push(message),
    mayProbe: () => state.mayProbe,
    level: () => state.level,
  });
  /** A message of a train of four, which is answered by two of 600 bytes. */
  const comes = (round: number, index: number, probe = 1) => {
    const message = new Uint8Array(600);
    message.set([7, probe, round, index, 4, 2, 2, 88]);
    prober.message(message.buffer);
  };
  const said = () => sent.splice(0).map((message) => [...new Uint8Array(message).slice(0, 8)]);
  const passes = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      prober.look();
      await clock.advance(1000);
    }
  };
  return { clock, prober, state, comes, said, passes };
}

test('reads and writes the documented bytes', () => {
  expect([...new Uint8Array(probeRequest(3))]).toEqual([6, 3]);
  const train = new Uint8Array(1000);
  train.set([7, 3, 4, 1, 4, 2, 0x02, 0x58]);
  const parsed = parseProbe(train.buffer);
  expect(parsed).toEqual({
    probe: 3,
    round: 4,
    index: 1,
    messages: 4,
    backMessages: 2,
    backBytes: 600,
  });
  const answer = parsed && probeAnswer(parsed, { received: 3, spreadMs: 258 });
  expect(answer?.map(({ byteLength }) => byteLength)).toEqual([600, 600]);
  expect([...new Uint8Array(answer?.[1] ?? new ArrayBuffer(0)).slice(0, 9)]).toEqual([
    8, 3, 4, 1, 2, 3, 1, 2, 0,
  ]);
  const levels = [0, 1, 2, 3, 4, 5].map((level) => parseLevel(new Uint8Array([9, level]).buffer));
  expect(levels).toEqual([undefined, 'good', 'fair', 'weak', 'poor', undefined]);
});

test('a page sends no more than a probe may ask for', () => {
  for (const head of [
    [7, 1, 1, 0, 4, 200, 2, 88],
    [7, 1, 1, 0, 4, 4, 255, 255],
    [7, 1, 1, 0, 4, 4, 0, 2],
    [7, 1, 1],
  ]) {
    expect(parseProbe(new Uint8Array(head).buffer)).toBeUndefined();
  }
});

test('answers a train when it is whole, with how long it took', async () => {
  const { clock, comes, said } = setUp();
  for (const index of [0, 1, 2, 3]) {
    comes(1, index);
    await clock.advance(100);
  }
  expect(said()).toEqual([
    [8, 1, 1, 0, 2, 4, 1, 44],
    [8, 1, 1, 1, 2, 4, 1, 44],
  ]);
  // What comes of it twice, or late, is no other train.
  comes(1, 3);
  await clock.advance(5000);
  expect(said()).toEqual([]);
});

test('answers without what was lost of a train', async () => {
  const { clock, comes, said } = setUp();
  comes(1, 0);
  await clock.advance(200);
  comes(1, 3);
  await clock.advance(799);
  expect(said()).toEqual([]);
  await clock.advance(1);
  expect(said()[0]).toEqual([8, 1, 1, 0, 2, 2, 0, 200]);
});

test('asks until the server has heard, and again later while the network is not good', async () => {
  const { comes, said, passes, state } = setUp();
  await passes(3);
  expect(said()).toEqual([
    [6, 1],
    [6, 1],
  ]);
  comes(1, 0);
  state.level = 'weak';
  await passes(26);
  said();
  await passes(2);
  expect(said()).toEqual([[6, 2]]);
  comes(1, 0, 2);
  state.level = 'good';
  await passes(600);
  expect(said().filter(([first]) => first === 6)).toEqual([]);
});

test('who is let in is left alone, in the middle of a train too', async () => {
  const { clock, comes, said, passes, state } = setUp();
  comes(1, 0);
  state.mayProbe = false;
  await clock.advance(5000);
  comes(1, 1);
  await passes(60);
  expect(said()).toEqual([]);
});
