/** How late a voice is at the ear: its envelope is looked for in what was heard, window by window. */
import { HOP_MS, percentile, speaking } from './envelope.mjs';

/** @typedef {import('./envelope.mjs').Envelope} Envelope */
/** @typedef {{sourceMs: number, lagMs: number, similarity: number}} Lag of the window that begins at `sourceMs` */
/** @typedef {{lags: Lag[], eligible: number}} LagTrack `eligible`: windows with speech enough to be looked for */

/** A later voice than this is no conversation any more, and is not looked for. */
export const MOST_LAG_MS = 12_000;
/** Windows: long enough that no two pieces of speech are alike, short enough to follow a lag that changes. */
const WINDOW_MS = 2500;
const STEP_MS = 250;
/** Speech and pause must both be in a window, or there is nothing to recognise. */
const LEAST_SPEECH = 0.25;
/** How alike (correlation) the best place must be, and by how much it must beat every other place. */
const ALIKE = 0.75;
const AHEAD = 0.12;
/** What lies nearer than this to the best place is the same place. */
const SAME_PLACE_MS = 300;
/** Loudness beyond these says nothing of where one is in the speech. */
const FLOOR_DB = -60;
const CEILING_DB = -10;

/** @param {Envelope} envelope */
const shape = (envelope) => Float64Array.from(envelope.db, (db) => Math.min(CEILING_DB, Math.max(FLOOR_DB, db)));

/**
 * The lag of every window of `source` that can be found again in `ear`.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold from which loudness on the source speaks
 * @param {{windowMs?: number, stepMs?: number, fromMs?: number, toMs?: number, mostLagMs?: number}} [how] of which part of the source
 * @returns {LagTrack}
 */
export function trackLag(source, ear, threshold, { windowMs = WINDOW_MS, stepMs = STEP_MS, fromMs = -Infinity, toMs = Infinity, mostLagMs = MOST_LAG_MS } = {}) {
  const window = windowMs / HOP_MS;
  const mostLag = mostLagMs / HOP_MS;
  const offset = Math.round((source.startMs - ear.startMs) / HOP_MS);
  const spoken = smooth(shape(source));
  const heard = smooth(shape(ear));
  const isSpeech = speaking(source, threshold);
  const sums = prefix(heard, (value) => value);
  const squares = prefix(heard, (value) => value * value);
  /** @type {Lag[]} */ const lags = [];
  let eligible = 0;
  for (let at = 0; at + window <= spoken.length; at += stepMs / HOP_MS) {
    const sourceMs = source.startMs + at * HOP_MS;
    if (sourceMs < fromMs || sourceMs + windowMs > toMs) continue;
    // What the recording's end cuts off cannot be found; the shortest lag has to fit at least.
    if (at + offset < 0 || at + offset + window > heard.length) continue;
    const speech = isSpeech.subarray(at, at + window).reduce((sum, value) => sum + value, 0) / window;
    const piece = normal(spoken.subarray(at, at + window));
    if (speech < LEAST_SPEECH || !piece) continue;
    eligible += 1;
    const found = place(piece, heard, sums, squares, at + offset, mostLag);
    if (found) lags.push({ sourceMs, lagMs: found.lag * HOP_MS, similarity: found.similarity });
  }
  return { lags: inOrder(lags), eligible };
}

/**
 * The most of them that can be true together: what is said later is heard later, and a lag does not jump for a moment.
 * A place that a window was found at by mistake mostly lies in what was said long after, and the windows around it know
 * better: so each jump has to be worth it by as many windows as `JUMP_COSTS`.
 * @param {Lag[]} lags ascending in source time @returns {Lag[]}
 */
function inOrder(lags) {
  const JUMP_MS = 250;
  const JUMP_COSTS = 3;
  /** @type {{worth: number, before: number}[]} the best chain that ends at each */ const chains = [];
  lags.forEach((lag, at) => {
    const chain = { worth: 1, before: -1 };
    chains.forEach(({ worth }, earlier) => {
      const other = /** @type {Lag} */ (lags[earlier]);
      if (other.sourceMs + other.lagMs > lag.sourceMs + lag.lagMs) return;
      const sum = worth + 1 - (Math.abs(other.lagMs - lag.lagMs) > JUMP_MS ? JUMP_COSTS : 0);
      if (sum > chain.worth) Object.assign(chain, { worth: sum, before: earlier });
    });
    chains[at] = chain;
  });
  /** @type {Lag[]} */ const best = [];
  const last = chains.reduce((most, { worth }, at) => (worth > (chains[most]?.worth ?? 0) ? at : most), 0);
  for (let at = lags.length === 0 ? -1 : last; at >= 0; at = chains[at]?.before ?? -1) best.unshift(/** @type {Lag} */ (lags[at]));
  return best;
}

/** Running sums, so that a window's mean costs nothing. @param {Float64Array} values @param {(value: number) => number} of */
function prefix(values, of) {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, index) => { sums[index + 1] = sums[index] + of(value); });
  return sums;
}

/** Mean 0, length 1; undefined where nothing changes. @param {Float64Array} values */
function normal(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return length < 1 ? undefined : values.map((value) => (value - mean) / length);
}

/** @param {Float64Array} piece @param {Float64Array} heard @param {Float64Array} sums @param {Float64Array} squares @param {number} from @param {number} mostLag */
function place(piece, heard, sums, squares, from, mostLag) {
  const window = piece.length;
  const last = Math.min(mostLag, heard.length - window - from);
  const alike = new Float64Array(last + 1);
  for (let lag = 0; lag <= last; lag += 1) {
    const at = from + lag;
    const sum = sums[at + window] - sums[at];
    const spread = squares[at + window] - squares[at] - (sum * sum) / window;
    if (spread < 1) continue;
    let product = 0;
    for (let index = 0; index < window; index += 1) product += piece[index] * heard[at + index];
    alike[lag] = product / Math.sqrt(spread);
  }
  const best = alike.reduce((least, value, lag) => (value > alike[least] ? lag : least), 0);
  const rival = alike.reduce((most, value, lag) => (Math.abs(lag - best) * HOP_MS > SAME_PLACE_MS ? Math.max(most, value) : most), 0);
  return alike[best] >= ALIKE && alike[best] - rival >= AHEAD ? { lag: best, similarity: alike[best] } : undefined;
}

/** @param {LagTrack} track */
export function lagFigures({ lags, eligible }) {
  const all = lags.map(({ lagMs }) => lagMs);
  return {
    lag_p50_ms: percentile(all, 0.5) ?? null,
    lag_p95_ms: percentile(all, 0.95) ?? null,
    /** Of the windows with speech, how many were found again: lag is only known of these. */
    lag_known_percent: eligible === 0 ? null : (100 * lags.length) / eligible,
  };
}

/**
 * The lags that may hold for what was said at `sourceMs`: the nearest known one before and after.
 * @param {Lag[]} lags ascending in time @param {number} sourceMs @returns {number[]} ms
 */
export function lagsAround(lags, sourceMs) {
  const middle = sourceMs - WINDOW_MS / 2;
  let low = 0;
  let high = lags.length;
  while (low < high) {
    const between = (low + high) >> 1;
    if (lags[between].sourceMs < middle) low = between + 1;
    else high = between;
  }
  return [lags[low - 1], lags[low]].flatMap((lag) => (lag ? [lag.lagMs] : []));
}

/**
 * How alike two envelopes are at one lag, over all of the first.
 * @param {Envelope} source @param {Envelope} ear @param {number} lagMs @returns {number | null} correlation
 */
export function similarity(source, ear, lagMs) {
  return correlation(shape(source), shape(ear), Math.round((source.startMs - ear.startMs) / HOP_MS), () => lagMs, () => true);
}

/**
 * How alike a whole voice is to what was heard of it, each moment at the lag that it had there, over the steps for which
 * `counts` says yes. Loudness is that of syllables (mean of 50 ms): where in one a jitter buffer stretched it, nobody hears.
 * @param {Envelope} source @param {Envelope} ear @param {Lag[]} lags @param {number} usualLagMs where none is known
 * @param {(step: number) => boolean} counts @returns {number | null} correlation
 */
export function likeness(source, ear, lags, usualLagMs, counts) {
  const lagAt = (/** @type {number} */ step) => lagsAround(lags, source.startMs + step * HOP_MS)[0] ?? usualLagMs;
  return correlation(smooth(shape(source)), smooth(shape(ear)), Math.round((source.startMs - ear.startMs) / HOP_MS), lagAt, counts);
}

/** @param {Float64Array} spoken @param {Float64Array} heard @param {number} offset in steps @param {(step: number) => number} lagAt ms @param {(step: number) => boolean} counts */
function correlation(spoken, heard, offset, lagAt, counts) {
  /** @type {[number, number][]} */ const pairs = [];
  spoken.forEach((value, step) => {
    if (!counts(step)) return;
    const other = heard[step + offset + Math.round(lagAt(step) / HOP_MS)];
    if (other !== undefined) pairs.push([value, other]);
  });
  if (pairs.length < 2) return null;
  const one = normal(Float64Array.from(pairs, ([value]) => value));
  const other = normal(Float64Array.from(pairs, ([, value]) => value));
  return one && other ? one.reduce((sum, value, index) => sum + value * other[index], 0) : null;
}

/** @param {Float64Array} values */
function smooth(values) {
  const REACH = 2;
  return values.map((_, at) => {
    const near = values.subarray(Math.max(0, at - REACH), at + REACH + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
