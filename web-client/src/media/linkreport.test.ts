import { expect, test } from 'vitest';
import { AUDIO_RUNGS, type AudioRung } from './audiorung.ts';
import {
  countReport,
  deviatesBetween,
  nothingCounted,
  type ReportStat,
  reportBetween,
} from './linkreport.ts';

const slot = (id: string, part: Partial<ReportStat>): ReportStat => ({
  id,
  type: 'inbound-rtp',
  kind: 'audio',
  ...part,
});
const microphone = (packetsSent: number): ReportStat => ({
  id: 'm',
  type: 'outbound-rtp',
  kind: 'audio',
  packetsSent,
});

const between = (before: ReportStat[], now: ReportStat[]) =>
  reportBetween(countReport(before, 0), countReport(now, 1000));

test('counts the voices of all slots together, and no pictures', () => {
  const before = [slot('a', { packetsReceived: 10, packetsLost: 1 }), microphone(7)];
  const now = [
    slot('a', { packetsReceived: 20, packetsLost: 3 }),
    slot('b', { packetsReceived: 5, packetsLost: 1 }),
    { ...slot('c', { packetsReceived: 999, packetsLost: 99 }), kind: 'video' },
    { ...microphone(999), kind: 'video' },
    microphone(24),
  ];
  expect(between(before, now)).toMatchObject({ received: 15, lost: 3, sent: 17 });
});

test('the first report counts from the beginning', () => {
  const now = countReport([slot('a', { packetsReceived: 3 }), microphone(4)], 10);
  expect(reportBetween(nothingCounted, now)).toEqual({ received: 3, lost: 0, sent: 4, delayMs: 0 });
});

test('a late packet that takes a loss back, and a stream that begins anew, are never less than none', () => {
  const before = [slot('a', { packetsReceived: 100, packetsLost: 5 }), microphone(50)];
  expect(
    between(before, [slot('a', { packetsReceived: 4, packetsLost: 2 }), microphone(1)]),
  ).toEqual({
    received: 0,
    lost: 0,
    sent: 0,
    delayMs: 0,
  });
});

test('the jitter buffer’s delay is that of the time since, of the slot where it is longest', () => {
  const buffer = (delay: number, samples: number) => ({
    jitterBufferDelay: delay,
    jitterBufferEmittedCount: samples,
  });
  // An hour at 40 ms does not hide a second at 300.
  const before = [slot('a', buffer(6_912_000, 172_800_000)), slot('b', buffer(100, 1000))];
  const now = [slot('a', buffer(6_926_400, 172_848_000)), slot('b', buffer(100, 1000))];
  expect(between(before, now).delayMs).toBe(300);
});

test('whether the browser follows is told two seconds after it was asked', () => {
  const rung = AUDIO_RUNGS[2] as AudioRung;
  const at = (time: number, sent: number) => countReport([microphone(sent)], time);
  const asked = 10_000;
  // Still fifty a second, but it may be on its way.
  expect(deviatesBetween(at(11_900, 0), at(12_900, 50), rung, asked)).toBeUndefined();
  expect(deviatesBetween(at(12_000, 0), at(13_000, 50), rung, asked)).toBe(true);
  expect(deviatesBetween(at(12_000, 0), at(13_000, 17), rung, asked)).toBe(false);
  // A silence is what was asked for.
  expect(deviatesBetween(at(12_000, 0), at(13_000, 2), rung, asked)).toBe(false);
});
