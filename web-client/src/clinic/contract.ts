/** What the staff's pages and the server say to each other, in one place. */
import type { BookedPerson } from '../protocol/generated/appointments.ts';
import type { LinkToken } from '../protocol/generated/messages.ts';

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
  NewWebhookRequest,
  NewWebhookResponse,
  RetryResponse,
  UndeliveredResponse,
  Webhook,
  WebhookEvent,
} from '../protocol/generated/webhooks.ts';

/** What opens a seat, to be handed to whoever has no account. */
export type WayIn = BookedPerson & { readonly link: LinkToken };
