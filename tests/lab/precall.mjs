/**
 * The test before the call, in a real browser over an emulated link: a patient waits and nobody lets them in. What
 * both sides are told of the patient's network, after how long, and what that cost on the data channel.
 *
 *   PROFILES=V0,V1,V2,V3 SEEDS=1,2 node tests/lab/precall.mjs
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ADDRESS } from '../browser/harness/namespace.mjs';
import { element } from '../browser/harness/person.mjs';
import { Server } from '../browser/harness/server.mjs';
import { sleep } from './drive/cell.mjs';
import { makeCertificate } from './drive/certificate.mjs';
import { enterLab } from './drive/enter.mjs';
import { FOLDER } from './drive/keep.mjs';
import { Link } from './drive/link.mjs';
import { LabPerson } from './drive/people.mjs';
import { makeSpeech } from './drive/speech.mjs';
import { bytesByClass } from './figures/wire.mjs';

/** What a test may take, and a little more for the words to be drawn. */
const LOOK_MS = 17_000;
/** The waiting room is in the page's second stage, which comes slowly over the weakest link. */
const SCREEN_MS = 150_000;

await enterLab(fileURLToPath(import.meta.url), process.argv.slice(2));
const { files: speech } = makeSpeech(join(FOLDER, 'speech'));
const certificate = makeCertificate(join(FOLDER, 'tls'), ADDRESS);
const { PROFILES: profiles, SEEDS: seeds } = process.env;
console.log('| link | seed | waiting room after, s | first word after it, s | the patient is told | the practitioner is told | kB down and up |\n|---|---:|---:|---:|---|---|---:|');
for (const profile of (profiles || 'V0,V1,V2,V3').split(',')) for (const seed of (seeds || '1').split(',')) console.log(await wait(profile, Number(seed)));
process.exit(0);

/** @param {string} profile @param {number} seed @returns {Promise<string>} a row */
async function wait(profile, seed) {
  /** @type {(() => unknown)[]} */ const endings = [];
  try {
    const link = await Link.lay(profile, seed, mkdtempSync(join(tmpdir(), 'nhipcau-lab-')));
    endings.push(() => link.remove());
    const server = new Server(['--udp-ports', '0', '--tls-cert', certificate.chain, '--tls-key', certificate.key, '--public-address', ADDRESS]);
    endings.push(() => server.stop());
    await server.start(`${ADDRESS}:0`);
    const links = await server.makeRoom([{ name: 'Bác sĩ Lan', role: 'practitioner' }, { name: 'Bà Mẩy', role: 'patient' }]);
    const url = (/** @type {string} */ role) => links.find((one) => one.role === role)?.url ?? '';
    const practitioner = await LabPerson.start('practitioner', speech.practitioner, { tap: element('join') });
    endings.push(() => practitioner.close());
    const patient = await LabPerson.start('patient', speech.patient, { tap: element('join') }, link);
    endings.push(() => patient.close());
    await practitioner.tab.open(url('practitioner'));
    await practitioner.sees('the call', () => window.__lab.connected(), 30_000);

    await link.restart();
    const navigationMs = Date.now();
    void patient.tab.open(url('patient')).catch(() => undefined);
    await patient.sees('the waiting room', () => document.querySelector('[data-testid="network"]') !== null, SCREEN_MS);
    const screenMs = Date.now();
    const first = patient.sees('a word on the network', () => (/** @type {HTMLElement | null} */ (document.querySelector('[data-testid="network"]')))?.dataset.network !== undefined, LOOK_MS).then(() => Date.now(), () => undefined);
    await sleep(screenMs + LOOK_MS - Date.now());
    const firstMs = await first;
    const told = (/** @type {LabPerson} */ person, /** @type {string} */ test) => person.tab.evaluate((css) => (/** @type {HTMLElement | null} */ (document.querySelector(css)))?.dataset.network ?? '–', element(test));
    const { series } = await link.account();
    const [down, up] = /** @type {const} */ (['down', 'up']).map((way) => bytesByClass(series, way, screenMs, screenMs + LOOK_MS, {}).data / 1000);
    const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(1);
    return `| ${profile} | ${seed} | ${seconds(screenMs - navigationMs)} | ${firstMs ? seconds(firstMs - screenMs) : '–'} | ${await told(patient, 'network')} | ${await told(practitioner, 'prospect')} | ${down?.toFixed(1)} and ${up?.toFixed(1)} |`;
  } finally {
    for (const end of endings.reverse()) await Promise.resolve(end()).catch(() => undefined);
  }
}
