/**
 * Each cause of failure has its own screen with its own words and its own way out; and whoever only looks at a link, a bot
 * of a messenger for one, spends nothing.
 */
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { closeAll, LAN, MAI, openRoom, SON, TU } from '../harness/company.mjs';
import { ADDRESS } from '../harness/namespace.mjs';
import { element, Person } from '../harness/person.mjs';
import { startServer } from '../harness/server.mjs';
import { until } from '../harness/until.mjs';

const ZALO = 'Mozilla/5.0 (Linux; Android 12; SM-A125F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 Zalo android/24010001 ZaloTheme/light ZaloLanguage/vi';
/** The shortest life of a link. */
const SHORTEST_S = 60;

/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser} */ let browser;
/** @type {import('../harness/server.mjs').SeatLink[]} */ let dying = [];
let madeAt = 0;
/** What each cause showed: title and way out. @type {Map<string, {title: string, text: string, ways: string[]}>} */
const shown = new Map();

before(async () => {
  [server, browser] = await Promise.all([startServer(), startChromium()]);
  // Its minute passes while the other stories are told.
  dying = await server.makeRoom([LAN, MAI], { expiresInSeconds: SHORTEST_S });
  madeAt = performance.now();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const cast = castFor([LAN, MAI, SON, TU].map(({ name }) => name));

/** The patient's page at this address. @param {string} url @param {Parameters<typeof Person.open>[4]} [how] */
function openAsMai(url, how) {
  const me = cast[1];
  assert(me);
  return Person.open(browser, me, cast, url, how);
}

/** Reads the failure screen, keeps it under the name of its cause, and closes the page. @param {string} cause @param {Person} person */
async function isTold(cause, person) {
  await person.finds('[role="alert"]');
  const screen = await person.tab.evaluate(() => ({
    title: document.querySelector('h1')?.textContent ?? '',
    text: document.querySelector('main')?.innerText ?? '',
    ways: [...document.querySelectorAll('main button, main a[href]')].filter((one) => one.checkVisibility()).map((one) => /** @type {HTMLElement} */ (one).dataset.testid ?? one.textContent ?? ''),
  }));
  assert.ok(screen.title.length > 0, cause);
  assert.ok(screen.ways.length > 0, `${cause} has a way out`);
  assert.doesNotMatch(screen.text, /\b[45]\d\d\b|Error|undefined|null|_/, `${cause}: no codes on the screen`);
  shown.set(cause, screen);
  return screen;
}

/** A page whose join ends on a failure screen. @param {string} cause @param {Person} person */
async function fails(cause, person) {
  // The first look at the link may refuse it while the finger is on its way.
  await person.tab.evaluate((join) => /** @type {HTMLElement | null} */ (document.querySelector(join))?.click(), element('join'));
  const screen = await isTold(cause, person);
  await person.tab.close();
  return screen;
}

describe('what keeps a person out says so', () => {
  for (const [cause, refusal] of [['refused', 'NotAllowedError'], ['no microphone', 'NotFoundError'], ['busy', 'NotReadableError']]) {
    test(`${cause}: and another try leads in`, async () => {
      const [, link] = await server.makeRoom([LAN, MAI]);
      const mai = await openAsMai(link?.url ?? '');
      await mai.tab.evaluate((name) => { window.__source.refusal = name; }, refusal);
      await mai.press('join');
      const { ways } = await isTold(cause ?? '', mai);
      assert.deepEqual(ways, ['again']);
      await mai.tab.evaluate(() => { window.__source.refusal = ''; });
      await mai.press('again');
      await mai.waits();
      await mai.tab.close();
    });
  }

  test('a page without https', async () => {
    const [, link] = await server.makeRoom([LAN, MAI]);
    const { port } = new URL(server.origin);
    const pages = createServer((from, to) => {
      from.pipe(request({ port, host: '127.0.0.1', path: from.url, method: from.method, headers: from.headers }, (answer) => {
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(to);
      }));
    });
    await new Promise((done) => { pages.listen(0, ADDRESS, () => done(undefined)); });
    const { port: own } = /** @type {import('node:net').AddressInfo} */ (pages.address());
    const { ways } = await fails('insecure', await openAsMai(`http://${ADDRESS}:${own}/#${link?.url.split('#')[1]}`));
    assert.deepEqual(ways, ['openSafe']);
    pages.closeAllConnections();
    pages.close();
  });

  test('a browser inside another app, which gives no microphone', async () => {
    const [, link] = await server.makeRoom([LAN, MAI]);
    const mai = await openAsMai(link?.url ?? '', { userAgent: ZALO });
    await mai.tab.evaluate(() => { window.__source.refusal = 'NotAllowedError'; });
    const { ways } = await fails('in-app', mai);
    assert.ok(ways.includes('openBrowser') && ways.length === 2, `open in a browser, or copy the link: ${ways}`);
  });

  test('a browser that is too old', async () => {
    const [, link] = await server.makeRoom([LAN, MAI]);
    const { ways } = await fails('old browser', await openAsMai(link?.url ?? '', { without: ['RTCPeerConnection'] }));
    assert.deepEqual(ways, ['copyLink']);
  });

  test('a link that nobody knows', async () => {
    await fails('unknown', await openAsMai(`${server.origin}/#${'A'.repeat(22)}`));
  });

  test('a link that the clinic took back', async () => {
    const links = await server.makeRoom([LAN, MAI]);
    const mais = links[1];
    assert(mais);
    const { status } = await server.ask('DELETE', `/v1/rooms/${mais.room}/seats/${mais.seat}/link`);
    assert.equal(status, 204);
    await fails('revoked', await openAsMai(mais.url));
  });

  test('a link that was replaced, and the new one works', async () => {
    const links = await server.makeRoom([LAN, MAI]);
    const mais = links[1];
    assert(mais);
    const { status, text } = await server.ask('POST', `/v1/rooms/${mais.room}/seats/${mais.seat}/link`, {});
    assert.equal(status, 201, text);
    await fails('revoked', await openAsMai(mais.url));
    const mai = await openAsMai(`${server.origin}/#${JSON.parse(text).link}`);
    await mai.join();
    await mai.waits();
    await mai.tab.close();
  });

  test('put out, turned away, locked out, one too many', async () => {
    const { people, links } = await openRoom(server, [[LAN, browser], [MAI, browser], [SON, browser], [TU, browser]]);
    const [lan, mai, son, tu] = /** @type {[Person, Person, Person, Person]} */ (people);
    await lan.join();
    await son.join();
    await mai.joinThrough(lan);
    await tu.join();
    await tu.waits();
    await lan.admits(tu);
    await lan.finds('notice');
    assert.ok(await tu.has('waiting'), 'three are in: the fourth goes on waiting');
    await lan.decides('deny', tu);
    await tu.losesSight('waiting');
    await tu.tab.open('about:blank');
    await tu.tab.open(links[3]?.url ?? '');
    await fails('denied', tu);
    await lan.doesTo('remove', mai);
    await mai.losesSight('leave');
    await mai.tab.open('about:blank');
    await mai.tab.open(links[1]?.url ?? '');
    await fails('removed', mai);
    await closeAll([lan, son]);

    const other = await openRoom(server, [[LAN, browser], [MAI, browser]]);
    const [leads, late] = /** @type {[Person, Person]} */ (other.people);
    await leads.join();
    await leads.opensPeople();
    await leads.press('lock');
    await leads.finds(`${element('lock')}[aria-pressed="true"]`);
    await fails('locked', late);
    await leads.press('end');
    await leads.press('end-yes');
    await leads.losesSight('leave');
    await leads.tab.close();
    await fails('ended', await openAsMai(other.links[1]?.url ?? ''));
  });

  test('the seat taken over elsewhere', async () => {
    const [, link] = await server.makeRoom([LAN, MAI]);
    const first = await openAsMai(link?.url ?? '');
    await first.join();
    await first.waits();
    const second = await openAsMai(link?.url ?? '');
    await second.press('join');
    await second.finds('takeover-yes');
    await isTold('seat taken', second);
    await second.press('takeover-yes');
    await second.waits();
    await first.finds('enter-again');
    await closeAll([first, second]);
  });
});

describe('who only looks at a link spends nothing', () => {
  test('neither a messenger\'s bot nor the page\'s own first look', async () => {
    const links = await server.makeRoom([LAN, MAI]);
    const mais = links[1];
    assert(mais);
    const bots = ['facebookexternalhit/1.1', 'WhatsApp/2.23.20.0', 'TelegramBot (like TwitterBot)', 'Mozilla/5.0 (compatible; ZaloBot/1.0)', 'Slackbot-LinkExpanding 1.0'];
    for (const bot of bots) {
      const { status, text } = await server.ask('GET', '/', undefined, { 'user-agent': bot, authorization: '' });
      assert.equal(status, 200);
      assert.ok(!text.includes(MAI.name), 'the page behind a link names nobody');
    }
    const token = mais.url.split('#')[1];
    for (let times = 0; times < 3; times += 1) {
      const { status, text } = await server.ask('POST', '/v1/invitation', { version: 1, link: token }, { authorization: '' });
      assert.equal(status, 200, text);
      const { you, practitioners, taken } = JSON.parse(text);
      assert.deepEqual({ you, practitioners, taken }, { you: { name: MAI.name, role: MAI.role }, practitioners: [LAN.name], taken: false });
    }
    const mai = await openAsMai(mais.url);
    await mai.join();
    await mai.waits();
    await mai.tab.close();
  });
});

describe('in the end', () => {
  test('a link whose time is over', async () => {
    await until('the link to die', () => performance.now() - madeAt > SHORTEST_S * 1000 + 500, SHORTEST_S * 1000);
    await fails('expired', await openAsMai(dying[1]?.url ?? ''));
  });

  test('a server that is away, before and during', async () => {
    const { people } = await openRoom(server, [[LAN, browser], [MAI, browser]]);
    const [lan, mai] = /** @type {[Person, Person]} */ (people);
    await lan.join();
    await lan.finds('leave');
    await server.kill();
    await fails('server away', mai);
    await lan.sees('words about it', (status) => document.querySelector(status) !== null && window.nhipcau?.peer?.connectionState !== 'connected', element('status'));
    await lan.tab.close();
  });

  test('no two causes share their words', () => {
    const titles = [...shown].map(([cause, { text }]) => ({ cause, text }));
    for (const one of titles) {
      for (const other of titles) {
        if (one.cause < other.cause) assert.notEqual(one.text, other.text, `${one.cause} and ${other.cause}`);
      }
    }
    assert.equal(shown.size, 15);
  });
});
