import { afterEach, expect, test, vi } from 'vitest';

import { track } from '../testing/call.ts';
import { FakeStream } from '../testing/peer.ts';
import { captureOne } from './cameras.ts';
import { capture, findObstacle, isGranted } from './capture.ts';
import { causeOf, inAppOr } from './capturecause.ts';

afterEach(() => vi.unstubAllGlobals());

const error = (name: string) => Object.assign(new Error(name), { name });

/** Devices that answer each request in turn. */
function devices(...answers: (Error | ('audio' | 'video')[])[]) {
  const asked: string[] = [];
  const cameras: unknown[] = [];
  const mediaDevices = {
    async getUserMedia(wanted: MediaStreamConstraints) {
      asked.push(Object.keys(wanted).sort().join('+'));
      if (wanted.video) cameras.push(wanted.video);
      const answer = answers.shift();
      if (!Array.isArray(answer)) throw answer;
      return new FakeStream(answer.map((kind) => track(kind)));
    },
  };
  const made = { mediaDevices: mediaDevices as unknown as MediaDevices, userAgent: 'Chrome' };
  return { asked, cameras, made };
}

test('asks once for both', async () => {
  const { asked, made } = devices(['audio', 'video']);
  const got = await capture(true, made);
  expect(asked).toEqual(['audio+video']);
  expect(got).toMatchObject({ audio: { kind: 'audio' }, video: { kind: 'video' } });
  expect(got.cameraFailed).toBe(false);
});

test('voice only never asks for the camera', async () => {
  const { asked, made } = devices(['audio']);
  expect((await capture(false, made)).cameraFailed).toBe(false);
  expect(asked).toEqual(['audio']);
});

test('a camera that fails does not cost the voice', async () => {
  const { asked, made } = devices(error('NotReadableError'), ['audio']);
  const got = await capture(true, made);
  expect(asked).toEqual(['audio+video', 'audio']);
  expect(got).toMatchObject({ video: undefined, cameraFailed: true });
});

test.each([
  ['NotAllowedError', 'refused'],
  ['SecurityError', 'refused'],
  ['NotFoundError', 'noMicrophone'],
  ['OverconstrainedError', 'noMicrophone'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
] as const)('%s of the microphone is told as %s', async (name, reason) => {
  const { made } = devices(error(name), error(name));
  expect(causeOf(await capture(true, made).catch((thrown) => thrown))).toBe(reason);
});

test('a stream without a microphone is no voice', async () => {
  const { made } = devices(['video'], []);
  expect(causeOf(await capture(true, made).catch((thrown) => thrown))).toBe('noMicrophone');
});

test('one device of a running call is given or not, without an error', async () => {
  const one = async (kind: 'audio' | 'video', from: ReturnType<typeof devices>) =>
    captureOne(kind, undefined, from.made.mediaDevices);
  expect(await one('video', devices(['video']))).toMatchObject({ kind: 'video' });
  expect(await one('audio', devices(error('NotAllowedError')))).toBeUndefined();
});

test.each([
  'Mozilla/5.0 (Linux; Android 13; SM-A135F; wv) AppleWebKit/537.36 Chrome/120 Mobile',
  'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile Zalo iOS/584',
  'Mozilla/5.0 (Linux; Android 12) Chrome/120 Mobile Safari [FB_IAB/FB4A;FBAV/440.0;]',
  'Mozilla/5.0 (iPhone) Mobile/15E148 [FBAN/MessengerForiOS;FBAV/440]',
  'Mozilla/5.0 (iPhone) Mobile Instagram 300.0',
  'Mozilla/5.0 (iPhone) Safari Line/13.20.0',
  'Mozilla/5.0 (iPhone) Mobile TikTok 33.1.0',
])('a failure inside another app is that app’s: %s', (userAgent) => {
  expect(inAppOr('refused', { userAgent })).toBe('inAppBrowser');
});

test('a browser of its own is told its own failure, and what calls is left in peace', () => {
  const userAgent = 'Mozilla/5.0 (Linux; Android 13; SM-A135F) Chrome/120 Mobile';
  expect(inAppOr('refused', { userAgent })).toBe('refused');
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('RTCPeerConnection', class {});
  expect(findObstacle(devices().made)).toBeUndefined();
});

test('what nobody knows is an old browser’s', () => {
  expect(causeOf(new TypeError('no such thing'))).toBe('oldBrowser');
  expect(causeOf(undefined)).toBe('oldBrowser');
});

test('an insecure page and an old browser are told apart, whatever the app', () => {
  const { made } = devices();
  vi.stubGlobal('isSecureContext', false);
  expect(findObstacle(made)).toBe('insecurePage');
  vi.stubGlobal('isSecureContext', true);
  expect(findObstacle(made)).toBe('oldBrowser');
});

test('the camera that was chosen before is asked for, the face otherwise', async () => {
  const stores = { local: new Map<string, string>(), session: new Map<string, string>() };
  for (const [name, store] of Object.entries(stores)) {
    vi.stubGlobal(`${name}Storage`, {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => store.set(key, value),
      removeItem: (key: string) => store.delete(key),
    });
  }
  const world = devices(['audio', 'video'], ['video'], ['audio', 'video'], ['video'], ['video']);
  const { made, cameras } = world;
  await capture(true, made);
  await captureOne('video', { facingMode: 'environment' }, made.mediaDevices);
  await capture(true, made);
  // The next visit begins with the face again; a chosen webcam stays chosen.
  stores.session.clear();
  await captureOne('video', undefined, made.mediaDevices);
  await captureOne('video', { deviceId: 'desk' }, made.mediaDevices);
  expect(cameras).toMatchObject([
    { facingMode: 'user' },
    { facingMode: 'environment' },
    { facingMode: 'environment' },
    { facingMode: 'user' },
    { deviceId: 'desk' },
  ]);
  stores.session.clear();
  await capture(true, made).catch(() => undefined);
  expect(cameras.at(-1)).toMatchObject({ deviceId: 'desk' });
});

test('goes in without a question only where every device is granted', async () => {
  const states: Record<string, string> = { microphone: 'granted', camera: 'prompt' };
  vi.stubGlobal('navigator', {
    permissions: { query: async ({ name }: { name: string }) => ({ state: states[name] }) },
  });
  expect([await isGranted(false), await isGranted(true)]).toEqual([true, false]);
  vi.stubGlobal('navigator', {});
  expect(await isGranted(false)).toBe(false);
});
