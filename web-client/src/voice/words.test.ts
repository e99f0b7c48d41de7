import { expect, test } from 'vitest';
import { trouble, voice } from '../i18n/vi.ts';
import { fakeCall } from '../testing/call.ts';
import type { CallState } from './call.ts';
import { failureWords, WAYS_OUT } from './failure.ts';
import { linkWords } from './status.ts';

const words = { ...voice, ...trouble };
const state = (part: Partial<CallState>): CallState => ({ ...fakeCall().call.state, ...part });

test('says alone and in company different things', () => {
  expect(linkWords(state({ link: 'connected' }), false, words)).toBe(words.alone);
  expect(linkWords(state({ link: 'connected' }), true, words)).toBe(words.connected);
});

test('every state of the link but the last has a sentence', () => {
  for (const link of ['joining', 'waiting', 'connecting', 'unsteady', 'rejoining'] as const) {
    expect(linkWords(state({ link }), false, words).length).toBeGreaterThan(5);
  }
});

test('every cause of failure has words of its own and a way out', () => {
  const causes = Object.keys(WAYS_OUT) as (keyof typeof WAYS_OUT)[];
  const all = causes.map((cause) => failureWords(cause, words, 7, { userAgent: '' }));
  expect(new Set(all.map(({ title }) => title)).size).toBe(causes.length);
  expect(new Set(all.map(({ how }) => how)).size).toBe(causes.length);
});

test('the way out of another app’s browser is one that its system knows', () => {
  const wayOut = (userAgent: string) =>
    failureWords('inAppBrowser', words, undefined, { userAgent }).wayOut;
  expect(wayOut('Linux; Android 13; wv')).toBe('openBrowser');
  expect(wayOut('iPhone; Zalo')).toBe('copyLink');
});

test('too many tries are told with the time to wait', () => {
  expect(failureWords('rateLimited', words, 17).how).toContain('17');
  expect(failureWords('rateLimited', words).how).toMatch(/\d/);
});

test('who waits is told so, whatever the transport does', () => {
  const waiting = state({ link: 'waiting', waiting: true });
  expect(linkWords(waiting, false, words)).toBe(words.waiting);
});
