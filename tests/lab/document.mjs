/**
 * Writes the figures of target/lab/report.json into docs/low-signal.md, between its markers, so that no figure there was
 * typed by hand. Without a report it changes nothing.
 *
 *   node tests/lab/document.mjs
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../browser/harness/server.mjs';
import { FOLDER, writeWhole } from './drive/keep.mjs';
import { filled } from './report/document.mjs';

const report = join(FOLDER, 'report.json');
const document = join(ROOT, 'docs', 'low-signal.md');
if (!existsSync(report)) {
  console.error('there is no target/lab/report.json: run "make lab" first');
  process.exit(1);
}
writeWhole(document, filled(readFileSync(document, 'utf8'), JSON.parse(readFileSync(report, 'utf8'))));
console.log('docs/low-signal.md: figures written');
