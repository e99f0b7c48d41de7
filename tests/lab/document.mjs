/**
 * Writes the figures of target/lab/report.json into docs/low-signal.md, between its markers, so that no figure there was
 * typed by hand, and those of each cell into docs/low-signal.json. Without a report it changes nothing.
 *
 *   node tests/lab/document.mjs
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../browser/harness/server.mjs';
import { figuresHash } from './drive/inputs.mjs';
import { FOLDER, writeWhole } from './drive/keep.mjs';
import { filled } from './report/document.mjs';
import { linesOf, MEASURED, readMeasured } from './report/measured.mjs';

const report = join(FOLDER, 'report.json');
const document = join(ROOT, 'docs', 'low-signal.md');
if (!existsSync(report)) {
  console.error('there is no target/lab/report.json: run "make lab" first');
  process.exit(1);
}
const written = JSON.parse(readFileSync(report, 'utf8'));
writeWhole(document, filled(readFileSync(document, 'utf8'), written));
const here = readdirSync(join(FOLDER, 'cells')).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(FOLDER, 'cells', file), 'utf8')));
const counted = new Set(written.cells.flatMap((/** @type {{key: string, valid: boolean}} */ { key, valid }) => (valid ? [key] : [])));
const cells = new Map([...readMeasured().cells, ...here].filter(({ key }) => counted.has(key)).map((one) => [one.key, one]));
writeWhole(MEASURED, linesOf({ figures: figuresHash(), cells: [...cells.values()] }));
console.log('docs/low-signal.md and docs/low-signal.json: figures written');
