/** What stands on the tab: the one line that is read while another page is in front. Pure. */

import type { AppWords } from '../i18n/words.ts';
import { fill } from '../i18n/words.ts';

export interface TitleFacts {
  readonly base: string;
  /** How many wait for this practitioner. */
  readonly waiting: number;
  readonly isWaiting: boolean;
  /** Let in a moment ago. */
  readonly isCalled: boolean;
}

export function titleOf(facts: TitleFacts, words: AppWords): string {
  const { base, waiting, isWaiting, isCalled } = facts;
  if (waiting > 0) return `(${waiting}) ${fill(words.titleArrived, { count: waiting })} · ${base}`;
  if (isWaiting) return `${words.titleWaiting} · ${base}`;
  if (isCalled) return `${words.titleCalled} · ${base}`;
  return base;
}
