/** Appointments and people in words. Pure. */
import type { ClinicWords } from '../i18n/clinic/words.ts';
import { fill } from '../i18n/words.ts';
import type {
  AppointmentEnd,
  AppointmentPerson,
  CancelReason,
  ErrorCode,
  FailedJoins,
  NetworkLevel,
  PriorityClass,
  Role,
  Scope,
  StaffRole,
  Standing,
  Why,
} from './contract.ts';
import type { Row } from './day.ts';
import { clock, momentWords } from './times.ts';

const MINUTE_MS = 60_000;

const ROLES: Readonly<Record<Role, keyof ClinicWords['day']>> = {
  practitioner: 'rolePractitioner',
  patient: 'rolePatient',
  interpreter: 'roleInterpreter',
  companion: 'roleCompanion',
  observer: 'roleObserver',
};

const STAFF_ROLES = {
  practitioner: ['rolePractitioner', 'roleHintPractitioner'],
  coordinator: ['roleCoordinator', 'roleHintCoordinator'],
  interpreter: ['roleInterpreter', 'roleHintInterpreter'],
  administrator: ['roleAdministrator', 'roleHintAdministrator'],
} as const satisfies Record<StaffRole, readonly (keyof ClinicWords['staff'])[]>;

const REASONS: Readonly<Record<CancelReason, keyof ClinicWords['one']>> = {
  patient: 'reasonPatient',
  practitioner: 'reasonPractitioner',
  interpreter: 'reasonInterpreter',
  technical: 'reasonTechnical',
  mistake: 'reasonMistake',
  other: 'reasonOther',
};

const SCOPES: Readonly<Record<Scope, keyof ClinicWords['staff']>> = {
  appointmentsRead: 'scopeAppointmentsRead',
  appointmentsWrite: 'scopeAppointmentsWrite',
  recordsRead: 'scopeRecordsRead',
  webhooks: 'scopeWebhooks',
};

const FAILURES: Readonly<Partial<Record<ErrorCode, keyof ClinicWords['day']>>> = {
  link_expired: 'failedLinkExpired',
  link_revoked: 'failedLinkRevoked',
  link_unknown: 'failedLinkUnknown',
  room_full: 'failedRoomFull',
  locked: 'failedLocked',
  seat_taken: 'failedSeatTaken',
  offer_invalid: 'failedOffer',
  unsupported_version: 'failedOffer',
  rate_limited: 'failedOften',
  ended: 'failedEnded',
  cancelled: 'failedEnded',
  no_show: 'failedEnded',
  draining: 'failedServer',
  overloaded: 'failedServer',
  store_away: 'failedServer',
  internal: 'failedServer',
};

export const CANCEL_REASONS = Object.keys(REASONS) as CancelReason[];
export const STAFF_ROLE_ORDER = Object.keys(STAFF_ROLES) as StaffRole[];
export const SCOPE_ORDER = Object.keys(SCOPES) as Scope[];
/** In the order of the law. */
export const PRIORITIES: readonly PriorityClass[] = [
  ...(['emergency', 'childUnderSix', 'pregnant'] as const),
  ...(['severeDisability', 'seventyFive', 'merit'] as const),
];

export const roleWords = (role: Role, words: ClinicWords) => words.day[ROLES[role]];
export const priorityWords = (priority: PriorityClass, words: ClinicWords) => words.day[priority];
export const reasonWords = (reason: CancelReason, words: ClinicWords) => words.one[REASONS[reason]];
export const scopeWords = (scope: Scope, words: ClinicWords) => words.staff[SCOPES[scope]];
export const standingWords = (standing: Standing, words: ClinicWords) => words.staff[standing];
export const staffRoleWords = (role: StaffRole, words: ClinicWords) =>
  words.staff[STAFF_ROLES[role][0]];
export const staffRoleHint = (role: StaffRole, words: ClinicWords) =>
  words.staff[STAFF_ROLES[role][1]];

export function networkWords(level: NetworkLevel, { day }: ClinicWords): string {
  switch (level) {
    case 'good':
      return day.networkGood;
    case 'fair':
      return day.networkFair;
    case 'weak':
      return day.networkWeak;
    case 'poor':
      return day.networkPoor;
    default:
      return level satisfies never;
  }
}

/** Where the appointment is, and since when. */
export function whereWords(row: Row, now: number, words: ClinicWords): string {
  const { day } = words;
  const { begins = now, begun = now, end } = row.appointment;
  switch (row.where) {
    case 'expected':
      return day.expected;
    case 'overdue':
      return fill(day.overdue, { minutes: minutesBetween(begins, now) });
    case 'waiting':
      return waitedWords(row, now, words);
    case 'away':
      return day.waitingAway;
    case 'inProgress':
      return fill(day.inProgress, { time: clock(begun) });
    case 'called':
      return day.calledAway;
    case 'ended':
      return endedWords(end, now, words);
    case 'cancelled':
      return end?.reason
        ? fill(day.cancelledBecause, { reason: reasonWords(end.reason, words) })
        : day.cancelled;
    case 'noShow':
      return day.noShow;
    default:
      return row.where satisfies never;
  }
}

/** Whoever came and was not seen needs a call; what nobody ended was over before it was closed. */
function endedWords(end: AppointmentEnd | undefined, now: number, { day }: ClinicWords): string {
  const time = clock(end?.at ?? now);
  const lapse = end?.lapse;
  switch (lapse) {
    case 'unseen':
      return day.unseen;
    case 'left':
    case 'unused':
      return fill(day.closed, { time });
    case undefined:
      return fill(day.ended, { time });
    default:
      return lapse satisfies never;
  }
}

/** `chờ 12 phút, từ 9:24` */
export function waitedWords({ turn }: Row, now: number, { day }: ClinicWords): string {
  const since = turn?.since ?? now;
  const minutes = minutesBetween(since, now);
  return minutes === 0 ? day.waitedNow : fill(day.waited, { minutes, time: clock(since) });
}

/** Why this one goes first, or not yet; nothing where arrival alone decides. */
export function whyWords({ turn, appointment }: Row, words: ClinicWords): string | undefined {
  const { day } = words;
  const why: Why = turn?.why ?? { kind: 'arrival' };
  const priority = turn?.priority?.class ?? appointment.priority?.class;
  switch (why.kind) {
    case 'law':
      return fill(day.whyLaw, { class: priorityWords(why.class, words), count: why.overtakes });
    case 'overtaken':
      return fill(day.whyOvertaken, { count: why.by });
    case 'arrival':
      return priority && fill(day.whyClass, { class: priorityWords(priority, words) });
    default:
      return why satisfies never;
  }
}

export function failedWords({ at, code }: FailedJoins, now: number, { day }: ClinicWords): string {
  const time = momentWords(at, now);
  if (code === undefined) return fill(day.failedMedia, { time });
  return fill(day.failedAt, { time, why: day[FAILURES[code] ?? 'failedOther'] });
}

/** Whether somebody is there, in two words. */
export function presenceWords(
  { admission, present }: AppointmentPerson,
  { one }: ClinicWords,
): string {
  if (admission === 'denied') return one.denied;
  if (admission === 'removed') return one.removed;
  if (present) return one.present;
  return admission === 'admitted' ? one.admitted : one.absent;
}

export function nameOf(
  person: { readonly name: string } | undefined,
  { day }: ClinicWords,
): string {
  return person?.name || day.unnamed;
}

/** Whole minutes between two times of the server's clock. */
function minutesBetween(since: number, now: number): number {
  return Math.max(0, Math.floor((now - since) / MINUTE_MS));
}
