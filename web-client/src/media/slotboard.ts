/**
 * Puts the slots on the page: one media element per slot, the data channel, the decoder's counts.
 *
 * Order of a hand-over, which is the whole point of this file: mute and hide the element → tell the
 * page (it labels the tile) → measure the decoder → a painted frame → SlotReady. The first owner of
 * a slot is not muted: there is nobody to be taken for.
 */
import type { SlotReceivers } from './lines.ts';
import {
  awaitOwner,
  compareEpoch,
  type Decoded,
  handOver,
  isWaiting,
  joinedSlots,
  observe,
  parseSlotMessage,
  type SendPlan,
  type Slot,
  type SlotOwner,
  slotReady,
} from './slots.ts';

/** How often a waiting slot is looked at: soon while somebody has just come, seldom afterwards. */
const LOOK_MS = 100;
const LATER_LOOK_MS = 500;
const SOON_MS = 5000;
/** A hidden page paints no frames; the label is in the document all the same. */
const PAINT_TIMEOUT_MS = 150;

export interface SlotBoardEvents {
  slots(slots: readonly Slot[]): void;
  /** Also the message, in which there is more than the plan. */
  plan(plan: SendPlan, message: ArrayBuffer): void;
  /** The first sound of anybody came out of a decoder. */
  heard(): void;
  send(message: ArrayBuffer): void;
}

/** What the board needs of the browser; tests put their own in. */
export interface SlotClock {
  now(): number;
  after(ms: number, run: () => void): () => void;
  painted(): Promise<void>;
}

export class SlotBoard {
  private slots: Slot[] = [];
  private heard = false;
  private watchedSince = 0;
  private cancelLook: (() => void) | undefined;
  private closed = false;
  private begun = false;

  constructor(
    private readonly elements: readonly HTMLMediaElement[],
    private readonly receivers: readonly SlotReceivers[],
    private readonly events: SlotBoardEvents,
    private readonly clock: SlotClock = browserClock,
  ) {}

  /** The owners that the join response names. Before this the elements are another's or nobody's. */
  begin(owners: readonly SlotOwner[]): void {
    this.begun = true;
    this.slots = joinedSlots(owners, this.receivers.length);
    this.publish();
    this.watch();
  }

  handle(message: ArrayBuffer): void {
    const parsed = parseSlotMessage(message);
    if (parsed?.type === 'sendPlan') this.events.plan(parsed.plan, message);
    if (parsed?.type === 'slotAssigned') void this.assign(parsed.owner);
  }

  close(): void {
    this.closed = true;
    this.cancelLook?.();
    this.slots = [];
    this.show();
  }

  private async assign(owner: SlotOwner): Promise<void> {
    const slot = this.slots[owner.slot];
    if (slot === undefined) return;
    const standing = compareEpoch(slot, owner);
    // Told once more before the tile is painted blank: the hand-over under way answers.
    if (standing === 'stale' || (standing === 'same' && slot.unpainted)) return;
    if (standing === 'newer') {
      this.replace(handOver(slot, owner));
      const { decoded, delayMs } = await this.measure(owner.slot);
      await this.clock.painted();
      const current = this.slots[owner.slot];
      // A newer owner came meanwhile; its own hand-over answers for the slot.
      if (this.closed || current?.epoch !== owner.epoch) return;
      this.replace(awaitOwner(current, decoded, delayMs, this.clock.now()));
      this.watch();
    }
    this.events.send(slotReady(owner.slot, owner.epoch));
  }

  private watch(): void {
    this.watchedSince = this.clock.now();
    this.cancelLook?.();
    this.lookLater();
  }

  private lookLater(): void {
    if (this.closed || (this.heard && !this.slots.some(isWaiting))) return;
    const young = this.clock.now() - this.watchedSince < SOON_MS;
    this.cancelLook = this.clock.after(young ? LOOK_MS : LATER_LOOK_MS, () => {
      void this.look().then(() => this.lookLater());
    });
  }

  private async look(): Promise<void> {
    if (!this.heard && this.receivers.some(({ audio }) => isDelivering(audio))) {
      this.heard = true;
      this.events.heard();
    }
    for (const { slot } of this.slots.filter(isWaiting)) {
      const { decoded } = await this.measure(slot);
      const current = this.slots[slot];
      if (this.closed || current === undefined) return;
      if (decoded.frames > 0 && this.addPicture(slot)) continue;
      const seen = observe(current, decoded, this.clock.now());
      if (seen !== current) this.replace(seen);
    }
  }

  /**
   * True when the picture has just been added to the element that plays the voice. Not before there
   * is one: an element with a picture that never comes plays no sound either (Chromium).
   */
  private addPicture(slot: number): boolean {
    const stream = this.elements[slot]?.srcObject as MediaStream | null | undefined;
    const track = this.receivers[slot]?.video.track;
    if (!track || !stream || stream.getVideoTracks().length > 0) return false;
    stream.addTrack(track);
    return true;
  }

  private async measure(slot: number): Promise<{ decoded: Decoded; delayMs: number }> {
    const receivers = this.receivers[slot];
    let decoded: Decoded = { keyFrames: undefined, frames: 0 };
    let delayMs = 0;
    if (receivers === undefined) return { decoded, delayMs };
    for (const stat of [...(await inbound(receivers.audio)), ...(await inbound(receivers.video))]) {
      if (stat.kind === 'video') {
        decoded = { keyFrames: stat.keyFramesDecoded, frames: stat.framesDecoded ?? 0 };
      } else if (stat.jitterBufferEmittedCount) {
        delayMs = ((stat.jitterBufferDelay ?? 0) / stat.jitterBufferEmittedCount) * 1000;
      }
    }
    return { decoded, delayMs };
  }

  private replace(slot: Slot): void {
    this.slots = this.slots.map((old) => (old.slot === slot.slot ? slot : old));
    this.publish();
  }

  private publish(): void {
    this.show();
    this.events.slots(this.slots);
  }

  /** The elements obey before anybody else hears of the change. */
  private show(): void {
    if (!this.begun) return;
    this.elements.forEach((element, index) => {
      const slot = this.slots[index];
      element.muted = !slot?.audible;
      element.dataset.state = slot?.visible ? 'live' : 'blank';
    });
  }
}

type InboundStats = RTCInboundRtpStreamStats & { keyFramesDecoded?: number };

async function inbound(receiver: RTCRtpReceiver): Promise<InboundStats[]> {
  const all: InboundStats[] = [];
  for (const stat of (await receiver.getStats()).values()) {
    if (stat.type === 'inbound-rtp') all.push(stat);
  }
  return all;
}

/** Sources are listed when their first packet has been played, not merely negotiated. */
function isDelivering(receiver: RTCRtpReceiver): boolean {
  return receiver.getSynchronizationSources().length > 0;
}

const browserClock: SlotClock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  painted: () =>
    new Promise((resolve) => {
      setTimeout(resolve, PAINT_TIMEOUT_MS);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    }),
};
