import { expect, test } from 'vitest';
import { handOver, lookForColleagues } from './handover.ts';
import { StaffHttp } from './staff.ts';

const ID = '00ab12cd34ef5678';
const OTHER = '00ab12cd34ef5679';
const person = (seat: number, role: string, name: string, account?: string) => ({
  ...{ seat, role, name, account },
});
const visit = (appointment: string, patient = 'Mai') => ({
  appointment,
  phase: 'inProgress',
  people: [person(1, 'practitioner', 'Lan', 'a1'), person(2, 'patient', patient)],
});
const HERE = {
  you: 1,
  seats: [
    { seat: 1, role: 'practitioner', name: 'Lan' },
    { seat: 2, role: 'patient', name: 'Mai' },
  ],
} as const;
const STAFF = {
  staff: [
    { account: 'a1', name: 'Lan', role: 'practitioner', standing: 'active' },
    { account: 'a2', name: 'Minh', role: 'practitioner', standing: 'active' },
    { account: 'a3', name: 'Hoa', role: 'coordinator', standing: 'active' },
    { account: 'a4', name: 'Pín', role: 'practitioner', standing: 'disabled' },
  ],
};

/** A server that answers these paths, and knows of nothing else. */
function server(answers: Record<string, unknown>) {
  const asked: string[] = [];
  const http = new StaffHttp(async (path, { method, headers, body }) => {
    const { 'x-csrf-token': token = '' } = headers as Record<string, string>;
    asked.push([method, path, token, body ?? ''].join(' ').trim());
    const answer = answers[path];
    const status = answer === undefined ? 404 : path in answers ? 200 : 500;
    return new Response(JSON.stringify(answer ?? { code: 'link_unknown' }), { status });
  });
  return { asked, http };
}

const signedIn = { '/v1/session': { csrf: 't' }, '/v1/staff?limit=100': STAFF };

test('a window that the staff’s pages opened says which appointment it is', async () => {
  const { http, asked } = server({ ...signedIn, [`/v1/appointments/${ID}`]: visit(ID) });
  const offer = await lookForColleagues(http, { ...HERE, windowName: `consultation-${ID}` });
  expect(offer).toMatchObject({ appointment: ID, seat: 1, colleagues: [{ name: 'Minh' }] });
  expect(offer.colleagues).toHaveLength(1);
  await handOver(http, offer, 'a2').catch(() => {});
  expect(asked.at(-1)).toBe(`POST /v1/appointments/${ID}/transfer t {"seat":1,"account":"a2"}`);
});

test('a window that shows something else by now does not hand over the wrong patient', async () => {
  const { http } = server({
    ...signedIn,
    [`/v1/appointments/${OTHER}`]: visit(OTHER, 'Sính'),
    '/v1/day': { appointments: [visit(OTHER, 'Sính'), visit(ID)] },
  });
  const offer = await lookForColleagues(http, { ...HERE, windowName: `consultation-${OTHER}` });
  expect(offer.appointment).toBe(ID);
});

test('a consultation opened by its link is found on the day; one of two that look alike is not guessed', async () => {
  const day = (...appointments: unknown[]) =>
    lookForColleagues(server({ ...signedIn, '/v1/day': { appointments } }).http, {
      ...HERE,
      windowName: '',
    });
  expect((await day(visit(OTHER, 'Sính'), visit(ID))).appointment).toBe(ID);
  await expect(day(visit(OTHER), visit(ID))).rejects.toMatchObject({ code: 'not_booked' });
  await expect(day({ ...visit(ID), phase: 'ended' })).rejects.toMatchObject({ code: 'not_booked' });
  await expect(day()).rejects.toMatchObject({ code: 'not_booked' });
});
