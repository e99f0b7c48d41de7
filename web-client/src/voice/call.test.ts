import { expect, test } from 'vitest';
import { JoinFailure } from '../signaling/http.ts';
import { fakeCall, joinedAs } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';

test('joins with what it captured and is connected when the transport is', async () => {
  const { call, peers, audio, video } = fakeCall();
  await call.start();
  expect(peers[0]?.sent).toEqual({ audio, video });
  expect(call.state.link).toBe('connecting');
  peers[0]?.events.state('connected');
  expect(call.state.link).toBe('connected');
});

test.each(['linkUnknown', 'roomFull', 'serverAway'] as const)(
  'a first join that ends in %s gives the devices back and says why',
  async (reason) => {
    const { call, server, audio, video, peers } = fakeCall();
    server.answer = async () => {
      throw new JoinFailure(reason);
    };
    await call.start();
    expect(call.state).toMatchObject({ link: 'over', failure: reason });
    expect([audio.stopped, video?.stopped, peers[0]?.closed]).toEqual([true, true, true]);
  },
);

test('a failed transport is replaced at once, with a fresh attempt', async () => {
  const { call, peers, attempts } = fakeCall();
  await call.start();
  peers[0]?.events.state('connected');
  peers[0]?.events.state('failed');
  await settled();
  expect(peers.map(({ closed }) => closed)).toEqual([true, false]);
  expect(attempts).toEqual(['attempt 1', 'attempt 2']);
});

test('a page that goes away closes its transport, and comes back to its seat', async () => {
  const { call, peers, attempts, audio } = fakeCall();
  await call.start();
  peers[0]?.events.state('connected');
  call.suspend();
  expect(peers[0]?.closed).toBe(true);
  expect([call.state.link, audio.stopped]).toEqual(['rejoining', false]);
  await call.rejoin();
  expect(peers[1]?.closed).toBe(false);
  expect(attempts).toEqual(['attempt 1', 'attempt 2']);
  call.leave();
  call.suspend();
  expect(call.state.link).toBe('over');
});

test('a shaky transport gets its chance, then is replaced', async () => {
  const { call, peers, clock } = fakeCall();
  await call.start();
  peers[0]?.events.state('connected');
  peers[0]?.events.state('disconnected');
  expect(call.state.link).toBe('unsteady');
  await clock.advance(5999);
  expect(peers).toHaveLength(1);
  await clock.advance(1);
  expect(peers).toHaveLength(2);
});

test('one that recovers in time stays', async () => {
  const { call, peers, clock } = fakeCall();
  await call.start();
  peers[0]?.events.state('disconnected');
  peers[0]?.events.state('connected');
  await clock.advance(60_000);
  expect(peers).toHaveLength(1);
  expect(call.state.link).toBe('connected');
});

test('one that never connects is replaced', async () => {
  const { call, peers, clock } = fakeCall();
  await call.start();
  await clock.advance(15_000);
  expect(peers).toHaveLength(2);
  expect(call.state.link).toBe('connecting');
});

test('a running call goes on joining while the server is away', async () => {
  const { call, peers, clock, server } = fakeCall();
  await call.start();
  server.answer = async () => {
    throw new JoinFailure('serverAway');
  };
  await call.rejoin();
  await clock.advance(9000);
  expect(peers).toHaveLength(5);
  expect(call.state.link).toBe('rejoining');
  server.answer = async () => joinedAs({ resume: 'second' });
  await clock.advance(3000);
  expect(call.state.joined?.resume).toBe('second');
});

test('a running call ends when its room is gone', async () => {
  const { call, server } = fakeCall();
  await call.start();
  server.answer = async () => {
    throw new JoinFailure('linkUnknown');
  };
  await call.rejoin();
  expect(call.state).toMatchObject({ link: 'over', failure: 'linkUnknown' });
});

test('mute and camera outlive the transport', async () => {
  const { call, peers, audio, video } = fakeCall();
  await call.start();
  call.setMicrophone(false);
  await call.setCamera(false);
  expect([audio.enabled, video?.stopped]).toEqual([false, true]);
  await call.rejoin();
  expect(call.state).toMatchObject({ microphone: false, camera: false });
  expect(peers[1]?.sent).toEqual({ audio, video: null });
});

test('the camera comes back as another track, without another join', async () => {
  const { call, peers, devices, attempts } = fakeCall(false);
  await call.start();
  await call.setCamera(true);
  expect(peers[0]?.sent.video).toBe(devices.camera);
  expect(call.state).toMatchObject({ camera: true, cameraFailed: false });
  expect(attempts).toHaveLength(1);
});

test('a camera that does not open is said and costs nothing else', async () => {
  const { call, devices } = fakeCall(false);
  await call.start();
  devices.camera = undefined;
  await call.setCamera(true);
  expect(call.state).toMatchObject({ camera: false, cameraFailed: true, link: 'connecting' });
});

test('a microphone that the device took away comes back as muted as it was', async () => {
  const { call, audio, devices, peers } = fakeCall();
  await call.start();
  call.setMicrophone(false);
  audio.onended?.();
  expect(call.state.microphoneLost).toBe(true);
  await call.openMicrophone();
  expect(call.state.microphoneLost).toBe(false);
  expect(peers[0]?.sent.audio).toBe(devices.microphone);
  expect(devices.microphone.enabled).toBe(false);
});

test('an answer that comes after leaving changes nothing', async () => {
  const { call, server, peers } = fakeCall();
  let answer = (_: ReturnType<typeof joinedAs>) => {};
  server.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  void call.start();
  await settled();
  call.leave();
  answer(joinedAs());
  await settled();
  expect(call.state).toMatchObject({ link: 'over', failure: undefined, joined: undefined });
  expect(peers[0]?.answered).toBeUndefined();
});

test('leaving leaves nothing behind, and nothing brings it back', async () => {
  const { call, clock, peers } = fakeCall();
  await call.start();
  peers[0]?.events.state('disconnected');
  call.leave();
  await call.rejoin();
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
  expect(peers).toHaveLength(1);
  expect(peers[0]?.closed).toBe(true);
});
