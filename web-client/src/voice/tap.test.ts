import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settled } from '../testing/clock.ts';
import { FakeConnection, FakeElement, FakeStream, FakeTrack } from '../testing/peer.ts';
import { tap } from './tap.ts';

const DOOR = { link: 'link', takeover: false };

/** A browser that gives its devices when the person allows it, and remembers what was posted. */
function browser() {
  const posted: { path: string; body: Record<string, unknown> }[] = [];
  const connection = new FakeConnection();
  let decide: (given: boolean) => void = () => undefined;
  const given = new Promise<FakeStream>((resolve, reject) => {
    const stream = new FakeStream([new FakeTrack('audio')] as never);
    decide = (may) => (may ? resolve(stream) : reject(new DOMException('', 'NotAllowedError')));
  });
  vi.stubGlobal('document', {
    createElement: () => Object.assign(new FakeElement(), { dataset: {} }),
  });
  vi.stubGlobal('navigator', {
    vendor: 'Google Inc.',
    mediaDevices: { getUserMedia: () => given },
  });
  vi.stubGlobal('RTCPeerConnection', function made() {
    return connection;
  });
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    posted.push({ path, body: JSON.parse(body) });
    return Response.json({});
  });
  return { connection, posted, allow: () => decide(true), refuse: () => decide(false) };
}

beforeEach(() => {
  vi.stubGlobal('RTCRtpSender', {});
  vi.stubGlobal('RTCRtpReceiver', {});
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
});

afterEach(() => vi.unstubAllGlobals());

test('the offer is made while the person is asked, and the server asked as soon as they allow', async () => {
  const { connection, posted, allow } = browser();
  const { knock, captured } = tap(false, DOOR);
  await settled();
  expect(connection.calls).toContain('createOffer');
  expect(posted).toEqual([]);
  allow();
  await knock?.posted;
  expect(await captured).toMatchObject({ cameraFailed: false });
  expect(posted).toMatchObject([
    { path: '/v1/join', body: { ...DOOR, attempt: knock?.attempt, offer: 'v=0 offer' } },
  ]);
});

test('ICE and DTLS begin behind the join, with the credentials that it names', async () => {
  const ahead = { name: 'media', description: 'sha-256 AB,192.0.2.1 40000' };
  vi.stubGlobal('performance', {
    now: () => 0,
    getEntriesByType: () => [{ serverTiming: [ahead] }],
  });
  const { connection, posted, allow } = browser();
  const { knock } = tap(false, DOOR);
  allow();
  await knock?.posted;
  const ice = { ufrag: expect.any(String), pwd: expect.any(String) };
  expect(posted).toMatchObject([{ body: { ice } }]);
  expect(connection.calls).not.toContain('begin pranswer');
  await vi.waitFor(() => expect(connection.calls).toContain('end pranswer'));
  expect(connection.answers).toHaveLength(1);
});

test('nobody knocks without a microphone', async () => {
  const { posted, refuse } = browser();
  const { knock, captured } = tap(false, DOOR);
  refuse();
  await expect(captured).rejects.toThrow();
  await expect(knock?.posted).rejects.toThrow();
  expect(posted).toEqual([]);
});

test('who comes back to a seat does not knock', async () => {
  const { connection, posted, allow } = browser();
  const { knock, captured } = tap(false);
  allow();
  await captured;
  expect([knock, posted, connection.calls]).toEqual([undefined, [], []]);
});
