/** The report as files: figures for programs, plots for people. */
import { join } from 'node:path';
import { FOLDER, rawOf, writeWhole } from '../drive/keep.mjs';
import { judge } from './judge.mjs';
import { thousandths } from './measured.mjs';
import { page } from './page.mjs';

/** @param {import('../drive/matrix.mjs').Result[]} results @returns {string[]} the files */
export function writeReport(results) {
  // With three it is another profile, so that nobody averages the two.
  const rows = results.flatMap(({ runs, valid, machine }) => runs.map((run) => ({ ...run, profile: profileName(run), valid, machine })));
  const counted = rows.filter(({ valid }) => valid);
  const report = {
    runs: counted.filter(({ kind }) => kind !== 'baseline'),
    baseline: counted.filter(({ kind }) => kind === 'baseline'),
    /** The machine had no time for these. */
    invalid: rows.filter(({ valid }) => !valid),
    targets: judge(results),
    cells: results.map(({ cell, key, valid, reasons }) => ({ ...cell, key, valid, reasons })),
  };
  const files = { json: join(FOLDER, 'report.json'), html: join(FOLDER, 'report.html') };
  writeWhole(files.json, `${JSON.stringify(report, thousandths, 1)}\n`);
  writeWhole(files.html, page(results, (cell) => rawOf(cell)?.raw));
  return Object.values(files);
}

/** @param {{profile: string, kind: string}} run */
const profileName = ({ profile, kind }) => (kind === 'three' ? `${profile}-three` : profile);
