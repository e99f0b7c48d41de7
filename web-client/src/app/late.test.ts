import { expect, test } from 'vitest';
import { seatOf } from '../testing/call.ts';
import { lateUntil, mayTellLate } from './late.ts';

const lan = seatOf({ seat: 1, name: 'Lan', role: 'practitioner' });
const sinh = seatOf({ seat: 2, role: 'patient', admission: 'waiting', waitingSince: 1 });
const roomOf = (...seats: (typeof lan)[]) => ({ you: 1, seats, locked: false });

test('ten minutes late said at 9:30 is until 9:40, whenever it is read', () => {
  const at = Date.UTC(2026, 2, 12, 2, 30);
  expect(lateUntil({ minutes: 10, at })).toBe(Date.UTC(2026, 2, 12, 2, 40));
});

test('a delay is said as long as no patient is in, also to a companion who waits', () => {
  const tu = seatOf({ seat: 3, role: 'companion', admission: 'waiting', waitingSince: 1 });
  expect(mayTellLate(roomOf(lan, sinh, tu))).toBe(true);
  expect(mayTellLate(roomOf(lan, { ...sinh, admission: 'admitted' }, tu))).toBe(false);
  // Let in ahead and not there yet: still to come.
  expect(mayTellLate(roomOf(lan, { ...sinh, admission: 'admitted', present: false }))).toBe(true);
});
