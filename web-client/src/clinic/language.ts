/** In which language the staff's pages speak: as chosen here before, else as the browser, else Vietnamese. */
import * as vi from '../i18n/clinic/vi.ts';
import type { ClinicWords } from '../i18n/clinic/words.ts';
import type { Language } from '../i18n/words.ts';

/** In their own words, so that a person finds the own one. */
export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['vi', 'Tiếng Việt'],
  ['en', 'English'],
  ['ko', '한국어'],
];

/** In its own word. */
export function nameOfLanguage(language: Language): string {
  return LANGUAGES.find(([code]) => code === language)?.[1] ?? language;
}

const CHOICE = 'language';

export function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  for (const one of [asked, localStorage.getItem(CHOICE), ...navigator.languages]) {
    const code = one?.slice(0, 2);
    const known = LANGUAGES.find(([language]) => language === code);
    if (known) return known[0];
  }
  return 'vi';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(CHOICE, language);
}

export async function loadWords(language: Language): Promise<ClinicWords> {
  switch (language) {
    case 'vi':
      return vi;
    case 'en':
      return import('../i18n/clinic/en.ts');
    case 'ko':
      return import('../i18n/clinic/ko.ts');
    default:
      return language satisfies never;
  }
}
