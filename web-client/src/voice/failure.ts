/** Each cause of failure: its words and its way out. Pure. */
import type { VoiceWords } from '../i18n/words.ts';
import type { JoinCause } from '../signaling/http.ts';
import type { CaptureCause } from './capture.ts';

export type Cause = CaptureCause | JoinCause;

export type WayOut = 'again' | 'copyLink' | 'openSafe' | 'reload';

export interface FailureWords {
  readonly title: string;
  readonly how: string;
  readonly wayOut: WayOut;
}

/** Causes and ways out are named like their words, so that none can be without. */
export const WAYS_OUT: Readonly<Record<Cause, WayOut>> = {
  refused: 'again',
  noMicrophone: 'again',
  busy: 'again',
  insecurePage: 'openSafe',
  oldBrowser: 'copyLink',
  linkUnknown: 'again',
  roomFull: 'again',
  serverAway: 'again',
  serverClosing: 'again',
  pageTooOld: 'reload',
};

export function failureWords(cause: Cause, words: VoiceWords): FailureWords {
  return { title: words[cause], how: words[`${cause}How`], wayOut: WAYS_OUT[cause] };
}
