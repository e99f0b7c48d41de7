/** One tile per other person who is here, with the slot that carries them. Pure. */
import type { Slot } from '../media/slots.ts';
import type { Role } from '../protocol/generated/messages.ts';
import { findSeat, type Room } from './room.ts';

export interface Tile {
  readonly seat: number;
  /** undefined while the server has not yet said who this is. */
  readonly name: string | undefined;
  readonly role: Role | undefined;
  /** Which slot's element to show; undefined while nothing comes from this person. */
  readonly slot: number | undefined;
  /** `away`: here, but with no connection that could carry anything right now. */
  readonly picture: 'live' | 'coming' | 'off' | 'away';
  readonly muted: boolean;
}

/**
 * By seat, so that a person's tile stays where it is. A slot's owner has a tile even before the
 * server's word of the arrival: the data channel may be faster than the WebSocket.
 */
export function tilesOf(room: Room, slots: readonly Slot[]): Tile[] {
  const owners = slots.map(({ seat }) => seat).filter((seat) => seat !== 0);
  const present = room.seats.filter((seat) => seat.present).map(({ seat }) => seat);
  const shown = [...new Set([...present, ...owners])].filter((seat) => seat !== room.you);
  return shown.sort((a, b) => a - b).map((seat) => tileOf(room, slots, seat));
}

function tileOf(room: Room, slots: readonly Slot[], number: number): Tile {
  const seat = findSeat(room, number);
  const slot = slots.find((one) => one.seat === number);
  return {
    seat: number,
    name: seat?.name,
    role: seat?.role,
    slot: slot?.slot,
    picture: pictureOf(seat?.camera ?? true, slot),
    muted: seat?.microphone === false,
  };
}

function pictureOf(camera: boolean, slot: Slot | undefined): Tile['picture'] {
  if (!camera) return 'off';
  if (slot === undefined) return 'away';
  return slot.visible ? 'live' : 'coming';
}
