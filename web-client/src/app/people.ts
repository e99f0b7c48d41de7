/** Everybody who has a seat, observers too: how they are, and what may be done. Pure. */
import type { Seat } from '../protocol/generated/messages.ts';
import type { Powers } from './policy.ts';
import { isAdmitted, isWaiting, ownSeat, type Room } from './room.ts';

/** How a person is, in one word of the page. */
export type Condition =
  | 'here'
  | 'lost'
  | 'connecting'
  | 'absent'
  | 'waiting'
  | 'held'
  | 'denied'
  | 'removed';

export interface PersonRow {
  readonly seat: Seat;
  readonly isYou: boolean;
  readonly condition: Condition;
  readonly mayAdmit: boolean;
  readonly mayRemove: boolean;
  readonly mayAskMute: boolean;
  /** The treatment can be handed on to them. */
  readonly mayTreat: boolean;
  /** A companion who could speak for the patient: nobody else does, or they do. */
  readonly mayRepresent: boolean;
}

/** Oneself, then who is in, then who waits, then the rest; each by seat, so that nobody jumps. */
export function peopleRows(room: Room, { leads }: Powers): PersonRow[] {
  const ownPart = ownSeat(room)?.part;
  const isSpokenFor = room.seats.some(({ part }) => part === 'representing');
  return room.seats
    .map((seat): PersonRow => {
      const isYou = seat.seat === room.you;
      const admitted = isAdmitted(seat);
      return {
        seat,
        isYou,
        condition: isYou && admitted ? 'here' : conditionOf(seat),
        // Who waits is let in from the one list of who waits.
        mayAdmit: leads && !isYou && !admitted && !isWaiting(seat),
        mayRemove: leads && !isYou && admitted,
        mayAskMute: leads && !isYou && admitted && seat.present && seat.microphone,
        mayTreat: leads && seat.part === 'advising' && ownPart === 'treating',
        mayRepresent:
          leads && seat.role === 'companion' && (!isSpokenFor || seat.part === 'representing'),
      };
    })
    .sort((a, b) => rankOf(a) - rankOf(b) || a.seat.seat - b.seat.seat);
}

export function conditionOf(seat: Seat): Condition {
  if (seat.admission === 'denied' || seat.admission === 'removed') return seat.admission;
  if (!seat.present) return 'absent';
  switch (seat.connection) {
    case 'lost':
    case 'connecting':
      return seat.connection;
    case 'none':
      return 'lost';
    case 'up':
      if (isWaiting(seat)) return seat.admission === 'held' ? 'held' : 'waiting';
      return 'here';
    default:
      return seat.connection satisfies never;
  }
}

function rankOf({ isYou, seat }: PersonRow): number {
  if (isYou) return 0;
  if (isAdmitted(seat) && seat.present) return 1;
  return isWaiting(seat) ? 2 : 3;
}

/** How many are in the conversation, oneself included. */
export function countHere(room: Room): number {
  return room.seats.filter((seat) => isAdmitted(seat) && seat.present).length;
}
