/** Many cells, one after the other: each is kept as it ends, and not run again while nothing that it depends on changed. */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ADDRESS } from '../../browser/harness/namespace.mjs';
import { figuresOf } from '../figures/cell.mjs';
import { readMeasured } from '../report/measured.mjs';
import { runCell } from './cell.mjs';
import { makeCertificate } from './certificate.mjs';
import { figuresHash, keyOf, readInputs } from './inputs.mjs';
import { FOLDER, nameOf, rawOf, writeWhole } from './keep.mjs';
import { makeSpeech } from './speech.mjs';

/** @typedef {{cell: import('./cell.mjs').Cell, key: string} & ReturnType<typeof figuresOf>} Result */

/**
 * Runs what has to be run. A cell that was starved is run again the next time.
 * @param {import('./cell.mjs').Cell[]} cells @param {'reuse' | 'always run'} [how] @returns {Promise<Result[]>}
 */
export async function runMatrix(cells, how = 'reuse') {
  for (const name of ['cells', 'raw']) mkdirSync(join(FOLDER, name), { recursive: true });
  const { files, hash } = makeSpeech(join(FOLDER, 'speech'));
  const kit = { speech: files, certificate: makeCertificate(join(FOLDER, 'tls'), ADDRESS) };
  const inputs = readInputs(hash);
  const unknown = cells.find(({ profile }) => !(profile in inputs.profiles));
  if (unknown) throw new Error(`there is no profile ${unknown.profile}, only ${Object.keys(inputs.profiles).join(', ')}`);
  /** @type {Result[]} */ const results = [];
  for (const [index, cell] of cells.entries()) {
    const key = keyOf(cell, inputs);
    const known = how === 'reuse' ? kept(cell, key) : undefined;
    process.stdout.write(`${index + 1}/${cells.length} ${nameOf(cell)}: `);
    const began = performance.now();
    const result = known ?? await run(cell, key, kit);
    writeWhole(join(FOLDER, 'cells', `${nameOf(cell)}.json`), `${JSON.stringify(result, null, 1)}\n`);
    results.push(result);
    const took = known ? 'nothing changed' : `${Math.round((performance.now() - began) / 1000)} s`;
    console.log(`${took}${result.valid ? '' : `, INVALID: ${result.reasons.join('; ')}`}`);
  }
  return results;
}

/** @param {import('./cell.mjs').Cell} cell @param {string} key @param {Parameters<typeof runCell>[1]} kit @returns {Promise<Result>} */
async function run(cell, key, kit) {
  const raw = await runCell(cell, kit);
  writeWhole(join(FOLDER, 'raw', `${nameOf(cell)}.json.gz`), gzipSync(JSON.stringify({ key, raw })));
  return { cell, key, ...figuresOf(raw) };
}

/**
 * What earlier calls left that would still be the same, as long as these cells are: so that a large matrix can be run
 * piece by piece, and the report has all of it.
 * @param {import('./cell.mjs').Cell[]} cells @returns {Result[]}
 */
export function keptBeside(cells) {
  const inputs = readInputs(makeSpeech(join(FOLDER, 'speech')).hash);
  const asked = new Set(cells.map(nameOf));
  const here = readdirSync(join(FOLDER, 'cells')).filter((file) => file.endsWith('.json')).map((file) => /** @type {Result} */ (JSON.parse(readFileSync(join(FOLDER, 'cells', file), 'utf8'))));
  const known = new Map([...readMeasured().cells, ...here].map(({ cell }) => [nameOf(cell), cell]));
  return [...known].flatMap(([name, cell]) => {
    if (asked.has(name) || cell.seconds !== cells[0]?.seconds) return [];
    return kept(cell, keyOf(cell, inputs)) ?? [];
  });
}

/** From the raw record, else as it is committed. @param {import('./cell.mjs').Cell} cell @param {string} key @returns {Result | undefined} */
function kept(cell, key) {
  const record = rawOf(cell);
  if (record?.key === key) {
    const result = { cell, key, ...figuresOf(record.raw) };
    if (result.valid) return result;
  }
  const measured = readMeasured();
  return measured.figures === figuresHash() ? measured.cells.find((one) => one.key === key) : undefined;
}
