/**
 * The one RTCPeerConnection in use: its one queue of changes, what it sends and when. Its lines and its
 * offer are made in `lines.ts`, which may have happened before this comes.
 *
 * Invariants: once the offer is made, descriptions and parameters are set one
 * after another through `enqueue`, here and in `negotiation.ts`;
 * nothing is sent before the server has said who takes it, or that they are let in; the elements belong to this peer from its
 * answer on, so that an older one goes on playing until then.
 */
import type { JoinResponse, Senders } from '../protocol/generated/messages.ts';
import { Lines } from './lines.ts';
import type { Held, Link, LinkEvents, LinkPeer, StartLink } from './linkpeer.ts';
import { SlotBoard } from './slotboard.ts';
import { type SendPlan, type Slot, stepsAhead } from './slots.ts';

export type { LinkPlan } from './linkmessages.ts';
export type { StartLink } from './linkpeer.ts';
export type { Slot } from './slots.ts';

export interface PeerEvents extends LinkEvents {
  state(state: RTCPeerConnectionState): void;
  slots(slots: readonly Slot[]): void;
  /** The first sound of anybody came out. */
  heard(): void;
  /** The browser wants a tap before it plays sound. */
  silenced(): void;
}

export class Peer implements LinkPeer {
  readonly connection: RTCPeerConnection;
  readonly channel: RTCDataChannel;
  private readonly board: SlotBoard;
  private readonly microphone: RTCRtpSender;
  private readonly camera: RTCRtpSender;
  private changes: Promise<unknown> = Promise.resolve();
  answered = '';
  private plan: SendPlan | undefined;
  /** The same for who minds the link and comes later. */
  private planned: ArrayBuffer | undefined;
  private link: Link | undefined;
  private readonly own: Record<'audio' | 'video', MediaStreamTrack | null> = {
    audio: null,
    video: null,
  };
  private wanted: Senders = { microphone: false, encodings: [] };
  private readonly streams: readonly MediaStream[];
  private isAttached = false;
  private held: Held = 'nothing';
  /** The own voice without a sound, while everything is held. */
  private hushed: MediaStreamTrack | undefined;

  constructor(
    private readonly elements: readonly HTMLMediaElement[],
    private readonly events: PeerEvents,
    /** Brings what minds the link; asked once the connection stands, for it is not needed before. */
    private readonly fetchLink: () => Promise<StartLink>,
    private readonly lines = new Lines(),
  ) {
    const { connection, microphone, camera, receivers, channels } = lines;
    this.connection = connection;
    this.channel = channels[1];
    this.microphone = microphone;
    this.camera = camera;
    // Voice and picture of one slot play in one element, so that lips and words go together; the board
    // adds the picture when there is one.
    this.streams = receivers.map(({ audio }) => new MediaStream([audio.track]));
    this.board = new SlotBoard(elements, receivers, {
      slots: events.slots,
      heard: events.heard,
      plan: (plan, message) => this.follow(plan, message),
      // On both, because a reliable channel waits behind what was lost. A closed one means a lost
      // transport, and the next one starts from its own join.
      send: (message) => {
        for (const one of channels) if (one.readyState === 'open') one.send(message);
      },
    });
    connection.onconnectionstatechange = () => this.heed();
  }

  offer(): Promise<string> {
    return this.enqueue(() => this.lines.offer());
  }

  /** Takes up the server's answer with its slots and what it wants sent, and takes the elements. */
  async answer({ answer = '', slots, senders }: JoinResponse): Promise<void> {
    this.isAttached = true;
    this.elements.forEach((element, slot) => {
      element.srcObject = this.streams[slot] ?? null;
    });
    const { connection, lines } = this;
    // The server was started anew since it said whom to expect: what has begun meets somebody else.
    if (!answer.includes(lines.expected)) return this.events.state('failed');
    await this.enqueue(() => connection.setRemoteDescription({ type: 'answer', sdp: answer }));
    this.answered = answer;
    this.board.begin(slots);
    this.apply(senders);
    lines.heard = (message) => {
      // First, so that pictures begin under their cap.
      this.link?.message(message);
      this.board.handle(message);
    };
    lines.early.forEach(lines.heard);
    // It may have come up before.
    this.heed();
    await this.play();
  }

  /** Sends this track while somebody takes it, or nothing. Never needs a new offer. */
  async send(kind: 'audio' | 'video', track: MediaStreamTrack | null): Promise<void> {
    this.own[kind] = track;
    await this.supply(kind);
  }

  /** Sends the microphone of who is let in, until a plan comes that says whether anybody takes it. */
  speak(microphone: boolean): void {
    if (!this.plan) this.apply({ ...this.wanted, microphone });
  }

  /** Sends none of this for now: it would wait in a dead link's queue and come late. */
  hold(held: Held): void {
    if (this.held === held) return;
    this.held = held;
    this.apply(this.wanted);
  }

  /** New ICE credentials of this side, without the server: it learns them from the first check. */
  restart(): void {
    this.link?.restart();
  }

  /** The next change waits for this one: descriptions and parameters of a sender touch each other. */
  enqueue<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.changes.then(step, step);
    this.changes = turn;
    return turn;
  }

  /** Plays what comes. Call it from a tap after `silenced`. */
  async play(): Promise<void> {
    for (const element of this.elements) {
      // Not awaited: the promise waits for the first sound. Only a refusal is of interest.
      element.play()?.catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') {
          this.events.silenced();
        }
      });
    }
  }

  close(): void {
    this.connection.onconnectionstatechange = null;
    this.link?.close();
    this.hushed?.stop();
    this.connection.close();
    this.board.close();
    if (this.isAttached) for (const element of this.elements) element.srcObject = null;
  }

  /** What becomes of a connection concerns nobody before its answer is there. */
  private heed(): void {
    if (!this.answered) return;
    const { connectionState } = this.connection;
    // Asked for first, before all that a connection that stands brings along.
    if (connectionState === 'connected') void this.mindLink();
    this.events.state(connectionState);
  }

  private async mindLink(): Promise<void> {
    const start = await this.fetchLink();
    if (this.link || this.connection.connectionState === 'closed') return;
    this.link = start(this, this.events);
    if (this.planned) this.link.message(this.planned);
  }

  /** The same plan comes more than once, and an older one may come late. */
  private follow(plan: SendPlan, message: ArrayBuffer): void {
    if (this.plan && stepsAhead(plan.revision, this.plan.revision) <= 0) return;
    this.plan = plan;
    this.planned = message;
    this.apply(plan);
  }

  /** Pauses at the source what nobody takes. */
  private apply(plan: Senders): void {
    this.wanted = plan;
    this.enqueue(async () => {
      await this.supply('audio');
      await setActive(this.camera, ({ rid }) => plan.encodings.some((wanted) => wanted === rid));
      await this.supply('video');
      // A closed connection, or a browser that cannot pause: the server drops what nobody takes.
    }).catch(() => undefined);
  }

  /**
   * Gives a sender its track while somebody takes any of it. By the track and not by `active` alone:
   * Firefox takes the latter for a voice and goes on sending.
   */
  private async supply(kind: 'audio' | 'video'): Promise<void> {
    const { microphone, encodings } = this.wanted;
    const sender = kind === 'audio' ? this.microphone : this.camera;
    const isTaken = kind === 'audio' ? microphone : encodings.length > 0;
    const isHeld = this.held === 'everything' || (this.held === 'pictures' && kind === 'video');
    const own = isTaken ? this.own[kind] : null;
    const track = isHeld ? (kind === 'audio' ? this.hush(own) : null) : own;
    if (sender.track !== track) await sender.replaceTrack(track);
    if (kind === 'audio' && !isHeld) this.hush(null);
  }

  /**
   * What goes instead of a voice that is held: silence, where silence costs next to nothing (DTX). With no track at
   * all the sender's clock stands still, and who listens would take all that follows for late by as much.
   */
  private hush(voice: MediaStreamTrack | null): MediaStreamTrack | null {
    if (!voice || !this.answered.includes('usedtx=1')) {
      this.hushed?.stop();
      this.hushed = undefined;
      return null;
    }
    this.hushed ??= voice.clone();
    this.hushed.enabled = false;
    return this.hushed;
  }
}

async function setActive(
  sender: RTCRtpSender,
  isWanted: (encoding: RTCRtpEncodingParameters) => boolean,
): Promise<void> {
  const parameters = sender.getParameters();
  const stale = parameters.encodings.filter((one) => (one.active !== false) !== isWanted(one));
  for (const encoding of stale) encoding.active = isWanted(encoding);
  // Setting what is set already would disturb the encoder.
  if (stale.length > 0) await sender.setParameters(parameters);
}
