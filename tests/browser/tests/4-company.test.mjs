/** What changes when somebody comes, is silent or writes: sending pauses alone, mute and chat reach the other. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { element, Person } from '../harness/person.mjs';
import { startServer } from '../harness/server.mjs';

/** @type {Awaited<ReturnType<typeof startServer>>} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  server = await startServer();
  browsers = await Promise.all([startChromium(), startFirefox()]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

const PEOPLE = [{ name: 'Bác sĩ Lan', role: 'practitioner' }, { name: 'Bác Mai', role: 'patient' }];

/** Two people with their pages open, not yet joined. @param {[number, number]} seating which browser each uses */
async function openTwo(seating) {
  const links = await server.makeRoom(PEOPLE);
  const cast = castFor(links.map((link) => link.name));
  return Promise.all(links.map((link, index) => {
    const browser = browsers[seating[index] ?? 0];
    const me = cast[index];
    assert(browser && me);
    return Person.open(browser, me, cast, link.url);
  }));
}

for (const [kind, seating] of /** @type {[string, [number, number]][]} */ ([['Chromium', [0, 1]], ['Firefox', [1, 0]]])) {
  describe(`a person in ${kind}`, () => {
    /** @type {Person} */ let first;
    /** @type {Person} */ let second;
    before(async () => {
      [first, second] = /** @type {[Person, Person]} */ (await openTwo(seating));
    });
    after(() => Promise.all([first, second].map((person) => person?.tab.close())));

    test('sends nothing while alone', async () => {
      await first.join();
      const alone = await first.isQuietFor(1000);
      assert.ok(alone.ok, JSON.stringify(alone));
    });

    test('sends once somebody comes, and is heard and seen', async () => {
      await second.joinThrough(first);
      const [heard, seen, back] = await Promise.all([second.hearsExactly([first.name]), second.seesExactly([first.name]), first.hearsExactly([second.name])]);
      assert.ok(heard.ok && seen.ok && back.ok, JSON.stringify({ heard, seen, back, words: await second.words() }));
    });

    test('is silent to the other after pressing mute, and the other is told', async () => {
      await first.press('mute');
      const silent = await second.hearsExactly([]);
      assert.ok(silent.ok, JSON.stringify(silent));
      await second.sees('that the other is muted', (tile) => document.querySelector(`${tile} .muted`) !== null, element('tile'));
      await first.press('mute');
      await second.sees('that the other speaks again', (tile) => !document.querySelector(`${tile} .muted`), element('tile'));
      const heard = await second.hearsExactly([first.name]);
      assert.ok(heard.ok, JSON.stringify(heard));
    });

    test('writes, and both see it once', async () => {
      const text = 'Bác nghe rõ không ạ?';
      await first.write(text);
      await second.press('chat');
      for (const person of [first, second]) {
        await person.sees('the message', ([selector, words]) => [...document.querySelectorAll(selector)].filter((one) => one.textContent?.includes(words)).length === 1, [element('chat-message'), text]);
      }
    });

    test('sends nothing again, and shows no picture, once the other has closed the page', async () => {
      await second.tab.open('about:blank');
      await first.sees('no picture any more', (live) => document.querySelector(live) === null, `${element('tile')}[data-state="live"]`);
      const alone = await first.isQuietFor(1000);
      assert.ok(alone.ok, JSON.stringify(alone));
    });
  });
}
