/** What the staff's pages and the server say to each other, in one place. */
import type { StaffRole } from '../protocol/generated/access.ts';

export type {
  Colleague,
  SessionResponse,
  SignInRequest,
  StaffRole,
  Standing,
} from '../protocol/generated/access.ts';
export type {
  Appointment,
  AppointmentPerson,
  Booked,
  BookedPerson,
  BookRequest,
  CancelReason,
  Day,
  FailedJoins,
  Invitee,
  LateResponse,
  PriorityClass,
  QueueEntry,
  SeatLink,
  Why,
} from '../protocol/generated/appointments.ts';
export type {
  ErrorCode,
  LanguageCode,
  NetworkLevel,
  Role,
} from '../protocol/generated/messages.ts';

/** One browser that is signed in as oneself. */
export interface OwnSession {
  readonly id: string;
  readonly begun: number;
  /** To five minutes. */
  readonly used: number;
  readonly current: boolean;
}

export interface NewcomerRequest {
  readonly name: string;
  readonly signInName: string;
  readonly role: StaffRole;
}

export type Scope = 'appointmentsRead' | 'appointmentsWrite' | 'recordsRead' | 'webhooks';

export interface KeyView {
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
