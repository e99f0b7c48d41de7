/**
 * One person's call: joins, comes back to its seat when the transport is lost, mutes, leaves.
 *
 * Invariants: one peer plays at a time; a fresh one is held beside it only while the server decides
 * whether the old one stays; every fresh peer has a fresh attempt id; what the person chose outlives
 * every peer. A turn that was overtaken changes nothing: `turn` tells the newest from an older one.
 */
import type { Admission, JoinResponse, RejoinReason } from '../protocol/generated/messages.ts';
import { type JoinCause, JoinFailure, MAY_HEAL } from '../signaling/http.ts';
import type { CallParts, CallState, Entry, Path } from './callstate.ts';
import { firstState, isWaiting, linkOf, unheard } from './callstate.ts';
import type { Captured } from './capture.ts';
import { OwnDevices } from './own.ts';
import { Peers } from './peers.ts';

export type { CallParts, CallState, Entry, Link } from './callstate.ts';

/** A lost packet or two heal within this. Asking costs a request and, mostly, leaves all as it is. */
const UNSTEADY_MS = 2000;
/** A first connection that takes longer than this will not come. */
const CONNECT_MS = 15_000;
/** Between two rounds of asking while the server is away; each round asks for half a minute. */
const AGAIN_MS = 1000;

export class Call {
  state: CallState;
  readonly own: OwnDevices;
  private readonly peers: Peers;
  private path: Path = 'joining';
  private turn = new AbortController();
  private isAsking = false;
  private wasCalled = false;
  /** The server kept a transport that has brought nothing since. */
  private keptInVain = false;
  private takeover = false;
  private resumeToken: string | undefined;
  private cancelPatience: (() => void) | undefined;
  private readonly listeners = new Set<(state: CallState) => void>();

  constructor(
    captured: Captured,
    private readonly parts: CallParts,
  ) {
    this.peers = new Peers(parts.openPeer, {
      state: (state) => this.heed(state),
      slots: (slots) => this.change({ slots }),
      heard: () => this.change({ heard: true }),
      silenced: () => this.silence(),
      plan: (plan) => this.change({ plan }),
      network: (network) => this.change({ network }),
      silent: (_ms, heals) => this.doubt(heals),
      back: () => this.connection?.connectionState === 'connected' && this.heed('connected'),
    });
    this.own = new OwnDevices(captured, {
      change: (part) => this.change(part),
      send: (kind, track) => this.peers.send(kind, track),
    });
    this.state = firstState(OwnDevices.state(captured));
  }

  get connection(): RTCPeerConnection | undefined {
    return this.peers.playing?.connection;
  }

  get channel(): RTCDataChannel | undefined {
    return this.peers.playing?.channel;
  }

  get microphoneTrack(): MediaStreamTrack {
    return this.own.audio;
  }

  get cameraTrack(): MediaStreamTrack | undefined {
    return this.own.video;
  }

  subscribe(listener: (state: CallState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The first join; its refusal ends the call. A seat that was there before is come back to. */
  start({ resume, takeover = false }: Entry = {}): Promise<void> {
    this.resumeToken = resume;
    this.takeover = takeover;
    return this.connect('joining');
  }

  /**
   * Back into the same seat; the server says whether the old transport stays. Goes on until it works,
   * is refused, or is left. `called`: the first transport of somebody who waited without one.
   */
  rejoin(reason?: RejoinReason): Promise<void> {
    if (this.path === 'over') return Promise.resolve();
    if (reason === 'called') {
      this.wasCalled = true;
      return this.isAsking || this.peers.playing ? Promise.resolve() : this.connect('connecting');
    }
    // Also what the server still hears of the old one is worth nothing to it.
    if (reason) this.peers.close();
    // Two requests at once could overtake each other, and the older one's token with them.
    return this.isAsking ? Promise.resolve() : this.connect('rejoining');
  }

  /** The own seat's standing has changed. */
  admitted(admission: Admission): void {
    if (this.path === 'over') return;
    this.change({ waiting: isWaiting(admission) });
    const isIn = admission === 'admitted';
    this.peers.playing?.speak(isIn);
    if (isIn) void this.rejoin('called');
  }

  /** Another network: the old path may be dead long before the browser says so. */
  reroute(): void {
    this.peers.playing?.restart();
    void this.rejoin();
  }

  /**
   * The page goes away, for good or for a moment: the transport says goodbye, so that the others
   * are not left with a frozen picture. The seat stays; `rejoin` leads back to it.
   */
  suspend(): void {
    if (this.path === 'over') return;
    this.overtake();
    this.peers.close();
    this.follow('rejoining');
  }

  /** Ends it and gives microphone and camera back. */
  leave(failure?: JoinCause, retryAfter?: number): void {
    this.overtake();
    this.peers.close();
    this.own.stop();
    this.path = 'over';
    this.change({ failure, retryAfter, slots: [] });
  }

  setMicrophone = (on: boolean): void => this.own.setMicrophone(on);
  setOutput = (id: string): Promise<void> => this.parts.setOutput(id);

  /** From a tap, when the browser wanted one. */
  play(): void {
    this.change({ silenced: false });
    this.parts.unlock();
    void this.peers.playing?.play();
  }

  /** Sound that only a tap brings back. */
  silence = (): void => this.change({ silenced: true });

  /** The page is seen again: what the browser stopped plays on, without a tap. */
  wake(): void {
    void this.peers.playing?.play();
  }

  private async connect(path: Path): Promise<void> {
    const isFirst = path === 'joining' && this.resumeToken === undefined;
    this.overtake();
    const { signal } = this.turn;
    this.isAsking = true;
    this.wasCalled = false;
    // A transport that still plays is not called lost before the server has said so.
    if (!this.peers.playing) this.follow(path);
    const { audio, video = null } = this.own;
    try {
      const offer = await this.peers.offer({ audio, video });
      if (signal.aborted) return;
      const joined = await this.ask(offer, signal);
      if (!signal.aborted) await this.take(joined);
    } catch (error) {
      if (!signal.aborted) this.recover(error, isFirst);
    }
  }

  private ask(offer: string, signal: AbortSignal): Promise<JoinResponse> {
    const { resumeToken: resume, takeover } = this;
    const attempt = this.parts.newAttempt();
    if (resume === undefined) return this.parts.join({ attempt, offer, takeover }, signal);
    const holds = this.peers.playing !== undefined && !this.keptInVain;
    return this.parts.resume({ resume, attempt, offer, holds }, signal);
  }

  private async take(joined: JoinResponse): Promise<void> {
    this.isAsking = false;
    const isBack = this.resumeToken !== undefined && !this.state.joined;
    this.resumeToken = joined.resume;
    this.takeover = false;
    const own = joined.seats.find(({ seat }) => seat === joined.you);
    const waiting = own !== undefined && isWaiting(own.admission);
    const fresh = joined.transport === 'new' ? this.peers.adopt() : undefined;
    this.peers.dropFresh();
    if (isBack && own) this.own.turnOff(own);
    if (joined.transport === 'none') this.peers.close();
    const kept = fresh ? undefined : this.peers.playing;
    if (!kept) this.path = 'connecting';
    this.change(fresh ? { joined, waiting, ...unheard } : { joined, waiting });
    if (fresh) {
      this.wait(CONNECT_MS, () => this.replace());
      await fresh.answer(joined);
    } else if (kept) this.keep(kept.connection.connectionState);
    // Called while the answer was on its way.
    else if (this.wasCalled) void this.connect('connecting');
    // Let in, and no transport: the server is asked until it gives one.
    else if (!waiting || joined.transport === 'kept') this.wait(AGAIN_MS, () => void this.rejoin());
  }

  /** The server still hears the old peer. */
  private keep(state: RTCPeerConnectionState): void {
    // What brought the answer may bring a check as well, however long the browser means to wait.
    if (state === 'connected' && this.path === 'unsteady') this.peers.playing?.restart();
    else this.heed(state);
    // It may have come back while the answer was on its way.
    this.keptInVain = this.path !== 'connected';
    if (state === 'connecting') this.wait(CONNECT_MS, () => this.replace());
  }

  /** The transport is gone for good, or will never come. */
  private replace(): void {
    this.peers.close();
    this.follow('rejoining');
    void this.rejoin();
  }

  /** The first join is given up, so that the person can decide; a running call never is. */
  private recover(error: unknown, isFirst: boolean): void {
    this.overtake();
    const { reason, retryAfter } =
      error instanceof JoinFailure ? error : new JoinFailure('serverAway');
    // Not the server's no but a description that this browser does not take.
    if (!(error instanceof JoinFailure)) this.peers.close();
    if (!isFirst && MAY_HEAL.includes(reason)) {
      this.wait(Math.max(AGAIN_MS, (retryAfter ?? 0) * 1000), () => void this.rejoin());
    } else if (reason === 'linkUnknown' && this.resumeToken !== undefined) {
      // Only the token is unknown: the link may still open the seat.
      this.resumeToken = undefined;
      void this.rejoin();
    } else this.leave(reason, retryAfter);
  }

  /** Nothing comes any more, whatever the browser still believes. */
  private doubt(heals: boolean): void {
    if (!heals) this.keptInVain = true;
    if (this.path === 'connected') this.follow('unsteady');
    void this.rejoin();
  }

  private heed(state: RTCPeerConnectionState): void {
    switch (state) {
      case 'connected':
        this.keptInVain = false;
        this.cancelPatience?.();
        this.follow('connected');
        break;
      case 'disconnected':
        this.follow('unsteady');
        this.peers.playing?.restart();
        this.wait(UNSTEADY_MS, () => void this.rejoin());
        break;
      case 'failed':
      case 'closed':
        this.replace();
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
    this.isAsking = false;
    this.peers.dropFresh();
  }

  private wait(ms: number, run: () => void): void {
    this.cancelPatience?.();
    this.cancelPatience = this.parts.after(ms, run);
  }

  private follow(path: Path): void {
    this.path = path;
    this.change({});
  }

  private change(part: Partial<CallState>): void {
    const state = { ...this.state, ...part };
    this.state = { ...state, link: linkOf(this.path, state.waiting) };
    for (const listener of this.listeners) listener(this.state);
  }
}
