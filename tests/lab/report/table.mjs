/** The report as text: what was wanted and what was measured, in plain columns. */
import { grouped, judge, median } from './judge.mjs';

/** @typedef {import('../drive/matrix.mjs').Result} Result */

/** A number as short as it is honest. @param {number | null | undefined} value */
export function brief(value) {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return 'never';
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(size >= 10 ? 1 : 2);
}

/** What is shown of every direction, whether there is a target for it or not. @type {[heading: string, figure: string][]} */
export const COLUMNS = [
  ['concealed %', 'concealed_percent'], ['present %', 'speech_present_percent'], ['lag p50', 'lag_p50_ms'], ['lag p95', 'lag_p95_ms'],
  ['gap', 'longest_gap_ms'], ['RTT p95', 'rtt_p95_ms'], ['queue p95', 'queue_p95_ms'], ['buffer p95', 'jitter_buffer_p95_ms'],
  ['kbit/s', 'wire_kbps'], ['voice kbit/s', 'voice_wire_kbps'], ['fps', 'fps'], ['frozen s', 'freeze_seconds'], ["doctor's voice", 'voice_after_navigation_ms'],
];

/** @param {string[][]} rows the first is the heading */
function columns(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n');
}

/** The rows of figures: medians of the seeds. @param {Result[]} results */
export function figureRows(results) {
  return grouped(results).map(({ profile, kind, direction, source, rows }) => [
    [profile, kind === 'ours' ? '' : kind, direction.replace('_', ' '), kind === 'three' ? `(${source})` : ''].filter(Boolean).join(' '),
    String(rows.length),
    ...COLUMNS.map(([, figure]) => brief(median(rows, (row) => row[figure] ?? null))),
  ]);
}

/** The rows of targets. @param {Result[]} results */
export function targetRows(results) {
  return judge(results).map(({ profile, kind, direction, what, is, limit, median: middle, worst, stock, isMet }) => [
    [profile, kind === 'ours' ? '' : kind, direction.replace('_', ' ')].filter(Boolean).join(' '),
    what, limit === undefined ? '–' : `${is === 'at most' ? '≤' : '≥'} ${brief(limit)}`, brief(middle), brief(worst), brief(stock), isMet ? 'met' : 'NOT MET',
  ]);
}

export const TARGET_HEADING = ['profile', 'target', 'wanted', 'median', 'worst', 'stock', ''];
export const FIGURE_HEADING = ['median of', 'seeds', ...COLUMNS.map(([heading]) => heading)];

/** @param {Result[]} results */
export function table(results) {
  const invalid = results.filter(({ valid }) => !valid);
  return [
    columns([FIGURE_HEADING, ...figureRows(results)]), '',
    columns([TARGET_HEADING, ...targetRows(results)]),
    ...(invalid.length > 0 ? ['', `${invalid.length} of ${results.length} cells are not counted: the machine had no time for them.`] : []),
  ].join('\n');
}
