/** One tile per other person who is in the call, with the slot that carries them. Pure. */
import type { Slot } from '../media/slots.ts';
import type { LanguageCode, NetworkLevel, Role, Seat } from '../protocol/generated/messages.ts';
import type { CallState } from '../voice/call.ts';
import { isLessThanGood } from './networklevel.ts';
import { findSeat, isAdmitted, isGone, type Room } from './room.ts';

export interface Tile {
  readonly seat: number;
  /** undefined while the server has not yet said who this is. */
  readonly name: string | undefined;
  readonly role: Role | undefined;
  readonly languages: readonly [LanguageCode, LanguageCode] | undefined;
  /** Which slot's element to show; undefined while nothing comes from this person. */
  readonly slot: number | undefined;
  /**
   * `resting`: a weak link has no room for it, theirs or one's own; the voice goes on. `away`: here, but with no connection that could carry anything yet; `lost`: had one, and is
   * expected back.
   */
  readonly picture: 'live' | 'coming' | 'resting' | 'off' | 'away' | 'lost';
  readonly muted: boolean;
  readonly hand: boolean;
  readonly network: NetworkLevel | undefined;
}

/**
 * By seat, so that a person's tile stays where it is. A slot's owner has a tile even before the
 * server's word of the arrival: the data channel may be faster than the WebSocket.
 */
export function tilesOf(
  room: Room,
  { slots, plan }: Pick<CallState, 'slots' | 'plan'>,
  standing: ReadonlySet<number>,
): Tile[] {
  const owners = slots.map(({ seat }) => seat).filter((seat) => seat !== 0);
  const present = room.seats.filter((seat) => seat.present && isAdmitted(seat));
  const shown = [...new Set([...present.map(({ seat }) => seat), ...owners])];
  return shown
    .filter((seat) => seat !== room.you)
    .sort((a, b) => a - b)
    .map((seat) => {
      const tile = tileOf(room, slots, seat);
      const isWeak = isLessThanGood(tile.network) || plan?.othersRest === true;
      return isWeak && isMissing(tile, standing) ? { ...tile, picture: 'resting' } : tile;
    });
}

function tileOf(room: Room, slots: readonly Slot[], number: number): Tile {
  const seat = findSeat(room, number);
  const slot = slots.find((one) => one.seat === number);
  return {
    seat: number,
    name: seat?.name,
    role: seat?.role,
    languages: seat?.languages,
    slot: slot?.slot,
    picture: pictureOf(seat, slot),
    muted: seat?.microphone === false,
    hand: seat?.hand === true,
    network: seat?.network,
  };
}

/** There should be a picture, and none comes. */
function isMissing({ picture, slot }: Tile, standing: ReadonlySet<number>): boolean {
  return picture === 'coming' || (picture === 'live' && slot !== undefined && standing.has(slot));
}

function pictureOf(seat: Seat | undefined, slot: Slot | undefined): Tile['picture'] {
  if (seat?.present && isGone(seat)) return 'lost';
  if (seat && !seat.camera) return 'off';
  if (slot === undefined) return 'away';
  return slot.visible ? 'live' : 'coming';
}
