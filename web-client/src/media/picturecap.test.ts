import { expect, test } from 'vitest';
import { capOf } from './picturecap.ts';

test('the smaller the cap, the fewer pictures, so that each is still one', () => {
  expect(capOf(30, 150_000)).toEqual({ maxBitrate: 30_000, maxFramerate: 7 });
  expect(capOf(50, 150_000)).toEqual({ maxBitrate: 50_000, maxFramerate: 7 });
  expect(capOf(60, 150_000)).toEqual({ maxBitrate: 60_000, maxFramerate: 10 });
  expect(capOf(100, 150_000)).toEqual({ maxBitrate: 100_000, maxFramerate: 10 });
  expect(capOf(110, 150_000)).toEqual({ maxBitrate: 110_000, maxFramerate: 60 });
});

test('a cap never gives more than is usual, and none gives that back', () => {
  expect(capOf(2550, 150_000)).toEqual({ maxBitrate: 150_000, maxFramerate: 60 });
  expect(capOf(0, 150_000)).toEqual({ maxBitrate: 150_000, maxFramerate: 60 });
});

test('an encoding without a usual rate gets one only under a cap', () => {
  expect(capOf(0)).toEqual({ maxFramerate: 60 });
  expect(capOf(40)).toEqual({ maxBitrate: 40_000, maxFramerate: 7 });
});
