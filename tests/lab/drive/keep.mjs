/** Where the lab keeps what it found out: target/lab. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../../browser/harness/server.mjs';

export const FOLDER = join(ROOT, 'target', 'lab');

/** @param {import('./cell.mjs').Cell} cell */
export const nameOf = ({ profile, kind, seed, seconds }) => `${profile}-${kind}-${seed}-${seconds}s`;

/** The raw record of a cell, if there is one. @param {import('./cell.mjs').Cell} cell @returns {{key: string, raw: import('./cell.mjs').Raw} | undefined} */
export function rawOf(cell) {
  const file = join(FOLDER, 'raw', `${nameOf(cell)}.json.gz`);
  return existsSync(file) ? JSON.parse(gunzipSync(readFileSync(file)).toString()) : undefined;
}

/** A run that is ended halfway leaves no half file. @param {string} file @param {string | Uint8Array} content */
export function writeWhole(file, content) {
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}
