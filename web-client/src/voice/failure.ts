/** Each cause of failure: its words and its way out. Pure. */
import { fill, type TroubleWords, type VoiceWords } from '../i18n/words.ts';
import type { JoinCause } from '../signaling/http.ts';
import type { CaptureCause } from './capturecause.ts';

export type Cause = CaptureCause | JoinCause;

export type WayOut = 'again' | 'copyLink' | 'openBrowser' | 'openSafe' | 'reload' | 'useHere';

export interface FailureWords {
  readonly title: string;
  readonly how: string;
  readonly wayOut: WayOut;
}

/**
 * Causes and ways out are named like their words, so that none can be without. `reload` begins with
 * the invitation again, which tells whether the clinic has changed its mind.
 */
export const WAYS_OUT: Readonly<Record<Cause, WayOut>> = {
  refused: 'again',
  noMicrophone: 'again',
  busy: 'again',
  insecurePage: 'openSafe',
  inAppBrowser: 'openBrowser',
  oldBrowser: 'copyLink',
  linkUnknown: 'reload',
  linkExpired: 'reload',
  linkRevoked: 'reload',
  ended: 'reload',
  denied: 'reload',
  removed: 'reload',
  locked: 'again',
  cancelled: 'reload',
  noShow: 'reload',
  seatTaken: 'useHere',
  takenOver: 'useHere',
  roomFull: 'again',
  rateLimited: 'again',
  serverAway: 'again',
  serverClosing: 'again',
  pageTooOld: 'reload',
};

/** All words of failures: those that the page always has, and those that come when they are needed. */
export type AllFailureWords = VoiceWords & TroubleWords;

/** Where the server names no wait. */
const USUAL_WAIT_S = 60;

export function failureWords(
  cause: Cause,
  words: AllFailureWords,
  retryAfter?: number,
  browser: Pick<Navigator, 'userAgent'> = globalThis.navigator,
): FailureWords {
  const how = fill(words[`${cause}How`], { seconds: retryAfter ?? USUAL_WAIT_S });
  const wayOut = WAYS_OUT[cause];
  // Only Android hands a page from one app to another by its address.
  const isStuck = wayOut === 'openBrowser' && !/Android/.test(browser.userAgent);
  return { title: words[cause], how, wayOut: isStuck ? 'copyLink' : wayOut };
}
