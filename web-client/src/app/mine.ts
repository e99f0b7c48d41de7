/** What is said of the own voice. Pure. */
import type { AppWords } from '../i18n/words.ts';
import type { CallState } from '../voice/call.ts';

/** Whether the others can hear, which nobody should have to guess. */
export function voiceWords(state: CallState, spokeLately: boolean, words: AppWords): string {
  if (!state.microphone) return words.voiceMuted;
  if (state.waiting) return words.voiceWaiting;
  if (state.link !== 'connected') return words.voiceNotYet;
  return spokeLately ? words.voiceClear : words.voiceQuiet;
}
