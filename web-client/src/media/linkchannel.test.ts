import { expect, test } from 'vitest';
import { FakeClock } from '../testing/clock.ts';
import { LinkChannel } from './linkchannel.ts';
import { countReport } from './linkreport.ts';

/** A page over a link of `oneWayMs` to a server that answers every report, until something is changed. */
function world({ oneWayMs = 100, interval = 10, startsAt = 0, isOpen = true } = {}) {
  const clock = new FakeClock();
  const now = () => startsAt + clock.now();
  const sent: { at: number; bytes: DataView }[] = [];
  const told: string[] = [];
  const resumed: number[] = [];
  const link = {
    isUp: true,
    isOpen,
    interval,
    voice: 0,
    traffic: 0,
    received: 0,
    losesNext: 0,
    /** Pictures go up, and the server answers them all the time. */
    pictures: false,
    arrivedAt: 0,
  };
  const channel = new LinkChannel({
    now,
    after: clock.after,
    isOpen: () => link.isOpen,
    send(message) {
      const bytes = new DataView(message);
      sent.push({ at: clock.now(), bytes });
      if (link.losesNext > 0) link.losesNext -= 1;
      else if (link.isUp) answer(bytes);
    },
    counts: async () =>
      countReport(
        [{ id: 'a', type: 'inbound-rtp', kind: 'audio', packetsReceived: link.received }],
        now(),
      ),
    voices: () => [link.voice, 0],
    traffic: async () => link.traffic,
    sendsPictures: () => link.pictures,
    sinceLastPacket: async () => {
      if (link.isUp) link.arrivedAt = now();
      return now() - link.arrivedAt;
    },
    following: () => ({ revision: 9, deviates: false }),
    late: () => told.push('late'),
    silent: (ms) => told.push(`silent ${ms}`),
    back: () => told.push('back'),
    resumed: () => resumed.push(clock.now()),
  });
  function answer(report: DataView) {
    const echo = new DataView(new ArrayBuffer(11));
    echo.setUint8(0, 5);
    echo.setUint8(1, report.getUint8(1));
    echo.setUint32(2, report.getUint32(2));
    clock.after(oneWayMs, () => {
      echo.setUint32(6, 1_000_000 + clock.now());
      echo.setUint8(10, link.interval);
      clock.after(oneWayMs, () => link.isUp && channel.message(echo.buffer));
    });
  }
  /** A voice that brings a packet every `everyMs`, until it is stopped. */
  const speak = (everyMs = 60) => {
    let stopped = false;
    const next = () => {
      if (stopped) return;
      if (link.isUp) {
        link.voice += 1;
        link.traffic += 1;
        link.received += 1;
      }
      clock.after(everyMs, next);
    };
    next();
    return () => {
      stopped = true;
    };
  };
  const times = () => sent.map(({ at }) => at);
  return { clock, link, channel, sent, times, told, resumed, speak };
}

test('reports at once, then as often as the latest echo says', async () => {
  const { clock, link, times, sent } = world();
  await clock.advance(3900);
  expect(times()).toEqual([0, 1000, 2000, 3000]);
  expect(sent.map(({ bytes }) => bytes.getUint8(1))).toEqual([0, 1, 2, 3]);
  link.interval = 50;
  await clock.advance(20_000);
  expect(times().slice(4)).toEqual([4000, 9000, 14_000, 19_000]);
});

test('a server that wants to hear sooner is told sooner', async () => {
  const { clock, link, times } = world({ interval: 50 });
  await clock.advance(5500);
  link.interval = 10;
  await clock.advance(6500);
  expect(times()).toEqual([0, 5000, 10_000, 11_000, 12_000]);
});

test('carries the latest echo back with the time of its coming', async () => {
  const { clock, sent } = world({ oneWayMs: 150 });
  await clock.advance(1000);
  const [first, second] = sent.map(({ bytes }) => [bytes.getUint32(6), bytes.getUint32(10)]);
  expect(first).toEqual([0, 0]);
  expect(second).toEqual([1_000_150, 300]);
});

test('counts what came since the report before, whatever became of that one', async () => {
  const { clock, link, sent, speak } = world();
  speak(100);
  link.losesNext = 2;
  await clock.advance(3000);
  expect(sent.map(({ bytes }) => bytes.getUint16(14)).slice(1)).toEqual([10, 10, 10]);
});

test('goes on over the wrap of its clock and of its count', async () => {
  const { clock, sent, told } = world({ startsAt: 2 ** 32 - 1500 });
  await clock.advance(300_000);
  expect(sent.at(-1)?.bytes.getUint8(1)).toBe(300 & 0xff);
  expect(sent[2]?.bytes.getUint32(2)).toBe(500);
  expect(told).toEqual([]);
});

test('says within two seconds that nothing comes, while somebody speaks', async () => {
  const { clock, link, told, speak, times } = world({ interval: 50 });
  speak();
  await clock.advance(6000);
  link.isUp = false;
  const from = times().length;
  await clock.advance(4000);
  // Late first, when pictures still can be kept from a queue that nothing leaves.
  expect(told[0]).toBe('late');
  expect(told[1]).toMatch(/^silent 1[567]\d\d$/);
  // Asked once early, then every half second.
  const probes = times()
    .slice(from)
    .map((at) => at - 6000);
  expect(probes[0]).toBeLessThanOrEqual(1250);
  expect(probes.slice(2).every((at, index) => at - (probes[index + 1] ?? 0) === 500)).toBe(true);
  expect(probes.length).toBeGreaterThanOrEqual(5);
});

test('tells how long the silence lasts, and once that it is over', async () => {
  const { clock, link, told, speak } = world();
  speak();
  await clock.advance(2000);
  link.isUp = false;
  await clock.advance(8000);
  const lengths = told.slice(1).map((line) => Number(line.split(' ')[1]));
  expect(lengths.at(-1)).toBeGreaterThanOrEqual(7500);
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  link.isUp = true;
  await clock.advance(3000);
  expect(told.slice(lengths.length + 1)).toEqual(['back']);
});

test('notices a dead link also when nobody speaks, by the report that stays unanswered', async () => {
  const { clock, link, told } = world();
  await clock.advance(1500);
  link.isUp = false;
  await clock.advance(1900);
  expect(told).toEqual(['late']);
  await clock.advance(400);
  expect(told[1]).toMatch(/^silent/);
});

test('a voice that had stayed away is told of when it comes again; a pause of speech is not', async () => {
  const { clock, resumed, speak } = world();
  const stop = speak(400);
  await clock.advance(10_000);
  expect(resumed).toEqual([]);
  stop();
  await clock.advance(3000);
  speak();
  await clock.advance(5000);
  expect(resumed).toHaveLength(1);
  expect(resumed[0]).toBeLessThan(13_500);
});

test('who stops speaking is not gone, near or far', async () => {
  for (const oneWayMs of [20, 350, 500]) {
    const { clock, told, speak } = world({ oneWayMs, interval: 50 });
    const stop = speak();
    await clock.advance(11_000);
    stop();
    await clock.advance(60_000);
    expect(told, `${oneWayMs}`).toEqual([]);
  }
});

test('a voice at rest, which brings a packet every 400 ms, asks for nothing beside the usual', async () => {
  const { clock, times, speak } = world({ interval: 50 });
  speak(400);
  await clock.advance(20_100);
  expect(times()).toEqual([0, 5000, 10_000, 15_000, 20_000]);
});

test('one lost report is no silence', async () => {
  const { clock, link, told, times } = world({ interval: 50 });
  await clock.advance(4000);
  link.losesNext = 1;
  await clock.advance(3000);
  expect(told).toEqual([]);
  expect(times().slice(1, 3)).toEqual([5000, 5500]);
});

test('answers to connectivity checks show that the link lives', async () => {
  const { clock, link, told } = world({ interval: 50 });
  await clock.advance(4000);
  link.losesNext = 100;
  for (let step = 0; step < 20; step++) {
    link.traffic += 1;
    await clock.advance(500);
  }
  expect(told).toEqual([]);
});

test('a page that was put to sleep asks before it calls anything silent', async () => {
  const { clock, told, speak, link } = world({ interval: 50 });
  const stop = speak();
  await clock.advance(6000);
  stop();
  // What was asked at five is answered; since then no timer of ours ran, and nobody spoke.
  clock.sleep(9000);
  link.traffic += 1;
  await clock.advance(1000);
  expect(told).toEqual([]);
});

test('a busy page that looks late has not been left alone', async () => {
  const { clock, told, speak, link } = world();
  speak(20);
  await clock.advance(2000);
  // Ten seconds in which no timer of ours ran, and a voice came all the while.
  link.voice += 500;
  await clock.advance(300);
  expect(told).toEqual([]);
});

test('before the channel opens nothing is said and nothing is due', async () => {
  const { clock, link, times, told } = world({ isOpen: false });
  await clock.advance(10_000);
  expect([times(), told]).toEqual([[], []]);
  link.isOpen = true;
  await clock.advance(300);
  expect(times()).toEqual([10_250]);
});

test('a server that knows no reports is not taken for dead', async () => {
  const { clock, link, told, speak } = world();
  link.losesNext = 1000;
  const stop = speak();
  await clock.advance(5000);
  stop();
  await clock.advance(20_000);
  expect(told).toEqual([]);
});

test('a closed one leaves nothing behind', async () => {
  const { clock, channel } = world();
  await clock.advance(2300);
  channel.close();
  await clock.advance(2000);
  expect(clock.pending).toBe(0);
});

test('pictures that nothing answers rest after half a second, and the voice soon after', async () => {
  const { clock, link, told, speak } = world({ interval: 50 });
  speak();
  link.pictures = true;
  await clock.advance(6000);
  link.arrivedAt = 6000;
  link.isUp = false;
  await clock.advance(900);
  expect(told).toEqual(['late']);
  link.pictures = false;
  await clock.advance(400);
  expect(told.slice(1)).toEqual(['silent 1000', 'silent 1250']);
});

test('while the answers come, a voice may pause for as long as it likes', async () => {
  const { clock, link, told, speak } = world({ interval: 50 });
  const stop = speak();
  link.pictures = true;
  await clock.advance(6000);
  stop();
  await clock.advance(30_000);
  expect(told).toEqual([]);
});

test('pictures that have just begun owe no answer yet', async () => {
  const { clock, link, told, speak } = world({ interval: 50 });
  speak();
  await clock.advance(6000);
  link.arrivedAt = 6000;
  link.pictures = true;
  link.isUp = false;
  await clock.advance(1000);
  expect(told).toEqual([]);
});
