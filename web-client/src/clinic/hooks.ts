/** Webhooks while they are made, and in words. Pure. */
import type { ClinicWords } from '../i18n/clinic/words.ts';
import { fill } from '../i18n/words.ts';
import type { Delivery, NewWebhookRequest, WebhookEvent } from './contract.ts';

/** In the order of an appointment's life. */
export const EVENT_KINDS: readonly WebhookEvent[] = [
  ...(['booked', 'rescheduled', 'cancelled', 'noShow'] as const),
  ...(['begun', 'ended', 'reopened', 'transferred', 'summarySigned'] as const),
];

/** While it is typed. */
export interface HookDraft {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
}

/** Everything is proposed: what a system does not need it does not have to take. */
export const NEW_HOOK: HookDraft = { url: 'https://', events: EVENT_KINDS };

/** Bytes, as the server has it. */
const ADDRESS_MAX = 500;

/** undefined while something is amiss. Which machines may be reached is for the server to say. */
export function hookRequest({ url, events }: HookDraft): NewWebhookRequest | undefined {
  const address = url.trim();
  const isAddress = /^https?:\/\/[\w[][!-~]*$/.test(address) && !/[#"\\<>^`{|}]/.test(address);
  if (!isAddress || address.length > ADDRESS_MAX || events.length === 0) return undefined;
  return { url: address, events: EVENT_KINDS.filter((kind) => events.includes(kind)) };
}

export function toggled(
  events: readonly WebhookEvent[],
  kind: WebhookEvent,
): readonly WebhookEvent[] {
  return events.includes(kind) ? events.filter((one) => one !== kind) : [...events, kind];
}

export const eventWords = (kind: WebhookEvent, { hooks }: ClinicWords) => hooks[kind];

/** Why it did not arrive, for who has to see to it. */
export function failureWords({ lastFailure }: Delivery, { hooks }: ClinicWords): string {
  const { kind, status } = lastFailure;
  switch (kind) {
    case 'name':
      return hooks.failedName;
    case 'forbidden':
      return hooks.failedForbidden;
    case 'connection':
      return hooks.failedConnection;
    case 'tls':
      return hooks.failedTls;
    case 'late':
      return hooks.failedLate;
    case 'status':
      return fill(hooks.failedStatus, { status: status ?? '' });
    default:
      return kind satisfies never;
  }
}
