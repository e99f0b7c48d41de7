/**
 * One cell: a profile, a seed and a kind of call, from empty machine to empty machine. What happened is handed back raw;
 * what it means is worked out elsewhere (figures/), so that another way of counting needs no other run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callOurs } from './ours.mjs';
import { callStock } from './stock.mjs';
import { Link, outagesOf } from './link.mjs';
import { watchLoad } from './watch.mjs';

/**
 * @typedef {'ours' | 'baseline' | 'three'} Kind `baseline`: browser to browser with stock settings; `three`: ours, with an interpreter
 * @typedef {{profile: string, seed: number, kind: Kind, seconds: number}} Cell
 * @typedef {{speech: Record<import('./speech.mjs').Role, string>, certificate: {chain: string, key: string}}} Kit
 *
 * @typedef {object} Stage what a call gets, and where it puts what has to end
 * @property {Link} link @property {Kit} kit @property {Cell} cell @property {(end: () => unknown) => void} ends
 *
 * @typedef {import('./people.mjs').PersonAccount} PersonAccount
 * @typedef {object} Call what a call hands back
 * @property {PersonAccount[]} people the patient first
 * @property {number} navigationMs when the patient set out, wall clock @property {number} untilMs when measuring ended
 * @property {PersonAccount['seats'][]} seatsBefore what tiles stood at the others when the patient had come in
 *
 * @typedef {Call & {cell: Cell, spec: import('./link.mjs').LinkSpec, outages: import('../figures/outages.mjs').Outage[],
 *   account: Awaited<ReturnType<Link['account']>>, load: import('./watch.mjs').Load}} Raw
 */

/** After the last outage, for the recovery to be seen. */
const AFTER_OUTAGE_SECONDS = 15;

/** @param {Cell} cell @param {Kit} kit @returns {Promise<Raw>} */
export async function runCell(cell, kit) {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-lab-'));
  /** @type {(() => unknown)[]} */ const endings = [];
  try {
    const link = await Link.lay(cell.profile, cell.seed, folder);
    endings.push(() => link.remove());
    const spec = await link.spec();
    const scheduled = outagesOf({ ...spec, outages: spec.outages?.filter(({ every_s: every }) => every === undefined) }, 0, Infinity);
    const seconds = Math.max(cell.seconds, ...scheduled.map(({ toMs }) => toMs / 1000 + AFTER_OUTAGE_SECONDS));
    const stage = { link, kit, cell: { ...cell, seconds }, ends: (/** @type {() => unknown} */ end) => { endings.push(end); } };
    const load = watchLoad();
    const { startedMs, ...call } = await (cell.kind === 'baseline' ? callStock(stage) : callOurs(stage));
    return { cell, spec, outages: outagesOf(spec, startedMs, call.untilMs), ...call, account: await link.account(), load: load.end() };
  } finally {
    for (const end of endings.reverse()) await Promise.resolve(end()).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
