/**
 * The slots: who is in which receive place, and what of it may be heard and seen. Pure.
 *
 * Invariant: never one person's picture or voice under another's name. A slot that changes owner is
 * silent and blank until the label has changed, the server was told so, and what comes out of the
 * decoder can only be the new owner's. One that never had an owner may sound from the start: nobody
 * but its first one can be in it, and their voice may come before their name.
 */
import type { Senders, Slot as SlotOwner } from '../protocol/generated/messages.ts';

export type { SlotOwner };

/** One receive place. `seat` 0 means that nobody is in it. */
export interface Slot extends SlotOwner {
  /** The voice may be played. */
  readonly audible: boolean;
  /** The picture may be shown, and there is one. */
  readonly visible: boolean;
  /** Its label is not on the screen yet, and the server was not told. */
  readonly unpainted?: boolean;
  /** Set while old sound or pictures could still come out of the decoder. */
  readonly handover?: Handover;
}

/** What was known when the slot had been blanked for its new owner, before the server was told. */
export interface Handover {
  /** The old owner's last sound leaves the jitter buffer before this, ms of the page's clock. */
  readonly drainedAt: number;
  readonly before: Decoded;
  /** The new owner's first picture is decoded; the one on screen may still be the last old one. */
  readonly started: boolean;
}

/** What the decoder of one slot has done so far. */
export interface Decoded {
  /** undefined where the browser does not count them. */
  readonly keyFrames: number | undefined;
  readonly frames: number;
}

/** What to send; how, is for `linkmessages.ts` to read in the same message. */
export interface SendPlan extends Senders {
  /** Grows with each change and wraps around. */
  readonly revision: number;
}

export type SlotMessage =
  | { readonly type: 'slotAssigned'; readonly owner: SlotOwner }
  | { readonly type: 'sendPlan'; readonly plan: SendPlan };

/** Every slot counts its owners from here on. */
const FIRST_EPOCH = 1;
/** Sound waits at least this long after a hand-over: two poll turns, so that a jitter buffer at its usual 40–120 ms is empty. */
const SHORTEST_DRAIN_MS = 200;
/** And never longer than this, the most that a browser's audio jitter buffer grows to. */
const LONGEST_DRAIN_MS = 2000;

/**
 * The messages that count before the first voice, from either data channel; undefined for any other.
 */
export function parseSlotMessage(message: ArrayBuffer): SlotMessage | undefined {
  if (message.byteLength !== 6) return undefined;
  const view = new DataView(message);
  const type = view.getUint8(0);
  const first = view.getUint8(1);
  const last = view.getUint16(4);
  if (type === 1) {
    return { type: 'slotAssigned', owner: { slot: first, epoch: view.getUint16(2), seat: last } };
  }
  if (type !== 3) return undefined;
  const encodings = (['q', 'h', 'f'] as const).filter((_, bit) => first & (2 << bit));
  return { type: 'sendPlan', plan: { microphone: (first & 1) === 1, encodings, revision: last } };
}

/** "The tile is blank and labelled for that seat." */
export function slotReady(slot: number, epoch: number): ArrayBuffer {
  const message = new ArrayBuffer(4);
  const view = new DataView(message);
  view.setUint8(0, 2);
  view.setUint8(1, slot);
  view.setUint16(2, epoch);
  return message;
}

/**
 * The slots as a join found them. Their owners were known before the first packet, and in an empty
 * one nobody was before: no wait.
 */
export function joinedSlots(owners: readonly SlotOwner[], count: number): Slot[] {
  return Array.from({ length: count }, (_, slot) => {
    const owner = owners.find((one) => one.slot === slot) ?? { slot, epoch: 0, seat: 0 };
    return { ...owner, audible: true, visible: false };
  });
}

/** How many steps a counter of 16 bits is ahead of another, by its shorter way round: −32768 to 32767. */
export function stepsAhead(one: number, other: number): number {
  return ((one - other) << 16) >> 16;
}

/** How an assignment stands to the slot it names. */
export function compareEpoch(slot: Slot, owner: SlotOwner): 'newer' | 'same' | 'stale' {
  const ahead = stepsAhead(owner.epoch, slot.epoch);
  if (ahead === 0) return owner.seat === slot.seat ? 'same' : 'newer';
  return ahead > 0 ? 'newer' : 'stale';
}

/**
 * The slot blanked for its new owner, who may not be heard or seen before `awaitOwner`; the first one
 * ever is heard already. A later one of whose predecessors nothing was known is not the first.
 */
export function handOver(slot: Slot, owner: SlotOwner): Slot {
  const isFirst = slot.seat === 0 && slot.audible && owner.epoch === FIRST_EPOCH;
  return { ...owner, audible: isFirst, visible: false, unpainted: true };
}

/** Begins the wait for the new owner: `before` was measured before SlotReady went out. */
export function awaitOwner(
  { unpainted, ...slot }: Slot,
  before: Decoded,
  delayMs: number,
  now: number,
): Slot {
  // Nobody to wait for, or nobody to wait out.
  if (slot.seat === 0 || slot.audible) return slot;
  // Half as much again, because the known delay is an average over the buffer's life.
  const drain = Math.min(LONGEST_DRAIN_MS, Math.max(SHORTEST_DRAIN_MS, delayMs * 1.5));
  return { ...slot, handover: { drainedAt: now + drain, before, started: false } };
}

/** Whether the slot still waits for anything that only the decoder can tell. */
export function isWaiting(slot: Slot): boolean {
  return slot.seat !== 0 && !(slot.audible && slot.visible);
}

/** The slot after a look at its decoder. Returns the same object when nothing changed. */
export function observe(slot: Slot, decoded: Decoded, now: number): Slot {
  if (!isWaiting(slot)) return slot;
  const { handover, ...rest } = slot;
  if (handover === undefined) {
    // Blanked, but the label is not out yet: nothing may come.
    if (slot.unpainted) return slot;
    return decoded.frames > 0 ? { ...slot, visible: true } : slot;
  }
  if (now < handover.drainedAt) return slot;
  // Decoded and on screen are two things: a picture is shown one look after its keyframe was seen.
  if (handover.started) return { ...rest, audible: true, visible: true };
  const started = hasStarted(handover.before, decoded);
  if (!started && slot.audible) return slot;
  return { ...slot, audible: true, handover: { ...handover, started } };
}

/**
 * The new owner starts with a keyframe. Where keyframes are not counted any frame after the drain is
 * the new owner's, because the server sends nothing of the old one once it has asked for the change.
 */
function hasStarted(before: Decoded, decoded: Decoded): boolean {
  return before.keyFrames === undefined || decoded.keyFrames === undefined
    ? decoded.frames > before.frames
    : decoded.keyFrames > before.keyFrames;
}
