/** A call over fake peers and a fake server, on a clock that the test moves. */
import type { Peer, PeerEvents } from '../media/peer.ts';
import type { JoinResponse } from '../protocol/generated/messages.ts';
import { Call } from '../voice/call.ts';
import { FakeClock } from './clock.ts';
import { FakeTrack } from './peer.ts';

export class FakePeer {
  readonly sent: Record<string, unknown> = {};
  readonly connection = { getStats: async () => new Map() };
  closed = false;
  answered: JoinResponse | undefined;

  constructor(readonly events: PeerEvents) {}

  async offer(): Promise<string> {
    return 'offer';
  }

  async answer(joined: JoinResponse): Promise<void> {
    this.answered = joined;
  }

  async send(kind: string, track: unknown): Promise<void> {
    this.sent[kind] = track;
  }

  async play(): Promise<void> {}

  close(): void {
    this.closed = true;
  }
}

export const track = (kind: string) => new FakeTrack(kind) as FakeTrack & MediaStreamTrack;

export const joinedAs = (part: Partial<JoinResponse> = {}): JoinResponse => ({
  version: 1,
  answer: 'v=0',
  resume: 'resume',
  you: 1,
  seats: [],
  slots: [],
  senders: { microphone: true, encodings: [] },
  ...part,
});

export function fakeCall(withCamera = true) {
  const clock = new FakeClock();
  const peers: FakePeer[] = [];
  const attempts: string[] = [];
  const audio = track('audio');
  const video = withCamera ? track('video') : undefined;
  const devices = {
    camera: track('video') as MediaStreamTrack | undefined,
    microphone: track('audio'),
  };
  const server = { answer: async (): Promise<JoinResponse> => joinedAs() };
  const call = new Call(
    { audio, video, cameraFailed: false },
    {
      openPeer(events) {
        const peer = new FakePeer(events);
        peers.push(peer);
        return peer as unknown as Peer;
      },
      join(attempt) {
        attempts.push(attempt);
        return server.answer();
      },
      newAttempt: () => `attempt ${attempts.length + 1}`,
      captureCamera: async () => devices.camera,
      captureMicrophone: async () => devices.microphone,
      after: clock.after,
    },
  );
  return { call, clock, peers, attempts, audio, video, devices, server };
}
