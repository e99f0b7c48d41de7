/** Waiting on a condition with a bound: the only way these tests wait. */

const LOOK_AGAIN_MS = 25;

/**
 * Asks `condition` again and again until it gives something truthy, and returns that.
 * @template T
 * @param {string} what what is awaited, for the failure message
 * @param {() => T | Promise<T>} condition
 * @param {number} limitMs
 * @returns {Promise<T>}
 */
export async function until(what, condition, limitMs) {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((next) => { setTimeout(next, LOOK_AGAIN_MS); });
  }
}
