/**
 * Takes a picture of every state of the page, on a small phone and on a laptop, into target/screens, and the picture
 * of a call that the README shows into docs/images/call.png. Each state is reached as a person would reach it.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChromium } from './harness/browsers.mjs';
import { castFor } from './harness/cast.mjs';
import { element, Person } from './harness/person.mjs';
import { ROOT, startServer } from './harness/server.mjs';

const SIZES = /** @type {const} */ ([[360, 640], [1280, 800]]);
const FOLDER = join(ROOT, 'target', 'screens');
const PEOPLE = [
  { name: 'Bác sĩ Lan', role: 'practitioner' },
  { name: 'Bác Mai', role: 'patient' },
  { name: 'Anh Sơn', role: 'interpreter' },
  { name: 'Cô Tú', role: 'companion' },
];

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
let server = await startServer();
const browser = await startChromium();
const cast = castFor(PEOPLE.map((person) => person.name));
let taken = 0;

/** @param {string} url @param {number} who */
function open(url, who = 0) {
  const me = cast[who];
  if (!me) throw new Error(`nobody has number ${who}`);
  return Person.open(browser, me, cast, url, { portrait: true });
}

/** Pictures of one state in both sizes. @param {string} name @param {Person} person @param {string} [waitFor] a selector that must be there */
async function take(name, person, waitFor) {
  for (const [width, height] of SIZES) {
    await person.tab.resize(width, height);
    if (waitFor) await person.sees(waitFor, (selector) => document.querySelector(selector) !== null, waitFor);
    // Two refreshes: the first lays out the new size, the second has painted it.
    await person.tab.evaluate(() => new Promise((next) => { requestAnimationFrame(() => requestAnimationFrame(next)); }));
    await person.tab.picture(join(FOLDER, `${name}-${width}x${height}.png`));
    taken += 1;
  }
}

/** A room of the first `count` people of whom all but the first are in the call; the first has the page open. @param {number} count */
async function roomOf(count) {
  const links = await server.makeRoom(PEOPLE.slice(0, Math.max(2, count)));
  const people = [];
  for (const [index, link] of links.slice(0, count).entries()) people.push(await open(link.url, index));
  for (const person of people.slice(1)) await person.join();
  return people;
}

/** @param {Person[]} people */
const close = (people) => Promise.all(people.map((person) => person.tab.close()));

/** The call screen with `count` pictures of others on it. @param {Person} person @param {number} count */
async function showsOthers(person, count) {
  await person.sees(`${count} others`, (wanted) => {
    const shown = window.__measure.slots().filter((slot) => slot.state === 'live' && slot.picture.videoWidth > 0);
    return shown.length === wanted && document.querySelector('[data-testid="leave"]') !== null;
  }, count);
}

try {
  { // Before the call.
    const [me] = await roomOf(1);
    await take('01-landing', me, element('join'));
    await me.tab.evaluate(() => { window.__source.isUndecided = true; });
    await me.press('join');
    await me.sees('the question for camera and microphone', (selector) => !document.querySelector(selector), element('join'));
    await take('02-asking', me);
    await close([me]);
    for (const [language, name] of [['en', '03-landing-english'], ['ko', '04-landing-korean']]) {
      const [reader] = await server.makeRoom(PEOPLE.slice(0, 2));
      const person = await open(reader.url.replace('/#', `/?lang=${language}#`));
      await person.sees('the language', (code) => document.documentElement.lang === code, language);
      await take(name, person, element('join'));
      await close([person]);
    }
  }

  // What can go wrong before the call, each with its own way out.
  for (const [refusal, name] of [['NotAllowedError', '10-refused'], ['NotFoundError', '11-no-microphone'], ['NotReadableError', '12-busy']]) {
    const [me] = await roomOf(1);
    await me.tab.evaluate((error) => { window.__source.refusal = error; }, refusal);
    await me.press('join');
    await take(name, me, '[role="alert"]');
    await close([me]);
  }
  {
    const person = await open(`${server.origin}/#${'A'.repeat(22)}`);
    await person.press('join');
    await take('13-link-unknown', person, '[role="alert"]');
    await close([person]);
    const links = await server.makeRoom(PEOPLE);
    const people = [];
    for (const [index, link] of links.entries()) people.push(await open(link.url, index));
    for (const one of people.slice(0, 3)) await one.join();
    const fourth = /** @type {Person} */ (people[3]);
    await fourth.press('join');
    await take('14-room-full', fourth, '[role="alert"]');
    await close(people);
  }

  { // In the call.
    const [me] = await roomOf(1);
    await me.join();
    await me.sees('the whole page', (selector) => document.querySelector(selector) !== null, element('leave'));
    await take('20-alone', me);
    await close([me]);

    const two = await roomOf(2);
    await two[0].join();
    await showsOthers(two[0], 1);
    await take('21-two', two[0]);
    await two[1].press('camera');
    await two[1].press('mute');
    await two[0].press('mute');
    await two[0].press('camera');
    await two[0].sees('the other muted and without a picture', (tile) => document.querySelector(`${tile}[data-state="blank"] .muted`) !== null, element('tile'));
    await take('22-muted-and-no-cameras', two[0]);
    await close(two);

    const three = await roomOf(3);
    const [me3, other, third] = three;
    await me3.join();
    await showsOthers(me3, 2);
    await take('23-three', me3);
    await me3.tab.resize(1280, 800);
    // The encoder paints a new size roughly at first and mends it over the next frames.
    await me3.sees('both others sharply for a while', () => {
      const pictures = window.__measure.slots().map((slot) => slot.picture);
      window.__sharpSince ??= pictures.map(() => Infinity);
      window.__sharpSince = pictures.map((picture, index) => {
        if (picture.videoWidth < 1280) return Infinity;
        return Math.min(window.__sharpSince[index], picture.getVideoPlaybackQuality().totalVideoFrames);
      });
      return pictures.every((picture, index) => picture.getVideoPlaybackQuality().totalVideoFrames - window.__sharpSince[index] > 60);
    });
    await me3.tab.picture(join(ROOT, 'docs', 'images', 'call.png'));
    await other.write('Bác bị ho ba hôm nay, đêm ho nhiều hơn.');
    await me3.write('Bác có sốt không ạ?');
    await me3.sees('both messages', (selector) => document.querySelectorAll(selector).length === 2, element('chat-message'));
    await take('24-chat', me3);
    await me3.press('leave');
    await take('25-leaving', me3, element('leave-yes'));
    await me3.press('leave-yes');
    await take('26-left', me3, element('enter-again'));

    // The same seat opened somewhere else.
    const again = await open(await third.tab.evaluate(() => location.href), 2);
    await again.join();
    await take('27-taken-over', third, element('enter-again'));
    await close([again, third]);

    // The server goes away in the middle of a call.
    await server.kill();
    await other.sees('the lost connection', () => window.nhipcau?.peer?.connectionState !== 'connected');
    await take('28-connection-lost', other);
    await close([me3, other]);
  }
  console.log(`${taken} pictures in ${FOLDER}`);
} finally {
  await browser.close();
  await server.stop();
}
