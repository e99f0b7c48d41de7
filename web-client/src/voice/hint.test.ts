import { afterEach, expect, test, vi } from 'vitest';
import { hintOf, type Loading, linkHint } from './hint.ts';
import { paceOf } from './pace.ts';

/** As Chromium told it over 40 kbit/s down, 30 up and 600 ms, with a second connection beside it. */
const weak: Loading = {
  connectStart: 5,
  secureConnectionStart: 625,
  requestStart: 2655,
  responseStart: 4131,
  responseEnd: 6869,
  encodedBodySize: 14_775,
  transferSize: 15_075,
};

afterEach(() => vi.unstubAllGlobals());

test('a page that came over a weak link tells its rate and its round trip', () => {
  expect(hintOf(weak)).toEqual({ rttMs: 620, kbps: 42 });
});

test('of a page that is still coming its first part tells the same', () => {
  // 4,950 bytes were there 0.78 s after the first of them; the rest comes until 6,869.
  const coming = {
    ...weak,
    responseEnd: weak.responseStart,
    encodedBodySize: 0,
    transferSize: 300,
  };
  expect(hintOf(coming, 4912)).toEqual({ rttMs: 620, kbps: 40 });
  const late = { ...coming, requestStart: 2474, responseStart: 5200, responseEnd: 5200 };
  expect(hintOf(late, 5201)?.kbps).toBeLessThan(42);
  // Out of the browser's memory, which takes no time to answer.
  const kept = { ...coming, requestStart: coming.responseStart - 4 };
  expect(hintOf(kept, coming.responseStart + 5)).toBeUndefined();
});

test('a page that came at once tells a fast link, and no nonsense', () => {
  const fast = { ...weak, requestStart: 700, responseStart: 703, responseEnd: 703 };
  const hint = hintOf(fast);
  expect(hint?.rttMs).toBe(3);
  expect(hint?.kbps).toBeGreaterThan(10_000);
  expect(hint?.kbps).toBeLessThan(10_000_000);
});

test('a page whose first packet was lost tells the rate all the same', () => {
  const late = { ...weak, requestStart: 2474, responseStart: 6552, responseEnd: 6553 };
  expect(hintOf(late)?.kbps).toBeGreaterThan(25);
  expect(hintOf(late)?.kbps).toBeLessThan(45);
});

test('nor is a link fast whose first packet was lost and came with all others soon after', () => {
  // As Chromium told it over 200 kbit/s and 200 ms with a tenth lost: 13 kB in 5 ms, 0.66 s late.
  const burst: Loading = {
    connectStart: 6,
    secureConnectionStart: 242,
    requestStart: 1026,
    responseStart: 1920,
    responseEnd: 1925,
    encodedBodySize: 12_998,
    transferSize: 13_298,
  };
  const hint = hintOf(burst);
  expect(hint?.kbps).toBeLessThan(200);
  expect(paceOf(hint, { isWaiting: false, network: undefined })).toBeLessThan(100);
  // Sent again after one round trip: faster than a link was is never told.
  const soon = { ...burst, responseStart: 1520, responseEnd: 1525 };
  expect(hintOf(soon)?.kbps).toBeLessThan(500);
  // A good network behind which a server took its time is one all the same.
  const thought = { ...burst, connectStart: 6, secureConnectionStart: 26, requestStart: 60 };
  expect(hintOf({ ...thought, responseStart: 150, responseEnd: 160 })?.kbps).toBeGreaterThan(1000);
});

test('where the connection was there before, the first answer tells the round trip', () => {
  const reused = { ...weak, connectStart: 5, secureConnectionStart: 0 };
  expect(hintOf(reused)?.rttMs).toBe(1476);
});

test('what did not come over the link tells nothing about it', () => {
  const kept = { ...weak, transferSize: 0 };
  const unchanged = { ...weak, transferSize: 300 };
  const small = { ...weak, encodedBodySize: 900, transferSize: 1200 };
  for (const loading of [kept, unchanged, small]) expect(hintOf(loading)).toBeUndefined();
});

test('a reload without news goes by what the tab knew', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  const load = (loading: Loading) =>
    vi.stubGlobal('performance', { getEntriesByType: () => [loading] });
  load({ ...weak, transferSize: 0 });
  expect(linkHint()).toBeUndefined();
  load(weak);
  expect(linkHint()).toEqual({ rttMs: 620, kbps: 42 });
  load({ ...weak, transferSize: 0 });
  expect(linkHint()).toEqual({ rttMs: 620, kbps: 42 });
  vi.stubGlobal('sessionStorage', undefined);
  expect(linkHint()).toBeUndefined();
});
