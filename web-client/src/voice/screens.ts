/** The voice stage's screens: the landing, the wait for “Allow”, and the one failure that needs no network. */
import { fill, type Language, type VoiceWords } from '../i18n/words.ts';
import type { InvitationResponse } from '../protocol/generated/messages.ts';
import { button, element } from './dom.ts';

/** In their own words, so that a person finds the own one. */
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['vi', 'Tiếng Việt'],
  ['en', 'English'],
  ['ko', '한국어'],
];

export interface Landing {
  readonly words: VoiceWords;
  readonly language: Language;
  readonly invitation: InvitationResponse | undefined;
  /** A seat to come back to: one button, because the rest was chosen before. */
  readonly goesOn: boolean;
  enter(withCamera?: boolean): void;
  speak(language: Language): void;
}

export function landing({ words, language, invitation, goesOn, ...act }: Landing): HTMLElement {
  const chooser = element(
    'nav',
    'languages',
    ...LANGUAGES.filter(([code]) => code !== language).map(([code, name]) => {
      const choice = button({ label: name, className: 'plain' }, () => act.speak(code));
      choice.lang = code;
      return choice;
    }),
  );
  const join = { label: words.join, icon: 'camera', test: 'join', className: 'main' };
  const voiceOnly = { label: words.voiceOnly, icon: 'phone', test: 'join-voice-only' };
  const controls = goesOn
    ? [button(join, () => act.enter())]
    : [button(join, () => act.enter(true)), button(voiceOnly, () => act.enter(false))];
  const made = screen(
    invitedWords(words, invitation),
    goesOn ? words.goOn : helloWords(words, invitation) + words.askFirst,
    ...controls,
    chooser,
  );
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

/** Made like every screen before the call: the brand, what is said, what can be done. */
export function screen(title: string, text: string, ...controls: HTMLElement[]): HTMLElement {
  const said = element('div', 'said', element('h1', '', title), element('p', '', text));
  const made = element('main', 'screen', element('p', 'brand', 'Nhịp Cầu'), said);
  made.append(element('div', 'controls', ...controls));
  return made;
}
