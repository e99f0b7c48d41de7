import { expect, test } from 'vitest';
import { track } from '../testing/call.ts';
import { FakeStream } from '../testing/peer.ts';
import { capture, captureOne } from './capture.ts';

const error = (name: string) => Object.assign(new Error(name), { name });

/** Devices that answer each request in turn. */
function devices(...answers: (Error | ('audio' | 'video')[])[]) {
  const asked: string[] = [];
  const made = {
    async getUserMedia(wanted: MediaStreamConstraints) {
      asked.push(Object.keys(wanted).sort().join('+'));
      const answer = answers.shift();
      if (!Array.isArray(answer)) throw answer;
      return new FakeStream(answer.map((kind) => track(kind)));
    },
  };
  return { asked, made: made as unknown as MediaDevices };
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
  await expect(capture(true, made)).rejects.toMatchObject({ reason });
});

test('a stream without a microphone is no voice', async () => {
  const { made } = devices(['video'], []);
  await expect(capture(true, made)).rejects.toMatchObject({ reason: 'noMicrophone' });
});

test('one device of a running call is given or not, without an error', async () => {
  expect(await captureOne('video', devices(['video']).made)).toMatchObject({ kind: 'video' });
  expect(await captureOne('audio', devices(error('NotAllowedError')).made)).toBeUndefined();
});
