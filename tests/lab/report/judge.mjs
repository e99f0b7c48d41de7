/** Many rows → medians, worst seeds and verdicts. Only valid cells count. */
import { percentile } from '../figures/envelope.mjs';
import { TARGETS, WORST } from '../targets.mjs';

/** @typedef {import('../targets.mjs').Row} Row */
/** @typedef {import('../drive/matrix.mjs').Result} Result */
/** @typedef {{name: string, profile: string, kind: string, direction: string, source: string, rows: Row[]}} Group the seeds of one direction */

/** @param {Result[]} results @returns {Group[]} */
export function grouped(results) {
  /** @type {Map<string, Group>} */ const groups = new Map();
  for (const { cell, runs, valid } of results) {
    if (!valid) continue;
    for (const row of runs) {
      const name = `${cell.profile} ${cell.kind} ${row.direction} ${row.source}`;
      const group = groups.get(name) ?? { name, profile: cell.profile, kind: cell.kind, direction: row.direction, source: row.source, rows: [] };
      group.rows.push(row);
      groups.set(name, group);
    }
  }
  return [...groups.values()].sort((one, other) => one.profile.localeCompare(other.profile) || one.kind.localeCompare(other.kind));
}

/** Of what is there: null where nothing is. @param {Row[]} rows @param {(row: Row) => number | null} figure */
export function median(rows, figure) {
  return percentile(rows.map(figure).filter((value) => value !== null), 0.5) ?? null;
}

/**
 * @typedef {{profile: string, kind: string, direction: string, what: string, is: string, limit: number | undefined, median: number | null, worst: number | null, seeds: number, stock: number | null, isMet: boolean}} Verdict
 * @param {Result[]} results @returns {Verdict[]}
 */
export function judge(results) {
  const groups = grouped(results);
  const failures = groups.filter(({ kind }) => kind !== 'baseline').map(({ profile, kind, direction, rows }) => ({
    profile, kind, direction, what: 'calls that failed', is: 'at most', limit: 0, stock: null, seeds: rows.length,
    median: rows.filter(({ failed }) => failed).length, worst: rows.filter(({ failed }) => failed).length, isMet: rows.every(({ failed }) => !failed),
  }));
  const verdicts = TARGETS.flatMap((target) => groups
    .filter(({ profile, kind, rows }) => profile === target.profile && kind === target.kind && (!target.of || (rows[0] && target.of(rows[0]))))
    .map((group) => verdict(target, group, groups.find((other) => other.kind === 'baseline' && other.profile === group.profile && other.direction === group.direction))));
  return [...verdicts, ...failures].sort((one, other) => one.profile.localeCompare(other.profile) || one.kind.localeCompare(other.kind));
}

/** @param {import('../targets.mjs').Target} target @param {Group} group @param {Group | undefined} stock @returns {Verdict} */
function verdict({ what, figure, is, limit }, { profile, kind, direction, rows }, stock) {
  const values = rows.map(figure);
  const known = values.filter((value) => value !== null);
  const stockRow = stock && /** @type {Row} */ (Object.fromEntries(Object.keys(stock.rows[0] ?? {}).map((name) => [name, median(stock.rows, (row) => (typeof row[name] === 'number' ? row[name] : null))])));
  const wanted = typeof limit === 'number' ? limit : rows[0] && limit(rows[0], stockRow);
  const isLow = is === 'at most';
  const middle = percentile(known, 0.5) ?? null;
  const worst = known.length === 0 ? null : isLow ? Math.max(...known) : Math.min(...known);
  // What could not be measured in some seed is no success.
  const isMet = wanted !== undefined && middle !== null && worst !== null && known.length === values.length
    && (isLow ? middle <= wanted && worst <= WORST * wanted : middle >= wanted && worst >= wanted / WORST);
  return { profile, kind, direction, what, is, limit: wanted, median: middle, worst, seeds: rows.length, stock: stock ? median(stock.rows, figure) : null, isMet };
}
