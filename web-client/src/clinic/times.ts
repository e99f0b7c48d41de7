/**
 * Times as people of a clinic write them: 9:30, thứ Năm 12/3. Pure.
 *
 * By the clinic's clocks, whatever this computer's are: a colleague who advises from abroad and the patient speak of the
 * same 9:30, and the server's day begins when the clinic's does.
 */
import type { Language } from '../i18n/words.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
/** UTC+7, all year, as the server has it. */
const CLINIC_MS = 7 * 60 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** `9:05` */
export function clock(ms: number): string {
  const at = clinicTime(ms);
  return `${at.getUTCHours()}:${twoDigits(at.getUTCMinutes())}`;
}

/** `2026-11-22` */
export function dateOf(ms: number): string {
  return clinicTime(ms).toISOString().slice(0, 10);
}

/**
 * Of a day and of a time as people type it: 9:30, 0930, 9h30, 14. undefined for what is no time of a day.
 *
 * No input of the type time: browsers show that by the language of the computer, not of the page.
 */
export function momentOf(date: string, time: string): number | undefined {
  const [, hours, minutes = '0'] = time.trim().match(/^(\d{1,2})(?:[:.hg ]?(\d{2})|[hg])?$/i) ?? [];
  if (!isDate(date) || hours === undefined || Number(hours) > 23 || Number(minutes) > 59) {
    return undefined;
  }
  return Date.parse(date) + (Number(hours) * 60 + Number(minutes)) * MINUTE_MS - CLINIC_MS;
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** `days` later. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `thứ Năm 12/3`, `Thursday 12 Mar`, `3월 12일 목요일` */
export function dayWords(date: string, language: Language): string {
  const at = new Date(date);
  const name = (part: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...part, timeZone: 'UTC' }).format(at);
  const [month, day] = [at.getUTCMonth() + 1, at.getUTCDate()];
  const weekday = name({ weekday: 'long' });
  switch (language) {
    case 'vi':
      return `${weekday.replace(/^Thứ/, 'thứ').replace(/^Chủ [Nn]hật/, 'Chủ nhật')} ${day}/${month}`;
    case 'en':
      return `${weekday} ${day} ${name({ month: 'short' })}`;
    case 'ko':
      return `${month}월 ${day}일 ${weekday}`;
    default:
      return language satisfies never;
  }
}

/** Today’s are a time; others say their day too: `9:05`, `12/3 9:05`. */
export function momentWords(ms: number, now: number): string {
  if (dateOf(ms) === dateOf(now)) return clock(ms);
  const at = clinicTime(ms);
  return `${at.getUTCDate()}/${at.getUTCMonth() + 1} ${clock(ms)}`;
}

/** The next time on the quarter of an hour that is not here yet. */
export function nextQuarter(now: number): number {
  return Math.floor(now / QUARTER_MS + 1) * QUARTER_MS;
}

/** The first quarter of an hour in which nothing of these begins or goes on. */
export function nextFreeQuarter(
  now: number,
  minutes: number,
  taken: readonly { readonly begins: number; readonly minutes: number }[],
): number {
  let begins = nextQuarter(now);
  const isTaken = () =>
    taken.some(
      (one) =>
        begins < one.begins + one.minutes * MINUTE_MS && one.begins < begins + minutes * MINUTE_MS,
    );
  while (isTaken()) begins += QUARTER_MS;
  return begins;
}

/** What the clinic's clocks show, read as if it were UTC. */
function clinicTime(ms: number): Date {
  return new Date(ms + CLINIC_MS);
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
