/** In the consultation: asking to mute, hands, private and common chat, "a moment, please", the lock, languages, the end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { assertAllHear, bringIn, closeAll, LAN, MAI, openRoom, SON, TU } from '../harness/company.mjs';
import { element } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { startServer } from '../harness/server.mjs';

/** A wish that comes later than this has lost its moment in the conversation. */
const TURN_LIMIT_MS = 500;

/** @typedef {import('../harness/person.mjs').Person} Person */
/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];
/** @type {Person} */ let lan;
/** @type {Person} */ let mai;
/** @type {Person} */ let son;
/** @type {Person} waits */ let tu;
/** @type {Person} comes late, when the room is locked */ let ha;

before(async () => {
  [server, ...browsers] = await Promise.all([startServer(), startChromium(), startFirefox()]);
  const [chromium, firefox] = browsers;
  assert(chromium && firefox);
  const room = await openRoom(server, [[LAN, chromium], [MAI, firefox], [SON, chromium], [TU, chromium], [{ name: 'Em Hà', role: 'observer' }, chromium]]);
  [lan, mai, son, tu, ha] = /** @type {[Person, Person, Person, Person, Person]} */ (room.people);
  await bringIn([lan, mai, son], room.links);
  await assertAllHear([lan, mai, son]);
});
after(async () => {
  await closeAll([lan, mai, son, tu, ha]);
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** @param {Person} person */
const tileOf = (person) => `${element('tile')}[data-seat="${person.seat}"]`;

test('the interpreter\'s two languages stand on the tile at both others', async () => {
  for (const person of [lan, mai]) {
    const css = `${tileOf(son)} ${element('languages')}`;
    await person.finds(css);
    const words = await person.tab.evaluate((where) => document.querySelector(where)?.textContent, css);
    assert.match(words ?? '', /Việt.*Hàn|Hàn.*Việt/, person.name);
  }
});

test('asked to mute, the patient decides, and is silent then', async () => {
  await lan.doesTo('ask-mute', mai);
  await mai.finds('mute-request');
  assert.ok((await lan.hearsExactly([mai.name, son.name], 500)).ok, 'asking mutes nobody');
  await mai.press('mute-request-yes');
  const silent = await lan.hearsExactly([son.name]);
  assert.ok(silent.ok, JSON.stringify(silent));
  await mai.losesSight('mute-request');
  await mai.press('mute');
  await assertAllHear([lan, mai, son]);
});

test('a raised hand is seen by the others until it is lowered', async () => {
  const hand = (/** @type {Person} */ person) => `${tileOf(person)} .mark use[href="#i-hand"]`;
  await mai.press('hand');
  for (const person of [lan, son]) await person.finds(hand(mai));
  await mai.press('hand');
  for (const person of [lan, son]) await person.losesSight(hand(mai));
});

test(`"pause", "again" and "slower" reach all three within ${TURN_LIMIT_MS} ms`, async () => {
  const three = [lan, mai, son];
  /** @type {number[]} */ const times = [];
  for (const [asker, kind] of /** @type {[Person, string][]} */ ([[son, 'pause'], [son, 'repeat'], [son, 'slower'], [mai, 'pause'], [lan, 'slower'], [mai, 'repeat']])) {
    if (!await asker.has(`turn-${kind}`)) await asker.press('more');
    await asker.finds(`turn-${kind}`);
    const seen = Promise.all(three.map((person) => person.tab.evaluate(noticeAt, { notice: element('turn-notice'), limitMs: 10_000 })));
    // The watchers stand before the button is pressed: each page has answered once more.
    await Promise.all(three.map((person) => person.tab.evaluate(() => 1)));
    const pressed = asker.tab.evaluate((css) => new Promise((done) => {
      document.querySelector(css)?.addEventListener('click', () => done(performance.timeOrigin + performance.now()), { capture: true, once: true });
    }), element(`turn-${kind}`));
    await asker.tab.evaluate(() => 1);
    await asker.press(`turn-${kind}`);
    const at = /** @type {number} */ (await pressed);
    for (const one of await seen) times.push(/** @type {number} */ (one) - at);
  }
  times.sort((one, other) => one - other);
  const median = times[Math.floor(times.length / 2)] ?? Infinity;
  report({ 'turn button to notice at every page, ms': { median: Math.round(median), worst: Math.round(times.at(-1) ?? Infinity), looks: times.length } });
  assert.ok(median < TURN_LIMIT_MS, JSON.stringify(times));
});

/** Runs in the page: when the words of the notices change next. @param {{notice: string, limitMs: number}} wish @returns {Promise<number>} */
function noticeAt({ notice, limitMs }) {
  const words = () => [...document.querySelectorAll(notice)].map((one) => one.textContent).join('|');
  const before = words();
  const since = performance.now();
  return new Promise((done, fail) => {
    const timer = setInterval(() => {
      const now = words();
      if (now !== before && now.length > 0) done(performance.timeOrigin + performance.now());
      else if (performance.now() - since > limitMs) fail(new Error(`still "${before}"`));
      else return;
      clearInterval(timer);
    }, 4);
  });
}

describe('chat', () => {
  const QUESTION = 'Cô chờ lâu chưa ạ?';
  const ANSWER = 'Dạ mới mười phút.';

  test('with somebody who waits it stays between that person and the practitioner', async () => {
    await tu.join();
    await tu.waits();
    await tu.write(ANSWER);
    // A private message is a quiet mark on the row of who waits, never words over the consultation.
    await lan.tab.click(`${lan.rowOf(tu)} ${element('write')}`);
    await lan.sees('the message of who waits', hasMessage, { message: element('chat-message'), text: ANSWER });
    await lan.write(QUESTION);
    await tu.sees('the practitioner\'s words', hasMessage, { message: element('chat-message'), text: QUESTION });
    // A common message behind the private ones: when it is there, those would have been as well.
    const after = 'Ta bắt đầu nhé.';
    await son.write(after);
    await mai.sees('the common message', (text) => window.__measure.told.some((one) => one.includes(text)), after);
    for (const person of [mai, son]) {
      const told = await person.tab.evaluate(() => `${document.body.innerText} ${window.__measure.told.join(' ')}`);
      for (const secret of [QUESTION, ANSWER]) assert.ok(!told.includes(secret), `${person.name} was told "${secret}"`);
    }
    const toTu = await tu.tab.evaluate(() => window.__measure.told.join(' '));
    assert.ok(!toTu.includes(after), 'who waits reads the consultation');
  });
});

/** @param {{message: string, text: string}} wish */
function hasMessage({ message, text }) {
  return [...document.querySelectorAll(message)].filter((one) => one.textContent?.includes(text)).length === 1;
}

test('the lock keeps those out who have not come; who waits goes on waiting, who was let in comes back', async () => {
  await lan.opensPeople();
  await lan.press('lock');
  await lan.finds(`${element('lock')}[aria-pressed="true"]`);
  await ha.press('join');
  await ha.finds('[role="alert"]');
  await mai.tab.reload();
  await mai.backIn();
  await tu.waits();
  await lan.finds(lan.rowOf(tu));
  await assertAllHear([lan, mai, son]);
  await lan.press('lock');
  await ha.press('again');
  await ha.waits();
  await lan.finds(lan.rowOf(ha));
});

test('the practitioner ends it for everybody, after one question', async () => {
  await lan.opensPeople();
  await lan.press('end');
  await lan.press('end-yes');
  for (const person of [lan, mai, son, tu, ha]) {
    await person.sees('that it is over', () => window.__measure.livingPeers() === 0 && document.querySelector('h1') !== null);
    assert.equal(await person.has('waiting'), false, person.name);
  }
  const links = await mai.tab.evaluate(() => location.href);
  await mai.tab.open('about:blank');
  await mai.tab.open(links);
  await mai.finds('[role="alert"]');
});
