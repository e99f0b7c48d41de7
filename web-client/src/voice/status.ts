/** What the call's state is called in words. Pure; the voice stage and the app say the same. */
import type { VoiceWords } from '../i18n/words.ts';
import type { CallState } from './call.ts';

/** The one sentence about the connection: states are named like their words. */
export function linkWords({ link }: CallState, hasCompany: boolean, words: VoiceWords): string {
  if (link === 'over') return '';
  return words[link === 'connected' && !hasCompany ? 'alone' : link];
}
