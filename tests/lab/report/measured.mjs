/**
 * What was measured, as it is committed beside the tables that are made from it: the figures of each cell, without the
 * raw record. Where nothing that a cell depends on has changed, they stand for it on another machine as well.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../browser/harness/server.mjs';

export const MEASURED = join(ROOT, 'docs', 'low-signal.json');

/** @typedef {import('../drive/matrix.mjs').Result} Result */
/** @typedef {{figures: string, cells: Result[]}} Measured `figures` is the hash of what worked them out */

/** @returns {Measured} */
export function readMeasured() {
  return existsSync(MEASURED) ? JSON.parse(readFileSync(MEASURED, 'utf8')) : { figures: '', cells: [] };
}

/** A line a cell, in an order that never changes, so that a new run shows as the lines that it changed. @param {Measured} measured */
export function linesOf({ figures, cells }) {
  const name = (/** @type {Result} */ { cell }) => `${cell.profile} ${cell.kind} ${cell.seed} ${cell.seconds}`;
  const sorted = [...cells].sort((a, b) => (name(a) < name(b) ? -1 : 1));
  return `{"figures":${JSON.stringify(figures)},"cells":[\n${sorted.map((cell) => JSON.stringify(cell, thousandths)).join(',\n')}\n]}\n`;
}

/** What never came is null in JSON as well; a thousandth of anything measured here is chance. @param {string} _ @param {unknown} value */
export const thousandths = (_, value) => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(3)) : value);
