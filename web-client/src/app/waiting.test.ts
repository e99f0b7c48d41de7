import { describe, expect, test } from 'vitest';
import type { Seat } from '../protocol/generated/messages.ts';
import { seatOf } from '../testing/call.ts';
import { peopleRows } from './people.ts';
import { powersOf } from './policy.ts';
import type { Room } from './room.ts';
import {
  arrivalOf,
  calledPeople,
  minutesBetween,
  ownPlace,
  stillCalled,
  unnoticed,
  waitingPeople,
} from './waiting.ts';

const lan = seatOf({ seat: 1, name: 'Lan', role: 'practitioner' });
const waits = (seat: number, waitingSince: number, part: Partial<Seat> = {}) =>
  seatOf({ seat, admission: 'waiting', waitingSince, ...part });
const roomOf = (...seats: Seat[]): Room => ({ you: 1, seats: [lan, ...seats], locked: false });

describe('who leads', () => {
  test('sees everybody who waits, longest first, also who was asked for a minute and who is cut off', () => {
    const room = roomOf(
      waits(2, 300),
      waits(3, 100, { admission: 'held' }),
      waits(4, 200, { connection: 'lost' }),
      seatOf({ seat: 5 }),
      seatOf({ seat: 6, admission: 'denied' }),
    );
    expect(waitingPeople(room).map(({ seat, held, gone }) => [seat, held, gone])).toEqual([
      [3, true, false],
      [4, false, true],
      [2, false, false],
    ]);
  });

  test('sees before letting somebody in what their network will carry', () => {
    const room = roomOf(waits(2, 300, { network: 'weak' }), waits(3, 400));
    expect(waitingPeople(room).map(({ seat, network }) => [seat, network])).toEqual([
      [2, 'weak'],
      [3, undefined],
    ]);
  });

  test('is rung for once each time that somebody comes, and never for who is gone', () => {
    const [first] = waitingPeople(roomOf(waits(2, 300)));
    if (!first) throw new Error('nobody waits');
    expect(unnoticed([first], new Set())).toEqual([first]);
    const noticed = new Set([arrivalOf(first)]);
    expect(unnoticed([first], noticed)).toEqual([]);
    expect(unnoticed(waitingPeople(roomOf(waits(2, 900))), noticed)).toHaveLength(1);
    const gone = waitingPeople(roomOf(waits(2, 300, { connection: 'none', present: false })));
    expect(unnoticed(gone, new Set())).toEqual([]);
  });

  test('is told of who was let in and has not come', () => {
    const called = new Set([2, 3, 4]);
    const room = roomOf(
      seatOf({ seat: 2, connection: 'lost' }),
      seatOf({ seat: 3 }),
      waits(4, 100),
      seatOf({ seat: 5, connection: 'lost' }),
    );
    expect(calledPeople(room, called).map(({ seat }) => seat)).toEqual([2]);
    expect([...stillCalled(room, called)]).toEqual([2, 4]);
    expect(stillCalled(roomOf(seatOf({ seat: 2, connection: 'lost' })), new Set([2])).size).toBe(1);
  });
});

test('who waits knows how many come first and whether anybody is there to call', () => {
  const you = waits(2, 100, { ahead: 3 });
  const room: Room = { you: 2, seats: [{ ...lan, present: false }, you], locked: false };
  expect(ownPlace(room)).toEqual({
    held: false,
    ahead: 3,
    practitioners: ['Lan'],
    isAttended: false,
  });
  const held: Room = { you: 2, seats: [lan, { ...you, admission: 'held' }], locked: false };
  expect(ownPlace(held)).toMatchObject({ held: true, isAttended: true });
});

test('minutes are whole, and no clock makes them negative', () => {
  expect(minutesBetween(1000, 1000 + 59_999)).toBe(0);
  expect(minutesBetween(1000, 1000 + 60_000)).toBe(1);
  expect(minutesBetween(90_000, 1000)).toBe(0);
});

describe('people', () => {
  const leads = powersOf(lan);

  test('are all listed: oneself, who is in, who waits, the rest', () => {
    const room = roomOf(
      seatOf({ seat: 2, admission: 'none', present: false, connection: 'none' }),
      waits(3, 100),
      seatOf({ seat: 4, role: 'observer', network: 'weak' }),
      seatOf({ seat: 5, connection: 'lost' }),
    );
    expect(peopleRows(room, leads).map(({ seat, condition }) => [seat.seat, condition])).toEqual([
      [1, 'here'],
      [4, 'here'],
      [5, 'lost'],
      [3, 'waiting'],
      [2, 'absent'],
    ]);
  });

  test('may be asked only what the server takes', () => {
    const room = roomOf(
      seatOf({ seat: 2, microphone: false }),
      seatOf({ seat: 3, admission: 'removed' }),
      waits(4, 100),
    );
    const deeds = (powers: ReturnType<typeof powersOf>) =>
      peopleRows(room, powers).map(({ seat, mayAdmit, mayRemove, mayAskMute }) =>
        [seat.seat, mayAdmit && 'admit', mayRemove && 'remove', mayAskMute && 'mute'].filter(
          Boolean,
        ),
      );
    expect(deeds(leads)).toEqual([[1], [2, 'remove'], [4], [3, 'admit']]);
    expect(deeds(powersOf(seatOf()))).toEqual([[1], [2], [4], [3]]);
  });

  test('have the powers of their role once they are let in', () => {
    const every = { leads: true, writes: true, asksTurns: true, raisesHand: true };
    expect(leads).toEqual(every);
    expect(powersOf(seatOf())).toEqual({ ...every, leads: false });
    expect(powersOf(waits(2, 1))).toEqual({
      leads: false,
      writes: true,
      asksTurns: false,
      raisesHand: false,
    });
    expect(powersOf(seatOf({ role: 'observer' }))).toMatchObject({
      writes: false,
      asksTurns: false,
      raisesHand: true,
    });
  });
});
