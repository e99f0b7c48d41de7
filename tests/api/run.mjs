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
import { firstLink } from '../browser/harness/clinic.mjs';
import { ROOT, Server } from '../browser/harness/server.mjs';

const OPERATOR = 'the-operators-secret-of-the-api-tests';
const ADMINISTRATOR = { signInName: 'lan@example.vn', password: 'nắng chiều vàng' };
/** The same requests for everybody, unless a seed is given: a red run must be red again. */
const SEED = process.env.SEED === 'random' ? randomInt(1_000_000) : Number(process.env.SEED ?? 20_261_122);
/** So many, that all routes together take two minutes. */
const CASES = Number(process.env.CASES ?? 20);
/** A name that leads nowhere (RFC 2606): nobody is asked for anything. */
const WEBHOOK = 'https://his.example/hooks';
/** What ends the session that asks: tried last. */
const LAST = ['DELETE /v1/session', 'DELETE /v1/sessions/{id}'];
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
  const clinic = await openClinic();
  const found = await furnish(clinic);
  writeFileSync(config, configuration(clinic, found));
  const wanted = process.argv.slice(2);
  const paths = wanted.length > 0 ? ['--include-path-regex', `^(${wanted.join('|')})`] : [];
  process.exitCode = await schemathesis(config, [...paths, ...LAST.flatMap((name) => ['--exclude-name', name])]);
  if (process.exitCode === 0 && paths.length === 0) {
    writeFileSync(config, configuration({ ...clinic, ...await signIn() }, found));
    process.exitCode = await schemathesis(config, LAST.flatMap((name) => ['--include-name', name]));
  }
  if (process.exitCode !== 0) console.error(`\nThe same requests again: SEED=${SEED} node tests/api/run.mjs\nThe server said last:\n${server.said}`);
} finally {
  await server.stop();
}

/** @typedef {{key: string, cookie: string, csrf: string}} Secrets of the clinic: an API key, and a session */

/** @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers] */
async function ask(method, path, body, headers = {}) {
  const answer = await server.ask(method, path, body, headers);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return { ...answer, body: answer.text ? JSON.parse(answer.text) : undefined };
}

/** @returns {Promise<{cookie: string, csrf: string}>} */
async function signIn() {
  const signedIn = await ask('POST', '/v1/session', ADMINISTRATOR);
  const cookies = [signedIn.headers['set-cookie'] ?? []].flat();
  const cookie = cookies.find((set) => set.startsWith('__Host-session='))?.split(/[=;]/)[1];
  if (!cookie) throw new Error(`signing in set ${cookies.length} cookies, and no session`);
  return { cookie, csrf: signedIn.body.csrf };
}

/** The first administrator signs in and makes what the others need. @returns {Promise<Secrets & {account: string}>} */
async function openClinic() {
  const link = await firstLink(server);
  await ask('POST', '/v1/first-administrator', { link, name: 'Quản trị Lan', ...ADMINISTRATOR });
  const { cookie, csrf } = await signIn();
  const headers = { cookie: `__Host-session=${cookie}`, 'x-csrf-token': csrf, authorization: '' };
  const scopes = ['appointmentsRead', 'appointmentsWrite', 'recordsRead', 'webhooks'];
  const { text } = (await ask('POST', '/v1/keys', { scopes }, headers)).body;
  const practitioner = { name: 'Bác sĩ Hạnh', signInName: 'hanh', role: 'practitioner' };
  const invited = (await ask('POST', '/v1/staff', practitioner, headers)).body;
  await ask('POST', '/v1/password', { link: invited.link, password: ADMINISTRATOR.password });
  return { key: text, cookie, csrf, account: invited.account };
}

/**
 * What is there to be found. @param {Secrets & {account: string}} clinic
 * @returns {Promise<Record<string, (string | number)[]>>} values by the parameter or field that takes them
 */
async function furnish({ key, account }) {
  const people = [
    { name: 'Bác sĩ Lan', role: 'practitioner' },
    { name: 'Cụ Sính', role: 'patient' },
    { name: 'Chị Hoa', role: 'interpreter', languages: ['vi', 'ko'] },
  ];
  const seats = [];
  for (let room = 0; room < ROOMS; room += 1) seats.push(...await server.makeRoom(people));
  const booked = [];
  for (let place = 0; place < ROOMS; place += 1) {
    const begins = Date.now() + place * 600_000;
    const [, ...others] = people;
    const all = [{ role: 'practitioner', account }, ...others.map((person) => ({ ...person, phone: '0901234567' }))];
    const booking = { begins, minutes: 10, people: all };
    booked.push((await ask('POST', '/v1/appointments', booking, { authorization: `Bearer ${key}` })).body);
  }
  const webhooks = [];
  for (let place = 0; place < 3; place += 1) {
    const webhook = { url: WEBHOOK, events: ['booked', 'ended'] };
    webhooks.push((await ask('POST', '/v1/webhooks', webhook, { authorization: `Bearer ${key}` })).body.webhook.webhook);
  }
  const appointments = booked.map(({ appointment }) => appointment);
  const codes = booked.flatMap((one) => one.people.flatMap((/** @type {{code?: string}} */ person) => person.code ?? []));
  return {
    'path.room': [...new Set(seats.map((seat) => seat.room))],
    'path.seat': [1, 2, 3],
    'body.seat': [1, 2, 3],
    'path.appointment': appointments,
    'path.webhook': webhooks,
    'body.url': [WEBHOOK],
    'path.account': [account],
    'body.account': [account],
    'body.code': codes,
    'path.id': [1, 2, ...appointments.flatMap((id) => [id, `${id}-1`])],
    'query.data': appointments.map((id) => `Encounter/${id}`),
    'query.entity': appointments.map((id) => `Encounter/${id}`),
    'body.link': seats.map((seat) => new URL(seat.url).hash.slice(1)),
    'body.offer': ['chromium', 'firefox'].map((name) => readFileSync(join(ROOT, 'tests', 'fuzz', 'corpus', 'offer', `${name}.sdp`), 'utf8')),
  };
}

/** Who asks, about what, and what is judged. @param {Secrets} secrets @param {Record<string, (string | number)[]>} found */
function configuration({ key, cookie, csrf }, found) {
  const names = Object.keys(found);
  const known = names.map((name) => `[dictionaries."${name}"]\nvalues = ${JSON.stringify(found[name])}\n`);
  // Some requests are about what is not there, too.
  const used = names.map((name) => `"${name}" = { dictionary = "${name}", probability = 0.8 }`);
  return `
${known.join('\n')}
[parameters]
${used.join('\n')}

[auth.openapi]
staff = { api_key = "${cookie}" }
csrf = { api_key = "${csrf}" }

[checks]
enabled = true
# The rules between fields (an interpreter has two languages, and nobody else has any) stand in words, not in schemas.
positive_data_acceptance.enabled = false
# What is against the description is refused; too large is refused, too.
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 410, 413, 429]
# Secrets go with every request here, as headers. What opens a route, and what must not, is tried on every route by
# signaling/src/http/tests/intruders.rs.
ignored_auth.enabled = false

# Administrators do not see patients: a hospital system asks for these.
[[operations]]
include-tag = ["appointments", "fhir"]
headers = { Authorization = "Bearer ${key}" }

[[operations]]
include-path-regex = "^/(v1/rooms|v1/clinics|debug)"
headers = { Authorization = "Bearer ${OPERATOR}" }

# Each wrong secret is answered after a second, so that guessing is slow; so is this.
${['/v1/session', '/v1/code', '/v1/password', '/v1/first-administrator'].map((path) => `[[operations]]
include-path = "${path}"
generation.max-examples = 5
phases.stateful.enabled = false
`).join('\n')}
`;
}

/** @param {string} config @param {string[]} only which routes @returns {Promise<number>} its exit code */
function schemathesis(config, only) {
  const words = [
    '--config-file', config, '--no-color', 'run', `${server.origin}/v1/openapi.json`, ...only,
    '--seed', String(SEED), '--max-examples', String(CASES), '--generation-database', 'none',
    '--workers', '1', '--request-timeout', '30', '--tls-verify', 'false',
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
