import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallState } from '../voice/call.ts';
import { isLessThanGood, worseOf } from './networklevel.ts';
import { startProbing } from './probing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the worse of two levels counts, and what is known of one alone', () => {
  expect(worseOf('good', 'weak')).toBe('weak');
  expect(worseOf('poor', 'fair')).toBe('poor');
  expect(worseOf(undefined, 'fair')).toBe('fair');
  expect(worseOf('good', undefined)).toBe('good');
  expect(worseOf(undefined, undefined)).toBeUndefined();
  expect([undefined, 'good', 'fair'].map((level) => isLessThanGood(level as 'fair'))).toEqual([
    false,
    false,
    true,
  ]);
});

class Channel extends EventTarget {
  readyState = 'open';
  readonly sent: number[][] = [];

  send(message: ArrayBuffer): void {
    this.sent.push([...new Uint8Array(message)].slice(0, 2));
  }

  bring(...bytes: number[]): void {
    const message = new Uint8Array(600);
    message.set(bytes);
    this.dispatchEvent(new MessageEvent('message', { data: message.buffer }));
  }
}

test('who waits has each of their transports tried, and who is let in none', () => {
  const [first, second] = [new Channel(), new Channel()];
  const call = {
    channel: first as unknown as RTCDataChannel | undefined,
    state: { link: 'waiting', network: undefined } as CallState,
  };
  const stop = startProbing(call);
  vi.advanceTimersByTime(1000);
  expect(first.sent).toEqual([[6, 1]]);
  first.bring(7, 1, 1, 0, 1, 1, 2, 88);
  expect(first.sent.at(-1)).toEqual([8, 1]);
  call.channel = second as unknown as RTCDataChannel;
  vi.advanceTimersByTime(1000);
  expect(second.sent).toEqual([[6, 1]]);
  // The old one's last word is nobody's.
  first.bring(7, 1, 2, 0, 1, 1, 2, 88);
  expect(first.sent).toHaveLength(2);
  call.state = { ...call.state, link: 'connected' };
  second.bring(7, 1, 1, 0, 1, 1, 2, 88);
  vi.advanceTimersByTime(60_000);
  expect(second.sent).toHaveLength(1);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});
