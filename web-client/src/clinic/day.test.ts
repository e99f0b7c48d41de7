import { expect, test } from 'vitest';
import type { Appointment, AppointmentPerson, Day, QueueEntry } from './contract.ts';
import {
  deedsOf,
  isPast,
  lanesOf,
  longestWaits,
  needsCare,
  nextOf,
  rowsOf,
  tallyOf,
  unnoticed,
  waitingRows,
} from './day.ts';

const MINUTE = 60_000;
const NOON = 1_800_000_000_000;
const LAN = 'a000000000000001';

function person(seat: number, part: Partial<AppointmentPerson> = {}): AppointmentPerson {
  return {
    seat,
    role: 'patient',
    name: `Patient ${seat}`,
    language: 'vi',
    admission: 'none',
    present: false,
    connection: 'none',
    ...part,
  };
}

/** Booked `minutes` from noon for Lan; seat 1 is hers, seat 2 the patient's. */
function booked(id: string, minutes: number, part: Partial<Appointment> = {}, patient = {}) {
  return {
    appointment: id,
    begins: NOON + minutes * MINUTE,
    minutes: 20,
    phase: 'scheduled',
    people: [
      person(1, { role: 'practitioner', name: 'Lan', account: LAN, part: 'treating' }),
      person(2, patient),
    ],
    ...part,
  } as Appointment;
}

const here = { admission: 'waiting', present: true, connection: 'up' };
const turn = (appointment: string, since: number): QueueEntry => ({
  appointment,
  seat: 2,
  since: NOON + since * MINUTE,
  why: { kind: 'arrival' },
});

function dayOf(appointments: Appointment[], queue: QueueEntry[] = []): Day {
  return { date: '2027-01-15', revision: 1, now: NOON, appointments, queue };
}

const look = (day: Day, now = NOON) => rowsOf(day, now);

test('a day is in the order of its times, wherever its people are', () => {
  const day = dayOf(
    [booked('c', 30), booked('a', -30, { phase: 'ended' }), booked('b', 0, {}, here)],
    [turn('b', -2)],
  );
  expect(look(day).map(({ id, where }) => [id, where])).toEqual([
    ['a', 'ended'],
    ['b', 'waiting'],
    ['c', 'expected'],
  ]);
});

test('who has not come a quarter of an hour after the time is overdue', () => {
  const day = dayOf([booked('a', -15)]);
  expect(look(day, NOON - 1)[0]?.where).toBe('expected');
  expect(look(day)[0]?.where).toBe('overdue');
});

test('who was let in and is not there is called, not talking', () => {
  const day = dayOf([
    booked('a', 0, { phase: 'inProgress' }, { admission: 'admitted', connection: 'lost' }),
    booked('b', 1, { phase: 'inProgress' }, { admission: 'admitted', connection: 'up' }),
  ]);
  expect(look(day).map(({ where }) => where)).toEqual(['called', 'inProgress']);
});

test('the next is the first of the queue, not of the list', () => {
  const day = dayOf(
    [booked('early', 0, {}, here), booked('urgent', 30, {}, here)],
    [turn('urgent', -1), turn('early', -9)],
  );
  const rows = look(day);
  expect(nextOf(rows, day)).toMatchObject({ kind: 'admit', row: { id: 'urgent' } });
  expect(waitingRows(rows, day).map(({ id }) => id)).toEqual(['urgent', 'early']);
});

test('nobody calls a ghost: who lost the connection keeps the place and is not next', () => {
  const ghost = booked('ghost', 0, {}, { ...here, present: false, connection: 'lost' });
  const both = dayOf([ghost, booked('b', 5, {}, here)], [turn('ghost', -9), turn('b', -1)]);
  expect(nextOf(look(both), both)).toMatchObject({ kind: 'admit', row: { id: 'b' } });
  const alone = dayOf([ghost], [turn('ghost', -9)]);
  expect(nextOf(look(alone), alone)).toMatchObject({ kind: 'away', row: { id: 'ghost' } });
});

test('before anybody else comes whoever is in already; then who comes; then nobody', () => {
  const talking = booked(
    't',
    0,
    { phase: 'inProgress' },
    { admission: 'admitted', connection: 'up' },
  );
  const busy = dayOf([talking, booked('b', 5, {}, here)], [turn('b', -1)]);
  expect(nextOf(look(busy), busy)).toMatchObject({ kind: 'goBack', row: { id: 't' } });
  const quiet = dayOf([booked('over', -60, { phase: 'ended' }), booked('soon', 10)]);
  expect(nextOf(look(quiet), quiet)).toMatchObject({ kind: 'comes', row: { id: 'soon' } });
  expect(nextOf([], dayOf([]))).toEqual({ kind: 'none' });
});

test('an arrival is noticed once; who goes and comes again is a new one', () => {
  const day = dayOf([booked('a', 0, {}, here)], [turn('a', -1)]);
  const noticed = new Set([`a 2 ${NOON - MINUTE}`]);
  expect(unnoticed(look(day), new Set())).toHaveLength(1);
  expect(unnoticed(look(day), noticed)).toHaveLength(0);
  const again = dayOf([booked('a', 0, {}, here)], [turn('a', 3)]);
  expect(unnoticed(look(again), noticed)).toHaveLength(1);
});

test('the board: lanes by who treats, the longest wait first, and who has to be called', () => {
  const minh = person(1, { role: 'practitioner', name: 'Minh', account: 'm' });
  const failed = { failedJoins: { count: 2, at: NOON - MINUTE, code: 'link_expired' } };
  const day = dayOf(
    [
      booked('a', 0, {}, here),
      booked('b', 5, { people: [minh, person(2, here as Partial<AppointmentPerson>)] }),
      booked('late', -20),
      booked('stuck', 10, {}, failed),
      booked('gone', -60, { phase: 'noShow' }),
    ],
    [turn('a', -3), turn('b', -12)],
  );
  const rows = look(day);
  expect(lanesOf(rows).map(({ name, waiting }) => [name, waiting])).toEqual([
    ['Lan', 1],
    ['Minh', 1],
  ]);
  expect(longestWaits(rows).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(needsCare(rows).map(({ id, where }) => [id, where])).toEqual([
    ['late', 'overdue'],
    ['stuck', 'expected'],
  ]);
  expect(tallyOf(rows)).toEqual({ waiting: 2, inProgress: 0, toCome: 2, noShows: 1 });
});

test('who came in at last has no failure any more', () => {
  const failed = { ...here, failedJoins: { count: 1, at: NOON, code: 'room_full' } };
  const day = dayOf([booked('a', 0, {}, failed)], [turn('a', 0)]);
  expect(look(day)[0]?.failed).toBeUndefined();
});

test('what is over is past once it can be taken back no more', () => {
  const over = booked('over', -60, { phase: 'ended', end: { at: NOON } });
  const row = (now: number) => look(dayOf([over, booked('later', 10)]), now)[0];
  expect(
    [row(NOON + 9 * MINUTE), row(NOON + 10 * MINUTE)].map(
      (one, index) => one && isPast(one, NOON + (9 + index) * MINUTE),
    ),
  ).toEqual([false, true]);
  expect(look(dayOf([booked('later', -90)])).some((one) => isPast(one, NOON))).toBe(false);
});

test('what may be done follows from where the appointment is and who one is', () => {
  const day = dayOf(
    [
      booked('waits', 0, {}, here),
      booked('late', -20),
      booked('over', -60, { phase: 'ended', end: { at: NOON - 5 * MINUTE } }),
      booked('long over', -90, { phase: 'ended', end: { at: NOON - 60 * MINUTE } }),
    ],
    [turn('waits', -3)],
  );
  const rows = look(day);
  const deeds = (id: string, account: string, books = true) => {
    const row = rows.find((one) => one.id === id);
    if (!row) throw new Error(id);
    return Object.entries(deedsOf(row, { account, books }, NOON))
      .filter(([, may]) => may)
      .map(([deed]) => deed);
  };
  expect(deeds('waits', LAN)).toEqual([
    'admit',
    'enter',
    'reschedule',
    'cancel',
    'priority',
    'transfer',
    'newLink',
  ]);
  expect(deeds('waits', 'somebody else')).not.toContain('admit');
  expect(deeds('waits', 'an interpreter', false)).toEqual([]);
  expect(deeds('late', LAN)).toContain('noShow');
  expect(deeds('over', LAN)).toEqual(['reopen']);
  expect(deeds('long over', LAN)).toEqual([]);
});
