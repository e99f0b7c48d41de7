import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lookAhead, waitFor } from './ahead.ts';

beforeEach(() => vi.stubGlobal('navigator', { vendor: 'Google Inc.' }));

afterEach(() => vi.unstubAllGlobals());

/** A page whose document came with this. */
const look = (...timing: { name: string; description: string }[]) =>
  lookAhead([{ serverTiming: timing } as unknown as PerformanceNavigationTiming]);

test('the document says whom the page will meet, and where', () => {
  const ahead = look(
    { name: 'proxy', description: 'hit' },
    { name: 'media', description: 'sha-256 A5:B6,192.0.2.1 40000,::1 40000' },
  );
  expect(ahead).toMatchObject({
    fingerprint: 'sha-256 A5:B6',
    ways: ['192.0.2.1 40000', '::1 40000'],
  });
});

test('credentials are chosen anew each time, as long and of such characters as ICE wants them', () => {
  const chosen = Array.from({ length: 50 }, () => {
    const ahead = look({ name: 'media', description: 'sha-256 AB,192.0.2.1 40000' });
    return ahead?.ice;
  });
  for (const ice of chosen) {
    expect(ice?.ufrag).toMatch(/^[A-Za-z0-9+/]{8}$/);
    expect(ice?.pwd).toMatch(/^[A-Za-z0-9+/]{22}$/);
  }
  expect(new Set(chosen.map((ice) => ice?.pwd)).size).toBe(50);
});

test('where the server or the browser says nothing, nothing is assumed', () => {
  expect(look()).toBeUndefined();
  expect(look({ name: 'media', description: '' })).toBeUndefined();
  expect(lookAhead([])).toBeUndefined();
  expect(lookAhead([{} as PerformanceNavigationTiming])).toBeUndefined();
});

test('a browser that knows no provisional answers promises the server no checks', () => {
  vi.stubGlobal('navigator', { vendor: '' });
  expect(look({ name: 'media', description: 'sha-256 AB,192.0.2.1 40000' })).toBeUndefined();
});

test('checks begin when the join has left, as far as the page knows', () => {
  expect(waitFor(undefined)).toBe(100);
  expect(waitFor({ rttMs: 400, kbps: 150 })).toBe(100);
  expect(waitFor({ rttMs: 600, kbps: 40 })).toBe(320);
  expect(waitFor({ rttMs: 700, kbps: 1 })).toBe(400);
  expect(waitFor({ rttMs: 20, kbps: 12_800 })).toBe(100);
});
