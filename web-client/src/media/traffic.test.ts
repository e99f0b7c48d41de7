import { expect, test } from 'vitest';
import { countHeard } from './traffic.ts';

test('counts what has come over the paths, answers to checks as well', () => {
  const stats = [
    { type: 'candidate-pair', bytesSent: 100, bytesReceived: 20, responsesReceived: 3 },
    { type: 'candidate-pair', bytesSent: 1, bytesReceived: 2 },
    { type: 'inbound-rtp', bytesReceived: 1000 },
  ];
  expect(countHeard(stats)).toBe(25);
});
