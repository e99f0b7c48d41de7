import { expect, test } from 'vitest';
import { sinceLastPacket } from './arrivals.ts';

const pair = (timestamp: number, lastPacketReceivedTimestamp?: number) => ({
  type: 'candidate-pair',
  timestamp,
  ...(lastPacketReceivedTimestamp !== undefined && { lastPacketReceivedTimestamp }),
});

test('the path on which something came last counts', () => {
  expect(sinceLastPacket([pair(10_000, 4000), pair(10_000, 9300), pair(10_000)])).toBe(700);
});

test('a browser that does not say, or a path on which nothing ever came, says nothing', () => {
  expect(sinceLastPacket([])).toBeUndefined();
  expect(sinceLastPacket([pair(10_000), pair(10_000, 0)])).toBeUndefined();
  expect(sinceLastPacket([{ type: 'transport', timestamp: 1 }])).toBeUndefined();
});
