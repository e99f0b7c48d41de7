import { describe, expect, test } from 'vitest';
import { JoinFailure } from '../signaling/http.ts';
import { fakeCall, joinedAs, seatOf } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';

test('joins with what it captured and is connected when the transport is', async () => {
  const { call, peers, audio, video } = fakeCall();
  await call.start();
  expect(peers[0]?.sent).toEqual({ audio, video });
  expect(call.state.link).toBe('connecting');
  peers[0]?.become('connected');
  expect(call.state.link).toBe('connected');
});

test.each(['linkUnknown', 'roomFull', 'seatTaken', 'denied', 'serverAway'] as const)(
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

test('a failed transport is replaced at once, in the same seat, with a fresh attempt', async () => {
  const { call, peers, attempts, asked } = fakeCall();
  await call.start();
  peers[0]?.become('connected');
  peers[0]?.become('failed');
  await settled();
  expect(peers.map(({ closed }) => closed)).toEqual([true, false]);
  expect(attempts).toEqual(['attempt 1', 'attempt 2']);
  expect(asked).toEqual(['join', 'resume resume']);
});

test('a page that goes away closes its transport, and comes back to its seat', async () => {
  const { call, peers, attempts, audio } = fakeCall();
  await call.start();
  peers[0]?.become('connected');
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

test('a shaky transport gets its chance, then the server is asked, and it plays on meanwhile', async () => {
  const { call, peers, clock, asked, server } = fakeCall();
  await call.start();
  peers[0]?.become('connected');
  let answer = (_: ReturnType<typeof joinedAs>) => {};
  server.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  peers[0]?.become('disconnected');
  expect(call.state.link).toBe('unsteady');
  await clock.advance(1999);
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  expect(asked).toEqual(['join', 'resume resume holds']);
  expect(peers.map(({ closed }) => closed)).toEqual([false, false]);
  answer(joinedAs({ resume: 'second' }));
  await settled();
  expect(peers.map(({ closed }) => closed)).toEqual([true, false]);
  expect(peers[1]?.answered?.resume).toBe('second');
  expect(call.state).toMatchObject({ link: 'connecting', joined: { resume: 'second' } });
});

test('a transport that the server still hears stays; the fresh one goes', async () => {
  const { call, peers, clock, asked, server } = fakeCall();
  await call.start();
  peers[0]?.become('connected');
  server.answer = async () => joinedAs({ transport: 'kept' });
  peers[0]?.become('disconnected');
  await clock.advance(2000);
  expect(peers.map(({ closed }) => closed)).toEqual([false, true]);
  expect(call.state.link).toBe('unsteady');
  // Heard there and deaf here: once is chance, twice is a path that must be replaced.
  server.answer = async () => joinedAs();
  await clock.advance(2000);
  expect(asked).toEqual(['join', 'resume resume holds', 'resume resume']);
  expect(peers.map(({ closed }) => closed)).toEqual([true, true, false]);
});

test('one that comes back while the server decides is said to be there', async () => {
  const { call, peers, clock, server } = fakeCall();
  await call.start();
  peers[0]?.become('connected');
  server.answer = () => new Promise(() => undefined);
  peers[0]?.become('disconnected');
  await clock.advance(2000);
  peers[0]?.become('connected');
  expect(call.state.link).toBe('connected');
});

test('the server keeps what has meanwhile failed here: a fresh one is asked for', async () => {
  const { call, peers, clock, server, asked } = fakeCall();
  await call.start();
  peers[0]?.become('disconnected');
  let answer = (_: ReturnType<typeof joinedAs>) => {};
  server.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await clock.advance(2000);
  peers[0]?.become('failed');
  server.answer = async () => joinedAs();
  answer(joinedAs({ transport: 'kept' }));
  await clock.advance(1000);
  expect(asked).toEqual(['join', 'resume resume holds', 'resume resume']);
  expect(peers.at(-1)?.answered?.transport).toBe('new');
});

test('one that recovers in time stays', async () => {
  const { call, peers, clock } = fakeCall();
  await call.start();
  peers[0]?.become('disconnected');
  peers[0]?.become('connected');
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

test('a running call goes on asking while the server is away', async () => {
  const { call, peers, clock, server } = fakeCall();
  await call.start();
  server.answer = async () => {
    throw new JoinFailure('serverAway');
  };
  await call.rejoin('serverRestarted');
  await clock.advance(9000);
  expect(peers).toHaveLength(11);
  expect(peers.filter(({ closed }) => !closed)).toHaveLength(0);
  expect(call.state.link).toBe('rejoining');
  server.answer = async () => joinedAs({ resume: 'second' });
  await clock.advance(1000);
  expect(call.state.joined?.resume).toBe('second');
});

test('a token that nobody knows leads back by the link; a link that nobody knows ends it', async () => {
  const { call, server, asked } = fakeCall();
  await call.start();
  server.answer = async () => {
    throw new JoinFailure('linkUnknown');
  };
  await call.rejoin();
  await settled();
  expect(asked).toEqual(['join', 'resume resume holds', 'join']);
  expect(call.state).toMatchObject({ link: 'over', failure: 'linkUnknown' });
});

test.each(['takenOver', 'removed', 'ended'] as const)('%s ends a running call', async (reason) => {
  const { call, server, asked } = fakeCall();
  await call.start();
  server.answer = async () => {
    throw new JoinFailure(reason);
  };
  await call.rejoin();
  expect(call.state).toMatchObject({ link: 'over', failure: reason });
  expect(asked).toHaveLength(2);
});

test('a page that is loaded again goes straight to its seat, and is not put off by a server away', async () => {
  const { call, server, asked, clock } = fakeCall();
  server.answer = async () => {
    throw new JoinFailure('serverAway');
  };
  await call.start({ resume: 'kept' });
  await clock.advance(1000);
  server.answer = async () => joinedAs();
  await clock.advance(1000);
  expect(asked).toEqual(['resume kept', 'resume kept', 'resume kept']);
  expect(call.state.link).toBe('connecting');
});

test('a page that is loaded again is as muted and as dark as its seat', async () => {
  const { call, server, peers, audio, video } = fakeCall();
  server.answer = async () => joinedAs({ seats: [seatOf({ microphone: false, camera: false })] });
  await call.start({ resume: 'kept' });
  await settled();
  expect([audio.enabled, video?.stopped]).toEqual([false, true]);
  expect(peers[0]?.sent).toEqual({ audio, video: null });
  expect(call.state).toMatchObject({ microphone: false, camera: false, cameraFailed: false });
});

test('later the page knows better than its seat, and so does who joins anew', async () => {
  const { call, server, audio, video } = fakeCall();
  await call.start();
  server.answer = async () => joinedAs({ seats: [seatOf({ microphone: false, camera: false })] });
  await call.rejoin('transportLost');
  await settled();
  expect([audio.enabled, video?.stopped]).toEqual([true, false]);
  const other = fakeCall();
  other.server.answer = server.answer;
  await other.call.start();
  await settled();
  expect(other.call.state).toMatchObject({ microphone: true, camera: true });
});

test('what is being asked already is not asked twice, whoever wants it', async () => {
  const { call, peers, server, asked } = fakeCall();
  await call.start();
  peers[0]?.become('connected');
  let answer = (_: ReturnType<typeof joinedAs>) => {};
  server.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  void call.rejoin();
  await settled();
  // The server that is back has never heard the old transport: it goes, the question stays.
  void call.rejoin('serverRestarted');
  await settled();
  expect(asked).toEqual(['join', 'resume resume holds']);
  expect(peers.map(({ closed }) => closed)).toEqual([true, false]);
  answer(joinedAs({ resume: 'second' }));
  await settled();
  expect(call.state).toMatchObject({ link: 'connecting', joined: { resume: 'second' } });
});

test('the seat of another page is taken only when the person says so, and once', async () => {
  const { call, asked, server } = fakeCall();
  await call.start({ takeover: true });
  server.answer = async () => {
    throw new JoinFailure('linkUnknown');
  };
  await call.rejoin('serverRestarted');
  await settled();
  expect(asked).toEqual(['join takeover', 'resume resume', 'join']);
});

describe('the waiting room', () => {
  const waiting = (part: object = {}) =>
    joinedAs({
      seats: [seatOf({ seat: 1, admission: 'waiting', ahead: 0 })],
      senders: { microphone: false, encodings: [] },
      ...part,
    });

  test('is where who is not let in stays, whatever the transport does', async () => {
    const { call, peers, server } = fakeCall();
    server.answer = async () => waiting();
    await call.start();
    expect(call.state).toMatchObject({ link: 'waiting', waiting: true });
    peers[0]?.become('connected');
    expect(call.state.link).toBe('waiting');
    call.admitted('held');
    expect(call.state.link).toBe('waiting');
    expect(peers[0]?.speaks).toBe(false);
    call.admitted('admitted');
    // Before the data channel says who takes it.
    expect(peers[0]?.speaks).toBe(true);
    await settled();
    expect(call.state).toMatchObject({ link: 'connected', waiting: false });
    expect(peers).toHaveLength(1);
  });

  test('far from the front has no transport, and gets one when it is called', async () => {
    const { call, peers, server, asked, clock } = fakeCall();
    server.answer = async () => waiting({ transport: 'none' });
    await call.start();
    expect(call.state.link).toBe('waiting');
    expect(peers.map(({ closed }) => closed)).toEqual([true]);
    await clock.advance(60_000);
    expect(asked).toEqual(['join']);
    server.answer = async () => waiting();
    await call.rejoin('called');
    expect(asked).toEqual(['join', 'resume resume']);
    expect(call.state.link).toBe('waiting');
    expect(peers[1]?.answered?.transport).toBe('new');
    // Said twice: the transport is there.
    await call.rejoin('called');
    expect(asked).toHaveLength(2);
  });

  test('is left without a tap by who is let in without a transport', async () => {
    const { call, peers, server } = fakeCall();
    server.answer = async () => waiting({ transport: 'none' });
    await call.start();
    server.answer = async () => joinedAs();
    call.admitted('admitted');
    expect(call.state.link).toBe('connecting');
    await settled();
    peers[1]?.become('connected');
    expect(call.state.link).toBe('connected');
  });

  test('called while the answer was on its way: asked again at once', async () => {
    const { call, server, asked } = fakeCall();
    let answer = (_: ReturnType<typeof joinedAs>) => {};
    server.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    void call.start();
    await settled();
    void call.rejoin('called');
    server.answer = async () => waiting();
    answer(waiting({ transport: 'none' }));
    await settled();
    expect(asked).toEqual(['join', 'resume resume']);
    expect(call.state.link).toBe('waiting');
  });

  test('says so when the network is gone', async () => {
    const { call, peers, server } = fakeCall();
    server.answer = async () => waiting();
    await call.start();
    server.answer = () => new Promise(() => undefined);
    peers[0]?.become('failed');
    expect(call.state).toMatchObject({ link: 'rejoining', waiting: true });
  });
});

test('mute and camera outlive the transport', async () => {
  const { call, care, peers, audio, video } = fakeCall();
  await call.start();
  call.setMicrophone(false);
  await care.setCamera(false);
  expect([audio.enabled, video?.stopped]).toEqual([false, true]);
  await call.rejoin();
  expect(call.state).toMatchObject({ microphone: false, camera: false });
  expect(peers[1]?.sent).toEqual({ audio, video: null });
});

test('the camera comes back as another track, without another join', async () => {
  const { call, care, peers, devices, attempts } = fakeCall(false);
  await call.start();
  await care.setCamera(true);
  expect(peers[0]?.sent.video).toBe(devices.camera);
  expect(call.state).toMatchObject({ camera: true, cameraFailed: false });
  expect(attempts).toHaveLength(1);
});

test('a camera that does not open is said and costs nothing else', async () => {
  const { call, care, devices } = fakeCall(false);
  await call.start();
  devices.camera = undefined;
  await care.setCamera(true);
  expect(call.state).toMatchObject({ camera: false, cameraFailed: true, link: 'connecting' });
});

test('a microphone that the device took away comes back as muted as it was', async () => {
  const { call, care, audio, devices, peers } = fakeCall();
  await call.start();
  call.setMicrophone(false);
  devices.isVisible = false;
  audio.end();
  expect(call.state.microphoneLost).toBe(true);
  await care.openMicrophone();
  expect(call.state.microphoneLost).toBe(false);
  expect(peers[0]?.sent.audio).toBe(devices.microphone);
  expect(devices.microphone?.enabled).toBe(false);
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
  peers[0]?.become('disconnected');
  call.leave();
  await call.rejoin();
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
  expect(peers).toHaveLength(1);
  expect(peers[0]?.closed).toBe(true);
});
