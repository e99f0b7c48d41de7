/** The first screen, which travels in the first part of the document. */
import type { Language, VoiceWords } from '../i18n/words.ts';
import { button, element } from './dom.ts';

/** An opaque id, or a token that a hospital system has signed. */
export const LINK = /^([\w-]{22}|[\w-]+\.[\w-]+\.[\w-]+)$/;

/** In their own words, so that a person finds the own one. */
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['vi', 'Tiếng Việt'],
  ['en', 'English'],
  ['ko', '한국어'],
];

export interface Landing {
  readonly words: Pick<VoiceWords, 'join' | 'voiceOnly'>;
  readonly language: Language;
  readonly title: string;
  readonly text: string;
  /** A seat to come back to: one button, because the rest was chosen before. */
  readonly goesOn?: boolean;
  enter(withCamera?: boolean): void;
  speak(language: Language): void;
}

export function landing({ words, language, title, text, goesOn, ...act }: Landing): HTMLElement {
  const chooser = element(
    'nav',
    'languages',
    ...LANGUAGES.filter(([code]) => code !== language).map(([code, name]) => {
      const choice = button({ label: name, className: 'plain' }, () => {
        // Kept in the address, for a reload and for what comes later.
        history.replaceState(null, '', `?lang=${code}${location.hash}`);
        act.speak(code);
      });
      choice.lang = code;
      return choice;
    }),
  );
  const join = { label: words.join, icon: 'camera', test: 'join', className: 'main' };
  const voiceOnly = { label: words.voiceOnly, icon: 'phone', test: 'join-voice-only' };
  const controls = goesOn
    ? [button(join, () => act.enter())]
    : [button(join, () => act.enter(true)), button(voiceOnly, () => act.enter(false))];
  return screen(title, text, ...controls, chooser);
}

/** Made like every screen before the call: the brand, what is said, what can be done. */
export function screen(title: string, text: string, ...controls: HTMLElement[]): HTMLElement {
  const said = element('div', 'said', element('h1', '', title), element('p', '', text));
  const made = element('main', 'screen', element('p', 'brand', 'Nhịp Cầu'), said);
  made.append(element('div', 'controls', ...controls));
  return made;
}
