import { describe, expect, test } from 'vitest';
import { fakeCall, track } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';
import type { FakeTrack } from '../testing/peer.ts';
import { OwnCare } from './owncare.ts';

const device = (kind: string, deviceId: string) => ({ kind, deviceId }) as MediaDeviceInfo;

async function running(withCamera = true) {
  const world = fakeCall(withCamera);
  world.audio.settings = { deviceId: 'headset' };
  if (world.devices.microphone) world.devices.microphone.settings = { deviceId: 'built in' };
  await world.call.start();
  return { ...world, sent: (kind: string) => world.peers[0]?.sent[kind] };
}

describe('the microphone', () => {
  test('that is pulled out is replaced by the next one, and that is said for a while', async () => {
    const { call, audio, devices, sent, clock } = await running();
    audio.end();
    await settled();
    expect(sent('audio')).toBe(devices.microphone);
    expect(call.state).toMatchObject({ microphoneLost: false, microphoneMoved: true });
    await clock.advance(8000);
    expect(call.state.microphoneMoved).toBe(false);
  });

  test('that a telephone call took comes back when the page is seen again', async () => {
    const { call, care, audio, devices, sent } = await running();
    devices.isVisible = false;
    audio.end();
    await settled();
    expect(call.state.microphoneLost).toBe(true);
    expect(sent('audio')).toBe(audio);
    devices.isVisible = true;
    await care.check();
    expect(call.state.microphoneLost).toBe(false);
    expect(sent('audio')).toBe(devices.microphone);
  });

  test('that is not given back stays lost, without asking again and again', async () => {
    const { call, care, audio, devices, clock } = await running();
    devices.microphone = undefined;
    audio.end();
    await clock.advance(60_000);
    expect(call.state.microphoneLost).toBe(true);
    devices.microphone = track('audio');
    await care.openMicrophone();
    expect(call.state.microphoneLost).toBe(false);
  });

  test('that the system mutes for a moment is nobody’s business', async () => {
    const { call, audio, devices, clock, sent } = await running();
    audio.muted = true;
    audio.onmute?.();
    await clock.advance(1999);
    audio.muted = false;
    audio.onunmute?.();
    await clock.advance(10_000);
    expect(call.state.microphoneLost).toBe(false);
    audio.muted = true;
    audio.onmute?.();
    await clock.advance(2000);
    expect(sent('audio')).toBe(devices.microphone);
  });

  test('whose device is no longer listed is silent, whatever its track says', async () => {
    const { call, care, devices, sent, audio } = await running();
    devices.list = [device('audioinput', '')];
    await care.check();
    expect(sent('audio')).toBe(audio);
    devices.list = [device('audioinput', 'built in')];
    await care.check();
    expect(sent('audio')).toBe(devices.microphone);
    expect(call.state.microphoneMoved).toBe(true);
  });

  test('comes back muted when it was muted', async () => {
    const { call, audio, devices } = await running();
    call.setMicrophone(false);
    audio.end();
    await settled();
    expect(devices.microphone?.enabled).toBe(false);
  });
});

describe('the camera', () => {
  test('of a phone is flipped by the side it looks to, the old one closed first', async () => {
    const { call, care, devices, video, sent } = await running();
    devices.list = [device('videoinput', 'a'), device('videoinput', 'b')];
    if (video) video.settings = { deviceId: 'a', facingMode: 'user' };
    const rear = track('video');
    rear.settings = { facingMode: 'environment' };
    devices.camera = rear;
    expect(await care.canFlip()).toBe(true);
    await care.flip();
    expect(devices.choices).toEqual([{ facingMode: 'environment' }]);
    expect(video?.stopped).toBe(true);
    expect(sent('video')).toBe(rear);
    expect(call.state).toMatchObject({ camera: true, facing: 'environment' });
  });

  test('of a desk is the next one that is plugged in', async () => {
    const { care, devices, video } = await running();
    devices.list = [device('videoinput', 'a'), device('videoinput', 'b')];
    if (video) video.settings = { deviceId: 'b' };
    await care.flip();
    expect(devices.choices).toEqual([{ deviceId: 'a' }]);
  });

  test('that is the only one is not flipped', async () => {
    const { care, devices, video } = await running();
    devices.list = [device('videoinput', 'a'), device('audioinput', 'm')];
    expect(await care.canFlip()).toBe(false);
    await care.flip();
    expect([video?.stopped, devices.choices]).toEqual([false, []]);
  });

  test('that goes away is said, and opened again when the page is seen', async () => {
    const { call, care, devices, video, sent } = await running();
    devices.isVisible = false;
    video?.end();
    expect(call.state).toMatchObject({ camera: false, cameraFailed: true });
    expect(sent('video')).toBeNull();
    devices.isVisible = true;
    await care.check();
    expect(sent('video')).toBe(devices.camera);
    expect(call.state).toMatchObject({ camera: true, cameraFailed: false });
  });

  test('that was turned off stays off, whatever happens', async () => {
    const { care, devices, sent } = await running();
    await care.setCamera(false);
    await care.check();
    expect(sent('video')).toBeNull();
    expect(devices.choices).toEqual([]);
  });

  test('that opens after it was turned off again is let go', async () => {
    const { call, care, sent, devices } = await running(false);
    const late = devices.camera as FakeTrack;
    const opening = care.setCamera(true);
    await care.setCamera(false);
    await opening;
    expect(late.stopped).toBe(true);
    expect(sent('video')).toBeNull();
    expect(call.state.camera).toBe(false);
  });
});

test('what was lost before the care began is got back at once', async () => {
  const { call, audio, video, devices } = fakeCall();
  await call.start();
  const parts = {
    captureMicrophone: async () => devices.microphone,
    captureCamera: async () => devices.camera,
    listDevices: async () => [],
    isVisible: () => true,
    after: () => () => undefined,
  };
  for (const one of [audio, video]) {
    if (one) one.onended = null;
    one?.end();
  }
  new OwnCare(call.own, parts);
  await settled();
  expect(call.microphoneTrack).toBe(devices.microphone);
  expect(call.cameraTrack).toBe(devices.camera);
  expect(call.state).toMatchObject({ microphoneLost: false, camera: true });
});

test('the others’ voices go where the person wants', async () => {
  const { call, devices } = await running();
  await call.setOutput('ear');
  expect(devices.output).toBe('ear');
});
