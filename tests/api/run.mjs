/**
 * Entry of the API tests: starts the real server with a fresh store, and lets schemathesis ask it whatever its own
 * description allows and forbids. It fails on an answer with a status, type, header or body that the description does
 * not have, and on every fault of the server.
 *
 *   node run.mjs                 the whole description
 *   node run.mjs /v1/rooms       only the paths that begin so
 *
 * SEED repeats a run (its number is printed), CASES sets how many requests each phase makes of each route.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, Server } from '../browser/harness/server.mjs';

const OPERATOR = 'the-operators-secret-of-the-api-tests';
/** The same requests for everybody, unless a seed is given: a red run must be red again. */
const SEED = process.env.SEED === 'random' ? randomInt(1_000_000) : Number(process.env.SEED ?? 20_261_122);
/** 30 find what 200 found, and take two minutes for all routes together. */
const CASES = Number(process.env.CASES ?? 30);
/** Rooms that are there when it begins: guessed ids and links lead nowhere, and what is found may be ended or erased. */
const ROOMS = 40;

const folder = join(ROOT, 'target', 'api');
mkdirSync(folder, { recursive: true });

// With TLS, as the description has it: the cookie of a session is named so that browsers take it over TLS only.
const server = new Server(['--udp-ports', '0', '--admin-secret', OPERATOR, '--tls-self-signed']);
process.exitCode = 1;
try {
  await server.start('127.0.0.1:0');
  const config = join(folder, 'schemathesis.toml');
  writeFileSync(config, configuration(await prepare()));
  process.exitCode = await schemathesis(config, process.argv.slice(2));
  if (process.exitCode !== 0) console.error(`\nThe same requests again: SEED=${SEED} node tests/api/run.mjs\nThe server said last:\n${server.said}`);
} finally {
  await server.stop();
}

/**
 * What is there to be found. @returns {Promise<Record<string, (string | number)[]>>} values by the parameter or field that takes them
 */
async function prepare() {
  const people = [
    { name: 'Bác sĩ Lan', role: 'practitioner' },
    { name: 'Cụ Sính', role: 'patient' },
    { name: 'Chị Hoa', role: 'interpreter', languages: ['vi', 'ko'] },
  ];
  const seats = [];
  for (let room = 0; room < ROOMS; room += 1) seats.push(...await server.makeRoom(people));
  return {
    'path.room': [...new Set(seats.map((seat) => seat.room))],
    'path.seat': [1, 2, 3],
    'body.link': seats.map((seat) => new URL(seat.url).hash.slice(1)),
    'body.offer': ['chromium', 'firefox'].map((name) => readFileSync(join(ROOT, 'tests', 'fuzz', 'corpus', 'offer', `${name}.sdp`), 'utf8')),
  };
}

/** Who asks, about what, and what is judged. @param {Record<string, (string | number)[]>} found */
function configuration(found) {
  const names = Object.keys(found);
  const known = names.map((name) => `[dictionaries."${name}"]\nvalues = ${JSON.stringify(found[name])}\n`);
  // Some requests are about what is not there, too.
  const used = names.map((name) => `"${name}" = { dictionary = "${name}", probability = 0.8 }`);
  return `
${known.join('\n')}
[parameters]
${used.join('\n')}

[auth.openapi]
operator = { bearer = "${OPERATOR}" }

[checks]
enabled = true
# The rules between fields (an interpreter has two languages, and nobody else has any) stand in words, not in schemas.
positive_data_acceptance.enabled = false
`;
}

/** @param {string} config @param {string[]} paths @returns {Promise<number>} its exit code */
function schemathesis(config, paths) {
  const only = paths.flatMap((path) => ['--include-path-regex', `^${path}`]);
  const words = [
    '--config-file', config, '--no-color', 'run', `${server.origin}/v1/openapi.json`, ...only,
    '--seed', String(SEED), '--max-examples', String(CASES), '--generation-database', 'none',
    '--workers', '1', '--request-timeout', '30',
    '--report', 'junit', '--report-dir', folder,
  ];
  const child = spawn(join(ROOT, 'scripts', 'schemathesis.sh'), words, {
    stdio: 'inherit', cwd: folder, env: { ...process.env, HYPOTHESIS_STORAGE_DIRECTORY: join(folder, 'hypothesis') },
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
}
