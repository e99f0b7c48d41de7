/**
 * One person's call: joins, keeps joining when the transport is lost, mutes, leaves.
 *
 * Invariants: at most one peer at a time; every fresh peer has a fresh attempt id; what the person
 * chose (muted, camera off) outlives every peer. A turn that was overtaken changes nothing: `turn`
 * tells the newest join from an older one that is still on its way.
 */
import type { Peer, PeerEvents, Slot } from '../media/peer.ts';
import type { JoinResponse } from '../protocol/generated/messages.ts';
import type { JoinCause } from '../signaling/http.ts';
import { JoinFailure } from '../signaling/http.ts';
import type { Captured } from './capture.ts';

export type Link = 'joining' | 'connecting' | 'connected' | 'unsteady' | 'rejoining' | 'over';

export interface CallState {
  readonly link: Link;
  /** Why it is over; undefined while it is not, or when the person left. */
  readonly failure: JoinCause | undefined;
  /** The newest join; its resume token opens the WebSocket. */
  readonly joined: JoinResponse | undefined;
  readonly slots: readonly Slot[];
  /** Somebody's voice has been played. */
  readonly heard: boolean;
  /** The browser plays no sound before a tap. */
  readonly silenced: boolean;
  readonly microphone: boolean;
  readonly camera: boolean;
  /** The camera was asked for and not given. */
  readonly cameraFailed: boolean;
  /** The device took the microphone away: a telephone call, a pulled headset. */
  readonly microphoneLost: boolean;
}

/** What a call needs of the rest; tests put fakes in. */
export interface CallParts {
  openPeer(events: PeerEvents): Peer;
  join(attempt: string, offer: string, signal: AbortSignal): Promise<JoinResponse>;
  newAttempt(): string;
  captureCamera(): Promise<MediaStreamTrack | undefined>;
  captureMicrophone(): Promise<MediaStreamTrack | undefined>;
  after(ms: number, run: () => void): () => void;
}

/** A lost packet or two heal within this; a changed network needs a new path and does not. */
const UNSTEADY_MS = 6000;
/** A first connection that takes longer than this will not come. */
const CONNECT_MS = 15_000;
/** Between two rounds of joining while the server is away. */
const AGAIN_MS = 3000;

export class Call {
  state: CallState;
  private peer: Peer | undefined;
  private turn = new AbortController();
  private cancelPatience: (() => void) | undefined;
  private readonly listeners = new Set<(state: CallState) => void>();
  private video: MediaStreamTrack | undefined;
  private audio: MediaStreamTrack;

  constructor(
    captured: Captured,
    private readonly parts: CallParts,
  ) {
    this.audio = this.watched(captured.audio);
    this.video = captured.video;
    this.state = {
      link: 'joining',
      failure: undefined,
      joined: undefined,
      slots: [],
      heard: false,
      silenced: false,
      microphone: true,
      camera: captured.video !== undefined,
      cameraFailed: captured.cameraFailed,
      microphoneLost: false,
    };
  }

  get connection(): RTCPeerConnection | undefined {
    return this.peer?.connection;
  }

  get microphoneTrack(): MediaStreamTrack {
    return this.audio;
  }

  get cameraTrack(): MediaStreamTrack | undefined {
    return this.video;
  }

  subscribe(listener: (state: CallState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The first join. A refusal ends the call; its cause is in the state. */
  start(): Promise<void> {
    return this.connect('joining');
  }

  /** A fresh transport into the same seat. Goes on until it works, is refused, or is left. */
  rejoin(): Promise<void> {
    if (this.state.link === 'over') return Promise.resolve();
    return this.connect('rejoining');
  }

  /**
   * The page goes away, for good or for a moment: the transport says goodbye, so that the others
   * are not left with a frozen picture. The seat stays; `rejoin` leads back to it.
   */
  suspend(): void {
    if (this.state.link === 'over') return;
    this.overtake();
    this.change({ link: 'rejoining', slots: [] });
  }

  /** Ends it and gives microphone and camera back. */
  leave(failure?: JoinCause): void {
    this.overtake();
    this.audio.stop();
    this.video?.stop();
    this.change({ link: 'over', failure, slots: [] });
  }

  setMicrophone(on: boolean): void {
    this.audio.enabled = on;
    this.change({ microphone: on });
  }

  /** After the device took it away. */
  async openMicrophone(): Promise<void> {
    const track = await this.parts.captureMicrophone();
    if (!track) return;
    if (this.state.link === 'over') return track.stop();
    track.enabled = this.state.microphone;
    this.audio = this.watched(track);
    this.change({ microphoneLost: false });
    await this.peer?.send('audio', track);
  }

  /** Off stops the camera itself, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    if (on === (this.video !== undefined)) return;
    const track = on ? await this.parts.captureCamera() : undefined;
    if (!on) this.video?.stop();
    if (this.state.link === 'over') return track?.stop();
    this.video = track;
    this.change({ camera: track !== undefined, cameraFailed: on && !track });
    await this.peer?.send('video', track ?? null);
  }

  /** From a tap, when the browser wanted one. */
  play(): void {
    this.change({ silenced: false });
    void this.peer?.play();
  }

  private watched(track: MediaStreamTrack): MediaStreamTrack {
    // Not fired by our own `stop()`.
    track.onended = () => this.change({ microphoneLost: true });
    return track;
  }

  private async connect(link: 'joining' | 'rejoining'): Promise<void> {
    this.overtake();
    const { signal } = this.turn;
    this.change({ link, slots: [] });
    const peer = this.parts.openPeer({
      state: (state) => this.follow(state),
      slots: (slots) => this.change({ slots }),
      heard: () => this.change({ heard: true }),
      silenced: () => this.change({ silenced: true }),
    });
    this.peer = peer;
    try {
      await peer.send('audio', this.audio);
      await peer.send('video', this.video ?? null);
      const joined = await this.parts.join(this.parts.newAttempt(), await peer.offer(), signal);
      if (signal.aborted) return;
      this.change({ link: 'connecting', joined });
      this.wait(CONNECT_MS, () => void this.rejoin());
      await peer.answer(joined);
    } catch (error) {
      if (!signal.aborted) this.recover(link, error);
    }
  }

  /** The first join is given up, so that the person can decide; a running call never is. */
  private recover(link: 'joining' | 'rejoining', error: unknown): void {
    const cause = error instanceof JoinFailure ? error.reason : 'serverAway';
    const mayHeal = cause === 'serverAway' || cause === 'serverClosing';
    if (link === 'rejoining' && mayHeal) this.wait(AGAIN_MS, () => void this.rejoin());
    else this.leave(cause);
  }

  private follow(state: RTCPeerConnectionState): void {
    switch (state) {
      case 'connected':
        this.cancelPatience?.();
        this.change({ link: 'connected' });
        break;
      case 'disconnected':
        this.change({ link: 'unsteady' });
        this.wait(UNSTEADY_MS, () => void this.rejoin());
        break;
      case 'failed':
      case 'closed':
        void this.rejoin();
        break;
      case 'new':
      case 'connecting':
        break;
      default:
        state satisfies never;
    }
  }

  private overtake(): void {
    this.cancelPatience?.();
    this.turn.abort();
    this.turn = new AbortController();
    this.peer?.close();
    this.peer = undefined;
  }

  private wait(ms: number, run: () => void): void {
    this.cancelPatience?.();
    this.cancelPatience = this.parts.after(ms, run);
  }

  private change(part: Partial<CallState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener(this.state);
  }
}
