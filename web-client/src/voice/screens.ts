/** The voice stage's screens: the landing, the wait for “Allow”, and each failure. */
import type { Language, VoiceWords } from '../i18n/words.ts';
import { button, element } from './dom.ts';
import type { FailureWords } from './failure.ts';

/** In their own words, so that a person finds the own one. */
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['vi', 'Tiếng Việt'],
  ['en', 'English'],
  ['ko', '한국어'],
];

export interface LandingActions {
  enter(withCamera: boolean): void;
  speak(language: Language): void;
}

export function landing(
  words: VoiceWords,
  language: Language,
  actions: LandingActions,
): HTMLElement {
  const chooser = element(
    'nav',
    'languages',
    ...LANGUAGES.filter(([code]) => code !== language).map(([code, name]) => {
      const choice = button({ label: name, className: 'plain' }, () => actions.speak(code));
      choice.lang = code;
      return choice;
    }),
  );
  const join = { label: words.join, icon: 'camera', test: 'join', className: 'main' };
  const voiceOnly = { label: words.voiceOnly, icon: 'phone', test: 'join-voice-only' };
  return screen(
    words.welcome,
    words.askFirst,
    button(join, () => actions.enter(true)),
    button(voiceOnly, () => actions.enter(false)),
    chooser,
  );
}

export function asking(words: VoiceWords): HTMLElement {
  return screen(words.asking, words.askingHow);
}

export function failed(words: VoiceWords, failure: FailureWords, again: () => void): HTMLElement {
  const act = { again, copyLink, openSafe, reload: () => location.reload() }[failure.wayOut];
  const way = button({ label: words[failure.wayOut], className: 'main' }, () => {
    act();
    if (failure.wayOut === 'copyLink') way.textContent = words.copied;
  });
  const made = screen(failure.title, failure.how, way);
  made.setAttribute('role', 'alert');
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
  if (navigator.clipboard) void navigator.clipboard.writeText(location.href);
  else prompt('', location.href);
}

function openSafe(): void {
  location.href = location.href.replace(/^http:/, 'https:');
}
