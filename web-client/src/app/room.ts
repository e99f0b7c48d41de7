/** Who has a seat here and how they are: as the server tells it. Pure. */
import type { LateNotice, Seat, ServerMessage } from '../protocol/generated/messages.ts';

export interface Room {
  readonly you: number;
  readonly seats: readonly Seat[];
  /** Nobody new comes in. */
  readonly locked: boolean;
  /** What those who wait were told of a delay. */
  readonly late?: LateNotice;
}

/** The room after a message; the same object when the message is not about seats. */
export function afterMessage(room: Room, message: ServerMessage): Room {
  switch (message.type) {
    case 'welcome':
      return {
        you: message.you,
        seats: message.seats,
        locked: message.locked,
        ...lateOf(message.late),
      };
    case 'seatChanged':
      return { ...room, seats: withSeat(room.seats, message.seat) };
    case 'seatGone':
      return { ...room, seats: room.seats.filter(({ seat }) => seat !== message.seat) };
    case 'lockChanged':
      return { ...room, locked: message.locked };
    case 'late':
      return { you: room.you, seats: room.seats, locked: room.locked, ...lateOf(message.late) };
    case 'consents':
    case 'paper':
    case 'paperSaved':
    case 'muteRequested':
    case 'turn':
    case 'chat':
    case 'rejoin':
    case 'ended':
    case 'error':
      return room;
    default:
      return message satisfies never;
  }
}

export function findSeat(room: Room, seat: number): Seat | undefined {
  return room.seats.find((one) => one.seat === seat);
}

/** undefined until the server has said who one is. */
export function ownSeat(room: Room): Seat | undefined {
  return findSeat(room, room.you);
}

/** Let in. Only then does anything of theirs reach the others. */
export function isAdmitted({ admission }: Seat): boolean {
  return admission === 'admitted';
}

export function isWaiting({ admission }: Seat): boolean {
  return admission === 'waiting' || admission === 'held';
}

/** Nothing reaches them now; the seat is kept. */
export function isGone({ connection }: Seat): boolean {
  return connection === 'none' || connection === 'lost';
}

function lateOf(late: LateNotice | undefined): { late?: LateNotice } {
  return late ? { late } : {};
}

function withSeat(seats: readonly Seat[], seat: Seat): Seat[] {
  return [...seats.filter((one) => one.seat !== seat.seat), seat].sort((a, b) => a.seat - b.seat);
}
