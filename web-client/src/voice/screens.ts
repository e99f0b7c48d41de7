/** The voice stage's screens: the landing, the wait for “Allow”, and each failure. */
import { fill, type Language, type VoiceWords } from '../i18n/words.ts';
import type { InvitationResponse } from '../protocol/generated/messages.ts';
import { button, element } from './dom.ts';
import type { FailureWords } from './failure.ts';

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

/** `act` is the way out that only the page can go. */
export function failed(words: VoiceWords, failure: FailureWords, act: () => void): HTMLElement {
  const { wayOut } = failure;
  const look = {
    label: words[wayOut],
    className: 'main',
    test: wayOut === 'useHere' ? 'takeover-yes' : wayOut,
  };
  const ways = { copyLink, openSafe, openBrowser, reload: () => location.reload() };
  const way = button(look, () => {
    if (wayOut === 'again' || wayOut === 'useHere') act();
    else ways[wayOut]();
    if (wayOut === 'copyLink') way.textContent = words.copied;
  });
  const made = screen(failure.title, failure.how, way);
  if (wayOut === 'openBrowser') {
    const copy = button({ label: words.copyLink }, () => {
      copyLink();
      copy.textContent = words.copied;
    });
    made.lastElementChild?.append(copy);
  }
  made.children[1]?.setAttribute('role', 'alert');
  return made;
}

function screen(title: string, text: string, ...controls: HTMLElement[]): HTMLElement {
  const said = element('div', 'said', element('h1', '', title), element('p', '', text));
  const made = element('main', 'screen', element('p', 'brand', 'Nhịp Cầu'), said);
  made.append(element('div', 'controls', ...controls));
  return made;
}

function copyLink(): void {
  // The clipboard is closed to old and to insecure pages: then the person copies out of a box.
  const asked = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
  asked.catch(() => prompt('', location.href));
}

function openSafe(): void {
  location.href = location.href.replace(/^http:/, 'https:');
}

/** Android reads what stands behind the last `#`: the invitation's own stays in the address. */
function openBrowser(): void {
  location.href = `${location.href.replace(/^https?/, 'intent')}#Intent;scheme=https;package=com.android.chrome;end`;
}
