/**
 * Loudness over wall-clock time, in steps of 10 ms: what every figure about voice is made of.
 * Pure arithmetic; the pages record the hops (in-page/envelope.mjs).
 */

/** One step of an envelope. */
export const HOP_MS = 10;

/** What counts as silence when nothing at all was recorded. */
export const SILENCE_DB = -120;

/**
 * Quieter than this nobody speaks, as dBFS of 10 ms: comfort noise and concealment that has faded out lie below,
 * espeak's softest syllables above.
 */
const QUIETEST_SPEECH_DB = -50;
/** … and nobody speaks this far below the voice's own loud moments. */
const SPEECH_RANGE_DB = 30;

/**
 * @typedef {{startMs: number, db: Float32Array}} Envelope loudness in dBFS; hop `i` covers the 10 ms from `startMs + 10 i`
 * @typedef {{hops: [frame: number, wallMs: number, rms: number][], sampleRate: number}} Recording what one meter wrote down:
 *   the context's frame at the hop's end, the wall clock when it was rendered, and the hop's root mean square
 */

/**
 * When each hop sounded. A sound card's clock is steady and the moment of rendering is late by chance, never early:
 * so the clocks are joined by the least lateness in the second around each hop, which follows drift and skipped time.
 * @param {Recording} recording @returns {number[]} wall clock, ms
 */
export function wallTimes({ hops, sampleRate }) {
  const AROUND_MS = 1000;
  const soundMs = hops.map(([frame]) => (frame * 1000) / sampleRate);
  const lateness = hops.map(([, wallMs], index) => wallMs - soundMs[index]);
  const least = slidingMin(lateness, soundMs, AROUND_MS);
  return soundMs.map((at, index) => at + least[index]);
}

/**
 * The least value within `reach` on both sides of each position.
 * @param {number[]} values @param {number[]} positions ascending @param {number} reach
 */
function slidingMin(values, positions, reach) {
  /** @type {number[]} indices of values that ascend, the least first */ const queue = [];
  /** @type {number[]} */ const result = [];
  let next = 0;
  for (let index = 0; index < values.length; index += 1) {
    for (; next < values.length && positions[next] <= positions[index] + reach; next += 1) {
      while (queue.length > 0 && values[queue[queue.length - 1]] >= values[next]) queue.pop();
      queue.push(next);
    }
    while (positions[queue[0]] < positions[index] - reach) queue.shift();
    result.push(values[queue[0]]);
  }
  return result;
}

/**
 * Lays recordings onto one grid of wall-clock time and adds their energies: what several tracks sound like together.
 * @param {Recording[]} recordings @param {number} fromMs @param {number} toMs @returns {Envelope}
 */
export function mix(recordings, fromMs, toMs) {
  const startMs = Math.floor(fromMs / HOP_MS) * HOP_MS;
  const length = Math.max(0, Math.ceil((toMs - startMs) / HOP_MS));
  const energy = new Float64Array(length);
  for (const recording of recordings) {
    /** @type {Float64Array} a track's energy, where two hops fall into one step the louder */ const own = new Float64Array(length);
    wallTimes(recording).forEach((endMs, index) => {
      const at = Math.floor((endMs - HOP_MS / 2 - startMs) / HOP_MS);
      const rms = recording.hops[index][2];
      if (at < 0 || at >= length) return;
      own[at] = Math.max(own[at], rms * rms);
      // Rounding leaves a step out now and then: the next hop fills it, if nothing of its own came.
      if (at > 0 && own[at - 1] === 0) own[at - 1] = rms * rms;
    });
    own.forEach((value, at) => { energy[at] += value; });
  }
  return { startMs, db: Float32Array.from(energy, (value) => (value > 0 ? Math.max(SILENCE_DB, 10 * Math.log10(value)) : SILENCE_DB)) };
}

/** The value below which `share` of the numbers lie; undefined of none. @param {ArrayLike<number>} values @param {number} share 0 to 1 */
export function percentile(values, share) {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** From which loudness on this voice speaks. @param {Envelope} envelope */
export function speechThreshold(envelope) {
  const loud = percentile(envelope.db.filter((db) => db > QUIETEST_SPEECH_DB), 0.95);
  return loud === undefined ? QUIETEST_SPEECH_DB : Math.max(QUIETEST_SPEECH_DB, loud - SPEECH_RANGE_DB);
}

/** In which steps somebody speaks. @param {Envelope} envelope @param {number} threshold dBFS @returns {Uint8Array} 1 where they do */
export function speaking(envelope, threshold) {
  return Uint8Array.from(envelope.db, (db) => (db >= threshold ? 1 : 0));
}

/** A part of an envelope. @param {Envelope} envelope @param {number} fromMs @param {number} toMs @returns {Envelope} */
export function part(envelope, fromMs, toMs) {
  const from = Math.max(0, Math.round((fromMs - envelope.startMs) / HOP_MS));
  const to = Math.max(from, Math.round((toMs - envelope.startMs) / HOP_MS));
  return { startMs: envelope.startMs + from * HOP_MS, db: envelope.db.slice(from, to) };
}

/** When an envelope ends. @param {Envelope} envelope */
export const endOf = (envelope) => envelope.startMs + envelope.db.length * HOP_MS;
