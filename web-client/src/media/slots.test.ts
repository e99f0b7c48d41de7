import { describe, expect, test } from 'vitest';
import {
  awaitOwner,
  compareEpoch,
  handOver,
  isWaiting,
  joinedSlots,
  observe,
  parseSlotMessage,
  type Slot,
  slotReady,
} from './slots.ts';

const bytes = (...values: number[]) => new Uint8Array(values).buffer;
const nothing = { keyFrames: 0, frames: 0 };

describe('the data channel', () => {
  test('reads an assignment, big-endian', () => {
    expect(parseSlotMessage(bytes(1, 1, 0x12, 0x34, 0, 7))).toEqual({
      type: 'slotAssigned',
      owner: { slot: 1, epoch: 0x1234, seat: 7 },
    });
  });

  test('reads what is wanted', () => {
    expect(parseSlotMessage(bytes(3, 0b1011, 2, 5, 0x12, 0x34))).toEqual({
      type: 'sendPlan',
      plan: { microphone: true, encodings: ['q', 'f'], revision: 0x1234 },
    });
    // Why pictures rest is no picture.
    expect(parseSlotMessage(bytes(3, 0b110000, 0, 0, 0, 0))).toEqual({
      type: 'sendPlan',
      plan: { microphone: false, encodings: [], revision: 0 },
    });
  });

  test('ignores what it does not know', () => {
    for (const message of [
      bytes(),
      bytes(9, 0, 0, 0, 0, 0),
      bytes(1, 0),
      bytes(3, 0),
      bytes(2, 0, 0, 1),
    ]) {
      expect(parseSlotMessage(message)).toBeUndefined();
    }
  });

  test('writes the readiness', () => {
    expect([...new Uint8Array(slotReady(1, 0x1234))]).toEqual([2, 1, 0x12, 0x34]);
  });
});

describe('owners', () => {
  test('known from the join are heard at once and seen with their first picture', () => {
    const [first, second] = joinedSlots([{ slot: 0, epoch: 3, seat: 2 }], 2);
    expect(first).toMatchObject({ seat: 2, audible: true, visible: false });
    // Nobody was in it: what sounds there can only be its first owner.
    expect(second).toMatchObject({ slot: 1, seat: 0, audible: true, visible: false });
    expect(observe(first as Slot, { keyFrames: 1, frames: 1 }, 0).visible).toBe(true);
  });

  test('are compared by epoch, also where it wraps', () => {
    const slot: Slot = { slot: 0, epoch: 0xffff, seat: 2, audible: true, visible: true };
    expect(compareEpoch(slot, { slot: 0, epoch: 0, seat: 3 })).toBe('newer');
    expect(compareEpoch(slot, { slot: 0, epoch: 0xfffe, seat: 3 })).toBe('stale');
    expect(compareEpoch(slot, { slot: 0, epoch: 0xffff, seat: 2 })).toBe('same');
  });
});

describe('a hand-over', () => {
  const old: Slot = { slot: 0, epoch: 1, seat: 2, audible: true, visible: true };
  const blank = handOver(old, { slot: 0, epoch: 2, seat: 3 });

  test('is silent and blank, whatever the decoder does, until the wait begins', () => {
    expect(blank).toMatchObject({ audible: false, visible: false });
    expect(observe(blank, { keyFrames: 9, frames: 900 }, 1e9)).toBe(blank);
  });

  test('lets the old sound leave the jitter buffer first', () => {
    const waiting = awaitOwner(blank, nothing, 400, 1000);
    expect(observe(waiting, nothing, 1599).audible).toBe(false);
    expect(observe(waiting, nothing, 1600)).toMatchObject({ audible: true, visible: false });
  });

  test('waits neither shorter nor longer than its bounds', () => {
    expect(awaitOwner(blank, nothing, 0, 0).handover?.drainedAt).toBe(200);
    expect(awaitOwner(blank, nothing, 60_000, 0).handover?.drainedAt).toBe(2000);
  });

  test('shows nothing before a keyframe, and that one look later', () => {
    const waiting = awaitOwner(blank, { keyFrames: 4, frames: 100 }, 0, 0);
    const late = observe(waiting, { keyFrames: 4, frames: 130 }, 300);
    expect(late).toMatchObject({ audible: true, visible: false });
    const seen = observe(late, { keyFrames: 5, frames: 131 }, 400);
    expect(seen.visible).toBe(false);
    const shown = observe(seen, { keyFrames: 5, frames: 133 }, 500);
    expect(shown).toEqual({ slot: 0, epoch: 2, seat: 3, audible: true, visible: true });
    expect(isWaiting(shown)).toBe(false);
  });

  test('counts pictures after the drain where keyframes are not counted', () => {
    const before = { keyFrames: undefined, frames: 100 };
    const waiting = awaitOwner(blank, before, 0, 0);
    expect(observe(waiting, { ...before, frames: 140 }, 100)).toBe(waiting);
    const seen = observe(waiting, { ...before, frames: 141 }, 250);
    expect(observe(seen, { ...before, frames: 142 }, 350).visible).toBe(true);
  });

  test('to nobody stays silent and blank and waits for nothing', () => {
    const empty = awaitOwner(handOver(old, { slot: 0, epoch: 2, seat: 0 }), nothing, 0, 0);
    expect(isWaiting(empty)).toBe(false);
    expect(observe(empty, { keyFrames: 1, frames: 1 }, 1e9)).toBe(empty);
  });
});

describe('the first owner of a slot', () => {
  const [fresh] = joinedSlots([], 1) as [Slot];
  const first = { slot: 0, epoch: 1, seat: 2 };

  test('is heard before and while the label is painted, and seen with the first picture after', () => {
    const labelled = handOver(fresh, first);
    expect(labelled).toMatchObject({ seat: 2, audible: true, visible: false, unpainted: true });
    expect(observe(labelled, { keyFrames: 1, frames: 1 }, 0)).toBe(labelled);
    const painted = awaitOwner(labelled, nothing, 400, 0);
    expect(painted).toEqual({ ...first, audible: true, visible: false });
    expect(observe(painted, { keyFrames: 1, frames: 1 }, 1).visible).toBe(true);
  });

  test('is not who comes after somebody of whom nothing was known', () => {
    for (const epoch of [2, 3]) {
      const next = handOver(fresh, { slot: 0, epoch, seat: 3 });
      expect(next.audible).toBe(false);
      expect(awaitOwner(next, nothing, 0, 0).handover?.drainedAt).toBe(200);
    }
  });

  test('nor who comes into a slot that was given up', () => {
    const gone = handOver(handOver(fresh, first), { slot: 0, epoch: 2, seat: 0 });
    expect(gone.audible).toBe(false);
    const empty = awaitOwner(gone, nothing, 0, 0);
    // Also where the count has wrapped around.
    for (const epoch of [3, 1]) {
      expect(handOver(empty, { slot: 0, epoch, seat: 2 }).audible).toBe(false);
    }
  });
});
