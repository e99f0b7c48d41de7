/** A call through the real server: a practitioner who is there, an interpreter if there are three, a patient who comes in. */
import { ADDRESS } from '../../browser/harness/namespace.mjs';
import { element } from '../../browser/harness/person.mjs';
import { Server } from '../../browser/harness/server.mjs';
import { until } from '../../browser/harness/until.mjs';
import { sleep } from './cell.mjs';
import { LabPerson } from './people.mjs';

/** How long those on the good side may take to be there. */
const READY_MS = 30_000;
/** Who has heard nothing by then is measured all the same: the table says that no voice came. */
const VOICE_MS = 60_000;
/** A tile may be drawn a little after the voice is heard. */
const TILES_MS = 5000;

/** @param {import('./cell.mjs').Stage} stage @returns {Promise<import('./cell.mjs').Call & {startedMs: number}>} */
export async function callOurs({ link, kit, cell, ends }) {
  const server = new Server(['--udp-ports', '0', '--tls-cert', kit.certificate.chain, '--tls-key', kit.certificate.key, '--public-address', ADDRESS]);
  ends(() => server.stop());
  await server.start(`${ADDRESS}:0`);
  /** @type {import('./speech.mjs').Role[]} */
  const roles = ['practitioner', 'patient', ...(cell.kind === 'three' ? [/** @type {const} */ ('interpreter')] : [])];
  const names = { practitioner: 'Bác sĩ Lan', patient: 'Bà Mẩy', interpreter: 'Anh Sơn' };
  const links = await server.makeRoom(roles.map((role) => ({ name: names[role], role, ...(role === 'interpreter' ? { languages: /** @type {[string, string]} */ (['vi', 'ko']) } : {}) })));
  const url = (/** @type {string} */ role) => links.find((one) => one.role === role)?.url ?? '';

  /** @type {LabPerson[]} */ const others = [];
  for (const role of roles.filter((one) => one !== 'patient')) {
    const admits = role === 'practitioner' ? { row: element('waiting-person'), admit: `${element('waiting-person')} ${element('admit')}` } : {};
    const person = await LabPerson.start(role, kit.speech[role], { tap: element('join'), ...admits });
    ends(() => person.close());
    others.push(person);
  }
  const patient = await LabPerson.start('patient', kit.speech.patient, { tap: element('join') }, link);
  ends(() => patient.close());

  // The practitioner comes last: who comes then is greeted for the first half minute.
  for (const person of [...others].reverse()) {
    await opens(person, url(person.role));
    await person.sees('the call', () => window.__lab.connected(), READY_MS);
  }
  await others[0]?.sees('the own voice', () => window.__lab.isSpeaking(), READY_MS);

  const startedMs = await link.restart();
  const navigationMs = Date.now();
  // The page's load event may take as long as it likes; a failure shows in what is heard.
  void patient.tab.open(url('patient')).catch(() => undefined);
  await patient.sees('a voice', () => window.__lab?.isHearing(), VOICE_MS).catch((error) => console.log(`  ${error.message}`));
  const heardMs = Date.now();
  const seatsBefore = await Promise.all(others.map((person) => seatsOnceAll(person, others.length)));
  await sleep(heardMs + cell.seconds * 1000 - Date.now());
  const untilMs = Date.now();
  const people = await Promise.all([patient, ...others].map((person) => person.account()));
  return { people, navigationMs, untilMs, startedMs, seatsBefore };
}

/**
 * On the good side, where nothing is measured yet: a browser that has just seen the link's interfaces come up gives up the
 * request that it is at.
 * @param {LabPerson} person @param {string} address
 */
async function opens(person, address) {
  await person.tab.open(address).catch((error) => {
    if (!`${error}`.includes('ERR_NETWORK_CHANGED')) throw error;
    return person.tab.open(address);
  });
}

/** Who is on somebody's tiles once all are; whoever is there after a while if they never are. @param {LabPerson} person @param {number} count */
async function seatsOnceAll(person, count) {
  await until('everybody on a tile', async () => (await person.seats()).length >= count, TILES_MS).catch(() => undefined);
  return person.seats();
}
