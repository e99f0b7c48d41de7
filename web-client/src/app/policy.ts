/**
 * What the own page offers, by role and admission. Pure.
 *
 * The server decides; this only keeps a button off the screen that the server would refuse.
 */
import type { Seat } from '../protocol/generated/messages.ts';
import { isAdmitted, isWaiting } from './room.ts';

export interface Powers {
  /** Lets in, asks out, locks, ends. */
  readonly leads: boolean;
  readonly writes: boolean;
  readonly asksTurns: boolean;
  readonly raisesHand: boolean;
}

export function powersOf(seat: Seat | undefined): Powers {
  if (!seat) return { leads: false, writes: false, asksTurns: false, raisesHand: false };
  const admitted = isAdmitted(seat);
  const watches = seat.role === 'observer';
  return {
    leads: admitted && seat.role === 'practitioner',
    writes: !watches && (admitted || isWaiting(seat)),
    asksTurns: admitted && !watches,
    raisesHand: admitted,
  };
}
