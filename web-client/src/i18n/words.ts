/** What every language must say. */
import type { consent } from './consent/vi.ts';
import type { desk } from './desk/vi.ts';
import type * as vi from './vi.ts';
import type { visit } from './visit/vi.ts';

export type VoiceWords = { readonly [Key in keyof typeof vi.voice]: string };
export type TroubleWords = { readonly [Key in keyof typeof vi.trouble]: string };
export type AppWords = { readonly [Key in keyof typeof vi.app]: string };

export type ConsentWords = { readonly [Key in keyof typeof consent]: string };

/** What only practitioners read. */
export type DeskWords = { readonly [Key in keyof typeof desk]: string };

/** What is said of a visit afterwards. */
export type VisitWords = { readonly [Key in keyof typeof visit]: string };

export interface Words {
  readonly voice: VoiceWords;
  readonly trouble: TroubleWords;
  readonly app: AppWords;
}

export type Language = 'vi' | 'en' | 'ko';

/** Puts values into the places in braces: `fill('{count} new', { count: 2 })`. */
export function fill(words: string, values: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/** For sentences: one that begins with what is filled in begins large, as every sentence does. */
export function fillSentence(
  words: string,
  values: Readonly<Record<string, string | number>>,
): string {
  return fill(words, values).replace(/(^|\. )\p{Ll}/gu, (start) => start.toUpperCase());
}
