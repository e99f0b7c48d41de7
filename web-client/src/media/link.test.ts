import { beforeEach, expect, test, vi } from 'vitest';
import { FakeClock, settled } from '../testing/clock.ts';
import { FakeConnection, FakeElement, FakeStream } from '../testing/peer.ts';
import { Lines } from './lines.ts';
import { startLink } from './link.ts';
import { Peer } from './peer.ts';

const ANSWER = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=simulcast:recv ~q;~h;~f',
  '',
].join('\r\n');

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('RTCRtpSender', {});
  vi.stubGlobal('RTCRtpReceiver', {});
});

async function connected(answer = ANSWER) {
  const clock = new FakeClock();
  const connection = new FakeConnection();
  const log: string[] = [];
  const peer = new Peer(
    [new FakeElement(), new FakeElement()] as unknown as HTMLMediaElement[],
    {
      state: () => undefined,
      slots: () => undefined,
      heard: () => undefined,
      silenced: () => undefined,
      plan: ({ ownRests, othersRest }) => log.push(`rest ${ownRests} ${othersRest}`),
      silent: () => log.push('silent'),
      back: () => log.push('back'),
    },
    async () => (one, events) => startLink(one, events, clock),
    new Lines(connection as unknown as RTCPeerConnection),
  );
  await peer.offer();
  await peer.answer({
    version: 1,
    transport: 'new',
    locked: false,
    answer,
    resume: 'r',
    you: 1,
    seats: [],
    slots: [],
    senders: { microphone: true, encodings: [] },
  });
  connection.become('connected');
  await settled();
  const plan = (revision: number, rung: number, cap = 0, flags = 3) =>
    connection.link.bring(3, flags, rung, cap, revision >> 8, revision & 0xff);
  const camera = () => connection.senders[1]?.parameters.encodings[0];
  const revisions = () =>
    connection.link.sent
      .map((message) => new DataView(message))
      .filter((view) => view.getUint8(0) === 4)
      .map((view) => view.getUint16(22));
  return { clock, connection, log, peer, plan, camera, revisions };
}

/** The lines of the newest answer that a rung is about. */
const asked = ({ answers }: FakeConnection) =>
  answers
    .at(-1)
    ?.split('\r\n')
    .filter((line) => /^a=(fmtp|ptime)/.test(line));

test('while the plan says so each packet of the microphone carries the one before it', async () => {
  const red = 'm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=rtpmap:63 red/48000/2';
  const { connection, plan } = await connected(ANSWER.replace(/^m=audio .*/m, red));
  const types = () =>
    connection.answers
      .at(-1)
      ?.match(/^m=audio .*/m)?.[0]
      .split(' ')
      .slice(3);
  plan(1, 2, 0, 3 | 64);
  await settled();
  expect(types()).toEqual(['63', '111']);
  plan(2, 2, 0, 3 | 64);
  await settled();
  expect(connection.answers).toHaveLength(2);
  plan(3, 2);
  await settled();
  expect(types()).toEqual(['111', '63']);
});

test('a new rung is asked of the browser without the server, and only when it is another', async () => {
  const { connection, plan } = await connected();
  plan(1, 0);
  await settled();
  expect(connection.answers).toHaveLength(1);
  plan(2, 2);
  await settled();
  expect(asked(connection)).toEqual([
    'a=fmtp:111 minptime=10;maxaveragebitrate=12000;usedtx=1',
    'a=ptime:60',
  ]);
  plan(3, 2);
  await settled();
  expect(connection.answers).toHaveLength(2);
  plan(4, 0);
  await settled();
  expect(asked(connection)).toEqual([
    'a=fmtp:111 minptime=10;maxaveragebitrate=32000;usedtx=0',
    'a=ptime:20',
  ]);
});

test('the rung that the answer brought is known', async () => {
  const { connection, plan } = await connected(
    ANSWER.replace('minptime=10', 'minptime=10\r\na=ptime:120'),
  );
  plan(1, 3);
  await settled();
  expect(connection.answers).toHaveLength(1);
});

test('of plans that come in one breath the last one holds', async () => {
  const { connection, plan, peer } = await connected();
  plan(1, 3);
  plan(2, 0);
  plan(1, 3);
  await settled();
  expect(asked(connection)).toContain('a=ptime:20');
  expect(peer.answered).toBe(connection.answers.at(-1));
});

test('descriptions of a rung and of new ICE credentials never cross', async () => {
  const { connection, plan, peer } = await connected();
  connection.calls.length = 0;
  plan(1, 1);
  peer.restart();
  plan(2, 3);
  await settled();
  const round = ['begin offer', 'end offer', 'begin answer', 'end answer'];
  expect(connection.calls).toEqual([
    'createOffer',
    ...round,
    'createOffer iceRestart',
    ...round,
    'createOffer',
    ...round,
  ]);
  // The restart kept the rung.
  expect(connection.answers[2]).toContain('a=ptime:40');
});

test('what is paused and what flows of the picture stays as it is', async () => {
  const { connection, plan } = await connected();
  connection.offerSdp = 'v=0\r\na=simulcast:send q;h;~f\r\n';
  plan(1, 1);
  await settled();
  expect(connection.answers.at(-1)).toContain('a=simulcast:recv q;h;~f\r\n');
});

test('the cap is there before the picture begins, and goes when it is lifted', async () => {
  const { connection, plan, camera } = await connected();
  const set: object[] = [];
  const sender = connection.senders[1];
  vi.spyOn(
    sender as object as { setParameters(p: { encodings: object[] }): Promise<void> },
    'setParameters',
  ).mockImplementation(async ({ encodings }) => {
    set.push({ ...encodings[0] });
    if (sender) sender.parameters = { encodings };
  });
  plan(1, 0, 4);
  await settled();
  expect(set).toMatchObject([
    { active: false, maxBitrate: 40_000, maxFramerate: 7 },
    { active: true, maxBitrate: 40_000, maxFramerate: 7 },
  ]);
  plan(2, 0, 0);
  await settled();
  expect(camera()).toEqual({
    rid: 'q',
    scaleResolutionDownBy: 4,
    active: true,
    maxBitrate: 150_000,
    maxFramerate: 60,
  });
  // The same plan once more under another revision disturbs no encoder.
  plan(3, 0, 0);
  await settled();
  expect(set).toHaveLength(3);
});

test('the server hears soon that its plan is applied', async () => {
  const { clock, plan, revisions } = await connected();
  await clock.advance(600);
  plan(7, 2);
  await clock.advance(250);
  expect(revisions()).toEqual([0, 7]);
});

test('tells why pictures rest', async () => {
  const { log, plan } = await connected();
  plan(1, 0, 0, 0b110001);
  plan(2, 0, 0, 0b010001);
  await settled();
  expect(log).toEqual(['rest true true', 'rest true false']);
});

test('a browser that keeps sending short packets is told on', async () => {
  const { clock, connection, plan } = await connected();
  plan(1, 2);
  for (let second = 1; second <= 6; second++) {
    connection.stats = [{ id: 'm', type: 'outbound-rtp', kind: 'audio', packetsSent: 50 * second }];
    await clock.advance(1000);
  }
  const flags = connection.link.sent
    .map((message) => new DataView(message))
    .filter((view) => view.byteLength === 25)
    .map((view) => view.getUint8(24));
  expect(flags[0]).toBe(0);
  expect(flags).toContain(1);
});

test('a voice whose buffer has grown is played anew: its line rests, and begins with an empty one', async () => {
  const line = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:2\r\na=sendonly\r\n';
  const { clock, connection } = await connected(ANSWER + line);
  const own: string[] = [];
  const offer = connection.createOffer.bind(connection);
  connection.createOffer = (options) => {
    own.push(connection.transceivers[2]?.direction ?? '');
    return offer(options);
  };
  let delay = 0;
  for (let second = 1; second <= 8; second++) {
    delay += 48_000 * (second < 6 ? 0.1 : 0.9);
    connection.stats = [
      {
        id: 's',
        type: 'inbound-rtp',
        kind: 'audio',
        mid: '2',
        jitterBufferDelay: delay,
        jitterBufferEmittedCount: 48_000 * second,
      },
    ];
    await clock.advance(1000);
  }
  expect(own).toEqual(['inactive', 'recvonly']);
  expect(connection.answers.slice(1).map((answer) => answer.split('\r\n').at(-2))).toEqual([
    'a=inactive',
    'a=sendonly',
  ]);
});

test('a closed peer reports no more', async () => {
  const { clock, peer } = await connected();
  peer.close();
  await clock.advance(3000);
  expect(clock.pending).toBe(0);
});
