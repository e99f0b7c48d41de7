import { expect, test } from 'vitest';
import * as words from '../i18n/clinic/en.ts';
import type { Appointment, AppointmentEnd } from './contract.ts';
import { rowsOf } from './day.ts';
import { whereWords } from './say.ts';

const AT = Date.UTC(2026, 10, 22, 4);

function ended(end: Partial<AppointmentEnd>): string | undefined {
  const appointment: Appointment = {
    appointment: 'a',
    begins: AT,
    minutes: 15,
    phase: 'ended',
    end: { at: AT, ...end },
    people: [],
  };
  const day = { date: '2026-11-22', revision: 1, now: AT, appointments: [appointment], queue: [] };
  const [row] = rowsOf(day, AT);
  return row && whereWords(row, AT, words);
}

test('whoever came and was not seen is told apart from whoever is done', () => {
  expect(ended({})).toMatch(/^done at \d+:\d\d$/);
  expect(ended({ lapse: 'unseen' })).toBe('came, and was not seen');
  expect(ended({ lapse: 'left' })).toMatch(/^closed by itself at \d+:\d\d$/);
  expect(ended({ lapse: 'unused' })).toMatch(/^closed by itself at \d+:\d\d$/);
});
