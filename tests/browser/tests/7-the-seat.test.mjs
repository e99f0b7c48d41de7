/**
 * The seat outlives the page: reloads, second tabs and devices, a lost WebSocket. Whoever it is comes back into the same
 * seat, and the others do nothing for it: they open no connection, they see one tile a person all the time.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { assertAllHear, bringIn, closeAll, LAN, MAI, openRoom, SON } from '../harness/company.mjs';
import { element, Person } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { startServer } from '../harness/server.mjs';

/** A break in a voice that nobody takes for one: the meter looks every 40 ms at the last 85 ms. */
const UNNOTICED_MS = 400;

/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  [server, ...browsers] = await Promise.all([startServer(), startChromium(), startChromium()]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** @param {import('../harness/company.mjs').SeatingOf} seating */
const open = (seating) => openRoom(server, seating);

/**
 * Does `act` while `others` are watched, and asserts that they did nothing and had one tile a person all the time.
 * @param {Person[]} others @param {() => Promise<void>} act
 */
async function othersDoNothing(others, act) {
  const before = await Promise.all(others.map((other) => other.efforts()));
  await Promise.all(others.map((other) => other.startLog()));
  await act();
  const logs = await Promise.all(others.map((other) => other.stopLog()));
  const after = await Promise.all(others.map((other) => other.efforts()));
  assert.deepEqual(after, before);
  for (const [index, log] of logs.entries()) {
    const where = `${others[index]?.name}: ${JSON.stringify(log)}`;
    assert.ok(log.looks > 10, where);
    assert.ok(Object.values(log.mostTiles).every((most) => most === 1), where);
    assert.deepEqual(log.withoutTile, {}, where);
  }
  return logs;
}

describe('in a consultation of three', () => {
  /** @type {[Person, Person, Person]} */ let three;
  /** @type {string[]} */ let urls = [];
  /** @type {import('../harness/cast.mjs').Person[]} */ let cast;
  before(async () => {
    const [first, second] = browsers;
    assert(first && second);
    const room = await open([[LAN, first], [MAI, second], [SON, second]]);
    three = /** @type {[Person, Person, Person]} */ (room.people);
    urls = room.links.map((link) => link.url);
    cast = room.cast;
    await bringIn(room.people, room.links);
    await assertAllHear(three);
  });
  after(() => closeAll(three));

  for (const [index, who] of ['practitioner', 'patient', 'interpreter'].entries()) {
    test(`the ${who} loads the page again and is back by itself, in the same seat`, async () => {
      const person = three[/** @type {0} */ (index)];
      const others = three.filter((one) => one !== person);
      await othersDoNothing(others, async () => {
        const reloadedAt = performance.now();
        await person.tab.reload();
        await person.connected();
        await assertAllHear(three, 1000);
        report({ [`reload of the ${who} to everybody hearing everybody for 1 s, ms`]: Math.round(performance.now() - reloadedAt) });
      });
      assert.equal(await person.has('waiting'), false);
    });
  }

  test('a WebSocket that is cut costs nothing that is heard', async () => {
    const [lan, mai, son] = three;
    const logs = await othersDoNothing([lan, son], async () => {
      const { sockets } = await mai.efforts();
      await mai.tab.evaluate(() => window.__measure.cutSockets());
      await mai.sees('another socket', (before) => window.__measure.efforts().sockets > before && window.__measure.openSockets() === 1, sockets);
      await assertAllHear(three);
    });
    for (const log of logs) assert.ok((log.voices[mai.name]?.longestGapMs ?? Infinity) < UNNOTICED_MS, JSON.stringify(log));
    await mai.write('Tôi vẫn nghe rõ.');
    if (!await lan.has('chat-message')) await lan.press('chat');
    await lan.finds('chat-message');
    assert.equal((await mai.efforts()).peers, 1);
  });

  test('a second device asks first, and nothing changes while nobody answers', async () => {
    const [lan, mai, son] = three;
    const url = urls[1];
    assert(url && browsers[0]);
    const phone = await Person.open(browsers[0], mai.me, cast, url);
    await phone.press('join');
    await phone.finds('takeover-yes');
    await assertAllHear(three);

    await othersDoNothing([lan, son], async () => {
      await phone.press('takeover-yes');
      await phone.connected();
      await mai.finds('enter-again');
      await assertAllHear([lan, phone, son]);
    });
    assert.equal(await mai.tab.evaluate(() => window.__measure.livingPeers()), 0);
    await mai.tab.close();
    three = [lan, phone, son];
  });

  test('a second tab asks as well', async () => {
    const [, mai] = three;
    const url = urls[1];
    assert(url);
    const tab = mai.in(await mai.tab.sibling());
    await tab.tab.open(url);
    await tab.press('join');
    await tab.finds('takeover-yes');
    await assertAllHear(three, 1000);
    await tab.tab.close();
  });

  test('a duplicated tab asks too: the copy of the first one\'s memory does not throw the first one out', async () => {
    const [lan, mai, son] = three;
    const copy = mai.in(await mai.tab.duplicate());
    await copy.sees('a question or the first screen', (buttons) => document.querySelector(buttons) !== null, `${element('join')}, ${element('takeover-yes')}`);
    if (await copy.has('join')) await copy.press('join');
    await copy.finds('takeover-yes');
    await assertAllHear(three, 1000);
    await copy.press('takeover-yes');
    await copy.connected();
    await mai.finds('enter-again');
    await assertAllHear([lan, copy, son]);
    // Who was thrown out goes back to the first tab: the button there says so, and asks no second time.
    await mai.press('enter-again');
    await mai.connected();
    await copy.finds('enter-again');
    await copy.tab.close();
    await assertAllHear(three);
  });

  test('who leaves may sit down again', async () => {
    const [lan, mai, son] = three;
    await mai.leave();
    await lan.hearsExactly([son.name]);
    await mai.press('enter-again');
    await mai.backIn();
    await assertAllHear(three);
  });
});

describe('in the waiting room', () => {
  /** @type {Person} */ let lan;
  /** @type {Person} */ let mai;
  before(async () => {
    const [first, second] = browsers;
    assert(first && second);
    const room = await open([[LAN, first], [MAI, second]]);
    [lan, mai] = /** @type {[Person, Person]} */ (room.people);
    await mai.join();
    await lan.join();
    await lan.finds(lan.rowOf(mai));
    // The list is drawn from the answer to the join; what is compared here is told over the socket.
    await lan.sees('the time waited, told', (seat) => window.__measure.told
      .some((text) => (JSON.parse(text).seats ?? []).some((/** @type {any} */ one) => one.seat === seat && one.waitingSince > 0)), mai.seat);
  });
  after(() => closeAll([lan, mai]));

  /** Every moment since which the practitioner was told that this person waits. @returns {Promise<number[]>} */
  const waitedSince = () => lan.tab.evaluate((seat) => [...new Set(window.__measure.told
    .map((text) => JSON.parse(text))
    .flatMap((message) => message.seats ?? (message.seat?.seat ? [message.seat] : []))
    .filter((one) => one.seat === seat && one.waitingSince !== undefined)
    .map((one) => one.waitingSince))], mai.seat);

  test('the place and the time waited survive a reload', async () => {
    const [since] = await waitedSince();
    assert.ok(since && since > 0);
    await mai.tab.reload();
    await mai.waits();
    await lan.finds(lan.rowOf(mai));
    await mai.sees('its socket open', () => window.__measure.openSockets() === 1);
    assert.deepEqual(await waitedSince(), [since]);
  });

  test('who has gone when called keeps the place; the practitioner is told, and the patient comes straight in', async () => {
    const url = await mai.tab.evaluate(() => location.href);
    await mai.tab.open('about:blank');
    await lan.finds(`${lan.rowOf(mai)}[data-gone="true"]`);
    await lan.admits(mai);
    await lan.finds(`${element('called')}[data-seat="${mai.seat}"]`);
    await mai.tab.open(url);
    await mai.backIn();
    await assertAllHear([lan, mai]);
    await lan.losesSight('called');
  });
});
