/** What a cell's result depends on, as hashes: a cell whose inputs are the same need not be run again. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { program, ROOT } from '../../browser/harness/server.mjs';

/**
 * @typedef {object} Inputs
 * @property {Record<string, string>} profiles each profile's line of `nhipcau-loadtest link --help`
 * @property {string} emulator @property {string} lab what drives and records every kind of call; what only counts is
 *   not an input, for figures are worked out anew from the raw record each time
 * @property {string} ours what drives only our calls @property {string} stock what drives only the stock ones
 * @property {string} server with the page inside @property {string} speech @property {string} browser
 */

/** @param {string} speech hash of the speech @returns {Inputs} */
export function readInputs(speech) {
  const help = execFileSync(program('nhipcau-loadtest'), ['link', '--help'], { encoding: 'utf8' });
  const profiles = Object.fromEntries([...help.matchAll(/^(V\d)\s+(.+)$/gm)].map(([, id, line]) => [id, line]));
  if (Object.keys(profiles).length === 0) throw new Error('nhipcau-loadtest link --help names no profiles');
  const browser = execFileSync(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  return {
    profiles,
    emulator: hashOf(join(ROOT, 'loadtest', 'src', 'link'), /(?<!profiles|tests)\.rs$/),
    lab: hashOf(join(ROOT, 'tests', 'lab'), /\/(drive|in-page)\/(?!(matrix|keep|inputs|enter|ours|stock)\.mjs).*\.mjs$/) + hashOf(join(ROOT, 'tests', 'browser', 'harness'), /(browsers|namespace|server)\.mjs$/),
    ours: hashOf(join(ROOT, 'tests', 'lab', 'drive'), /\/ours\.mjs$/), stock: hashOf(join(ROOT, 'tests', 'lab', 'drive'), /\/stock\.mjs$/),
    server: hashOf(program('nhipcau'), /./) + hashOf(join(ROOT, 'web-client', 'dist'), /./),
    speech, browser,
  };
}

/** @param {import('./cell.mjs').Cell} cell @param {Inputs} inputs */
export function keyOf(cell, { profiles, server, ours, stock, ...inputs }) {
  const all = { ...cell, ...inputs, profile: [cell.profile, profiles[cell.profile]], ...(cell.kind === 'baseline' ? { stock } : { ours, server }) };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
}

/** Of what works the figures out of a raw record: no input of the run itself. */
export const figuresHash = () => hashOf(join(ROOT, 'tests', 'lab', 'figures'), /(?<!\.test)\.mjs$/);

/** Of a file, or of the files below a folder whose path matches. @param {string} path @param {RegExp} which */
function hashOf(path, which) {
  const hash = createHash('sha256');
  /** @param {string} at */
  const add = (at) => {
    if (!existsSync(at)) return;
    if (statSync(at).isDirectory()) for (const name of readdirSync(at).sort()) add(join(at, name));
    else if (which.test(at)) hash.update(at.slice(ROOT.length)).update(readFileSync(at));
  };
  add(path);
  return hash.digest('hex').slice(0, 16);
}
