/** What a person who waits may expect of the call over their own network. Pure. */
import type { LinkPlan } from '../media/peer.ts';

/** `picture`: sound and a small picture; `voice`: no picture; `bareVoice`: a voice, and hardly that. */
export type Outlook = 'picture' | 'voice' | 'bareVoice';

/**
 * Of who waits nobody hears anything, so the server's audio rung is that of their own way alone: what
 * loading the page and the reports since have told of it. undefined: nothing to worry about, or
 * nothing known.
 */
export function outlookOf(plan: LinkPlan | undefined): Outlook | undefined {
  switch (plan?.rung) {
    case undefined:
    case 0:
      return undefined;
    case 1:
      return 'picture';
    case 2:
      return 'voice';
    default:
      return 'bareVoice';
  }
}
