/** Which page is shown, as the address says behind the `#`: a reload and the back button lead where one was. Pure. */
import type { StaffRole } from './contract.ts';
import { isDate } from './times.ts';

/** What stands beside the day: one appointment by its id, or the form for a new one. */
export type Beside = { readonly kind: 'new' } | { readonly kind: 'one'; readonly id: string };

export type Route =
  /** Without a date: today, whatever day that is by now. */
  | { readonly page: 'day'; readonly date?: string; readonly beside?: Beside }
  | { readonly page: 'staff' | 'keys' | 'audit' | 'account' };

export type Page = Route['page'];

/** A link that is spent once: not a page one comes back to. */
export interface Entrance {
  readonly kind: 'first' | 'invite';
  readonly link: string;
}

const APPOINTMENT = /^[0-9a-f]{16}$/;
const ENTRANCE = /^#(first|invite)=([\w-]{22})$/;

export function entranceOf(hash: string): Entrance | undefined {
  const [, kind, link] = hash.match(ENTRANCE) ?? [];
  return kind && link ? { kind: kind as Entrance['kind'], link } : undefined;
}

/** What cannot be read is the first page of this role. */
export function routeOf(hash: string, role: StaffRole): Route {
  const [first = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'account') return { page: first };
  if (role === 'administrator') {
    return first === 'keys' || first === 'audit' ? { page: first } : { page: 'staff' };
  }
  const date = isDate(first) ? first : undefined;
  const beside = besideOf(date === undefined ? first : (rest[0] ?? ''));
  return { page: 'day', ...(date ? { date } : {}), ...(beside ? { beside } : {}) };
}

function besideOf(text: string): Beside | undefined {
  if (text === 'new') return { kind: 'new' };
  return APPOINTMENT.test(text) ? { kind: 'one', id: text } : undefined;
}

export function hashOf(route: Route): string {
  if (route.page !== 'day') return `#/${route.page}`;
  const beside = route.beside && (route.beside.kind === 'new' ? 'new' : route.beside.id);
  return `#/${[route.date, beside].filter(Boolean).join('/')}`;
}

/** Which pages a role has; everybody has an account. */
export function pagesOf(role: StaffRole): readonly Page[] {
  return role === 'administrator' ? ['staff', 'keys', 'audit', 'account'] : ['day', 'account'];
}
