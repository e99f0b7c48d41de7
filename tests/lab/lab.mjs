/**
 * The lab: real browsers talk over emulated weak links, and what each heard of the other is measured.
 *
 *   PROFILES=V1,V2 SEEDS=1..5 BASELINE=1 SECONDS=90 node tests/lab/lab.mjs
 *
 * PROFILES: all if left out. SEEDS: 1..5, 1,3 or 2. BASELINE=1: the stock run of each beside it;
 * BASELINE=only: nothing else. SECONDS: how long each
 * call is measured, from the first voice. What was run before and would be the same is not run again.
 *
 *   node tests/lab/lab.mjs --calibrate
 *
 * sends packets over the real link instead, and says whether it does what its model says.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { program } from '../browser/harness/server.mjs';
import { enterLab } from './drive/enter.mjs';
import { keptBeside, runMatrix } from './drive/matrix.mjs';
import { writeReport } from './report/write.mjs';
import { table } from './report/table.mjs';

const PROFILES = ['V0', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8'];
/** With an interpreter as well. */
const THREE = ['V2', 'V3'];

await enterLab(fileURLToPath(import.meta.url), process.argv.slice(2));
if (process.argv.includes('--calibrate')) process.exit(spawnSync(program('nhipcau-loadtest'), ['link', '--calibrate'], { stdio: 'inherit' }).status ?? 1);
const cells = plan(process.env);
console.log(`the lab: ${cells.length} cells, each takes about ${(cells[0]?.seconds ?? 0) + 20} s unless it was run before`);
const results = [...await runMatrix(cells), ...keptBeside(cells)];
const files = writeReport(results);
console.log(`\n${table(results)}\n\n${files.join('\n')}`);
process.exit(0);

/** All that was asked for; the first seed of everything comes before the second of anything. @param {NodeJS.ProcessEnv} asked */
function plan({ PROFILES: profiles, SEEDS: seeds, BASELINE: baseline, SECONDS: duration }) {
  // What make was not given comes as an empty word.
  const seconds = Number(duration || 90);
  if (!(seconds >= 10 && seconds <= 200)) throw new Error(`SECONDS is ${duration}: 10 to 200 are possible`);
  const kinds = (/** @type {string} */ profile) => /** @type {import('./drive/cell.mjs').Kind[]} */ (
    [...(baseline === 'only' ? [] : ['ours', ...(THREE.includes(profile) ? ['three'] : [])]), ...(!baseline || baseline === '0' ? [] : ['baseline'])]);
  return numbers(seeds || '1..5').flatMap((seed) => (profiles || PROFILES.join(',')).split(',').flatMap((profile) => kinds(profile).map((kind) => ({ profile, seed, kind, seconds }))));
}

/** "1..5", "1,3" or "2". @param {string} text @returns {number[]} */
function numbers(text) {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const all = first && last ? Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, index) => Number(first) + index) : text.split(',').map(Number);
  if (all.length === 0 || !all.every((seed) => Number.isInteger(seed) && seed >= 0)) throw new Error(`SEEDS is ${text}: write 1..5, 1,3 or 2`);
  return all;
}
