/** Who waits to be let in: for the one who lets in, and for the one who waits. Pure. */
import type { LanguageCode, NetworkLevel, Role, Seat } from '../protocol/generated/messages.ts';
import { isAdmitted, isGone, isWaiting, ownSeat, type Room } from './room.ts';

export interface WaitingPerson {
  readonly seat: number;
  readonly name: string;
  readonly role: Role;
  readonly languages: readonly [LanguageCode, LanguageCode] | undefined;
  /** By the server's clock. */
  readonly since: number | undefined;
  /** Was asked for a minute's patience. */
  readonly held: boolean;
  /** Connection lost; the place is kept. */
  readonly gone: boolean;
  /** What is to be expected of their network, once it was tried. */
  readonly network: NetworkLevel | undefined;
}

/** Everybody who waits, longest first: a state of the room, whatever was announced. */
export function waitingPeople(room: Room): WaitingPerson[] {
  return room.seats
    .filter((seat) => seat.seat !== room.you && isWaiting(seat))
    .map(waitingPerson)
    .sort(
      (a, b) =>
        (a.since ?? Number.POSITIVE_INFINITY) - (b.since ?? Number.POSITIVE_INFINITY) ||
        a.seat - b.seat,
    );
}

function waitingPerson(seat: Seat): WaitingPerson {
  return {
    seat: seat.seat,
    name: seat.name,
    role: seat.role,
    languages: seat.languages,
    since: seat.waitingSince,
    held: seat.admission === 'held',
    gone: isGone(seat),
    network: seat.network,
  };
}

/** Who was let in from this page and has not come: nobody is lost after “come in”. */
export function calledPeople(room: Room, called: ReadonlySet<number>): Seat[] {
  return room.seats.filter(
    (seat) => called.has(seat.seat) && isAdmitted(seat) && !isConnected(seat),
  );
}

/** `called` without those who came, or who are no longer let in. */
export function stillCalled(room: Room, called: ReadonlySet<number>): ReadonlySet<number> {
  const left = room.seats.filter(
    (seat) => called.has(seat.seat) && !(isAdmitted(seat) && isConnected(seat)),
  );
  return left.length === called.size ? called : new Set(left.map(({ seat }) => seat));
}

function isConnected({ connection }: Seat): boolean {
  return connection === 'up';
}

/** Names one coming of one person: who comes a second time is announced a second time. */
export function arrivalOf({ seat, since }: WaitingPerson): string {
  return `${seat} ${since ?? ''}`;
}

/** Who waits, is there, and has not been noticed yet. */
export function unnoticed(
  waiting: readonly WaitingPerson[],
  noticed: ReadonlySet<string>,
): WaitingPerson[] {
  return waiting.filter((person) => !person.gone && !noticed.has(arrivalOf(person)));
}

export interface OwnPlace {
  readonly held: boolean;
  /** How many come first; undefined when that is not told. */
  readonly ahead: number | undefined;
  /** Who will call. */
  readonly practitioners: readonly string[];
  /** One of them is here. */
  readonly isAttended: boolean;
}

export function ownPlace(room: Room): OwnPlace {
  const you = ownSeat(room);
  const practitioners = room.seats.filter(({ role }) => role === 'practitioner');
  return {
    held: you?.admission === 'held',
    ahead: you?.ahead,
    practitioners: practitioners.map(({ name }) => name),
    isAttended: practitioners.some((seat) => seat.present && !isGone(seat)),
  };
}

const MINUTE_MS = 60_000;

/** Whole minutes between two times of the server's clock. */
export function minutesBetween(since: number, now: number): number {
  return Math.max(0, Math.floor((now - since) / MINUTE_MS));
}
