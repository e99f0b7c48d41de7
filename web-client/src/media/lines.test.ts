import { beforeEach, expect, test, vi } from 'vitest';
import { FakeConnection } from '../testing/peer.ts';
import { Lines } from './lines.ts';

beforeEach(() => {
  vi.stubGlobal('RTCRtpSender', {});
  vi.stubGlobal('RTCRtpReceiver', {});
});

test('an offer that was made before its peer was there is not made again', async () => {
  const connection = new FakeConnection();
  const lines = new Lines(connection as unknown as RTCPeerConnection);
  const early = lines.offer();
  expect(await lines.offer()).toBe(await early);
  expect(connection.calls.filter((call) => call === 'createOffer')).toHaveLength(1);
});
