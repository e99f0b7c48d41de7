import { expect, test } from 'vitest';
import { type Company, paceOf } from './pace.ts';

const inCall: Company = { isWaiting: false, network: undefined };
const pace = (kbps: number, company: Partial<Company> = {}) =>
  paceOf({ rttMs: 100, kbps }, { ...inCall, ...company });

test('the pace leaves a weak link what its voice takes, and holds nothing back on a fast one', () => {
  expect(pace(18)).toBe(4);
  expect(pace(20)).toBe(5);
  expect(pace(42)).toBe(16);
  expect(pace(150)).toBe(64);
  expect(pace(1000)).toBe(362);
  expect(pace(1001)).toBeUndefined();
  expect(paceOf(undefined, inCall)).toBeUndefined();
  for (let kbps = 17; kbps <= 60; kbps++) {
    const voice = kbps > 30 ? 22 : 13;
    expect(voice + (pace(kbps) ?? Infinity)).toBeLessThanOrEqual(kbps);
  }
});

test('on a link that carries hardly a voice the rest of the page comes all the same', () => {
  expect([1, 9, 13, 15].map((kbps) => pace(kbps))).toEqual([4, 4, 4, 4]);
});

test('in the waiting room the page has all but the least that a voice takes', () => {
  const waits = { isWaiting: true };
  expect([1, 20, 30, 42, 150].map((kbps) => pace(kbps, waits))).toEqual([5, 5, 16, 22, 128]);
  expect(pace(1001, waits)).toBeUndefined();
  // Who is let in the next moment speaks beside it.
  for (let kbps = 20; kbps <= 1000; kbps++) {
    expect(13 + (pace(kbps, waits) ?? Infinity)).toBeLessThanOrEqual(kbps);
  }
});

test('what the server has found out since counts where it is less', () => {
  expect(pace(400, { network: 'weak' })).toBe(pace(60));
  expect(pace(400, { network: 'good' })).toBe(pace(400));
  expect(pace(20, { network: 'fair' })).toBe(pace(20));
  expect(paceOf(undefined, { ...inCall, network: 'poor' })).toBe(pace(24));
  expect(paceOf(undefined, { ...inCall, network: 'good' })).toBeUndefined();
});

test('a rate that is measured a little differently asks for the same address', () => {
  expect(pace(40)).toBe(pace(44));
});
