// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.

/** Something that happens to an appointment. */
export type WebhookEvent = "booked" | "rescheduled" | "cancelled" | "noShow" | "begun" | "ended" | "reopened" | "transferred" | "summarySigned";

/** `POST /v1/webhooks`: an address to be told. */
export type NewWebhookRequest = {
  /** `https://host[:port]/path`. */
  url: string,
  /** Of what: at least one. */
  events: Array<WebhookEvent>,
};

/** The webhook, and what its requests are signed with: shown once. */
export type NewWebhookResponse = {
  /** The webhook. */
  webhook: Webhook,
  /** 64 hexadecimal digits; the key is this text. */
  secret: string,
};

/** `GET /v1/webhooks`: those that were not removed. */
export type WebhooksResponse = {
  /** In an order of no meaning. */
  webhooks: Array<Webhook>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};

/** An address that is told what happens. */
export type Webhook = {
  /** Which. */
  webhook: string,
  /** Where to. */
  url: string,
  /** Of what. */
  events: Array<WebhookEvent>,
  /** Since when. */
  made: number,
  /** How many deliveries are still to be made; 10,000 stand for more. */
  waiting: number,
  /** How many were given up and can be tried again; 10,000 stand for more. */
  undelivered: number,
  /** When one was last made, to a minute; without it never. */
  lastDelivered?: number,
};

/** `GET /v1/webhooks/{webhook}/undelivered`: what was given up. */
export type UndeliveredResponse = {
  /** The latest first. */
  deliveries: Array<Delivery>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};

/** One thing that a webhook was to be told. */
export type Delivery = {
  /** Which. */
  delivery: string,
  /** What happened. */
  event: WebhookEvent,
  /** To which appointment. */
  appointment: string,
  /** When. */
  happened: number,
  /** How often it failed since it was made, or tried again. */
  failures: number,
  /** How it failed last. */
  lastFailure: LastFailure,
};

/** How a delivery failed. */
export type LastFailure = {
  /** When. */
  at: number,
  /** Why. */
  kind: FailureKind,
  /** What was answered, of the kind `status`. */
  status?: number,
};

/** Why a delivery failed. */
export type FailureKind = "name" | "forbidden" | "connection" | "tls" | "late" | "status";

/** `POST /v1/webhooks/{webhook}/retry`: what was given up is tried again. */
export type RetryResponse = {
  /** How much of it. */
  retried: number,
};
