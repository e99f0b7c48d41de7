/**
 * The waiting room: who comes waits, the practitioner sees it, and until the practitioner lets somebody in, not one packet
 * of voice or picture passes anywhere. Packets are counted at every end: both browsers and the server.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { assertAllHear, closeAll, LAN, MAI, openRoom, TU } from '../harness/company.mjs';
import { element, Person } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { startServer } from '../harness/server.mjs';
import { staysSame, until } from '../harness/until.mjs';

/** Long enough for a page that means to send to have sent hundreds of packets. */
const WAIT_MS = 4000;
/** What was on its way when somebody was put out arrives within this. */
const IN_FLIGHT_MS = 500;
const QUIET_MS = 2000;

/** @type {import('../harness/server.mjs').Server} */ let server;
/** The practitioner's, and everybody else's, where sound needs a tap as on a phone. */
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  [server, ...browsers] = await Promise.all([startServer(), startChromium(), startChromium({ strictAutoplay: true })]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** Packets of voice and picture at these pages. @param {Person[]} people */
const packetsAt = (people) => Promise.all(people.map(async (person) => {
  const { sent, received } = await person.packets();
  return { who: person.name, sent, received };
}));

/** Packets of voice and picture that the server passed on so far, in every room. */
async function passedOn() {
  const [voice, video] = await Promise.all(['voice', 'video'].map((kind) => server.metric(`nhipcau_media_${kind}_forwarded_total`)));
  return { voice, video };
}

/** A page in a fresh tab, as somebody who opens the link once more. @param {Person} person @param {string} url */
const openAgain = (person, url) => {
  const browser = browsers[1];
  assert(browser);
  return Person.open(browser, person.me, [person.me], url);
};

describe('a patient comes', () => {
  /** @type {Person} */ let lan;
  /** @type {Person} */ let mai;
  /** @type {string} */ let maisLink;
  before(async () => {
    const [first, second] = browsers;
    assert(first && second);
    const { people, links } = await openRoom(server, [[LAN, first], [MAI, second]]);
    [lan, mai] = /** @type {[Person, Person]} */ (people);
    maisLink = links[1]?.url ?? '';
    await lan.join();
  });
  after(() => closeAll([lan, mai]));

  test('with a browser that plays no sound before a tap', async () => {
    // Otherwise that the voice plays later would prove nothing.
    const refusal = await mai.tab.evaluate(async () => {
      const player = document.createElement('audio');
      player.srcObject = new AudioContext().createMediaStreamDestination().stream;
      return player.play().then(() => 'it plays', ({ name }) => name);
    });
    assert.equal(refusal, 'NotAllowedError');
  });

  test('and waits, which the practitioner sees: who, and since when', async () => {
    await mai.join();
    await mai.waits();
    await lan.finds(lan.rowOf(mai));
    const row = await lan.tab.evaluate((css) => document.querySelector(css)?.textContent, lan.rowOf(mai));
    assert.match(row ?? '', /Bác Mai/);
    await lan.sees('since when', (css) => /\d+:\d\d|\d+ phút|vừa/.test(document.querySelector(css)?.textContent ?? ''), lan.rowOf(mai));
  });

  test('the own level moves, so the microphone is heard on the own page', async () => {
    await mai.sees('the own level', (css) => Number(/** @type {HTMLElement | null} */ (document.querySelector(css))?.dataset.bars ?? 0) > 0, element('level'));
  });

  test(`not one packet passes for ${WAIT_MS / 1000} s, though the transport stands`, async () => {
    await mai.sees('a warm transport', () => window.nhipcau?.peer?.connectionState === 'connected');
    const [atLan, atMai] = await staysSame('what passed', () => packetsAt([lan, mai]), WAIT_MS);
    assert.deepEqual(atMai, { who: mai.name, sent: 0, received: 0 });
    assert.equal(atLan?.received, 0);
    assert.deepEqual(await passedOn(), { voice: 0, video: 0 });
  });

  test('"one minute" reaches the patient in words', async () => {
    const before = await mai.words();
    await lan.decides('hold', mai);
    await mai.finds(`${element('waiting')}[data-held="true"]`);
    assert.notEqual(await mai.words(), before);
    await lan.finds(lan.rowOf(mai));
  });

  test('let in, the voice goes both ways without another tap of the patient', async () => {
    await mai.tab.evaluate(() => window.__measure.timeVoice());
    await lan.admits(mai);
    await mai.connected();
    await assertAllHear([lan, mai]);
    report({ 'admit to first voice at the patient, ms': Math.round(await mai.tab.evaluate(() => window.__measure.voiceTimed())) });
    const ends = await packetsAt([lan, mai]);
    for (const end of ends) assert.ok(end.sent > 0 && end.received > 0, JSON.stringify(ends));
    assert.ok((await passedOn()).voice > 0);
    await lan.losesSight(lan.rowOf(mai));
  });

  test('put out, nothing of the patient comes and nothing goes there any more', async () => {
    await lan.doesTo('remove', mai);
    await mai.sees('no peer any more', () => window.__measure.livingPeers() === 0);
    const removedAt = performance.now();
    await until('what was in flight to arrive', () => performance.now() - removedAt > IN_FLIGHT_MS, 5000);
    // Bytes, not packets, at the practitioner: the server fills up empty packets to learn what the link carries.
    await staysSame('what passed after the removal', async () => {
      const { sent, bytesReceived } = await lan.packets();
      return { sent, bytesReceived, peersOfThePatient: (await mai.packets()).peers, ...await passedOn() };
    }, QUIET_MS);
    const silent = await lan.hearsExactly([]);
    assert.ok(silent.ok, JSON.stringify(silent));
    await mai.finds('[role="alert"], h1');
  });

  test('the link is refused from then on, in words, on every page', async () => {
    const again = await openAgain(mai, maisLink);
    await again.finds('[role="alert"]');
    assert.doesNotMatch(await again.words(), /\b4\d\d\b|removed|undefined/);
    assert.equal(await again.has('join'), false);
    await again.tab.close();
  });

  test('let in again, for it was a mistake, the patient is back by the same link without waiting', async () => {
    await lan.doesTo('admit-again', mai);
    await mai.tab.close();
    mai = await openAgain(mai, maisLink);
    await mai.join();
    await mai.connected();
    const heard = await lan.hearsExactly([mai.name]);
    assert.ok(heard.ok, JSON.stringify(heard));
  });
});

describe('several come', () => {
  /** @type {Person[]} */ let people = [];
  /** @type {string} */ let tusLink;
  before(async () => {
    const [first, second] = browsers;
    assert(first && second);
    const { people: all, links } = await openRoom(server, [[LAN, first], [MAI, second], [TU, second], [{ name: 'Em Hà', role: 'observer' }, second]]);
    people = all;
    tusLink = links[2]?.url ?? '';
  });
  after(() => closeAll(people));

  test('all who wait are on one list, in the order in which they came', async () => {
    const [lan, mai, tu, ha] = /** @type {[Person, Person, Person, Person]} */ (people);
    // The practitioner may come last: waiting needs nobody.
    for (const person of [tu, mai, ha]) {
      await person.join();
      await person.waits();
    }
    await lan.join();
    await lan.sees('three who wait, in order', ([css, wanted]) => JSON.stringify([...document.querySelectorAll(css)].map((row) => /** @type {HTMLElement} */ (row).dataset.seat)) === wanted,
      [element('waiting-person'), JSON.stringify([tu, mai, ha].map((person) => String(person.seat)))]);
    await mai.finds(`${element('waiting')}[data-ahead="1"]`);
    await ha.finds(`${element('waiting')}[data-ahead="2"]`);
  });

  test('who waits sees nobody else who waits', async () => {
    const [lan, mai, tu, ha] = /** @type {[Person, Person, Person, Person]} */ (people);
    for (const [person, others] of /** @type {[Person, Person[]][]} */ ([[mai, [tu, ha]], [tu, [mai, ha]]])) {
      const told = await person.tab.evaluate(() => `${document.body.innerText} ${window.__measure.told.join(' ')}`);
      assert.ok(told.includes(lan.name), `${person.name} knows who leads`);
      for (const other of others) assert.ok(!told.includes(other.name), `${person.name} knows of ${other.name}`);
    }
  });

  test('turned away, a person reads so, and the link is refused', async () => {
    const [lan, , tu] = /** @type {[Person, Person, Person]} */ (people);
    const ends = await packetsAt(people.slice(1));
    assert.deepEqual(ends, people.slice(1).map((person) => ({ who: person.name, sent: 0, received: 0 })));
    assert.equal((await lan.packets()).received, 0);
    await lan.decides('deny', tu);
    await lan.losesSight(lan.rowOf(tu));
    await tu.sees('the words for it', (waiting) => document.querySelector(waiting) === null && document.querySelector('h1') !== null, element('waiting'));
    assert.equal(await tu.tab.evaluate(() => window.__measure.livingPeers()), 0);
    const again = await openAgain(tu, tusLink);
    await again.finds('[role="alert"]');
    await again.tab.close();
  });

  test('those behind move up', async () => {
    const [, mai, , ha] = /** @type {[Person, Person, Person, Person]} */ (people);
    await mai.finds(`${element('waiting')}[data-ahead="0"]`);
    await ha.finds(`${element('waiting')}[data-ahead="1"]`);
  });

  test('an observer who is let in is on everybody\'s list', async () => {
    const [lan, mai, , ha] = /** @type {[Person, Person, Person, Person]} */ (people);
    await lan.admits(mai);
    await mai.connected();
    await lan.admits(ha);
    for (const person of [lan, mai]) {
      await person.opensPeople();
      await person.finds(`${person.lineOf(ha)}[data-admission="admitted"]`);
    }
  });
});
