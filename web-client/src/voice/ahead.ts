/**
 * What a page may assume of the server's answer, so that ICE and DTLS begin while the join is on its way
 * (docs/adr/0022): the document's `Server-Timing` names the server's certificate and where it is met, and the page
 * chooses the server's ICE credentials itself.
 */
import type { Ahead } from '../media/lines.ts';
import type { LinkHint } from '../protocol/generated/messages.ts';
import { chance } from '../signaling/post.ts';

/** A join on the wire, of which nearly all is the offer. */
const JOIN_BITS = 12_800;
/** What is not known to be weak. */
const FAST_KBPS = 1000;
/** Where the way there and back takes no longer there is nothing to gain. And where nothing is known of the link. */
const SHORTEST_WAIT_MS = 100;
/** For a link that was slow for a moment only. */
const LONGEST_WAIT_MS = 400;

/** undefined where the server does not say, and in a browser that could do nothing with it. */
export function lookAhead(
  [loading] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[],
): Ahead | undefined {
  const told = loading?.serverTiming?.find(({ name }) => name === 'media');
  const [fingerprint, ...ways] = told?.description.split(',') ?? [];
  // Firefox alone names no vendor. It knows no provisional answers, and the server would wait for its checks.
  return fingerprint && navigator.vendor
    ? { ice: { ufrag: chance().slice(0, 8), pwd: chance() }, fingerprint, ways }
    : undefined;
}

/**
 * ms from the join's departure to the first check; pure. Checks are 22 kbit/s: they go behind the join and not before
 * it, and not so late that the line is idle. As if the way up were as fast as the way down: it seldom is faster.
 */
export function waitFor(hint: LinkHint | undefined): number {
  const joinMs = JOIN_BITS / (hint?.kbps ?? FAST_KBPS);
  return Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, joinMs));
}
