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

function peer(
  connection = new FakeConnection(),
  lines = new Lines(connection as unknown as RTCPeerConnection),
) {
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
    lines,
  );
  return { connection, elements, lines, log, peer: made };
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

const AHEAD = {
  ice: { ufrag: 'chosen++', pwd: 'p'.repeat(22) },
  fingerprint: 'AB:CD',
  ways: ['192.0.2.1 40000'],
};
const ANSWER = 'v=0 answer AB:CD';

/** A peer whose ICE and DTLS have begun. */
async function ahead(isFirefox = false) {
  const connection = new FakeConnection();
  connection.isFirefox = isFirefox;
  const lines = new Lines(connection as unknown as RTCPeerConnection);
  await lines.offer();
  await lines.begin(AHEAD);
  return { ...peer(connection, lines), lines };
}

test('what came up before the answer is told with it', async () => {
  const { peer: one, connection, log } = await ahead();
  connection.become('connecting');
  connection.become('connected');
  expect(log).toEqual([]);
  await one.answer(joined({ answer: ANSWER }));
  await settled();
  expect(connection.calls.slice(-4)).toEqual([
    'begin pranswer',
    'end pranswer',
    'begin answer',
    'end answer',
  ]);
  expect(log).toContain('connected');
});

test('what the server said before anybody listened, and before the answer, is heard after it', async () => {
  const { peer: one, connection, lines, log } = await ahead();
  connection.become('connected');
  connection.channel.bring(1, 1, 0, 1, 0, 2);
  connection.link.bring(3, 0b0010, 0, 0, 0, 1);
  expect(lines.early).toHaveLength(2);
  expect(log).toEqual([]);
  await one.answer(joined({ answer: ANSWER }));
  await settled();
  // That the owner is known is said once more: the tile is labelled.
  expect(connection.channel.sent).toHaveLength(1);
  expect(connection.senders[1]?.parameters.encodings.map(({ active }) => active)).toEqual([
    true,
    false,
    false,
  ]);
});

test('a server that is another one than was expected is told as a failed connection', async () => {
  const { peer: one, connection, log } = await ahead();
  await one.answer(joined({ answer: 'v=0 answer 12:34' }));
  expect(log).toEqual(['failed']);
  expect(connection.calls).not.toContain('begin answer');
});

test('a connection that has failed before its answer came is not waited for', async () => {
  const { peer: one, connection, log } = await ahead();
  connection.become('failed');
  await one.answer(joined({ answer: ANSWER }));
  expect(log).toContain('failed');
});

test('a browser without provisional answers takes whichever comes', async () => {
  const { peer: one, connection, log } = await ahead(true);
  await one.answer(joined({ answer: 'v=0 answer 12:34' }));
  expect(connection.calls).toContain('end answer');
  expect(log).not.toContain('failed');
});

test('nothing begins ahead of an answer that is there', async () => {
  const { peer: one, connection, lines } = peer();
  await one.offer();
  await one.answer(joined());
  await lines.begin(AHEAD);
  expect(connection.calls).not.toContain('end pranswer');
  expect(lines.expected).toBe('');
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

test('while everything is held the voice goes on as silence, where that costs next to nothing', async () => {
  const { peer: one, connection } = peer();
  const [microphone, camera] = connection.senders;
  const voice = new FakeTrack('audio') as unknown as MediaStreamTrack;
  await one.send('audio', voice);
  await one.send('video', new FakeTrack('video') as unknown as MediaStreamTrack);
  await one.answer(joined({ answer: 'v=0\r\na=fmtp:111 usedtx=1\r\n' }));
  await settled();
  one.hold('everything');
  await settled();
  const silence = microphone?.track;
  expect([silence?.enabled, voice.enabled, camera?.track]).toEqual([false, true, null]);
  one.hold('pictures');
  await settled();
  expect(microphone?.track).toBe(voice);
  expect(silence?.readyState).toBe('ended');
});

test('a voice without DTX has no cheap silence, and rests', async () => {
  const { peer: one, connection } = peer();
  await one.send('audio', new FakeTrack('audio') as unknown as MediaStreamTrack);
  await one.answer(joined({ answer: 'v=0\r\na=fmtp:111 usedtx=0\r\n' }));
  one.hold('everything');
  await settled();
  expect(connection.senders[0]?.track).toBeNull();
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
