import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as words from '../i18n/clinic/vi.ts';
import { startAlarm } from './alarm.ts';
import type { Appointment, Day } from './contract.ts';
import { arrivalOf } from './day.ts';
import { createModel } from './model.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function clinic() {
  const model = createModel('vi', words);
  const heard: string[] = [];
  let title = '';
  const end = startAlarm(model, {
    chime: () => heard.push('chime'),
    notify: (said) => heard.push(said),
    setTitle: (said) => {
      title = said;
    },
  });
  const come = (...names: string[]) => {
    const appointments = names.map(
      (name, index): Appointment => ({
        appointment: `r${index}`,
        phase: 'open',
        people: [
          { seat: 2, role: 'patient', name, admission: 'waiting', present: true, connection: 'up' },
        ],
      }),
    );
    const queue = names.map((_, index) => ({
      appointment: `r${index}`,
      seat: 2,
      since: index,
      why: { kind: 'arrival' as const },
    }));
    const day: Day = { date: '2026-11-23', revision: names.length, now: 0, appointments, queue };
    model.day.value = day;
  };
  const notice = () => {
    model.noticed.value = new Set(model.day.value?.queue.map(arrivalOf));
  };
  return { model, heard, title: () => title, come, notice, end };
}

test('rings until somebody notices, and again for the next one', () => {
  const { heard, come, notice } = clinic();
  come('Mai');
  vi.advanceTimersByTime(8000);
  expect(heard.filter((one) => one === 'chime')).toHaveLength(3);
  notice();
  vi.advanceTimersByTime(60_000);
  expect(heard.filter((one) => one === 'chime')).toHaveLength(3);
  come('Mai', 'Sơn');
  expect(heard.at(-1)).toBe('chime');
});

test('who came is named on the page, and only counted on the tab and in the notification', () => {
  const { model, heard, title, come } = clinic();
  come('Sùng Thị Mai');
  expect(model.announced.value).toBe('Vừa tới: Sùng Thị Mai');
  expect(title()).toBe('(1) 1 người đang chờ · Nhịp Cầu');
  expect(heard.join()).not.toContain('Mai');
});

test('the tab counts who waits also after that was noticed', () => {
  const { title, come, notice } = clinic();
  come('Mai', 'Sơn');
  notice();
  expect(title()).toMatch(/^\(2\) /);
  come();
  expect(title()).toBe('Nhịp Cầu');
});

test('rings rarer after a while, and not at all after the end', () => {
  const { heard, come, end } = clinic();
  come('Mai');
  vi.advanceTimersByTime(16_000);
  const often = heard.length;
  vi.advanceTimersByTime(15_000);
  expect(heard.length - often).toBe(1);
  end();
  expect(vi.getTimerCount()).toBe(0);
});
