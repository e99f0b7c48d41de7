import { beforeEach, expect, test, vi } from 'vitest';
import { settled } from '../testing/clock.ts';
import { FakeConnection, FakeElement, FakeStream, FakeTrack } from '../testing/peer.ts';
import { Lines } from './lines.ts';
import { Peer } from './peer.ts';

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('RTCRtpSender', {});
  vi.stubGlobal('RTCRtpReceiver', {});
});

function peer() {
  const connection = new FakeConnection();
  const elements = [new FakeElement(), new FakeElement()];
  const log: string[] = [];
  const minded = {
    message: (message: ArrayBuffer) => log.push(`mind ${new Uint8Array(message)}`),
    restart: async () => undefined,
    close: () => log.push('mind no more'),
  };
  const made = new Peer(
    elements as unknown as HTMLMediaElement[],
    {
      state: (state) => log.push(state),
      slots: (slots) => log.push(`slots ${slots.map(({ seat }) => seat)}`),
      heard: () => log.push('heard'),
      silenced: () => log.push('silenced'),
    },
    () => Promise.resolve(() => minded),
    new Lines(connection as unknown as RTCPeerConnection),
  );
  return { connection, elements, log, peer: made };
}

const joined = (part: object = {}) => ({
  version: 1,
  transport: 'new' as const,
  locked: false,
  answer: 'v=0 answer',
  resume: 'r',
  you: 1,
  seats: [],
  slots: [{ slot: 1, epoch: 1, seat: 2 }],
  senders: { microphone: true, encodings: ['q' as const, 'h' as const] },
  ...part,
});

test('the lines stand in the order that the server expects', () => {
  expect(peer().connection.lines).toEqual([
    'audio sendonly',
    'video sendonly qhf',
    'audio recvonly',
    'video recvonly',
    'audio recvonly',
    'video recvonly',
    'application slots',
    'application link {"ordered":false,"maxRetransmits":0}',
  ]);
});

test('descriptions are set one after another', async () => {
  const { peer: one, connection } = peer();
  void one.offer();
  void one.answer(joined());
  await settled();
  expect(connection.calls).toEqual([
    'createOffer',
    'begin offer',
    'end offer',
    'begin answer',
    'end answer',
  ]);
});

test('a description that fails is told and does not hold up the next', async () => {
  const { peer: one } = peer();
  await expect(one.answer(joined({ answer: 'bad' }))).rejects.toThrow();
  await expect(one.offer()).resolves.toBe('v=0 offer');
});

test('what nobody takes is paused at its source, from the answer on', async () => {
  const { peer: one, connection } = peer();
  const [microphone, camera] = connection.senders;
  const sent = () => [
    microphone?.track !== null,
    ...(camera?.parameters.encodings.map(({ active }) => active) ?? []),
  ];
  await one.send('audio', new FakeTrack('audio') as unknown as MediaStreamTrack);
  await one.answer(joined());
  await settled();
  expect(sent()).toEqual([true, true, true, false]);
  connection.channel.bring(3, 0b0010, 0, 0, 0, 1);
  await settled();
  expect(sent()).toEqual([false, true, false, false]);
});

test('a microphone that is changed while nobody hears it stays silent until somebody does', async () => {
  const { peer: one, connection } = peer();
  const [microphone] = connection.senders;
  const other = new FakeTrack('audio') as unknown as MediaStreamTrack;
  await one.answer(joined({ senders: { microphone: false, encodings: [] } }));
  await one.send('audio', other);
  expect(microphone?.track).toBeNull();
  connection.channel.bring(3, 0b0001, 0, 0, 0, 1);
  await settled();
  expect(microphone?.track).toBe(other);
});

test('owners that the answer names are shown', async () => {
  const { peer: one, log } = peer();
  await one.answer(joined());
  expect(log).toContain('slots 0,2');
  one.close();
});

test('tells when the browser wants a tap before it plays', async () => {
  const { peer: one, elements, log } = peer();
  const [first] = elements;
  if (first) first.refusal = new DOMException('', 'NotAllowedError');
  await one.answer(joined());
  await settled();
  expect(log).toContain('silenced');
  one.close();
});

test('a closed peer says nothing more and lets go of its elements', () => {
  const { peer: one, connection, elements, log } = peer();
  one.close();
  connection.become('closed');
  expect(log).toEqual([]);
  expect(connection.closed).toBe(true);
  expect(elements.map(({ srcObject }) => srcObject)).toEqual([null, null]);
});

test('nothing is sent before the server says who takes it: no track, no active encoding', async () => {
  const { peer: one, connection } = peer();
  const [microphone, camera] = connection.senders;
  const active = () => camera?.parameters.encodings.map((encoding) => encoding.active);
  const video = new FakeTrack('video') as unknown as MediaStreamTrack;
  await one.send('audio', new FakeTrack('audio') as unknown as MediaStreamTrack);
  await one.send('video', video);
  expect([microphone?.track, camera?.track, active()]).toEqual([null, null, [false, false, false]]);
  await one.answer(joined({ senders: { microphone: false, encodings: [] } }));
  await settled();
  expect([microphone?.track, camera?.track, active()]).toEqual([null, null, [false, false, false]]);
  // Let in: the server's plan is all it takes.
  connection.channel.bring(3, 0b0011, 0, 0, 0, 1);
  await settled();
  expect(microphone?.track).toMatchObject({ kind: 'audio' });
  expect([camera?.track, active()]).toEqual([video, [true, false, false]]);
});

test('the elements go on playing the older peer until this one is answered', async () => {
  const { peer: one, elements } = peer();
  const older = new FakeStream();
  for (const element of elements) element.srcObject = older;
  await one.offer();
  expect(elements.map(({ srcObject }) => srcObject)).toEqual([older, older]);
  await one.answer(joined());
  expect(elements[0]?.srcObject?.getAudioTracks()).toHaveLength(1);
  expect(elements.map(({ srcObject }) => srcObject === older)).toEqual([false, false]);
});

test('a fresh peer that is not wanted leaves the elements to the older one', async () => {
  const { peer: one, elements } = peer();
  const older = new FakeStream();
  for (const element of elements) element.srcObject = older;
  await one.offer();
  one.close();
  expect(elements.map(({ srcObject }) => srcObject)).toEqual([older, older]);
});

test('counts what its paths have carried', async () => {
  const { peer: one, connection } = peer();
  connection.stats = [
    { type: 'candidate-pair', bytesSent: 100, bytesReceived: 20, responsesReceived: 3 },
    { type: 'candidate-pair', bytesSent: 1, bytesReceived: 2 },
    { type: 'inbound-rtp', bytesReceived: 1000 },
  ];
  expect(await one.traffic()).toEqual({ bytes: 123, heard: 25 });
});

test('a plan is followed from whichever channel brings it first, and an older one no more', async () => {
  const { peer: one, connection } = peer();
  const [microphone] = connection.senders;
  await one.send('audio', new FakeTrack('audio') as unknown as MediaStreamTrack);
  await one.answer(joined({ senders: { microphone: false, encodings: [] } }));
  connection.link.bring(3, 0b0001, 0, 0, 0xff, 0xff);
  await settled();
  expect(microphone?.track).not.toBeNull();
  // The same again, then the one that it overtook.
  connection.channel.bring(3, 0b0001, 0, 0, 0xff, 0xff);
  connection.channel.bring(3, 0b0000, 0, 0, 0xff, 0xfe);
  await settled();
  expect(microphone?.track).not.toBeNull();
  // Revisions wrap.
  connection.channel.bring(3, 0b0000, 0, 0, 0, 0);
  await settled();
  expect(microphone?.track).toBeNull();
});

test('readiness is said on both channels, because either may be stuck', async () => {
  const { peer: one, connection } = peer();
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run));
  await one.answer(joined({ slots: [] }));
  connection.link.bring(1, 0, 0, 1, 0, 2);
  await vi.waitFor(() => expect(connection.channel.sent).toHaveLength(1));
  const said = [connection.channel, connection.link].map(({ sent }) =>
    sent.map((message) => [...new Uint8Array(message)]),
  );
  expect(said).toEqual([[[2, 0, 0, 1]], [[2, 0, 0, 1]]]);
  one.close();
});

test('what minds the link comes once the connection stands, and learns the plan that it missed', async () => {
  const { peer: one, connection, log } = peer();
  const minding = () => log.filter((line) => line.startsWith('mind'));
  await one.answer(joined());
  connection.channel.bring(3, 1, 2, 0, 0, 7);
  await settled();
  expect(minding()).toEqual([]);
  connection.become('connected');
  await settled();
  expect(minding()).toEqual(['mind 3,1,2,0,0,7']);
  connection.become('disconnected');
  connection.become('connected');
  connection.link.bring(5);
  await settled();
  expect(minding()).toEqual(['mind 3,1,2,0,0,7', 'mind 5']);
  one.close();
  expect(minding().at(-1)).toBe('mind no more');
});

test('who is let in speaks before any plan has come, and from the first one on by the plan', async () => {
  const { peer: one, connection } = peer();
  const [microphone, camera] = connection.senders;
  await one.send('audio', new FakeTrack('audio') as unknown as MediaStreamTrack);
  await one.send('video', new FakeTrack('video') as unknown as MediaStreamTrack);
  await one.answer(joined({ senders: { microphone: false, encodings: [] } }));
  one.speak(true);
  await settled();
  expect(microphone?.track).not.toBeNull();
  expect(camera?.track).toBeNull();
  // Back into the waiting room.
  one.speak(false);
  await settled();
  expect(microphone?.track).toBeNull();

  connection.channel.bring(3, 0, 0, 0, 0, 1);
  one.speak(true);
  await settled();
  expect(microphone?.track).toBeNull();
});
