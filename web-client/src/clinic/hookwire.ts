/** What pages and server say to each other of webhooks, as PROTOCOL.md has it. */

/** What a webhook can be told of; all of it happens to an appointment. */
export type EventKind =
  | 'booked'
  | 'rescheduled'
  | 'cancelled'
  | 'noShow'
  | 'begun'
  | 'ended'
  | 'reopened'
  | 'transferred'
  | 'summarySigned';

export interface Webhook {
  readonly webhook: string;
  readonly url: string;
  readonly events: readonly EventKind[];
  readonly made: number;
  /** Deliveries that are not made yet. */
  readonly waiting: number;
  /** Deliveries that were given up. */
  readonly undelivered: number;
  readonly lastDelivered?: number;
}

/** Why a try came to nothing. */
export type FailureKind = 'name' | 'forbidden' | 'connection' | 'tls' | 'late' | 'status';

export interface Delivery {
  readonly delivery: string;
  readonly event: EventKind;
  readonly appointment: string;
  readonly happened: number;
  readonly failures: number;
  /** `status`: what the receiver answered, where it answered. */
  readonly lastFailure: {
    readonly at: number;
    readonly kind: FailureKind;
    readonly status?: number;
  };
}

export interface NewWebhookRequest {
  readonly url: string;
  readonly events: readonly EventKind[];
}

/** The secret is told this once. */
export interface NewWebhookResponse {
  readonly webhook: Webhook;
  readonly secret: string;
}

export interface UndeliveredResponse {
  readonly deliveries: readonly Delivery[];
  readonly next?: string;
}

export type WebhookErrorCode = 'too_many_webhooks' | 'webhook_unknown';
