import { expect, test } from 'vitest';
import { StaffHttp } from '../signaling/staff.ts';
import { createApi } from './api.ts';

/** Answers by path, each as often as asked. */
function api(answers: Record<string, unknown>) {
  const asked: string[] = [];
  const http = new StaffHttp(async (path, { method }) => {
    asked.push(`${method} ${path}`);
    return new Response(JSON.stringify(answers[path] ?? { code: 'link_unknown' }), {
      status: path in answers ? 200 : 404,
    });
  });
  return { asked, api: createApi(http) };
}

const turn = (appointment: string) => ({
  appointment,
  seat: 2,
  since: 1,
  why: { kind: 'arrival' },
});

test('whoever came on the wrong day is on the list, too', async () => {
  const day = { date: '2026-11-23', revision: 7, now: 1, appointments: [{ appointment: 'today' }] };
  const { asked, api: look } = api({
    '/v1/day?date=2026-11-23&since=6': { ...day, queue: [turn('today'), turn('tomorrow')] },
    '/v1/appointments/tomorrow': { appointment: 'tomorrow' },
  });
  const seen = await look.day('2026-11-23', 6, new AbortController().signal);
  expect(seen.appointments.map(({ appointment }) => appointment)).toEqual(['today', 'tomorrow']);
  expect(asked).toHaveLength(2);
});

test('a clinic with more people than one answer holds is read to its end', async () => {
  const { asked, api: look } = api({
    '/v1/staff?limit=100': { staff: [{ account: 'a' }], next: 'a+b' },
    '/v1/staff?limit=100&after=a%2Bb': { staff: [{ account: 'b' }] },
  });
  expect((await look.staff()).map(({ account }) => account)).toEqual(['a', 'b']);
  expect(asked).toHaveLength(2);
});
