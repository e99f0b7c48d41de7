import { expect, test } from 'vitest';
import type { Seat } from '../protocol/generated/messages.ts';
import { afterMessage, type Room } from './room.ts';
import { tilesOf } from './tiles.ts';

const seat = (number: number, part: Partial<Seat> = {}): Seat => ({
  seat: number,
  name: `person ${number}`,
  role: 'patient',
  present: true,
  microphone: true,
  camera: true,
  ...part,
});

const room: Room = { you: 1, seats: [seat(1), seat(2), seat(3, { present: false })] };
const slot = (number: number, owner: number, visible = false) => ({
  slot: number,
  epoch: 1,
  seat: owner,
  audible: true,
  visible,
});

test('a welcome replaces everything that was known', () => {
  const next = afterMessage(room, { type: 'welcome', you: 2, seats: [seat(2)], chat: [] });
  expect(next).toEqual({ you: 2, seats: [seat(2)] });
});

test('people come, change and go in their own seats', () => {
  let next = afterMessage(room, { type: 'seatJoined', seat: seat(3, { name: 'Mỷ' }) });
  expect(next.seats.map(({ name }) => name)).toEqual(['person 1', 'person 2', 'Mỷ']);
  next = afterMessage(next, { type: 'mediaChanged', seat: 3, microphone: false, camera: false });
  expect(next.seats[2]).toMatchObject({ microphone: false, camera: false });
  next = afterMessage(next, { type: 'seatLeft', seat: 2 });
  expect(next.seats.map(({ present }) => present)).toEqual([true, false, true]);
});

test('messages about other things leave the room as it is', () => {
  expect(afterMessage(room, { type: 'rejoin', reason: 'transportLost' })).toBe(room);
});

test('everybody else who is here has a tile, in the order of the seats', () => {
  const full: Room = { you: 2, seats: [seat(1), seat(2), seat(3)] };
  const tiles = tilesOf(full, [slot(0, 3, true), slot(1, 1)]);
  expect(tiles.map(({ seat, slot, picture }) => [seat, slot, picture])).toEqual([
    [1, 1, 'coming'],
    [3, 0, 'live'],
  ]);
});

test('somebody present whose slot is not there yet is shown without a picture', () => {
  expect(tilesOf(room, [])).toMatchObject([{ seat: 2, slot: undefined, picture: 'away' }]);
});

test('the owner of a slot is shown before the socket has told of the arrival', () => {
  const tiles = tilesOf(room, [slot(0, 3), slot(1, 9)]);
  expect(tiles.map(({ seat, name }) => [seat, name])).toEqual([
    [2, 'person 2'],
    [3, 'person 3'],
    [9, undefined],
  ]);
});

test('a camera that is off is off, even while its last picture is still there', () => {
  const off: Room = { you: 1, seats: [seat(2, { camera: false, microphone: false })] };
  expect(tilesOf(off, [slot(0, 2, true)])).toMatchObject([{ picture: 'off', muted: true }]);
});

test('an empty slot is nobody', () => {
  expect(tilesOf({ you: 1, seats: [seat(1)] }, [slot(0, 0), slot(1, 0)])).toEqual([]);
});
