import { expect, test } from 'vitest';
import { visit as words } from '../i18n/visit/vi.ts';
import type { VisitResponse } from '../protocol/generated/messages.ts';
import {
  awaitsSummary,
  consentWords,
  dayOf,
  failureWords,
  personWords,
  signedWords,
  summaryWords,
} from './account.ts';

/** By the clock of the device that reads it. */
const at = (hours: number, minutes: number) => new Date(2026, 2, 12, hours, minutes).getTime();

const ended: VisitResponse = {
  version: 1,
  you: 2,
  phase: 'ended',
  begun: at(9, 30),
  ended: at(9, 45),
  people: [
    {
      seat: 1,
      name: 'Bác sĩ Lan',
      role: 'practitioner',
      stays: [{ from: at(9, 28), until: at(9, 45) }],
    },
  ],
  consents: [],
};
const summary = {
  paper: 'summary' as const,
  version: 3,
  at: at(9, 50),
  by: 1,
  text: 'Uống nước ấm.',
  signature: { version: 3, at: at(9, 52), by: 1 },
};

test('says who was there and when, also of who came twice and of who is erased', () => {
  const [lan] = ended.people;
  if (!lan) throw new Error('nobody');
  expect(personWords(lan, words)).toBe('Bác sĩ Lan (người khám): 9:28 đến 9:45');
  const twice = { ...lan, stays: [...lan.stays, { from: at(10, 5) }] };
  expect(personWords(twice, words)).toBe('Bác sĩ Lan (người khám): 9:28 đến 9:45, từ 10:05');
  const { name: _, ...erased } = lan;
  expect(personWords(erased, words)).toContain(words.erased);
});

test('the summary is awaited until it is there, and not of what never took place', () => {
  expect(awaitsSummary(ended)).toBe(true);
  expect(summaryWords(ended, words)).toBe(words.summaryComing);
  const signed = { ...ended, summary };
  expect(awaitsSummary(signed)).toBe(false);
  expect(summaryWords(signed, words)).toBe('Uống nước ấm.');
  expect(signedWords(signed, words)).toBe('Bác sĩ Lan ký lúc 9:52.');
  const cancelled = { ...ended, phase: 'cancelled' as const };
  expect([awaitsSummary(cancelled), summaryWords(cancelled, words)]).toEqual([
    false,
    words.cancelled,
  ]);
});

test('days and answers are written as people write them', () => {
  expect(dayOf(ended, 'vi').toLowerCase()).toBe('thứ năm 12/3');
  expect(dayOf(ended, 'en')).toBe('Thursday, March 12');
  const given = { subject: 2, scope: 'careByVideo', standing: 'given', at: at(9, 5) } as const;
  expect(consentWords(given, words)).toBe('Khám qua video: đồng ý lúc 9:05');
});

test('a link past its time says what to do; a network that is gone is not the link’s fault', () => {
  expect(failureWords('link_expired', words)).toBe(words.over);
  expect(failureWords('link_unknown', words)).toBe(words.unknown);
  expect(failureWords(undefined, words)).toBe(words.away);
});
