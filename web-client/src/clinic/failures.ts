/** Why something was not done, in words. Pure. */
import type { ClinicWords } from '../i18n/clinic/words.ts';
import { fill } from '../i18n/words.ts';
import type { FailureCode } from '../signaling/staff.ts';

type Said = keyof ClinicWords['trouble'];

const WORDS: Readonly<Partial<Record<FailureCode, Said>>> = {
  away: 'away',
  sign_in_failed: 'signInFailed',
  code_wrong: 'codeWrong',
  rate_limited: 'rateLimited',
  link_unknown: 'linkUnknown',
  link_revoked: 'linkUnknown',
  link_expired: 'linkExpired',
  administrator_exists: 'administratorExists',
  name_taken: 'nameTaken',
  password_length: 'passwordLength',
  password_character: 'passwordCharacter',
  password_is_name: 'passwordIsName',
  password_common: 'passwordCommon',
  last_administrator: 'lastAdministrator',
  too_many_accounts: 'tooMany',
  too_many_keys: 'tooMany',
  too_many_webhooks: 'tooManyHooks',
  account_unknown: 'unknown',
  key_unknown: 'unknown',
  webhook_unknown: 'unknown',
  totp_enrolled: 'factorThere',
  totp_not_offered: 'factorNotOffered',
  forbidden: 'forbidden',
  wrong_state: 'wrongState',
  too_early: 'tooEarly',
  too_late: 'tooLate',
  ended: 'over',
  cancelled: 'over',
  no_show: 'over',
  not_booked: 'notBooked',
  only_one: 'onlyOne',
  room_full: 'roomFull',
  seat_taken: 'seatTaken',
  malformed: 'malformed',
  too_large: 'malformed',
  draining: 'serverBusy',
  overloaded: 'serverBusy',
  store_away: 'storeAway',
};

export interface Trouble {
  readonly code: FailureCode;
  readonly retryAfter?: number | undefined;
  /** What was to be done, for a page with a place for each. */
  readonly of?: string | undefined;
}

/** How long to wait where the server does not say. */
const WAIT_S = 30;

export function troubleWords({ code, retryAfter }: Trouble, words: ClinicWords): string {
  return fill(words.trouble[WORDS[code] ?? 'other'], { seconds: retryAfter ?? WAIT_S });
}
