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

/**
 * Looks at a value for `forMs` on end and fails at the first that differs from the first one seen.
 * @template T
 * @param {string} what what stays the same, for the failure message
 * @param {() => Promise<T>} look
 * @param {number} forMs
 * @returns {Promise<T>}
 */
export async function staysSame(what, look, forMs) {
  const first = await look();
  const wanted = JSON.stringify(first);
  const started = performance.now();
  while (performance.now() - started < forMs) {
    await new Promise((next) => { setTimeout(next, 100); });
    const now = JSON.stringify(await look());
    if (now !== wanted) throw new Error(`${what} changed after ${Math.round(performance.now() - started)} ms: ${wanted} → ${now}`);
  }
  return first;
}
