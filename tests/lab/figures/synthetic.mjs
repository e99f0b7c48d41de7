/** Speech that never was, for the tests of the figures: syllables and pauses from a seed, and what a bad link makes of them. */
import { HOP_MS, SILENCE_DB } from './envelope.mjs';

/** @typedef {import('./envelope.mjs').Envelope} Envelope */

/** Small, and the same everywhere (mulberry32). @param {number} seed @returns {() => number} 0 to 1 */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sentences of syllables with pauses between. @param {number} seconds @param {number} seed @param {number} [startMs] @returns {Envelope} */
export function speech(seconds, seed, startMs = 1_000_000) {
  const next = chance(seed);
  const db = new Float32Array((seconds * 1000) / HOP_MS).fill(-90);
  for (let at = 0; at < db.length;) {
    for (let syllables = 4 + Math.floor(next() * 12); syllables > 0 && at < db.length; syllables -= 1) {
      const length = 10 + Math.floor(next() * 20);
      const loud = -30 + next() * 14;
      for (let step = 0; step < length && at + step < db.length; step += 1) db[at + step] = loud - 12 * Math.abs((2 * step) / length - 1) ** 2;
      at += length + 2 + Math.floor(next() * 6);
    }
    at += 30 + Math.floor(next() * 120);
  }
  return { startMs, db };
}

/** The same, heard later by what `lagAt` says of each step's time since the start. @param {Envelope} source @param {(ms: number) => number | undefined} lagAt undefined: lost */
export function heardLater(source, lagAt) {
  const db = new Float32Array(source.db.length).fill(SILENCE_DB);
  source.db.forEach((value, step) => {
    const lag = lagAt(step * HOP_MS);
    const at = lag === undefined ? -1 : step + Math.round(lag / HOP_MS);
    if (at >= 0 && at < db.length) db[at] = value;
  });
  return { startMs: source.startMs, db };
}
