/** Whether the others are told that this link is weak: not at every hiccup, and not for ever. Pure. */
import type { Weakness } from '../media/linkquality.ts';

export interface WeakMark {
  readonly isWeak: boolean;
  /** Looks in a row that said the opposite. */
  readonly against: number;
}

export const strong: WeakMark = { isWeak: false, against: 0 };

/** Two bad looks make it weak, four good ones strong again: about 6 s and 12 s. */
const BAD_LOOKS = 2;
const GOOD_LOOKS = 4;

export function afterLook({ isWeak, against }: WeakMark, weakness: Weakness): WeakMark {
  if ((weakness !== 'none') === isWeak) return { isWeak, against: 0 };
  const enough = isWeak ? GOOD_LOOKS : BAD_LOOKS;
  return against + 1 >= enough ? { isWeak: !isWeak, against: 0 } : { isWeak, against: against + 1 };
}
