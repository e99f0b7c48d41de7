/** What the staff's pages and the server say to each other, in one place. */
import type { Language } from '../i18n/words.ts';

export type {
  AuditEntry,
  AuditResponse,
  Colleague,
  InvitedResponse,
  KeyView,
  NewcomerRequest,
  NewKeyResponse,
  OwnSession,
  RecoveryCodesResponse,
  Scope,
  SecondFactorResponse,
  SessionResponse,
  SessionsResponse,
  SignInRequest,
  StaffRole,
  Standing,
} from '../protocol/generated/access.ts';
export type {
  Appointment,
  AppointmentEnd,
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
export type {
  Delivery,
  EventKind,
  NewWebhookRequest,
  NewWebhookResponse,
  UndeliveredResponse,
  Webhook,
  WebhookErrorCode,
} from './hookwire.ts';

/** In which language messages go to somebody; Vietnamese where nothing is said. */
export interface Messaged {
  readonly language?: Language;
}
