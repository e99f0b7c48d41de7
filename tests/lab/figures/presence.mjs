/** Whether what was said was there at the ear, and for how long it was not. */
import { HOP_MS, speaking } from './envelope.mjs';
import { lagsAround } from './lag.mjs';

/** @typedef {import('./envelope.mjs').Envelope} Envelope */
/** @typedef {import('./lag.mjs').Lag} Lag */

/** A syllable. */
const WINDOW_MS = 200;
/** Somebody speaks in a window when they do in this share of it. */
const SPEAKS = 0.5;
/** It is there when the ear has at least this share of the speech of the window. */
const IS_THERE = 0.5;
/** A jitter buffer stretches and shrinks speech by this much without anybody noticing. */
const GIVE_MS = 40;
/** Shorter sounds do not end a gap: a click or the edge of a concealed packet. */
const SOUND_MS = 30;

/**
 * The share of the windows in which the source speaks that have speech at the ear.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {Lag[]} lags @param {number} usualLagMs where none is known
 */
export function speechPresent(source, ear, threshold, lags, usualLagMs) {
  const spoken = speaking(source, threshold);
  const heard = speaking(ear, threshold);
  const window = WINDOW_MS / HOP_MS;
  const give = GIVE_MS / HOP_MS;
  let speaks = 0;
  let present = 0;
  let absentSince = -1;
  let longest = 0;
  for (let at = 0; at + window <= spoken.length; at += window) {
    const said = count(spoken, at, at + window);
    if (said < SPEAKS * window) continue;
    const sourceMs = source.startMs + at * HOP_MS;
    // What was said too late to be heard before the recording's end is not judged.
    if (sourceMs + WINDOW_MS + usualLagMs + GIVE_MS > ear.startMs + ear.db.length * HOP_MS) continue;
    speaks += 1;
    const known = lagsAround(lags, sourceMs);
    const isThere = (known.length > 0 ? known : [usualLagMs]).some((lagMs) => {
      const there = Math.round((sourceMs + lagMs - ear.startMs) / HOP_MS);
      return [-give, 0, give].some((shift) => count(heard, there + shift, there + shift + window) >= IS_THERE * said);
    });
    if (isThere) {
      present += 1;
      absentSince = -1;
      continue;
    }
    if (absentSince < 0) absentSince = at;
    longest = Math.max(longest, at + window - absentSince);
  }
  return {
    speech_present_percent: speaks === 0 ? null : (100 * present) / speaks,
    /** From the first to the last of successive windows with speech that was not there. */
    longest_missing_ms: longest * HOP_MS,
  };
}

/** @param {Uint8Array} marks @param {number} from @param {number} to */
function count(marks, from, to) {
  let sum = 0;
  for (let at = Math.max(0, from); at < Math.min(marks.length, to); at += 1) sum += marks[at];
  return sum;
}

/**
 * The longest silence at the ear in which speech was due at the usual lag: from the first to the last such step in it.
 * So speech that a link held back and delivered late was a gap as well. Silences in which less than `MISSED_MS` was due
 * are no gaps but the edges of words, which a jitter buffer moves a little.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {number} usualLagMs
 */
export function longestSilence(source, ear, threshold, usualLagMs) {
  const MISSED_MS = 300;
  const due = dueAtEar(source, ear, threshold, usualLagMs);
  const heard = sounds(speaking(ear, threshold));
  let longest = 0;
  let first = -1;
  let last = -1;
  let missed = 0;
  for (let at = 0; at <= heard.length; at += 1) {
    if (at < heard.length && !heard[at]) {
      if (!due[at]) continue;
      if (first < 0) first = at;
      last = at;
      missed += 1;
      continue;
    }
    if (missed * HOP_MS >= MISSED_MS) longest = Math.max(longest, last + 1 - first);
    first = -1;
    missed = 0;
  }
  return longest * HOP_MS;
}

/** In which steps of the ear speech is due. @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {number} lagMs */
export function dueAtEar(source, ear, threshold, lagMs) {
  const spoken = speaking(source, threshold);
  const shift = Math.round((ear.startMs - source.startMs - lagMs) / HOP_MS);
  return Uint8Array.from(ear.db, (_, at) => spoken[at + shift] ?? 0);
}

/** Without sounds that are shorter than a sound is. @param {Uint8Array} marks */
function sounds(marks) {
  const result = Uint8Array.from(marks);
  let from = 0;
  for (let at = 0; at <= marks.length; at += 1) {
    if (at < marks.length && marks[at] === marks[from]) continue;
    if (marks[from] && (at - from) * HOP_MS < SOUND_MS) result.fill(0, from, at);
    from = at;
  }
  return result;
}

/**
 * When `forMs` of speech were first heard within twice that time, from `fromMs` on: the end of it. Undefined if never.
 * @param {Envelope} ear @param {number} threshold @param {number} fromMs @param {number} [forMs]
 */
export function firstSpeech(ear, threshold, fromMs, forMs = WINDOW_MS) {
  const heard = speaking(ear, threshold);
  const wanted = forMs / HOP_MS;
  let sum = 0;
  for (let at = Math.max(0, Math.ceil((fromMs - ear.startMs) / HOP_MS)), first = at; at < heard.length; at += 1) {
    sum += heard[at];
    if (at - first >= 2 * wanted) {
      sum -= heard[at - 2 * wanted];
    }
    if (sum >= wanted) return ear.startMs + (at + 1) * HOP_MS;
  }
  return undefined;
}

/**
 * How fast a voice comes through that starts after it was silent: the ear's delay of its first syllable beyond the usual
 * lag. With several people it is how fast the others hear who speaks now.
 * @param {Envelope} source @param {Envelope} ear @param {number} threshold @param {number} usualLagMs @param {number} [silentMs] for how long before
 * @returns {number[]} ms, one an onset; what was not heard within 3 s counts as that
 */
export function onsetDelays(source, ear, threshold, usualLagMs, silentMs = 1000) {
  const MOST_MS = 3000;
  const spoken = sounds(speaking(source, threshold));
  /** @type {number[]} */ const delays = [];
  let silent = 0;
  for (let at = 0; at < spoken.length; at += 1) {
    const dueMs = source.startMs + at * HOP_MS + usualLagMs;
    if (spoken[at] && silent * HOP_MS >= silentMs && dueMs + MOST_MS <= ear.startMs + ear.db.length * HOP_MS) {
      // The jitter buffer may have shrunk in the pause: then it comes a little before it is due.
      const heardMs = firstSpeech(ear, threshold, dueMs - 200, SOUND_MS);
      delays.push(Math.min(MOST_MS, Math.max(0, (heardMs ?? Infinity) - SOUND_MS - dueMs)));
    }
    silent = spoken[at] ? 0 : silent + 1;
  }
  return delays;
}
