import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vietnamese from '../i18n/vi.ts';
import type { Seat } from '../protocol/generated/messages.ts';
import { fakeCall, seatOf } from '../testing/call.ts';
import type { Stage } from '../voice/stage.ts';
import { startAlarm } from './alarm.ts';
import { createModel } from './model.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function alarm(own: Partial<Seat>) {
  const stage = { call: fakeCall().call, elements: [], language: 'vi', words: vietnamese.voice };
  const model = createModel(stage as unknown as Stage, vietnamese);
  const you = seatOf(own);
  const set = (...others: Seat[]) => {
    model.room.value = { you: you.seat, seats: [you, ...others], locked: false };
  };
  const rung: string[] = [];
  let title = '';
  set();
  const end = startAlarm(model, {
    chime: () => rung.push('chime'),
    called: () => rung.push('called'),
    notify: (words) => rung.push(words),
    setTitle: (words) => {
      title = words;
    },
  });
  return { model, set, you, rung, end, title: () => title };
}

const waits = (seat: number, part: Partial<Seat> = {}) =>
  seatOf({ seat, admission: 'waiting', waitingSince: seat * 1000, ...part });

test('rings until somebody notices, then rests until the next one comes', () => {
  const { model, set, rung, title } = alarm({ role: 'practitioner' });
  expect([rung, title()]).toEqual([[], 'Nhịp Cầu']);
  set(waits(2));
  expect(rung).toEqual(['1 người đang chờ', 'chime']);
  expect(title()).toMatch(/^\(1\) /);
  vi.advanceTimersByTime(8000);
  expect(rung.filter((one) => one === 'chime')).toHaveLength(3);
  model.noticed.value = new Set(model.waiting.value.map(({ seat, since }) => `${seat} ${since}`));
  vi.advanceTimersByTime(60_000);
  expect(rung.filter((one) => one === 'chime')).toHaveLength(3);
  // Noticed is not gone: the tab still counts.
  expect(title()).toMatch(/^\(1\) /);
  set(waits(2), waits(3));
  expect(rung.slice(-2)).toEqual(['2 người đang chờ', 'chime']);
});

test('rings rarer after a while, so that it can be lived with', () => {
  const { set, rung } = alarm({ role: 'practitioner' });
  set(waits(2));
  vi.advanceTimersByTime(16_000);
  const often = rung.length;
  vi.advanceTimersByTime(16_000);
  expect(rung.length - often).toBe(1);
});

test('who lost the connection does not ring, and whoever leads nobody hears nothing', () => {
  const leading = alarm({ role: 'practitioner' });
  leading.set(waits(2, { connection: 'lost' }));
  expect(leading.rung).toEqual([]);
  const patient = alarm({});
  patient.set(waits(2));
  expect(patient.rung).toEqual([]);
});

test('who is let in hears it once, reads it on the tab, and not for ever', () => {
  const { model, rung, title } = alarm({ admission: 'waiting' });
  expect(title()).toContain(vietnamese.app.titleWaiting);
  model.room.value = { ...model.room.value, seats: [seatOf()] };
  expect(rung).toEqual(['called']);
  expect(title()).toContain(vietnamese.app.titleCalled);
  vi.advanceTimersByTime(30_000);
  expect(title()).toBe('Nhịp Cầu');
});

test('who is turned away hears no “come in”', () => {
  const { model, rung } = alarm({ admission: 'waiting' });
  model.room.value = { ...model.room.value, seats: [seatOf({ admission: 'denied' })] };
  expect(rung).toEqual([]);
});

test('the end leaves the tab as it was and no bell', () => {
  const { set, end, title } = alarm({ role: 'practitioner' });
  set(waits(2));
  end();
  expect([title(), vi.getTimerCount()]).toEqual(['Nhịp Cầu', 0]);
});
