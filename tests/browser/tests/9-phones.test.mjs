/** Phones as they are: screens that sleep, sound that needs a tap, microphones that are taken away, clocks that are wrong. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { assertAllHear, closeAll, LAN, MAI, openRoom, SON, TU } from '../harness/company.mjs';
import { element } from '../harness/person.mjs';
import { startServer } from '../harness/server.mjs';

const YEAR_MS = 366 * 24 * 3600 * 1000;
/** A tap counts as fresh for 5 s in Chromium: what plays later plays by what the tap unlocked. */
const STALE_TAP_MS = 5500;

/** @typedef {import('../harness/person.mjs').Person} Person */
/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  [server, ...browsers] = await Promise.all([startServer(), startChromium(), startChromium({ strictAutoplay: true })]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** @param {Person} person */
const record = (person) => person.tab.evaluate(() => window.__phone.record);

describe('a patient with a phone', () => {
  /** @type {Person} */ let lan;
  /** @type {Person} */ let mai;
  before(async () => {
    const [laptop, phone] = browsers;
    assert(laptop && phone);
    // The phone's clock is a year behind, for the whole story.
    const { people } = await openRoom(server, [[LAN, laptop], [MAI, phone, { clockOffMs: -YEAR_MS }]]);
    [lan, mai] = /** @type {[Person, Person]} */ (people);
    await lan.join();
  });
  after(() => closeAll([lan, mai]));

  test('whose clock is wrong by a year waits like anybody', async () => {
    const wrongBy = await mai.tab.evaluate((now) => now - Date.now(), Date.now());
    assert.ok(wrongBy > YEAR_MS / 2, 'the clock is really wrong');
    await mai.join();
    await mai.waits();
    await lan.sees('a short wait', (css) => !/\d{3,}/.test(document.querySelector(css)?.textContent ?? '000'), lan.rowOf(mai));
  });

  test('keeps the screen on while waiting', async () => {
    await mai.sees('the wake lock', () => window.__phone.record.wakeLocksHeld === 1);
  });

  test('hears the practitioner without a second tap, though the tap was long ago', async () => {
    await mai.sees('the tap to be stale', (ms) => {
      window.__staleSince ??= performance.now();
      return performance.now() - window.__staleSince > ms && !navigator.userActivation.isActive;
    }, STALE_TAP_MS);
    await lan.admits(mai);
    await mai.connected();
    await assertAllHear([lan, mai]);
  });

  test('keeps the screen on in the call', async () => {
    const { wakeLocksHeld } = await record(mai);
    assert.equal(wakeLocksHeld, 1);
  });

  test('whose microphone ends, as in a telephone call, is heard again by itself', async () => {
    await mai.tab.evaluate(() => window.__source.end('audio'));
    await mai.sees('the microphone asked for again', () => window.__source.asked.filter((wish) => wish.includes('audio')).length >= 2);
    const heard = await lan.hearsExactly([mai.name]);
    assert.ok(heard.ok, JSON.stringify(heard));
  });

  test('whose microphone is muted by the system gets words or the microphone back', async () => {
    const asked = await mai.tab.evaluate(() => window.__source.asked.length);
    await mai.tab.evaluate(() => window.__source.interrupt('audio', true));
    await mai.sees('words or another microphone', ([notice, before]) => document.querySelector(notice) !== null || window.__source.asked.length > before, [element('notice'), asked]);
    await mai.tab.evaluate(() => window.__source.interrupt('audio', false));
    const heard = await lan.hearsExactly([mai.name]);
    assert.ok(heard.ok, JSON.stringify(heard));
  });

  test('whose microphone cannot be got back reads so, and gets it with one tap', async () => {
    await mai.tab.evaluate(() => { window.__source.refusal = 'NotReadableError'; window.__source.end('audio'); });
    await mai.finds(`${element('notice')} button`);
    await mai.tab.evaluate(() => { window.__source.refusal = ''; });
    await mai.tab.click(`${element('notice')} button`);
    const heard = await lan.hearsExactly([mai.name]);
    assert.ok(heard.ok, JSON.stringify(heard));
  });

  test('whose headset is pulled goes on with the phone\'s own microphone', async () => {
    const before = await mai.tab.evaluate(() => window.__source.asked.length);
    await mai.tab.evaluate(() => window.__source.unplug('headset'));
    await mai.sees('another microphone asked for', (many) => window.__source.asked.length > many, before);
    await assertAllHear([lan, mai]);
  });

  test('who stays muted over all that is not unmuted by it', async () => {
    await mai.press('mute');
    await mai.tab.evaluate(() => window.__source.end('audio'));
    const silent = await lan.hearsExactly([]);
    assert.ok(silent.ok, JSON.stringify(silent));
    await mai.press('mute');
    await assertAllHear([lan, mai]);
  });

  test('turns the camera round and back, and the other sees it', async () => {
    const shows = (/** @type {number[]} */ colour) => lan.sees(`the colour ${colour}`, (wanted) => window.__measure.lookNow().some(({ colour: seen }) => seen && Math.hypot(...seen.map((part, index) => part - wanted[index])) < 60), colour);
    await shows(mai.me.colour);
    await mai.press('flip-camera');
    await shows([40, 190, 200]);
    await mai.press('flip-camera');
    await shows(mai.me.colour);
  });

  test('sees how much data the call has used, and that it grows', async () => {
    const used = () => mai.tab.evaluate((css) => Number(document.querySelector(css)?.textContent?.match(/\d+(?:[.,]\d+)?/)?.[0].replace(',', '.') ?? 0), element('data-used'));
    await mai.finds('data-used');
    const before = await used();
    await mai.sees('more', ([css, least]) => Number(document.querySelector(css)?.textContent?.match(/\d+(?:[.,]\d+)?/)?.[0].replace(',', '.') ?? 0) > least, [element('data-used'), before]);
  });

  test('lets the screen sleep after the call', async () => {
    await mai.leave();
    await mai.sees('no wake lock', () => window.__phone.record.wakeLocksHeld === 0);
  });
});

describe('a practitioner whose room somebody enters', () => {
  /** @type {Person} */ let lan;
  /** @type {Person[]} */ let others = [];
  before(async () => {
    const [laptop, phone] = browsers;
    assert(laptop && phone);
    const { people } = await openRoom(server, [[LAN, laptop], [MAI, phone], [TU, phone], [SON, phone]]);
    [lan, ...others] = /** @type {[Person, ...Person[]]} */ (people);
    await lan.join();
    await lan.finds('leave');
  });
  after(() => closeAll([lan, ...others]));

  test('is asked for notifications only by an own tap', async () => {
    assert.equal((await record(lan)).notificationAsked, 0);
    await lan.press('allow-notify');
    assert.equal((await record(lan)).notificationAsked, 1);
    await lan.losesSight('allow-notify');
  });

  test('hears the chime again and again until it is acknowledged, and sees it in the title', async () => {
    const [mai] = /** @type {[Person]} */ (others);
    const title = await lan.tab.evaluate(() => document.title);
    // The practitioner looks at another tab, as one does.
    await lan.tab.evaluate(() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }));
    await mai.join();
    await lan.finds(lan.rowOf(mai));
    await lan.sees('the chime for the second time', () => {
      const [first = 0] = window.__phone.record.chimes;
      // The notes of one chime begin at once; another chime seconds later.
      return window.__phone.record.chimes.some((at) => at - first > 1000);
    });
    assert.notEqual(await lan.tab.evaluate(() => document.title), title);
    assert.match(await lan.tab.evaluate(() => document.title), /1/);
    const { notifications } = await record(lan);
    assert.equal(notifications.length, 1);
    assert.match(notifications[0] ?? '', /^granted: /);
    assert.doesNotMatch(notifications[0] ?? '', /Mai/, 'a notification shows on a locked screen: no names');

    await lan.press('chime-ack');
    const { chimes } = await record(lan);
    await lan.sees('no chime for longer than between two', (before) => {
      window.__quietSince ??= performance.now();
      if (window.__phone.record.chimes.length > before) throw new Error('it chimed after it was acknowledged');
      return performance.now() - window.__quietSince > 5000;
    }, chimes.length);
  });

  test('has everybody who waits on one list, and chimes anew for each', async () => {
    const [mai, tu] = /** @type {[Person, Person]} */ (others);
    const { chimes } = await record(lan);
    await tu.join();
    await lan.finds(lan.rowOf(tu));
    await lan.finds(lan.rowOf(mai));
    await lan.sees('a chime', (before) => window.__phone.record.chimes.length > before, chimes.length);
    assert.match(await lan.tab.evaluate(() => document.title), /2/);
    await lan.press('chime-ack');
  });

  test('has the old title back when nobody waits any more', async () => {
    const [mai, tu] = /** @type {[Person, Person]} */ (others);
    await lan.admits(mai);
    await lan.admits(tu);
    await lan.sees('the plain title', () => !/\d/.test(document.title));
  });
});
