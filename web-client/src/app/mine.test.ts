import { expect, test } from 'vitest';
import { app as words } from '../i18n/vi.ts';
import { fakeCall } from '../testing/call.ts';
import type { CallState } from '../voice/call.ts';
import { BARS, barsOf } from './level.ts';
import { voiceWords } from './mine.ts';

const state = (part: Partial<CallState>): CallState => ({ ...fakeCall().call.state, ...part });

test('“they hear you” is said only when it is so', () => {
  const on = state({ link: 'connected', microphone: true });
  expect(voiceWords(on, true, words)).toBe(words.voiceClear);
  expect(voiceWords(on, false, words)).toBe(words.voiceQuiet);
  expect(voiceWords({ ...on, link: 'unsteady' }, true, words)).toBe(words.voiceNotYet);
  expect(voiceWords({ ...on, microphone: false }, true, words)).toBe(words.voiceMuted);
});

test('the level goes from silence to the full bars', () => {
  const loud = (amplitude: number) => barsOf(new Float32Array(256).fill(amplitude));
  expect([0, 0.005, 0.015, 0.03, 0.06, 0.9].map(loud)).toEqual([0, 0, 1, 2, 3, BARS]);
  expect(barsOf([])).toBe(0);
});

test('who waits is told that nobody hears, whatever the transport does', () => {
  const waiting = state({ link: 'waiting', waiting: true });
  expect(voiceWords(waiting, true, words)).toBe(words.voiceWaiting);
});
