/** The voice stage's other screens: the invitation, the wait for “Allow”, and the one failure that needs no network. */
import { fill, type Language, type VoiceWords } from '../i18n/words.ts';
import type { InvitationResponse } from '../protocol/generated/messages.ts';
import { button } from './dom.ts';
import { landing, screen } from './landing.ts';

export interface Invited {
  readonly words: VoiceWords;
  readonly language: Language;
  readonly invitation: InvitationResponse | undefined;
  readonly goesOn: boolean;
  enter(withCamera?: boolean): void;
  speak(language: Language): void;
}

/** The landing with all that the server has told. */
export function invited({ invitation, ...look }: Invited): HTMLElement {
  const { words, goesOn } = look;
  const made = landing({
    ...look,
    title: invitedWords(words, invitation),
    text: goesOn ? words.goOn : helloWords(words, invitation) + words.askFirst,
  });
  if (invitation?.clinic) made.children[0]?.replaceChildren(invitation.clinic);
  return made;
}

const TITLES = {
  patient: 'invitedPatient',
  practitioner: 'invitedPractitioner',
  interpreter: 'invitedInterpreter',
  companion: 'invitedCompanion',
  observer: 'invitedObserver',
} as const;

/** Who waits for whom, as soon as the server has told. */
function invitedWords(words: VoiceWords, invitation: InvitationResponse | undefined): string {
  const who = invitation?.practitioners.join(', ');
  const title = invitation && TITLES[invitation.you.role];
  // A role of a newer server, or nobody who could be waiting.
  if (!title || (invitation.you.role === 'patient' && !who)) return words.welcome;
  return fill(words[title], { who: who ?? '', name: invitation.you.name });
}

/** The other titles have the name in them. */
function helloWords(words: VoiceWords, invitation: InvitationResponse | undefined): string {
  if (invitation?.you.role !== 'patient') return '';
  return `${fill(words.hello, { name: invitation.you.name })} `;
}

export function asking(words: VoiceWords): HTMLElement {
  return screen(words.asking, words.askingHow);
}

/**
 * Nothing that was asked for arrives. All that a page without a network can say of any failure, so it
 * is here and not among the words that come later.
 */
export function unreachable(words: VoiceWords, act: () => void): HTMLElement {
  const again = { label: words.again, className: 'main', test: 'again' };
  return failed(screen(words.serverAway, words.serverAwayHow, button(again, act)));
}

/** A screen that says what went wrong is read out at once. */
export function failed(made: HTMLElement): HTMLElement {
  made.children[1]?.setAttribute('role', 'alert');
  return made;
}
