import { expect, test } from 'vitest';
import type { LinkPlan } from '../media/linkmessages.ts';
import type { Seat } from '../protocol/generated/messages.ts';
import { planOf, seatOf } from '../testing/call.ts';
import { afterMessage, isGone, ownSeat, type Room } from './room.ts';
import { type Tile, tilesOf as tilesBetween } from './tiles.ts';

const seat = (number: number, part: Partial<Seat> = {}): Seat =>
  seatOf({ seat: number, name: `person ${number}`, ...part });

const absent = { present: false, connection: 'none' } as const;
const room: Room = { you: 1, seats: [seat(1), seat(2), seat(3, absent)], locked: false };
const slot = (number: number, owner: number, visible = false) => ({
  slot: number,
  epoch: 1,
  seat: owner,
  audible: true,
  visible,
});

const tilesOf = (
  room: Room,
  slots: ReturnType<typeof slot>[],
  plan?: LinkPlan,
  standing: number[] = [],
): Tile[] => tilesBetween(room, { slots, plan }, new Set(standing));

test('a welcome replaces everything that was known', () => {
  const next = afterMessage(room, {
    type: 'welcome',
    you: 2,
    seats: [seat(2)],
    chat: [],
    locked: true,
    now: 1,
  });
  expect(next).toEqual({ you: 2, seats: [seat(2)], locked: true });
  expect(ownSeat(next)?.name).toBe('person 2');
});

test('a seat is told whole, whoever it is of, and stays in its place', () => {
  const changed = seat(2, { microphone: false, connection: 'lost' });
  let next = afterMessage(room, { type: 'seatChanged', seat: changed });
  expect(next.seats).toEqual([seat(1), changed, seat(3, absent)]);
  expect(next.seats.map(isGone)).toEqual([false, true, true]);
  next = afterMessage(next, { type: 'seatChanged', seat: seat(7) });
  expect(next.seats.map((one) => one.seat)).toEqual([1, 2, 3, 7]);
  next = afterMessage(next, { type: 'seatGone', seat: 2 });
  expect(next.seats.map((one) => one.seat)).toEqual([1, 3, 7]);
});

test('a lock is part of the room', () => {
  expect(afterMessage(room, { type: 'lockChanged', locked: true }).locked).toBe(true);
});

test('messages about other things leave the room as it is', () => {
  expect(afterMessage(room, { type: 'rejoin', reason: 'transportLost' })).toBe(room);
  expect(afterMessage(room, { type: 'muteRequested', by: 2 })).toBe(room);
});

test('everybody else who is let in has a tile, in the order of the seats', () => {
  const full: Room = { you: 2, seats: [seat(1), seat(2), seat(3)], locked: false };
  const shown = tilesOf(full, [slot(0, 3, true), slot(1, 1)]);
  expect(shown.map(({ seat, slot, picture }) => [seat, slot, picture])).toEqual([
    [1, 1, 'coming'],
    [3, 0, 'live'],
  ]);
});

test('who waits, or was turned away, has no tile', () => {
  const others = (['waiting', 'held', 'denied', 'removed', 'none'] as const).map((admission, at) =>
    seat(at + 2, { admission }),
  );
  expect(tilesOf({ you: 1, seats: [seat(1), ...others], locked: false }, [])).toEqual([]);
});

test('somebody present whose slot is not there yet is shown without a picture', () => {
  expect(tilesOf(room, [])).toMatchObject([{ seat: 2, slot: undefined, picture: 'away' }]);
});

test('a lost connection is not a frozen picture', () => {
  const lost: Room = { ...room, seats: [seat(1), seat(2, { connection: 'lost' })] };
  expect(tilesOf(lost, [slot(0, 2, true)])).toMatchObject([
    { picture: 'lost', network: undefined },
  ]);
});

test('the owner of a slot is shown before the socket has told of the arrival', () => {
  const shown = tilesOf(room, [slot(0, 3), slot(1, 9)]);
  expect(shown.map(({ seat, name }) => [seat, name])).toEqual([
    [2, 'person 2'],
    [3, 'person 3'],
    [9, undefined],
  ]);
});

test('a tile knows what its person’s page says of itself', () => {
  const off = { camera: false, microphone: false, hand: true, network: 'weak' } as const;
  const languages: [string, string] = ['vi', 'ko'];
  const there: Room = { ...room, seats: [seat(2, { ...off, role: 'interpreter', languages })] };
  expect(tilesOf(there, [slot(0, 2, true)])).toMatchObject([
    { picture: 'off', muted: true, hand: true, network: 'weak', languages },
  ]);
});

test('an empty slot is nobody', () => {
  expect(tilesOf({ ...room, seats: [seat(1)] }, [slot(0, 0), slot(1, 0)])).toEqual([]);
});

test('a picture that stands on a weak link rests, and one that flows is shown', () => {
  const resting = planOf({ othersRest: true });
  const picture = (...[at, plan, standing]: [Room, LinkPlan | undefined, number[]]) =>
    tilesOf(at, [slot(0, 2, true)], plan, standing)[0]?.picture;
  const weak: Room = { ...room, seats: [seat(1), seat(2, { network: 'fair' })] };
  expect(picture(room, resting, [0])).toBe('resting');
  expect(picture(weak, undefined, [0])).toBe('resting');
  // It comes again before anybody has said that the link is better.
  expect(picture(weak, resting, [])).toBe('live');
  // Nobody says that a link is weak: a slow device is no reason to hide its last picture.
  expect(picture(room, planOf({}), [0])).toBe('live');
});

test('a picture that never came over a weak link rests, and one that was turned off is off', () => {
  const resting = planOf({ othersRest: true });
  expect(tilesOf(room, [slot(0, 2)], resting)).toMatchObject([{ picture: 'resting' }]);
  const off: Room = { ...room, seats: [seat(2, { camera: false })] };
  expect(tilesOf(off, [slot(0, 2)], resting, [0])).toMatchObject([{ picture: 'off' }]);
});
