/** Who is here: the seats as the server tells them. Pure. */
import type { Seat, ServerMessage } from '../protocol/generated/messages.ts';

export interface Room {
  readonly you: number;
  readonly seats: readonly Seat[];
}

/** The room after a message; the same object when the message is not about seats. */
export function afterMessage(room: Room, message: ServerMessage): Room {
  switch (message.type) {
    case 'welcome':
      return { you: message.you, seats: message.seats };
    case 'seatJoined':
      return { ...room, seats: withSeat(room.seats, message.seat) };
    case 'seatLeft':
      return changeSeat(room, message.seat, { present: false });
    case 'mediaChanged':
      return changeSeat(room, message.seat, {
        microphone: message.microphone,
        camera: message.camera,
      });
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

function withSeat(seats: readonly Seat[], seat: Seat): Seat[] {
  return [...seats.filter((one) => one.seat !== seat.seat), seat].sort((a, b) => a.seat - b.seat);
}

function changeSeat(room: Room, seat: number, change: Partial<Seat>): Room {
  return {
    ...room,
    seats: room.seats.map((one) => (one.seat === seat ? { ...one, ...change } : one)),
  };
}
