/** What the loading of this page told about its link. */
import type { LinkHint } from '../protocol/generated/messages.ts';

/** The part of Navigation Timing that is read. */
export type Loading = Pick<
  PerformanceNavigationTiming,
  | 'connectStart'
  | 'secureConnectionStart'
  | 'requestStart'
  | 'responseStart'
  | 'responseEnd'
  | 'encodedBodySize'
  | 'transferSize'
>;

const KEY = 'network';
/** Smaller answers are over before they tell a rate; the page itself has about 12 kB. */
const TELLING_BYTES = 4000;
/** What the first part of the document takes of it; a test of the build says whether this is still so. */
export const FIRST_PART_BYTES = 4950;
/** Packets, TLS records and frames add this to what is counted as body. */
const ON_THE_WIRE = 1.07;
/** What is there when the first byte is: it has taken none of the time that is measured. */
const FIRST_PACKET_BYTES = 1300;
/** Longer than a server thinks, beside half a round trip: the first packet of the answer was lost on the way. */
const LATE_MS = 100;
/** Where this comes in, a second stage of 30 kB is over before anybody hears it. */
export const FAST_KBPS = 1000;
/** This stands at the end of the first part: it runs as soon as that is there. */
const FIRST_PART_AT_MS = performance.now();

/**
 * Pure. undefined when it tells nothing: from the browser's memory, not modified, or too small. As long as the
 * document is still coming, its first part tells, which was there at `firstPartAt`, ms since navigation.
 */
export function hintOf(loading: Loading, firstPartAt = FIRST_PART_AT_MS): LinkHint | undefined {
  const { requestStart, responseStart, encodedBodySize, transferSize } = loading;
  // Browsers say nothing of a size before the end.
  const isComing = encodedBodySize === 0;
  const bytes = isComing ? FIRST_PART_BYTES : encodedBodySize;
  const arrivedAt = isComing ? firstPartAt : loading.responseEnd;
  if (bytes < TELLING_BYTES || transferSize < encodedBodySize) return undefined;
  const kilobits = ((bytes - FIRST_PACKET_BYTES) * 8 * ON_THE_WIRE) / 1000;
  // The TCP handshake is a bare round trip; a request may wait behind other connections of this page.
  const handshake = loading.secureConnectionStart - loading.connectStart;
  const answer = responseStart - requestStart;
  const rttMs = handshake > 0 ? Math.min(handshake, answer) : answer;
  // Where the first packet was lost the others wait for it and come out with it, all at once: they
  // have taken the time from the request on. It is sent again after one round trip at the least; a slow
  // link makes an answer wait as well, but then what follows takes as long.
  const waited = answer - rttMs;
  const isLate = waited > Math.max(rttMs / 2 + LATE_MS, 2 * (arrivedAt - responseStart));
  const transferMs = arrivedAt - (isLate ? requestStart + rttMs : responseStart);
  const seconds = Math.max(1, transferMs) / 1000;
  const kbps = Math.max(1, Math.round(kilobits / seconds));
  // A page out of the browser's memory looks the same before its end, and comes as fast as that.
  if (isComing && kbps > FAST_KBPS) return undefined;
  return { rttMs: Math.round(Math.min(60_000, Math.max(0, rttMs))), kbps };
}

/** Of this page load; where it tells nothing, of the last one of this tab that did. */
export function linkHint(): LinkHint | undefined {
  try {
    const [loading] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const hint = loading && hintOf(loading);
    if (!hint) return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? undefined;
    sessionStorage.setItem(KEY, JSON.stringify(hint));
    return hint;
  } catch {
    // A browser that keeps nothing.
    return undefined;
  }
}
