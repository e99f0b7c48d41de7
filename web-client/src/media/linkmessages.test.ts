import { expect, test } from 'vitest';
import { linkReport, parseLinkEcho, parseLinkPlan } from './linkmessages.ts';

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

const report = {
  sequence: 0xfe,
  sentAt: 0x01020304,
  echoed: 0x05060708,
  echoedAt: 0x090a0b0c,
  received: 0x0d0e,
  lost: 0x0f10,
  delayMs: 0x1112,
  sent: 0x1314,
  revision: 0x1516,
  deviates: true,
};

test('a report has 25 bytes, big-endian', () => {
  expect([...new Uint8Array(linkReport(report))]).toEqual([
    4, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 1,
  ]);
});

test('clocks wrap and counts that do not fit are said to be the largest', () => {
  const wrapped = { ...report, sentAt: 2 ** 32 + 5, echoedAt: 2 ** 32 + 6 };
  const many = { received: 70_000, lost: 0, delayMs: 65_535, sent: 65_536, deviates: false };
  const view = new DataView(linkReport({ ...wrapped, ...many }));
  expect([view.getUint32(2), view.getUint32(10)]).toEqual([5, 6]);
  expect([14, 16, 18, 20].map((at) => view.getUint16(at))).toEqual([65_535, 0, 65_535, 65_535]);
  expect(view.getUint8(24)).toBe(0);
});

test('reads an echo', () => {
  expect(parseLinkEcho(bytes(5, 7, 1, 2, 3, 4, 0xff, 0, 0, 1, 50))).toEqual({
    sequence: 7,
    sentAt: 0x01020304,
    clock: 0xff000001,
    intervalMs: 5000,
  });
});

test('reads how to send, and why less is sent', () => {
  expect(parseLinkPlan(bytes(3, 0b110001, 2, 5, 0x12, 0x34))).toEqual({
    rung: 2,
    isRedundant: false,
    capKbps: 50,
    ownRests: true,
    othersRest: true,
    revision: 0x1234,
  });
  expect(parseLinkPlan(bytes(3, 0b1111, 0, 0, 0, 0))).toMatchObject({
    ownRests: false,
    othersRest: false,
  });
  expect(parseLinkPlan(bytes(3, 0b1000001, 2, 0, 0, 0))?.isRedundant).toBe(true);
});

test('ignores what is no echo and no plan', () => {
  for (const other of [
    [],
    [5],
    [4, ...Array(10).fill(0)],
    [5, ...Array(11).fill(0)],
    [3, 1],
    [1, 0, 0, 0, 0, 0],
  ]) {
    expect([parseLinkEcho(bytes(...other)), parseLinkPlan(bytes(...other))]).toEqual([
      undefined,
      undefined,
    ]);
  }
});
