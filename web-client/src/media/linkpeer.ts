/** What stands between a peer, which loads first, and what minds its link, which loads after it. */
import type { NetworkLevel } from '../protocol/generated/messages.ts';
import type { LinkPlan } from './linkmessages.ts';

/** What minding a link needs of its peer. */
export interface LinkPeer {
  readonly connection: RTCPeerConnection;
  /** The unreliable data channel `link`. */
  readonly channel: RTCDataChannel;
  /** The server's answer, with whatever was changed in it since. */
  answered: string;
  /** One after another with everything else that changes what the peer sends. */
  enqueue<T>(step: () => Promise<T>): Promise<T>;
  /** Sends none of this for now, or a silent voice. */
  hold(held: Held): void;
}

/** What is not sent for now, whoever takes it. */
export type Held = 'nothing' | 'pictures' | 'everything';

export interface LinkEvents {
  /** Another plan is in force. */
  plan?(plan: LinkPlan): unknown;
  /** The server expects something else of this link. */
  network?(level: NetworkLevel): unknown;
  /**
   * Nothing has come for so long, though something was due; at times again until `back`. `heals`: the
   * transport may still come back by itself.
   */
  silent?(ms: number, heals: boolean): void;
  back?(): void;
}

/** What it needs of time; tests put their own in. */
export interface LinkClock {
  /** ms, whole. */
  now(): number;
  after(ms: number, run: () => void): () => void;
}

/** The minding of one peer's link, until the peer closes. */
export interface Link {
  /** Anything that came on a data channel. */
  message(message: ArrayBuffer): void;
  /** New ICE credentials of this side, without the server. */
  restart(): void;
  close(): void;
}

/** The one export of the link's script. */
export type StartLink = (peer: LinkPeer, events: LinkEvents, clock?: LinkClock) => Link;
