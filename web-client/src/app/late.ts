/** A practitioner's delay, as those who wait were told of it. Pure. */
import type { LateNotice, Seat } from '../protocol/generated/messages.ts';
import { isAdmitted, type Room } from './room.ts';

/** What a practitioner can say with one tap, in minutes. */
export const DELAYS = [5, 10, 15, 30] as const;

const MINUTE_MS = 60_000;

/** Until when, by the server's clock. */
export function lateUntil({ minutes, at }: LateNotice): number {
  return at + minutes * MINUTE_MS;
}

/** Once a patient is in, nobody of the consultation waits for its beginning. */
export function mayTellLate(room: Room): boolean {
  const isIn = (seat: Seat) => seat.role === 'patient' && isAdmitted(seat) && seat.present;
  return !room.seats.some(isIn);
}
