/** A call over fake peers and a fake server, on a clock that the test moves. */

import { OwnCare } from '../app/owncare.ts';
import type { LinkPlan, Peer, PeerEvents } from '../media/peer.ts';
import type { JoinResponse, Seat } from '../protocol/generated/messages.ts';
import { Call } from '../voice/call.ts';
import { FakeClock } from './clock.ts';
import { FakeTrack } from './peer.ts';

export class FakePeer {
  readonly sent: Record<string, unknown> = {};
  readonly connection = { getStats: async () => new Map(), connectionState: 'new' };
  played = 0;
  closed = false;
  restarts = 0;
  speaks: boolean | undefined;
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

  restart(): void {
    this.restarts += 1;
  }

  speak(microphone: boolean): void {
    this.speaks = microphone;
  }

  /** The transport's state changes, as the browser tells it. */
  become(state: RTCPeerConnectionState): void {
    this.connection.connectionState = state;
    this.events.state(state);
  }

  async play(): Promise<void> {
    this.played += 1;
  }

  close(): void {
    this.closed = true;
  }
}

export const track = (kind: string) => new FakeTrack(kind) as FakeTrack & MediaStreamTrack;

export const joinedAs = (part: Partial<JoinResponse> = {}): JoinResponse => ({
  version: 1,
  transport: 'new',
  answer: 'v=0',
  resume: 'resume',
  you: 1,
  seats: [],
  locked: false,
  slots: [],
  senders: { microphone: true, encodings: [] },
  ...part,
});

/** A plan that nothing is the matter with. */
export const planOf = (part: Partial<LinkPlan> = {}): LinkPlan => ({
  rung: 0,
  capKbps: 0,
  ownRests: false,
  othersRest: false,
  revision: 1,
  ...part,
});

/** A seat as the server tells it. */
export const seatOf = (part: Partial<Seat> = {}): Seat => ({
  seat: 1,
  name: 'Páo',
  role: 'patient',
  admission: 'admitted',
  present: true,
  connection: 'up',
  microphone: true,
  camera: true,
  hand: false,
  ...part,
});

/** What the server was asked, in one line each: `join attempt 1`, `resume token holds attempt 2`. */
export function fakeCall(withCamera = true) {
  const clock = new FakeClock();
  const peers: FakePeer[] = [];
  const attempts: string[] = [];
  const asked: string[] = [];
  const audio = track('audio');
  const video = withCamera ? track('video') : undefined;
  const devices = {
    camera: track('video') as (FakeTrack & MediaStreamTrack) | undefined,
    microphone: track('audio') as (FakeTrack & MediaStreamTrack) | undefined,
    list: [] as MediaDeviceInfo[],
    /** The camera choices that were asked for. */
    choices: [] as (MediaTrackConstraints | undefined)[],
    isVisible: true,
    unlocked: 0,
    output: '',
  };
  const server = { answer: async (): Promise<JoinResponse> => joinedAs() };
  const ask = (words: string, attempt: string) => {
    attempts.push(attempt);
    asked.push(words);
    return server.answer();
  };
  const call = new Call(
    { audio, video, cameraFailed: false },
    {
      openPeer(events) {
        const peer = new FakePeer(events);
        peers.push(peer);
        return peer as unknown as Peer;
      },
      join: ({ attempt, takeover }) => ask(takeover ? 'join takeover' : 'join', attempt),
      resume: ({ resume, attempt, holds }) =>
        ask(`resume ${resume}${holds ? ' holds' : ''}`, attempt),
      newAttempt: () => `attempt ${attempts.length + 1}`,
      after: clock.after,
      unlock: () => {
        devices.unlocked += 1;
      },
      async setOutput(id) {
        devices.output = id;
      },
    },
  );
  const care = new OwnCare(call.own, {
    async captureCamera(choice) {
      devices.choices.push(choice);
      return devices.camera;
    },
    captureMicrophone: async () => devices.microphone,
    listDevices: async () => devices.list,
    isVisible: () => devices.isVisible,
    after: clock.after,
  });
  return { call, care, clock, peers, attempts, asked, audio, video, devices, server };
}
