import { expect, test } from 'vitest';
import {
  countLink,
  type LinkCounts,
  losesVoice,
  standingBetween,
  weaknessBetween,
} from './linkquality.ts';

const counts = (part: Partial<LinkCounts> = {}): LinkCounts => ({
  audioPackets: 0,
  audioLost: 0,
  concealed: 0,
  played: 0,
  frames: [0, 0],
  lostOfOurs: 0,
  ...part,
});

test('a link that loses little is not called weak', () => {
  const now = counts({ audioPackets: 145, audioLost: 5, concealed: 400, played: 144_000 });
  expect(weaknessBetween(counts(), now, [false, false])).toBe('none');
});

test('voice comes first: heavy loss either way is said before a standing picture', () => {
  const lossy = counts({ audioPackets: 120, audioLost: 30 });
  expect(weaknessBetween(counts(), lossy, [true, false])).toBe('voice');
  expect(weaknessBetween(counts(), counts({ lostOfOurs: 0.3 }), [true, true])).toBe('voice');
});

test('a shown picture that stands still is a weak link, one that is off is not', () => {
  const now = counts({ audioPackets: 150, frames: [0, 60] });
  expect(weaknessBetween(counts(), now, [true, true])).toBe('pictures');
  expect(weaknessBetween(counts(), now, [false, true])).toBe('none');
});

test('the silence of a muted person is not taken for a broken voice', () => {
  const now = counts({ concealed: 140_000, played: 144_000 });
  expect(weaknessBetween(counts(), now, [false, false])).toBe('none');
});

test('adds up what the browser tells, and lives without what it does not', () => {
  const report = [
    { type: 'transport' },
    { type: 'inbound-rtp', kind: 'audio', packetsReceived: 10, packetsLost: 1 },
    { type: 'inbound-rtp', kind: 'audio', concealedSamples: 50, silentConcealedSamples: 20 },
    { type: 'inbound-rtp', kind: 'video', mid: '5', framesDecoded: 7 },
    { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.2 },
  ];
  expect(countLink(report, ['3', '5'])).toEqual({
    audioPackets: 10,
    audioLost: 1,
    concealed: 30,
    played: 0,
    frames: [0, 7],
    lostOfOurs: 0.2,
  });
});

test('a page that cannot keep up with a sound loses none of it', () => {
  const slow = counts({ audioPackets: 150, played: 144_000, concealed: 72_000, frames: [3, 0] });
  expect(weaknessBetween(counts(), slow, [false, false])).toBe('voice');
  expect(losesVoice(counts(), slow)).toBe(false);
  expect(losesVoice(counts(), counts({ audioPackets: 120, audioLost: 30 }))).toBe(true);
  expect(losesVoice(counts(), counts({ lostOfOurs: 0.3 }))).toBe(true);
  expect([...standingBetween(counts(), slow)]).toEqual([1]);
});
