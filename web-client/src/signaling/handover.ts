/**
 * Handing a consultation to a colleague from the call's own page. It is the staff's to do: with the session that this
 * browser has at the staff's pages, and by the appointment, which a link does not name.
 */
import type { Colleague, SessionResponse } from '../protocol/generated/access.ts';
import type { Appointment, Day } from '../protocol/generated/appointments.ts';
import type { Seat } from '../protocol/generated/messages.ts';
import { readAll, StaffFailure, type StaffHttp } from './staff.ts';

/** What the page knows of where it is. */
export interface Here {
  readonly you: number;
  readonly seats: readonly Pick<Seat, 'seat' | 'name' | 'role'>[];
  /** Of the window: the staff's pages open one for each appointment. */
  readonly windowName: string;
}

export interface Handover {
  readonly appointment: string;
  readonly seat: number;
  readonly colleagues: readonly Colleague[];
}

/** Which appointment it is, and to whom it can go. Throws `StaffFailure`: not signed in, not an appointment. */
export async function lookForColleagues(http: StaffHttp, here: Here): Promise<Handover> {
  const { csrf } = await http.get<SessionResponse>('/v1/session');
  http.useToken(csrf);
  const found = await appointmentOf(http, here);
  if (!found) throw new StaffFailure('not_booked');
  const owner = found.people.find(({ seat }) => seat === here.you)?.account;
  const staff = await readAll<'staff', Colleague>(http, '/v1/staff', 'staff');
  const colleagues = staff.filter(
    ({ role, standing, account }) =>
      role === 'practitioner' && standing !== 'disabled' && account !== owner,
  );
  return { appointment: found.appointment, seat: here.you, colleagues };
}

export function handOver(
  http: StaffHttp,
  { appointment, seat }: Handover,
  account: string,
): Promise<unknown> {
  return http.send('POST', `/v1/appointments/${appointment}/transfer`, { seat, account });
}

async function appointmentOf(http: StaffHttp, here: Here): Promise<Appointment | undefined> {
  const [, named] = here.windowName.match(/^consultation-([0-9a-f]{16})$/) ?? [];
  if (named) {
    const one = await http.get<Appointment>(`/v1/appointments/${named}`).catch(unlessUnknown);
    // The window may show something else by now.
    if (one && isHere(one, here)) return one;
  }
  const { appointments } = await http.get<Day>('/v1/day');
  const alike = appointments.filter((one) => isHere(one, here));
  return alike.length === 1 ? alike[0] : undefined;
}

/** Everybody who has a seat here has the same one there. */
function isHere({ people, phase }: Appointment, { seats }: Here): boolean {
  const isLive = phase === 'inProgress' || phase === 'open' || phase === 'scheduled';
  return (
    isLive &&
    seats.length > 0 &&
    seats.every(({ seat, name, role }) =>
      people.some((one) => one.seat === seat && one.name === name && one.role === role),
    )
  );
}

/** What is gone, or of another clinic, is not this one. */
function unlessUnknown(failure: unknown): undefined {
  if (failure instanceof StaffFailure && failure.code === 'link_unknown') return undefined;
  throw failure;
}
