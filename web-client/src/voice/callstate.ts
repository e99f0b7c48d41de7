/** What a call says of itself and what it needs; how its link is called. Pure. */
import type { LinkPlan, Peer, PeerEvents, Slot } from '../media/peer.ts';
import type { Admission, JoinResponse, NetworkLevel } from '../protocol/generated/messages.ts';
import type { JoinCause } from '../signaling/http.ts';
import type { OwnState } from './own.ts';

export type Link =
  | 'joining'
  | 'waiting'
  | 'connecting'
  | 'connected'
  | 'unsteady'
  | 'rejoining'
  | 'over';

/** How the way to the server fares, whoever may use it. */
export type Path = Exclude<Link, 'waiting'>;

export interface CallState extends OwnState {
  readonly link: Link;
  /** In the waiting room: nothing of this person goes out, nothing comes in. */
  readonly waiting: boolean;
  /** Why it is over; undefined while it is not, or when the person left. */
  readonly failure: JoinCause | undefined;
  /** Seconds that the server wants to be left alone, where the failure says so. */
  readonly retryAfter: number | undefined;
  /** The newest join or resume; its resume token opens the WebSocket. */
  readonly joined: JoinResponse | undefined;
  readonly slots: readonly Slot[];
  /** How the server wants this transport used; undefined until it has said so. */
  readonly plan: LinkPlan | undefined;
  /** What the server expects of this transport's link; undefined until it has said so. */
  readonly network: NetworkLevel | undefined;
  /** Somebody's voice has been played. */
  readonly heard: boolean;
  /** The browser plays no sound before a tap. */
  readonly silenced: boolean;
}

/** How to begin: into a seat that this page had, or by the link. */
export interface Entry {
  readonly resume?: string | undefined;
  /** The person was asked and wants the seat of the other page. */
  readonly takeover?: boolean;
}

/** What a call needs of the rest; tests put fakes in. */
export interface CallParts {
  after(ms: number, run: () => void): () => void;
  openPeer(events: PeerEvents): Peer;
  join(
    request: { attempt: string; offer: string; takeover: boolean },
    signal: AbortSignal,
  ): Promise<JoinResponse>;
  resume(
    request: { resume: string; attempt: string; offer: string; holds: boolean },
    signal: AbortSignal,
  ): Promise<JoinResponse>;
  newAttempt(): string;
  /** Wakes everything that makes sound; from a tap, or to see whether it works without one. */
  unlock(): void;
  /** Puts the others' voices on this device. */
  setOutput(id: string): Promise<void>;
}

/** What no server has said of a transport yet. */
export const unheard = { plan: undefined, network: undefined } as const;

export function firstState(own: OwnState): CallState {
  return {
    ...own,
    link: 'joining',
    waiting: false,
    failure: undefined,
    retryAfter: undefined,
    joined: undefined,
    slots: [],
    ...unheard,
    heard: false,
    silenced: false,
  };
}

/** Who waits is told that, and not how a transport fares that carries nothing yet. */
export function linkOf(path: Path, waiting: boolean): Link {
  const isThere = path === 'connecting' || path === 'connected' || path === 'unsteady';
  return waiting && isThere ? 'waiting' : path;
}

export function isWaiting(admission: Admission): boolean {
  return admission === 'waiting' || admission === 'held';
}
