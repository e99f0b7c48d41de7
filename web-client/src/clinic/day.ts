/** A day in rows: where everybody is, who is next, and what is to be looked after. Pure. */
import type {
  Appointment,
  AppointmentPerson,
  Day,
  FailedJoins,
  QueueEntry,
  Role,
} from './contract.ts';

/** How long after its beginning a time may be called missed, as the server has it. */
export const NO_SHOW_GRACE_MS = 15 * 60_000;
/** How long an end may be taken back, as the server has it. */
export const REOPEN_GRACE_MS = 10 * 60_000;

/** Where an appointment is, for who looks at the list. */
export type Where =
  /** Nobody of the patient's side has come yet. */
  | 'expected'
  /** And it is high time. */
  | 'overdue'
  | 'waiting'
  /** Waiting, but the connection is lost; the place is kept. */
  | 'away'
  | 'inProgress'
  /** Let in, and not connected at this moment. */
  | 'called'
  | 'ended'
  | 'cancelled'
  | 'noShow';

export interface Row {
  readonly id: string;
  readonly appointment: Appointment;
  readonly where: Where;
  /** Booked, or begun where nothing was booked. */
  readonly at: number | undefined;
  readonly patient: AppointmentPerson | undefined;
  readonly turn: QueueEntry | undefined;
  /** Of the patient's side, the newest; only while it did not come in yet. */
  readonly failed: FailedJoins | undefined;
}

/** In the order of their times; of two at one time whoever came first, then as the server has them. */
export function rowsOf(day: Day, now: number): Row[] {
  const turns = new Map(day.queue.map((turn) => [turn.appointment, turn]));
  return day.appointments
    .map((appointment) => rowOf(appointment, turns.get(appointment.appointment), now))
    .sort(
      (one, other) =>
        (one.at ?? Number.POSITIVE_INFINITY) - (other.at ?? Number.POSITIVE_INFINITY) ||
        (one.turn?.since ?? Number.POSITIVE_INFINITY) -
          (other.turn?.since ?? Number.POSITIVE_INFINITY) ||
        one.id.localeCompare(other.id),
    );
}

export function rowOf(appointment: Appointment, turn: QueueEntry | undefined, now: number): Row {
  const patient = patientOf(appointment, turn);
  const where = whereOf(appointment, patient, turn, now);
  return {
    id: appointment.appointment,
    appointment,
    where,
    at: appointment.begins ?? appointment.begun,
    patient,
    turn,
    failed: where === 'expected' || where === 'overdue' ? lastFailure(appointment) : undefined,
  };
}

function whereOf(
  appointment: Appointment,
  patient: AppointmentPerson | undefined,
  turn: QueueEntry | undefined,
  now: number,
): Where {
  const { phase, begins } = appointment;
  if (phase === 'ended' || phase === 'cancelled' || phase === 'noShow') return phase;
  if (turn) {
    const person = appointment.people.find(({ seat }) => seat === turn.seat);
    return person?.present === false || person?.connection === 'lost' ? 'away' : 'waiting';
  }
  if (phase === 'inProgress' || patient?.admission === 'admitted') {
    return patient && patient.connection !== 'up' ? 'called' : 'inProgress';
  }
  return begins !== undefined && now >= begins + NO_SHOW_GRACE_MS ? 'overdue' : 'expected';
}

/** Whoever waits of the patient's side; else the patient, else the companion. */
function patientOf(
  { people }: Appointment,
  turn: QueueEntry | undefined,
): AppointmentPerson | undefined {
  return (
    people.find(({ role }) => role === 'patient') ??
    people.find(({ seat }) => seat === turn?.seat) ??
    people.find(({ role }) => role === 'companion')
  );
}

function lastFailure({ people }: Appointment): FailedJoins | undefined {
  return people
    .filter(({ role }) => role === 'patient' || role === 'companion')
    .flatMap(({ failedJoins }) => failedJoins ?? [])
    .reduce<FailedJoins | undefined>(
      (last, one) => (last && last.at > one.at ? last : one),
      undefined,
    );
}

export function peopleOf({ people }: Appointment, role: Role): AppointmentPerson[] {
  return people.filter((person) => person.role === role);
}

/** The seat of one's own account. */
export function ownSeat({ people }: Appointment, account: string): AppointmentPerson | undefined {
  return people.find((person) => person.account === account);
}

/** What is over for so long that nobody takes it back any more: it need not be looked at. */
export function isPast({ where, appointment: { end } }: Row, now: number): boolean {
  const isOver = where === 'ended' || where === 'cancelled' || where === 'noShow';
  return isOver && (end === undefined || now >= end.at + REOPEN_GRACE_MS);
}

/** Who waits, in the order in which they are to be let in. */
export function waitingRows(rows: readonly Row[], { queue }: Day): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return queue.flatMap(({ appointment }) => byId.get(appointment) ?? []);
}

/** What the one filled button does. */
export type Next =
  /** Somebody was let in already: back to them. */
  | { readonly kind: 'goBack'; readonly row: Row }
  | { readonly kind: 'admit'; readonly row: Row }
  /** Everybody who waits has lost the connection: their place is kept, and nobody calls a ghost. */
  | { readonly kind: 'away'; readonly row: Row }
  | { readonly kind: 'comes'; readonly row: Row }
  | { readonly kind: 'none' };

export function nextOf(rows: readonly Row[], day: Day): Next {
  const current = rows.find(({ where }) => where === 'inProgress' || where === 'called');
  if (current) return { kind: 'goBack', row: current };
  const waiting = waitingRows(rows, day);
  const there = waiting.find(({ where }) => where === 'waiting');
  if (there) return { kind: 'admit', row: there };
  const [away] = waiting;
  if (away) return { kind: 'away', row: away };
  const coming = rows.find(({ where }) => where === 'expected');
  return coming ? { kind: 'comes', row: coming } : { kind: 'none' };
}

/** Names one coming of one person: who comes a second time is announced a second time. */
export function arrivalOf({ appointment, seat, since }: QueueEntry): string {
  return `${appointment} ${seat} ${since}`;
}

/** Who waits and is there, and was not noticed yet. */
export function unnoticed(rows: readonly Row[], noticed: ReadonlySet<string>): Row[] {
  return rows.filter(
    ({ where, turn }) => where === 'waiting' && turn && !noticed.has(arrivalOf(turn)),
  );
}

/** One practitioner's day, for who looks after all of them. */
export interface Lane {
  readonly key: string;
  readonly name: string;
  readonly rows: readonly Row[];
  readonly waiting: number;
  readonly isBusy: boolean;
}

/** By whoever treats; in the order of their first appointment. */
export function lanesOf(rows: readonly Row[]): Lane[] {
  const lanes = new Map<string, { name: string; rows: Row[] }>();
  for (const row of rows) {
    const practitioners = peopleOf(row.appointment, 'practitioner');
    const treating = practitioners.find(({ part }) => part === 'treating') ?? practitioners[0];
    const key = treating?.account ?? treating?.name ?? '';
    const lane = lanes.get(key) ?? { name: treating?.name ?? '', rows: [] };
    lane.rows.push(row);
    lanes.set(key, lane);
  }
  return [...lanes].map(([key, { name, rows: own }]) => ({
    key,
    name,
    rows: own,
    waiting: own.filter(({ turn }) => turn).length,
    isBusy: own.some(({ where }) => where === 'inProgress'),
  }));
}

/** Whoever waits longest first: the coordinator's question is not who is next but who was forgotten. */
export function longestWaits(rows: readonly Row[]): Row[] {
  return rows
    .filter(({ turn }) => turn)
    .sort((one, other) => (one.turn?.since ?? 0) - (other.turn?.since ?? 0));
}

/** Who tried and could not come in, and who is past their time: somebody has to call them. */
export function needsCare(rows: readonly Row[]): Row[] {
  return rows.filter(({ where, failed }) => failed !== undefined || where === 'overdue');
}

/** How the day goes, in four numbers. */
export interface Tally {
  readonly waiting: number;
  readonly inProgress: number;
  readonly toCome: number;
  readonly noShows: number;
}

export function tallyOf(rows: readonly Row[]): Tally {
  const count = (...wanted: Where[]) => rows.filter(({ where }) => wanted.includes(where)).length;
  return {
    waiting: count('waiting', 'away'),
    inProgress: count('inProgress', 'called'),
    toCome: count('expected', 'overdue'),
    noShows: count('noShow'),
  };
}

/** What may be done with an appointment now; the server has the last word. */
export interface Deeds {
  readonly admit: boolean;
  readonly enter: boolean;
  readonly reschedule: boolean;
  readonly cancel: boolean;
  readonly noShow: boolean;
  readonly reopen: boolean;
  readonly priority: boolean;
  readonly transfer: boolean;
  readonly newLink: boolean;
}

export function deedsOf(
  { appointment, where, turn }: Row,
  me: { readonly account: string; readonly books: boolean },
  now: number,
): Deeds {
  const seat = ownSeat(appointment, me.account);
  const isLive = !['ended', 'cancelled', 'noShow'].includes(where);
  const isAhead = isLive && where !== 'inProgress' && where !== 'called';
  const { begins, end } = appointment;
  return {
    admit: turn !== undefined && seat?.role === 'practitioner',
    enter: isLive && seat !== undefined,
    reschedule: me.books && isAhead && begins !== undefined,
    cancel: me.books && isAhead && begins !== undefined,
    noShow: me.books && where === 'overdue',
    reopen: me.books && end !== undefined && now < end.at + REOPEN_GRACE_MS,
    priority: me.books && isAhead,
    transfer: me.books && isLive,
    newLink: me.books && isLive,
  };
}
