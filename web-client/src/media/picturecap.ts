/** The cap of the lowest encoding: fewer bits, and fewer pictures, so that each still shows a face. Pure. */

/** What a cap sets. Not the size: another one would cost a keyframe. */
export interface Cap {
  /** bit/s. */
  readonly maxBitrate: number;
  /** Pictures a second. */
  readonly maxFramerate: number;
}

/** Up to this many kbit/s, so many pictures a second. */
const FRAME_RATES = [
  [50, 7],
  [100, 10],
] as const;

/** More than any camera gives. Firefox keeps a limit that is merely left out. */
const ANY_FRAME_RATE = 60;

/** What the lowest encoding may take: `usualRate`, or less under a cap; 0 means no cap. */
export function capOf(capKbps: number, usualRate = Number.POSITIVE_INFINITY): Partial<Cap> {
  const rate = capKbps === 0 ? usualRate : Math.min(capKbps * 1000, usualRate);
  const slower = capKbps === 0 ? undefined : FRAME_RATES.find(([most]) => capKbps <= most)?.[1];
  const maxFramerate = slower ?? ANY_FRAME_RATE;
  return Number.isFinite(rate) ? { maxBitrate: rate, maxFramerate } : { maxFramerate };
}
