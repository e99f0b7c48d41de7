/** The desk's words: all languages in one file, because who loads it is at a desk. */
import { desk as en } from '../i18n/desk/en.ts';
import { desk as ko } from '../i18n/desk/ko.ts';
import { desk as vi } from '../i18n/desk/vi.ts';
import type { DeskWords, Language } from '../i18n/words.ts';

const WORDS: Readonly<Record<Language, DeskWords>> = { vi, en, ko };

export function wordsIn(language: Language): DeskWords {
  return WORDS[language];
}
