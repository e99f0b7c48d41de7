/** The report as one page that needs nothing else: the tables, and of each cell what happened over time. */
import { trackLag } from '../figures/lag.mjs';
import { hearingsOf } from '../figures/cell.mjs';
import { changes, jitterBuffer, roundTrips } from '../figures/streams.mjs';
import { rateOverTime } from '../figures/wire.mjs';
import { nameOf } from '../drive/keep.mjs';
import { escape, plot } from './plot.mjs';
import { FIGURE_HEADING, figureRows, TARGET_HEADING, targetRows } from './table.mjs';

/** @typedef {import('../drive/matrix.mjs').Result} Result */
/** @typedef {import('../drive/cell.mjs').Raw} Raw */

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1d1b;background:#fff}
table{border-collapse:collapse;font-size:13px;margin:1rem 0}td,th{padding:.15rem .5rem;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}.no{color:#a11;font-weight:600}figure{margin:.6rem 0}figcaption{font-size:13px}
svg{width:100%;font:11px system-ui;fill:#555}.grid{stroke:#ddd}.away{fill:#eee}polyline{stroke-width:1.4}details{border-top:1px solid #ccc;padding:.4rem 0}`;

/** @param {Result[]} results @param {(cell: import('../drive/cell.mjs').Cell) => Raw | undefined} rawOf */
export function page(results, rawOf) {
  const cells = results.map((result) => {
    const raw = rawOf(result.cell);
    const how = result.valid ? '' : ` <span class="no">not counted: ${escape(result.reasons.join('; '))}</span>`;
    return `<details><summary>${escape(nameOf(result.cell))}${how}</summary>${raw ? plots(raw) : ''}</details>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>The lab</title><style>${STYLE}</style>
<h1>The lab</h1><h2>Targets</h2>${tableOf(TARGET_HEADING, targetRows(results))}
<h2>Figures</h2><p>Medians of the seeds.</p>${tableOf(FIGURE_HEADING, figureRows(results))}
<h2>Cells over time</h2><p>From the moment the patient set out. Grey: the link was away.</p>${cells.join('\n')}</html>\n`;
}

/** @param {string[]} heading @param {string[][]} rows */
function tableOf(heading, rows) {
  const line = (/** @type {string[]} */ cells, tag = 'td') => `<tr>${cells.map((cell) => `<${tag}${cell === 'NOT MET' ? ' class="no"' : ''}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(heading, 'th')}${rows.map((row) => line(row)).join('')}</table>`;
}

/** @param {Raw} raw */
function plots(raw) {
  const time = { fromMs: raw.navigationMs, toMs: raw.untilMs, away: raw.outages };
  const { series } = raw.account;
  const ways = /** @type {const} */ ([['down', 'to the patient'], ['up', 'from the patient']]);
  const hearings = hearingsOf(raw);
  const heard = (/** @type {(hearing: import('../figures/cell.mjs').Hearing) => import('./plot.mjs').Point[]} */ points, dots = false) =>
    hearings.map((hearing) => ({ name: `${hearing.source.role} at the ${hearing.listener.role}`, points: points(hearing), dots }));
  return [
    plot({ ...time, title: 'Queue of the link', unit: 'ms', least: 100, lines: ways.map(([way, name]) => ({ name, points: queueOverTime(series, way) })) }),
    ...ways.map(([way, name]) => plot({ ...time, title: `Rate ${name}`, unit: 'kbit/s', least: 10, lines: rateLines(raw, way) })),
    plot({ ...time, title: 'Lag of the voice at the ear', unit: 'ms', least: 200, lines: heard(({ voice, ear, threshold }) => trackLag(voice, ear, threshold).lags.map(({ sourceMs, lagMs }) => ({ at: sourceMs, value: lagMs })), true) }),
    plot({ ...time, title: 'Jitter buffer', unit: 'ms', least: 200, lines: heard(({ listener }) => jitterBuffer(listener.looks).map(({ at, ms }) => ({ at, value: ms }))) }),
    plot({ ...time, title: 'Concealed, silence left out', unit: '% of what was played', least: 10, lines: heard(({ listener }) => concealedOverTime(listener.looks)) }),
    plot({ ...time, title: 'Round trip of the connectivity checks', unit: 'ms', least: 200, lines: [{ name: 'patient', points: roundTrips(raw.people[0]?.looks ?? []).map(({ at, ms }) => ({ at, value: ms })), dots: true }] }),
  ].join('\n');
}

/** Of the bins in which something came through. @param {import('../figures/wire.mjs').Series} series @param {'up' | 'down'} way */
function queueOverTime(series, way) {
  const { queue_mean_ms: means, delivered_bytes: delivered, first_ms: first } = series[way];
  return means.flatMap((value, bin) => (delivered[bin] ? [{ at: series.started_unix_ms + first + bin * series.bin_ms, value }] : []));
}

/** @param {Raw} raw @param {'up' | 'down'} way */
function rateLines(raw, way) {
  const { series } = raw.account;
  const payloads = Object.assign({}, ...raw.people.map((person) => person.payloads));
  const types = (/** @type {boolean} */ isVoice) => (/** @type {import('../figures/wire.mjs').Run} */ run) =>
    Object.entries(run.payload_types).filter(([type]) => (payloads[type] === 'audio') === isVoice).map(([, column]) => column);
  return [
    { name: 'voice', points: rateOverTime(series, way, types(true)) },
    { name: 'pictures', points: rateOverTime(series, way, types(false)) },
    { name: 'TCP', points: rateOverTime(series, way, ({ classes }) => [classes.tcp]) },
    { name: 'RTCP, STUN, DTLS, data', points: rateOverTime(series, way, ({ classes }) => [classes.rtcp, classes.stun, classes.dtls, classes.data]) },
  ];
}

/** A point a second. @param {import('../figures/streams.mjs').Look[]} looks */
function concealedOverTime(looks) {
  const PER_POINT = 4;
  const all = changes(looks, 'audio', ['samples', 'concealed', 'silentConcealed']);
  return Array.from({ length: Math.ceil(all.length / PER_POINT) }, (_, point) => {
    const some = all.slice(point * PER_POINT, (point + 1) * PER_POINT);
    const sum = (/** @type {string} */ name) => some.reduce((total, change) => total + (change[name] ?? 0), 0);
    return { at: some[some.length - 1]?.untilMs ?? 0, value: sum('samples') === 0 ? 0 : (100 * Math.max(0, sum('concealed') - sum('silentConcealed'))) / sum('samples') };
  });
}
