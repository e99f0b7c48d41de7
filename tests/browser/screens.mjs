/**
 * Takes a picture of every state of the page, on a small phone and on a laptop, in light and in dark, into target/screens,
 * and the picture of a call that the README shows into docs/images/call.png. Each state is reached as a person would reach
 * it: by the tour that the tests for everybody take too, and here by what only a picture can judge.
 *
 *   node run.mjs screens            everything
 *   node run.mjs screens WORD…      only the states whose name contains one of the words
 *
 * LANGUAGES=vi,en,ko has them in more than Vietnamese.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChromium } from './harness/browsers.mjs';
import { bringIn, closeAll, LAN, MAI, openRoom, SON } from './harness/company.mjs';
import { element } from './harness/person.mjs';
import { ROOT, startServer } from './harness/server.mjs';
import { tourOfStates } from './harness/states.mjs';

/** @typedef {import('./harness/person.mjs').Person} Person */

const SIZES = /** @type {const} */ ([[360, 640], [1280, 800]]);
const FOLDER = join(ROOT, 'target', 'screens');
const WORDS = process.argv.slice(2);
const LANGUAGES = (process.env.LANGUAGES ?? 'vi').split(',');

if (WORDS.length === 0) rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
const server = await startServer();
const browser = await startChromium();
let taken = 0;

/** Pictures of one state in both sizes. @param {string} scheme */
function photographer(scheme) {
  let number = 0;
  return async (/** @type {string} */ name, /** @type {Person} */ person) => {
    number += 1;
    if (WORDS.length > 0 && !WORDS.some((word) => name.includes(word))) return;
    const words = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    for (const [width, height] of SIZES) {
      await person.tab.resize(width, height);
      // Two refreshes: the first lays out the new size, the second has painted it.
      await person.tab.evaluate(() => new Promise((next) => { requestAnimationFrame(() => requestAnimationFrame(next)); }));
      await person.tab.picture(join(FOLDER, `${String(number).padStart(2, '0')}-${words}-${width}x${height}-${scheme}.png`));
      taken += 1;
    }
  };
}

/** Nobody moves from these states by pressing, so that no tour passes by. @param {boolean} dark @param {ReturnType<typeof photographer>} visit */
async function lostAndTaken(dark, visit) {
  const how = { dark, portrait: true };
  const { people, links } = await openRoom(server, [[LAN, browser, how], [MAI, browser, how], [SON, browser, how]]);
  const [lan, mai, son] = /** @type {[Person, Person, Person]} */ (people);
  await bringIn([lan, mai, son], links);
  await lan.sees('two others', (css) => document.querySelectorAll(css).length === 2, element('tile'));
  // The same seat opened somewhere else.
  const other = son.in(await son.tab.duplicate());
  await other.sees('a question or the first screen', (css) => document.querySelector(css) !== null, `${element('join')}, ${element('takeover-yes')}`);
  if (await other.has('join')) await other.press('join');
  await other.finds('takeover-yes');
  await visit('may the other device have the seat', other);
  await other.press('takeover-yes');
  await son.finds('enter-again');
  await visit('taken over', son);
  await closeAll([son, other]);
  await server.kill();
  await mai.sees('the lost connection', () => document.querySelector('[data-link="rejoining"], [data-link="unsteady"]') !== null);
  await visit('connection lost', mai);
  await closeAll([lan, mai]);
  await server.startAgain();
}

async function takeForTheReadme() {
  const how = { portrait: true };
  const { people, links } = await openRoom(server, [[LAN, browser, how], [MAI, browser, how], [SON, browser, how]]);
  await bringIn(people, links);
  const [person] = /** @type {[Person]} */ (people);
  await person.tab.resize(1280, 800);
  // The encoder paints a new size roughly at first and mends it over the next frames.
  await person.sees('both others sharply for a while', () => {
    const pictures = window.__measure.slots().map((slot) => slot.picture);
    if (pictures.length < 2 || pictures.some((picture) => !picture)) return false;
    window.__sharpSince ??= pictures.map(() => Infinity);
    window.__sharpSince = pictures.map((picture, index) => {
      if (!picture || picture.videoWidth < 1280) return Infinity;
      return Math.min(window.__sharpSince[index], picture.getVideoPlaybackQuality().totalVideoFrames);
    });
    return pictures.every((picture, index) => picture.getVideoPlaybackQuality().totalVideoFrames - window.__sharpSince[index] > 60);
  });
  await person.tab.picture(join(ROOT, 'docs', 'images', 'call.png'));
  await closeAll(people);
}

try {
  for (const [language, dark] of LANGUAGES.flatMap((one) => /** @type {[string, boolean][]} */ ([[one, false], [one, true]]))) {
    const visit = photographer(`${language}-${dark ? 'dark' : 'light'}`);
    await tourOfStates({ server, browser, language, dark, portrait: true }, visit);
    if (language === 'vi') await lostAndTaken(dark, visit);
  }
  console.log(`${taken} pictures in ${FOLDER}`);
  // A machine that is busy with other things encodes no sharp picture: then the old one stays, and that is said.
  if (WORDS.length === 0) await takeForTheReadme().catch((error) => console.error(`docs/images/call.png stays as it was: ${error}`));
} finally {
  await browser.close();
  await server.stop();
}
