/** What is to be expected of a network, in the server's four levels. Pure. */
import type { NetworkLevel } from '../protocol/generated/messages.ts';

const BADNESS: Readonly<Record<NetworkLevel, number>> = { good: 0, fair: 1, weak: 2, poor: 3 };

/** The worse of two, of which either may be unknown. */
export function worseOf(
  one: NetworkLevel | undefined,
  other: NetworkLevel | undefined,
): NetworkLevel | undefined {
  if (!one || !other) return one ?? other;
  return BADNESS[one] >= BADNESS[other] ? one : other;
}

/** Pictures may rest or be small, so that it is worth a word beside a person. */
export function isLessThanGood(
  level: NetworkLevel | undefined,
): level is Exclude<NetworkLevel, 'good'> {
  return level !== undefined && level !== 'good';
}
