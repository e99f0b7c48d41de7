/** What was measured on the way, kept in target/browser/report.json for the README and for comparing runs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './server.mjs';

const FOLDER = join(ROOT, 'target', 'browser');
const FILE = join(FOLDER, 'report.json');

/** Adds `values` to the report and says them. @param {Record<string, unknown>} values */
export function report(values) {
  mkdirSync(FOLDER, { recursive: true });
  let known = {};
  try {
    known = JSON.parse(readFileSync(FILE, 'utf8'));
  } catch { /* the first value of a first run */ }
  writeFileSync(FILE, `${JSON.stringify({ ...known, ...values }, null, 2)}\n`);
  console.log(`measured: ${JSON.stringify(values)}`);
}
