/**
 * Networks as they are: each person's browser hangs on a cable of its own, and the server may lose its power. Whatever
 * happens, the same seat comes back by itself, one tile a person, and those whose network is well do nothing.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { Cable } from '../harness/cable.mjs';
import { assertAllHear, bringIn, closeAll, LAN, MAI, openRoom, SON, TU } from '../harness/company.mjs';
import { element } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { startServer } from '../harness/server.mjs';
import { until } from '../harness/until.mjs';

/** A break in a voice that nobody takes for one: the meter looks every 40 ms at the last 85 ms. */
const UNNOTICED_MS = 400;
const OUTAGE_MS = 30_000;
/** A voice that is not back after this never comes; how soon it does is measured and reported. */
const VOICE_BACK_LIMIT_MS = 15_000;

/** @typedef {import('../harness/person.mjs').Person} Person */

/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {Cable[]} */ let cables = [];
/** The patient's. @type {Cable} */ let maisCable;
/** The interpreter's. @type {Cable} */ let sonsCable;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];
/** @type {Person} */ let lan;
/** @type {Person} */ let mai;
/** @type {Person} */ let son;
/** @type {Person} waits all the time */ let tu;

before(async () => {
  // The practitioner too: a browser notices any change of the network that it is in, also of a neighbour's cable.
  for (let number = 0; number < 3; number += 1) cables.push(await Cable.lay());
  const [lans, mais, sons] = cables;
  assert(lans && mais && sons);
  [maisCable, sonsCable] = [mais, sons];
  [server, ...browsers] = await Promise.all([
    // The UDP ports too stay the same over a restart, as they do behind a firewall.
    startServer([], { tls: true, udpPorts: '51000-51007' }),
    startChromium({ cable: lans }), startChromium({ cable: mais }), startFirefox({ cable: sons }),
  ]);
  const [near, chromium, firefox] = browsers;
  assert(near && chromium && firefox);
  const room = await openRoom(server, [[LAN, near], [MAI, chromium], [SON, firefox], [TU, near]]);
  [lan, mai, son, tu] = /** @type {[Person, Person, Person, Person]} */ (room.people);
  await bringIn([lan, mai, son], room.links);
  await tu.join();
  await lan.finds(lan.rowOf(tu));
  await assertAllHear([lan, mai, son]);
});
after(async () => {
  await closeAll([lan, mai, son, tu]);
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
  for (const cable of cables) cable.remove();
});

/** From now until `listener` has heard `speaker` for 200 ms, beginning after `from`. @param {Person} listener @param {Person} speaker @param {number} limitMs */
async function voiceIsBack(listener, speaker, limitMs) {
  const started = performance.now();
  await listener.tab.evaluate(() => window.__measure.startLog());
  await listener.sees(`${speaker.name}'s voice`, (name) => (window.__measure.logged().voices[name]?.heardMs ?? 0) >= 200, speaker.name, limitMs);
  return performance.now() - started;
}

/** @param {Record<string, number>} times */
const rounded = (times) => Object.fromEntries(Object.entries(times).map(([key, value]) => [key, Math.round(value)]));

describe('each on a network of their own', () => {
  test('requests and the WebSocket stand still: nothing that is heard stops', async () => {
    const before = await lan.efforts();
    await Promise.all([lan, son].map(async (person) => {
      await person.startLog();
      await person.sees('a voice', (name) => window.__measure.logged().voices[name]?.heardMs > 200, mai.name);
    }));
    maisCable.cutTcp();
    // A sentence across the cut: the practitioner's message reaches the patient only after it.
    await lan.write('Bác nghe rõ không ạ?');
    await lan.sees('8 s of it', () => window.__measure.logged().forMs > 8000);
    maisCable.mend();
    if (!await mai.has('chat-message')) await mai.press('chat');
    await mai.sees('the message', (css) => document.querySelectorAll(css).length === 1, element('chat-message'));
    const logs = await Promise.all([lan, son].map((person) => person.stopLog()));
    for (const log of logs) assert.ok((log.voices[mai.name]?.longestGapMs ?? Infinity) < UNNOTICED_MS, JSON.stringify(log));
    assert.deepEqual(await lan.efforts(), before);
  });

  test('a network that loses every third packet is marked at the others, in words', async () => {
    const mark = `${element('tile')}[data-seat="${mai.seat}"] ${element('weak')}`;
    await lan.losesSight(mark);
    maisCable.lose(0.35);
    await lan.finds(mark);
    maisCable.mend();
    await lan.losesSight(mark);
  });

  test('from Wi-Fi to mobile: the voice comes back by itself, in the same seat', async () => {
    const before = await lan.efforts();
    await lan.startLog();
    maisCable.unplug('wifi');
    maisCable.plug('mobile');
    const [toLan, toMai] = await Promise.all([voiceGap(lan, mai), voiceGap(mai, lan)]);
    report({ 'Wi-Fi to mobile, silence in ms': rounded({ toLan, toMai }) });
    await assertAllHear([lan, mai, son]);
    assert.deepEqual(await lan.efforts(), before);
  });

  test(`${OUTAGE_MS / 1000} s without any network, for two of three: both are back in their seats, the third did nothing`, async () => {
    const before = await lan.efforts();
    await lan.startLog();
    await lan.sees('both voices', (names) => names.every((name) => window.__measure.logged().voices[name]?.heardMs > 200), [mai.name, son.name]);
    for (const cable of [maisCable, sonsCable]) cable.cut();
    const cutAt = await lan.tab.evaluate(() => window.__measure.logged().forMs);
    await lan.sees(`${OUTAGE_MS} ms pass`, (ms) => window.__measure.logged().forMs >= ms, cutAt + OUTAGE_MS, OUTAGE_MS + 5000);
    const { voices } = await lan.tab.evaluate(() => window.__measure.logged());
    for (const person of [mai, son]) assert.ok(voices[person.name].silentForMs > OUTAGE_MS - 5000, 'the cable was really cut');
    for (const cable of [maisCable, sonsCable]) cable.mend();
    const mendedAt = performance.now();
    const backs = await Promise.all([mai, son].map(async (person) => {
      await lan.sees(`${person.name}'s voice`, (name) => window.__measure.logged().voices[name].silentForMs < 200, person.name);
      return performance.now() - mendedAt;
    }));
    await assertAllHear([lan, mai, son]);
    const log = await lan.stopLog();
    report({ '30 s outage: mended to voice heard again, ms': rounded({ chromium: backs[0] ?? 0, firefox: backs[1] ?? 0 }) });
    assert.ok(Object.values(log.mostTiles).every((most) => most === 1), JSON.stringify(log.mostTiles));
    assert.deepEqual(log.withoutTile, {});
    assert.deepEqual(await lan.efforts(), before);
    assert.equal(await mai.has('waiting'), false);
  });
});

/** The longest silence of `speaker` at `listener`, once the voice is there again after one. @param {Person} listener @param {Person} speaker */
async function voiceGap(listener, speaker) {
  await listener.startLog();
  await listener.sees(`${speaker.name} again`, (name) => (window.__measure.logged().voices[name]?.heardMs ?? 0) > 1000, speaker.name);
  const { voices } = await listener.stopLog();
  return voices[speaker.name].longestGapMs;
}

describe('the server loses its power and starts again', () => {
  test('everybody is back in the same seat, with chat, mute and admission, and is heard soon', async () => {
    await mai.press('mute');
    await lan.sees('that the patient is muted', (muted) => document.querySelector(muted) !== null, `${element('tile')}[data-seat="${mai.seat}"] .muted`);
    const since = await waitingSince();
    const seats = await tilesOf(lan);
    await lan.startLog();
    await lan.sees('a voice', (name) => window.__measure.logged().voices[name]?.heardMs > 200, son.name);

    await server.kill();
    await lan.sees('the silence', (name) => window.__measure.logged().voices[name].silentForMs > 1000, son.name);
    await server.startAgain();
    const [toLan, toMai, toSon] = await Promise.all([voiceIsBack(lan, son, VOICE_BACK_LIMIT_MS), voiceIsBack(mai, lan, VOICE_BACK_LIMIT_MS), voiceIsBack(son, lan, VOICE_BACK_LIMIT_MS)]);
    report({ 'server killed: from its listening to 200 ms of voice, ms': rounded({ toLan, toMai, toSon }) });

    for (const person of [lan, mai, son]) assert.equal(await person.has('waiting'), false, person.name);
    assert.deepEqual(await tilesOf(lan), seats);
    const log = await lan.stopLog();
    assert.ok(Object.values(log.mostTiles).every((most) => most === 1), JSON.stringify(log.mostTiles));
    // Still muted, at both ends.
    await lan.finds(`${element('tile')}[data-seat="${mai.seat}"] .muted`);
    const heard = await lan.hearsExactly([son.name]);
    assert.ok(heard.ok, JSON.stringify(heard));
    await mai.press('mute');
    await assertAllHear([lan, mai, son]);
    // What was written before is still there, once.
    await mai.sees('the message, once', (css) => document.querySelectorAll(css).length === 1, element('chat-message'));
    // Who waited waits, since when they came.
    await lan.finds(lan.rowOf(tu));
    await tu.waits();
    assert.equal(await waitingSince(), since);
  });

  test('who waited through it is let in as if nothing had been', async () => {
    await son.leave();
    await lan.admits(tu);
    await tu.connected();
    await assertAllHear([lan, mai, tu]);
  });
});

/** Since when the practitioner was last told that the companion waits. */
const waitingSince = () => lan.tab.evaluate((seat) => window.__measure.told
  .map((text) => JSON.parse(text))
  .flatMap((message) => message.seats ?? (message.seat?.seat ? [message.seat] : []))
  .filter((one) => one.seat === seat && one.waitingSince !== undefined)
  .at(-1)?.waitingSince, tu.seat);

/** Whose tiles are there, by seat; without the marks, which may change. @param {Person} person @returns {Promise<string[]>} */
const tilesOf = (person) => person.tab.evaluate((css) => [...document.querySelectorAll(css)].map((tile) => `${/** @type {HTMLElement} */ (tile).dataset.seat} ${tile.querySelector('.name b')?.textContent}`).sort(), `${element('tile')}[data-seat]`);
