/**
 * Entry of the browser tests: puts itself into a network and process namespace of its own, so that the server,
 * the browsers and the sound server have an address that is not loopback (Firefox uses no other) and all end
 * together, then runs what was asked for there.
 *
 *   node run.mjs                 every test
 *   node run.mjs FILE…           only these test files
 *   node run.mjs screens         pictures of every page state, into target/screens
 *   node run.mjs clinic-screens  pictures of every state of the staff's pages, into target/screens/clinic
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enterNamespace, isInside, layNetwork } from './harness/namespace.mjs';
import { startSound } from './harness/sound.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);

if (isInside()) {
  layNetwork();
  const sound = await startSound();
  const code = await run(commandFor(wanted), { ...process.env, ...sound.environment });
  sound.stop();
  process.exit(code);
} else {
  process.exit(await enterNamespace(fileURLToPath(import.meta.url), wanted));
}

/** 9 before 10. @param {string} one @param {string} other */
function byNumber(one, other) {
  return Number.parseInt(one) - Number.parseInt(other);
}

/** @param {string[]} words @returns {string[]} arguments for node */
function commandFor(words) {
  const [first = ''] = words;
  if (['screens', 'clinic-screens'].includes(first)) return [join(here, `${first}.mjs`), ...words.slice(1)];
  const files = words.length > 0
    ? words.map((file) => resolve(file))
    : readdirSync(join(here, 'tests')).filter((name) => name.endsWith('.test.mjs')).sort(byNumber).map((name) => join(here, 'tests', name));
  console.log(`browser tests: ${files.map((file) => basename(file)).join(', ')}`);
  // One file after the other: three browsers at a time are what two cores carry.
  return ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files];
}

/** @param {string[]} args @param {NodeJS.ProcessEnv} environment @returns {Promise<number>} */
function run(args, environment) {
  return new Promise((done) => {
    spawn(process.execPath, args, { stdio: 'inherit', env: environment })
      .on('exit', (code) => done(code ?? 1));
  });
}
