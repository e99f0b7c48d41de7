/** At what pace the files come that are not needed for the first voice. Pure. */
import type { LinkHint, NetworkLevel } from '../protocol/generated/messages.ts';
import { FAST_KBPS } from './hint.ts';

/** What carries less than this carries no voice either: it was measured badly. */
const LEAST_LINK_KBPS = 20;
/** Up to here a voice is sent at its least, above in wideband: see the server's first rung. */
const LEAST_VOICE_KBPS = 30;
/** What they take with reports, checks and the data channel. */
const LEAST_COMPANY_KBPS = 13;
const COMPANY_KBPS = 22;
/** However little is left: what comes beside the voice must come. */
const LEAST_PACE_KBPS = 4;
/** What a link carries at most of which the server says so: see `level.rs`. */
const CARRIES_KBPS: Readonly<Record<NetworkLevel, number>> = {
  good: Number.POSITIVE_INFINITY,
  fair: 200,
  weak: 60,
  poor: 24,
};

/** What else is on the link while a file comes, and what the server has found out about it. */
export interface Company {
  /** Nothing is said in the waiting room that could come late. */
  readonly isWaiting: boolean;
  readonly network: NetworkLevel | undefined;
}

/**
 * kbit/s for files that come later, headers and all: what the voice leaves, half the link at most.
 * undefined where nothing needs to be held back. Who waits may be let in while a file comes: it leaves
 * room for a voice at its least, and no more. In steps of half an octave, so that the next visit over
 * the same link asks for the same addresses.
 */
export function paceOf(
  hint: LinkHint | undefined,
  { isWaiting, network }: Company,
): number | undefined {
  const carries = network ? CARRIES_KBPS[network] : Number.POSITIVE_INFINITY;
  const kbps = Math.min(hint?.kbps ?? Number.POSITIVE_INFINITY, carries);
  if (kbps > FAST_KBPS) return undefined;
  const share = isWaiting
    ? Math.max(LEAST_LINK_KBPS, kbps) - LEAST_COMPANY_KBPS
    : Math.min(kbps - (kbps > LEAST_VOICE_KBPS ? COMPANY_KBPS : LEAST_COMPANY_KBPS), kbps / 2);
  const steps = Math.floor(Math.log2(Math.max(LEAST_PACE_KBPS, share)) * 2);
  return Math.floor(2 ** (steps / 2));
}
