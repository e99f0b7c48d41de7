/** The report as tables of a document, each between a pair of markers that name it. */
import { percentile } from '../figures/envelope.mjs';
import { brief, COLUMNS } from './table.mjs';

/** @typedef {import('../targets.mjs').Row} Row */
/** @typedef {{runs: Row[], baseline: Row[], targets: import('./judge.mjs').Verdict[], cells: Row[]}} Report */

/** @param {string} text @param {Report} report */
export function filled(text, report) {
  return ['targets', 'figures', 'join'].reduce((all, name) => {
    const between = new RegExp(`(<!-- lab:${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
    if (!between.test(all)) throw new Error(`the document has no place for ${name}: <!-- lab:${name} --> and <!-- end -->`);
    return all.replace(between, (_, begin, end) => `${begin}${TABLES[/** @type {keyof typeof TABLES} */ (name)](report)}\n${end}`);
  }, text);
}

const TABLES = {
  /** @param {Report} report */
  targets: ({ targets, cells }) => [
    markdown(['profile', 'what', 'wanted', 'median', 'worst', 'stock', ''], targets.map(({ profile, kind, direction, what, is, limit, median, worst, stock, isMet }) => [
      place(profile, kind, direction), what, limit === undefined || limit === null ? '–' : `${is === 'at most' ? '≤' : '≥'} ${brief(limit)}`, brief(median), brief(worst), brief(stock), isMet ? 'met' : '**not met**',
    ])), '',
    `${cells.length} cells; ${cells.filter(({ valid }) => !valid).length} of them not counted, because the machine had no time for them.`,
  ].join('\n'),

  /** @param {Report} report */
  figures: ({ runs, baseline }) => {
    const groups = group([...runs, ...baseline]);
    return markdown(['median of the seeds', 'seeds', ...COLUMNS.map(([heading]) => heading)], [...groups].map(([name, rows]) => [name, String(rows.length), ...COLUMNS.map(([, figure]) => {
      const known = rows.map((row) => row[figure]).filter((value) => typeof value === 'number');
      return brief(percentile(known, 0.5));
    })]));
  },

  /** @param {Report} report of the first seed, because phases have no median */
  join: ({ runs }) => {
    const joins = runs.filter(({ kind, direction, phases }) => kind === 'ours' && direction === 'to_patient' && phases);
    const first = joins.filter((row, index) => joins.findIndex(({ profile }) => profile === row.profile) === index);
    const names = (first[0]?.phases ?? []).map((/** @type {Row} */ phase) => phase.name);
    return markdown(['profile', ...names, 'together, ms'], first.map(({ profile, phases, voice_after_navigation_ms: all }) => [profile, ...names.map((/** @type {string} */ wanted) => {
      const phase = phases.find((/** @type {Row} */ one) => one.name === wanted);
      return phase ? `${brief(phase.ms)} ms, ${brief(phase.round_trips)} RTT, ${brief((phase.bytes_down + phase.bytes_up) / 1000)} kB` : '–';
    }), brief(all)]));
  },
};

/** @param {string} profile @param {string} kind @param {string} direction */
const place = (profile, kind, direction) => [profile, kind === 'ours' ? '' : kind, direction.replace('_', ' ')].filter(Boolean).join(' ');

/** @param {Row[]} rows @returns {Map<string, Row[]>} */
function group(rows) {
  /** @type {Map<string, Row[]>} */ const groups = new Map();
  for (const row of rows) {
    const name = `${place(row.profile, row.kind === 'baseline' ? 'stock' : 'ours', row.direction)}${row.kind === 'three' ? ` (${row.source})` : ''}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return new Map([...groups].sort(([one], [other]) => one.localeCompare(other)));
}

/** @param {string[]} heading @param {string[][]} rows */
function markdown(heading, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(heading), `|${heading.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`, ...rows.map(line)].join('\n');
}
