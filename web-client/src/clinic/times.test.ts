import { expect, test } from 'vitest';
import {
  clock,
  dateOf,
  dayAfter,
  dayWords,
  isDate,
  momentOf,
  momentWords,
  nextFreeQuarter,
  nextQuarter,
} from './times.ts';

const at = (date: string, time: string) => momentOf(date, time) ?? Number.NaN;
const MINUTE = 60_000;

test('a time is written as people say it', () => {
  const early = at('2026-03-12', '09:05');
  expect([clock(early), dateOf(early)]).toEqual(['9:05', '2026-03-12']);
});

test('a time is understood as people type it', () => {
  for (const typed of ['9:30', '09:30', '0930', '930', '9h30', ' 9.30 ', '9g30']) {
    expect(momentOf('2026-03-12', typed), typed).toBe(at('2026-03-12', '09:30'));
  }
  expect(momentOf('2026-03-12', '14')).toBe(at('2026-03-12', '14:00'));
  expect(momentOf('2026-03-12', '14h')).toBe(at('2026-03-12', '14:00'));
  for (const typed of ['', '24:00', '9:60', '9:3', 'sáng', '9:30 chiều', '123456']) {
    expect(momentOf('2026-03-12', typed), typed).toBeUndefined();
  }
});

test('a moment needs a day, too', () => {
  expect(momentOf('', '09:05')).toBeUndefined();
  expect(momentOf('2026-13-12', '9:05')).toBeUndefined();
  expect(isDate('2026-02-30x')).toBe(false);
});

test('times are the clinic’s, wherever the computer is', () => {
  const evening = Date.UTC(2026, 10, 22, 17, 5);
  expect([clock(evening), dateOf(evening)]).toEqual(['0:05', '2026-11-23']);
  expect(momentOf('2026-11-23', '0:05')).toBe(evening);
});

test('days go on over the ends of months and years', () => {
  expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
  expect(dayAfter('2028-03-01', -1)).toBe('2028-02-29');
});

test('a day has its name in every language', () => {
  expect(dayWords('2026-03-12', 'vi')).toBe('thứ Năm 12/3');
  expect(dayWords('2026-11-22', 'vi')).toBe('Chủ nhật 22/11');
  expect(dayWords('2026-03-12', 'en')).toBe('Thursday 12 Mar');
  expect(dayWords('2026-03-12', 'ko')).toBe('3월 12일 목요일');
});

test('what was on another day says so', () => {
  const now = at('2026-03-12', '10:00');
  expect(momentWords(now - 5 * MINUTE, now)).toBe('9:55');
  expect(momentWords(at('2026-03-11', '16:30'), now)).toBe('11/3 16:30');
});

test('a new time is proposed on the next free quarter of an hour', () => {
  const now = at('2026-03-12', '09:02');
  expect(clock(nextQuarter(now))).toBe('9:15');
  expect(clock(nextQuarter(at('2026-03-12', '09:15')))).toBe('9:30');
  const taken = [
    { begins: at('2026-03-12', '09:00'), minutes: 20 },
    { begins: at('2026-03-12', '09:45'), minutes: 20 },
  ];
  // 9:15 is still taken, from 9:30 twenty minutes are not free.
  expect(clock(nextFreeQuarter(now, 20, taken))).toBe('10:15');
  expect(clock(nextFreeQuarter(now, 15, taken))).toBe('9:30');
  expect(clock(nextFreeQuarter(now, 20, []))).toBe('9:15');
});
