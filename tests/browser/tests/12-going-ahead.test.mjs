/**
 * ICE and DTLS begin before the answer to the join is there: they stand when a late answer comes, and whatever the page
 * had assumed wrongly of that answer, the call comes all the same.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { assertAllHear, closeAll, LAN, MAI, openRoom, SON } from '../harness/company.mjs';
import { startServer } from '../harness/server.mjs';
import { until } from '../harness/until.mjs';

/** As long as the answer takes over a link on which going ahead is worth it. */
const ANSWER_MS = 1500;
const LIMIT_MS = 20_000;

/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  [server, ...browsers] = await Promise.all([startServer(), startChromium(), startFirefox()]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/**
 * Somebody's answers come late, and what the page assumes of them is wrong in this. Before the tap.
 * @param {import('../harness/person.mjs').Person} person @param {'nothing' | 'credentials' | 'fingerprint'} [wrong]
 */
const answersLate = (person, wrong = 'nothing') => person.tab.evaluate(({ lateMs, wrong }) => {
  /** @type {string[]} what was set, and how the connection stood then */ const log = [];
  Object.assign(window, { __ahead: log });
  const plainFetch = window.fetch;
  window.fetch = async (...request) => {
    const response = await plainFetch(...request);
    if (String(request[0]) === '/v1/join') await new Promise((done) => { setTimeout(done, lateMs); });
    return response;
  };
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function setRemoteDescription(/** @type {RTCSessionDescriptionInit} */ { type, sdp = '' }) {
    log.push(`${type} ${this.connectionState}`);
    const told = type !== 'pranswer' || wrong !== 'credentials' ? sdp : sdp.replace(/(a=ice-ufrag:)..../, '$1AAAA');
    return set.call(this, { type, sdp: told });
  };
  const entries = performance.getEntriesByType.bind(performance);
  if (wrong === 'fingerprint') {
    performance.getEntriesByType = (/** @type {string} */ type) => entries(type).map((entry) => {
      const serverTiming = /** @type {any} */ (entry).serverTiming?.map((/** @type {{name: string, description: string}} */ { name, description }) => ({
        name, description: description.replace(/sha-256 [\dA-F]+/, (print) => `sha-256 ${print.endsWith('00') ? '11' : '00'}`),
      }));
      return /** @type {any} */ (new Proxy(entry, { get: (of, key) => (key === 'serverTiming' ? serverTiming : Reflect.get(of, key)) }));
    });
  }
}, { lateMs: ANSWER_MS, wrong });

/** What was set until the call stood. @param {import('../harness/person.mjs').Person} person @param {number} count @returns {Promise<string[]>} */
const log = async (person, count = 2) => {
  const read = () => person.tab.evaluate(() => /** @type {string[]} */ (/** @type {any} */ (window).__ahead));
  await until(`${count} descriptions`, async () => (await read()).length >= count, LIMIT_MS);
  return read();
};

/** A practitioner in the call and somebody who has the page open. @param {number} at whose browser @param {import('../harness/server.mjs').Invited} who */
async function two(at, who) {
  const [chromium] = browsers;
  const browser = browsers[at];
  assert(chromium && browser);
  const { people } = await openRoom(server, [[LAN, chromium], [who, browser]]);
  const [lan, other] = people;
  assert(lan && other);
  await lan.join();
  return { lan, other };
}

describe('an answer that comes late', () => {
  test('finds ICE and DTLS done, and nothing begins anew', async () => {
    const { lan, other: son } = await two(0, SON);
    await answersLate(son);
    await son.join();
    assert.deepEqual(await log(son), ['pranswer new', 'answer connected']);
    await assertAllHear([lan, son]);
    const paths = await son.tab.evaluate(async () => {
      const stats = await window.nhipcau?.peer?.getStats();
      return [...(stats?.values() ?? [])].filter(({ type }) => type === 'transport').map(({ selectedCandidatePairChanges }) => selectedCandidatePairChanges);
    });
    assert.deepEqual(paths, [1]);
    await closeAll([lan, son]);
  });

  test('lets nobody in who has to wait', async () => {
    const { lan, other: mai } = await two(0, MAI);
    await answersLate(mai);
    await mai.join();
    assert.deepEqual(await log(mai), ['pranswer new', 'answer connected']);
    const quiet = await mai.isQuietFor(1000);
    assert.ok(quiet.ok, JSON.stringify(quiet));
    await lan.admits(mai);
    await mai.connected();
    await assertAllHear([lan, mai]);
    await closeAll([lan, mai]);
  });

  test('with other credentials than the page has chosen is taken as it is', async () => {
    const { lan, other: son } = await two(0, SON);
    await answersLate(son, 'credentials');
    await son.join();
    assert.deepEqual(await log(son), ['pranswer new', 'answer connecting']);
    await assertAllHear([lan, son]);
    await closeAll([lan, son]);
  });

  test('of a server that was started anew since the page came costs a fresh connection, and no tap', async () => {
    const { lan, other: son } = await two(0, SON);
    await answersLate(son, 'fingerprint');
    await son.join();
    assert.deepEqual(await log(son), ['pranswer new', 'answer new']);
    await assertAllHear([lan, son]);
    await closeAll([lan, son]);
  });

  test('is waited for by Firefox, which knows no provisional answers', async () => {
    const { lan, other: son } = await two(1, SON);
    await answersLate(son);
    await son.join();
    assert.deepEqual(await log(son, 1), ['answer new']);
    await assertAllHear([lan, son]);
    await closeAll([lan, son]);
  });
});
