/**
 * How fast a conversation is back after the link was away.
 *
 * Recovered is the first moment after the link's return at which (1) 200 ms of speech have begun to be heard whose lag is
 * at most `NORMAL_MS` above the usual lag before the outage, so that speech which the link had kept does not count, and
 * (2) the jitter buffer gives out with less than 200 ms of delay. Silence of the source right before that moment is not
 * counted, for nobody can be heard who says nothing: the voice is back from the end of the last speech that was missed.
 */
import { HOP_MS, endOf, part, percentile, speaking } from './envelope.mjs';
import { similarity, trackLag } from './lag.mjs';
import { dueAtEar } from './presence.mjs';
import { jitterBuffer } from './streams.mjs';

/** @typedef {import('./envelope.mjs').Envelope} Envelope */
/** @typedef {{fromMs: number, toMs: number, mode: 'hold' | 'drop'}} Outage wall clock */

/** Lag beyond the usual that still counts as normal: the target of the profiles with hold outages. */
export const NORMAL_MS = 300;
/** What makes a jitter buffer normal. */
export const BUFFER_MS = 200;
/** Windows that tell for certain at which lag one hears, and shorter ones with which the beginning is looked for from there. */
const WINDOW_MS = 2000;
const SHORT_MS = 1000;
const STEP_MS = 50;
/** How alike the short ones must be, where the lag is known. */
const ALIKE = 0.8;
/** How much has to be heard on end, and how much of it may be missing. */
const HEARD_MS = 200;
const HEARD_SHARE = 0.7;

/**
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {import('./streams.mjs').Look[]} looks of the listener
 * @param {Outage} outage @param {import('./lag.mjs').Lag[]} lags of the whole run @param {number} untilMs the next outage or the end
 * @returns {number | null} ms; null when it did not come back
 */
export function recovery(source, ear, threshold, looks, outage, lags, untilMs) {
  const before = lags.filter(({ sourceMs }) => sourceMs + 3000 < outage.fromMs).map(({ lagMs }) => lagMs);
  const usual = percentile(before.length > 0 ? before : lags.map(({ lagMs }) => lagMs), 0.5);
  if (usual === undefined) return null;
  const heardMs = liveEdge(source, ear, threshold, outage, usual, untilMs);
  const bufferedMs = jitterBuffer(looks).find(({ at, ms }) => at >= Math.max(outage.toMs, heardMs ?? Infinity) && ms < BUFFER_MS)?.at;
  if (heardMs === undefined || bufferedMs === undefined || bufferedMs > untilMs) return null;
  const voiceMs = endOfMissed(source, ear, threshold, usual, outage.toMs, heardMs) - outage.toMs;
  // Buffers are looked at every quarter of a second: one that is normal at the look after the speech was so with it.
  const LOOK_MS = 300;
  return Math.round(bufferedMs - heardMs <= LOOK_MS ? voiceMs : Math.max(voiceMs, bufferedMs - outage.toMs));
}

/**
 * When the last speech ended that was due and not heard between two times; the first of them if none was missed.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {number} usual ms @param {number} fromMs @param {number} toMs
 */
function endOfMissed(source, ear, threshold, usual, fromMs, toMs) {
  // Less than this of a fifth of a second is the edge of a word and not missed speech.
  const MISSED_MS = 100;
  const due = dueAtEar(source, ear, threshold, usual);
  const heard = speaking(ear, threshold);
  const step = (/** @type {number} */ ms) => Math.max(0, Math.round((ms - ear.startMs) / HOP_MS));
  const window = HEARD_MS / HOP_MS;
  for (let end = step(toMs); end > step(fromMs); end -= 1) {
    let missed = 0;
    for (let at = Math.max(step(fromMs), end - window); at < end; at += 1) if (due[at] && !heard[at]) missed += 1;
    if (missed * HOP_MS >= MISSED_MS) return ear.startMs + end * HOP_MS;
  }
  return fromMs;
}

/**
 * When speech at normal lag begins to be heard after the link's return.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {Outage} outage @param {number} usual ms @param {number} untilMs
 */
function liveEdge(source, ear, threshold, { toMs }, usual, untilMs) {
  const how = { windowMs: WINDOW_MS, stepMs: STEP_MS, fromMs: toMs - usual - WINDOW_MS, toMs: Math.min(untilMs, endOf(ear)) };
  const { lags } = trackLag(source, ear, threshold, how);
  const back = lags.find(({ sourceMs, lagMs }) => lagMs <= usual + NORMAL_MS && sourceMs + lagMs + WINDOW_MS > toMs);
  if (!back) return undefined;
  const { lagMs } = back;
  const isAlike = (/** @type {number} */ fromMs) => (similarity(part(source, fromMs, fromMs + SHORT_MS), ear, lagMs) ?? 1) >= ALIKE;
  let firstMs = back.sourceMs;
  while (firstMs + lagMs > toMs && isAlike(firstMs - STEP_MS)) firstMs -= STEP_MS;
  return firstMatch(source, ear, threshold, lagMs, Math.max(toMs, firstMs + lagMs), back.sourceMs + lagMs + WINDOW_MS);
}

/**
 * The start of the first `HEARD_MS` of speech at the ear that are the source's at this lag.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {number} lagMs @param {number} fromMs @param {number} toMs
 */
function firstMatch(source, ear, threshold, lagMs, fromMs, toMs) {
  const due = dueAtEar(source, ear, threshold, lagMs);
  const heard = speaking(ear, threshold);
  const length = HEARD_MS / HOP_MS;
  const first = Math.max(0, Math.ceil((fromMs - ear.startMs) / HOP_MS));
  const last = Math.min(heard.length - length, Math.round((toMs - ear.startMs) / HOP_MS));
  for (let at = first; at <= last; at += 1) {
    if (!due[at] || !heard[at]) continue;
    let said = 0;
    let both = 0;
    for (let step = at; step < at + length; step += 1) {
      said += due[step];
      both += due[step] && heard[step];
    }
    if (said >= length / 2 && both >= HEARD_SHARE * said) return ear.startMs + at * HOP_MS;
  }
  return undefined;
}
