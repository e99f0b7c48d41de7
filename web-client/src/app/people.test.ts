import { expect, test } from 'vitest';
import { seatOf } from '../testing/call.ts';
import { peopleRows } from './people.ts';
import { powersOf } from './policy.ts';

const lan = seatOf({ seat: 1, name: 'Lan', role: 'practitioner', part: 'treating' });
const kim = seatOf({ seat: 2, name: 'Kim', role: 'practitioner', part: 'advising' });
const tu = seatOf({ seat: 3, role: 'companion' });
const son = seatOf({ seat: 4, role: 'companion' });
const rows = (you: number, ...seats: (typeof lan)[]) => {
  const own = seats.find(({ seat }) => seat === you);
  return peopleRows({ you, seats, locked: false }, powersOf(own));
};
const who = (you: number, may: 'mayTreat' | 'mayRepresent', ...seats: (typeof lan)[]) =>
  rows(you, ...seats)
    .filter((row) => row[may])
    .map(({ seat }) => seat.seat);

test('the treatment is handed on by the one who treats, to who advises, and taken by nobody', () => {
  expect(who(1, 'mayTreat', lan, kim, tu)).toEqual([2]);
  expect(who(2, 'mayTreat', lan, kim, tu)).toEqual([]);
});

test('one companion at a time speaks for the patient: the next only when the first does not any more', () => {
  expect(who(1, 'mayRepresent', lan, kim, tu, son)).toEqual([3, 4]);
  expect(who(1, 'mayRepresent', lan, kim, { ...tu, part: 'representing' }, son)).toEqual([3]);
  expect(who(3, 'mayRepresent', lan, kim, tu, son)).toEqual([]);
});
