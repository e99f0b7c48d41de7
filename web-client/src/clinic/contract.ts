/**
 * What the staff's pages and the server say to each other, `/v1/…` (PROTOCOL.md). Times are milliseconds since 1970 UTC,
 * ids 16 hexadecimal digits, seats numbers from 1.
 */
import type {
  Admission,
  ConnectionState,
  LanguageCode,
  NetworkLevel,
  Role,
} from '../protocol/generated/messages.ts';

export type { Admission, ConnectionState, LanguageCode, NetworkLevel, Role };

export type StaffRole = 'practitioner' | 'coordinator' | 'interpreter' | 'administrator';

export interface ClinicView {
  readonly id: string;
  readonly address: string;
  readonly name: string;
}

/** Who is signed in. */
export interface SessionView {
  readonly account: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly clinic: ClinicView;
  readonly csrf: string;
  readonly hasSecondFactor: boolean;
}

export interface SignInRequest {
  readonly clinic?: string;
  readonly signInName: string;
  readonly password: string;
  readonly code?: string;
  readonly recoveryCode?: string;
}

/** One browser that is signed in as oneself. */
export interface OwnSession {
  readonly id: string;
  readonly begun: number;
  /** To five minutes. */
  readonly used: number;
  readonly current: boolean;
}

export type Standing = 'invited' | 'active' | 'disabled';

export interface StaffMember {
  readonly account: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly standing: Standing;
  readonly hasSecondFactor: boolean;
}

export interface NewStaff {
  readonly name: string;
  readonly signInName: string;
  readonly role: StaffRole;
}

export type Scope = 'appointmentsRead' | 'appointmentsWrite' | 'recordsRead' | 'webhooks';

export interface ApiKey {
  readonly key: string;
  readonly scopes: readonly Scope[];
  readonly created?: number;
}

/** What can happen to accounts. */
export type AuditKind =
  | 'firstAdministratorOffered'
  | 'accountCreated'
  | 'accountConfirmed'
  | 'roleChanged'
  | 'accountDisabled'
  | 'accountEnabled'
  | 'accountRemoved'
  | 'keyMade'
  | 'keyRevoked'
  | 'invited'
  | 'passwordSet'
  | 'secondFactorAdded'
  | 'secondFactorRemoved'
  | 'signedIn'
  | 'signInFailed'
  | 'signedOut'
  | 'sessionEnded';

/** One thing that happened. */
export interface AuditEntry {
  readonly at: number;
  readonly kind: AuditKind;
  /** Whose account it is about, if it is about one. */
  readonly account?: string;
  readonly name?: string;
  /** Who did it, if it was somebody else. */
  readonly by?: string;
  readonly role?: StaffRole;
  readonly key?: string;
}

export type PriorityClass =
  | 'emergency'
  | 'childUnderSix'
  | 'pregnant'
  | 'severeDisability'
  | 'seventyFive'
  | 'merit';

export type CancelReason =
  | 'patient'
  | 'practitioner'
  | 'interpreter'
  | 'technical'
  | 'mistake'
  | 'other';

export type Phase = 'scheduled' | 'open' | 'inProgress' | 'ended' | 'cancelled' | 'noShow';

/** Joins that did not come about. */
export interface FailedJoins {
  readonly count: number;
  /** The last one. */
  readonly at: number;
  /** Why that was refused. Without it: nothing was ever heard from its media. */
  readonly code?: string;
}

export interface AppointmentPerson {
  readonly seat: number;
  readonly role: Role;
  readonly name: string;
  readonly account?: string;
  readonly part?: 'treating' | 'advising' | 'interpreting' | 'representing';
  readonly languages?: readonly [LanguageCode, LanguageCode];
  readonly admission: Admission;
  readonly present: boolean;
  readonly waitingSince?: number;
  readonly connection: ConnectionState;
  readonly network?: NetworkLevel;
  readonly failedJoins?: FailedJoins;
}

export interface Appointment {
  readonly appointment: string;
  readonly begins?: number;
  readonly minutes?: number;
  readonly phase: Phase;
  readonly priority?: { readonly class: PriorityClass };
  readonly late?: { readonly minutes: number; readonly at: number };
  readonly begun?: number;
  readonly end?: { readonly at: number; readonly reason?: CancelReason };
  readonly people: readonly AppointmentPerson[];
}

export type Why =
  | { readonly kind: 'arrival' }
  | { readonly kind: 'law'; readonly class: PriorityClass; readonly overtakes: number }
  | { readonly kind: 'overtaken'; readonly by: number };

/** One consultation's turn among those who wait, the next one first; it may be booked for another day. */
export interface Turn {
  readonly appointment: string;
  readonly seat: number;
  readonly since: number;
  readonly why: Why;
  readonly priority?: { readonly class: PriorityClass };
}

export interface Day {
  readonly date: string;
  readonly revision: number;
  readonly now: number;
  readonly appointments: readonly Appointment[];
  readonly queue: readonly Turn[];
}

export interface NewPerson {
  readonly name?: string;
  readonly role: Role;
  readonly account?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly languages?: readonly [LanguageCode, LanguageCode];
}

export interface NewAppointment {
  readonly begins: number;
  readonly minutes: number;
  readonly people: readonly NewPerson[];
  readonly priority?: PriorityClass;
}

/** How to come in: a link, and for who has no account eight digits to be told over the telephone. */
export interface SeatLink {
  readonly link: string;
  readonly code?: string;
}

export interface BookedPerson extends SeatLink {
  readonly seat: number;
  readonly role: Role;
}

export interface Booked {
  readonly appointment: string;
  readonly people: readonly BookedPerson[];
}
