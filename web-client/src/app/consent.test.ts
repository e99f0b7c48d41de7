import { describe, expect, test } from 'vitest';
import type { ConsentState, Consents } from '../protocol/generated/messages.ts';
import { seatOf } from '../testing/call.ts';
import {
  afterMessage,
  isAsked,
  isWithheld,
  mayAnswer,
  noConsents,
  readersFor,
  subjectOf,
  unanswered,
} from './consent.ts';

const lan = seatOf({ seat: 1, name: 'Lan', role: 'practitioner' });
const sinh = seatOf({ seat: 2, role: 'patient' });
const mai = seatOf({ seat: 3, role: 'interpreter' });
const son = seatOf({ seat: 4, role: 'companion' });
const seen = (you: number) => ({ you, seats: [lan, sinh, mai, son], locked: false });
const yes: ConsentState = { subject: 2, scope: 'careByVideo', standing: 'given', at: 5 };
const asks: Consents = { ...noConsents, asked: ['careByVideo', 'interpreterPresent'] };

describe('who is asked', () => {
  test('is the patient, until everything has an answer, a no included', () => {
    expect(isAsked(asks, seen(2))).toBe(true);
    const part = { ...asks, known: [yes] };
    expect(unanswered(part, 2)).toEqual(['interpreterPresent']);
    expect(isAsked(part, seen(2))).toBe(true);
    const no: ConsentState = { ...yes, scope: 'interpreterPresent', standing: 'withdrawn' };
    expect(isAsked({ ...asks, known: [yes, no] }, seen(2))).toBe(false);
  });

  test('is also who speaks for the patient, and nobody else', () => {
    expect(mayAnswer(seen(4))).toBe(false);
    const represented = (you: number) => ({
      ...seen(you),
      seats: [lan, sinh, mai, { ...son, part: 'representing' as const }],
    });
    expect(isAsked(asks, represented(4))).toBe(true);
    expect(isAsked(asks, represented(1))).toBe(false);
    expect(isAsked(asks, represented(3))).toBe(false);
  });

  test('is nobody where there is no patient or nothing is asked', () => {
    expect(isAsked(noConsents, seen(2))).toBe(false);
    expect(isAsked(asks, { you: 1, seats: [lan], locked: false })).toBe(false);
  });
});

test('of several patients everybody answers for themselves', () => {
  const other = seatOf({ seat: 5, role: 'patient' });
  const room = { you: 5, seats: [lan, sinh, other], locked: false };
  expect(subjectOf(room)?.seat).toBe(5);
  expect(subjectOf({ ...room, you: 1 })?.seat).toBe(2);
});

test('the newest word of the server is the whole truth', () => {
  const told = afterMessage(noConsents, { type: 'consents', ...asks, withheld: [3] });
  expect(told).toEqual({ ...asks, withheld: [3] });
  expect(isWithheld(told, 3)).toBe(true);
  expect(afterMessage(told, { type: 'seatGone', seat: 3 })).toBe(told);
});

test('words are read out by who leads, interprets or speaks for the patient, and is there', () => {
  const readers = (...seats: (typeof lan)[]) =>
    readersFor({ you: 1, seats, locked: false }).map(({ seat }) => seat);
  expect(readers(lan, sinh, mai, son)).toEqual([1, 3]);
  expect(readers(lan, sinh, mai, { ...son, part: 'representing' })).toEqual([1, 3, 4]);
  expect(readers(lan, sinh, { ...mai, present: false })).toEqual([1]);
});
