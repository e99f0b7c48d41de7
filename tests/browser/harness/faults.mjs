/** What is wrong with a page for somebody who sees it on another screen, or hears it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findMisfits } from '../in-page/fits.mjs';
import { sayAsBefore, sayInPlaceOfPictures } from '../in-page/faceless.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const PHONE = /** @type {const} */ ([360, 640]);
export const LAPTOP = /** @type {const} */ ([1280, 800]);

/** @typedef {import('./browsers.mjs').Tab} Tab */

/** What axe finds serious or critical, one line each. @param {Tab} tab @returns {Promise<string[]>} */
export async function barriers(tab) {
  // By evaluation and not as a script element, which the page's own security policy would refuse.
  if (!await tab.evaluate(() => 'axe' in window)) await tab.evaluate((source) => { (0, eval)(source); }, AXE);
  return tab.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')}`));
  });
}

/** What a tile says in place of a picture, in the page's language; nothing where there is no tile. @param {Tab} tab */
async function reasons(tab) {
  const [language, tiles] = await tab.evaluate(() => /** @type {const} */ ([document.documentElement.lang, document.querySelectorAll('.tile').length]));
  if (tiles === 0) return [];
  const words = readFileSync(new URL(`../../../web-client/src/i18n/${language}.ts`, import.meta.url), 'utf8');
  return ['theirCameraOff', 'pictureComing', 'theirPictureRests', 'theirLinkAway', 'theirLinkLost'].map((key) => new RegExp(`^\\s*${key}: '(.+)',$`, 'm').exec(words)?.[1] ?? assert.fail(`${language} has no ${key}`));
}

/**
 * Everything wrong with this state: texts at each of the sizes, barriers at the last of them.
 * @param {Tab} tab @param {string} name of the state @param {(readonly [number, number])[]} sizes @returns {Promise<string[]>}
 */
export async function faultsOf(tab, name, sizes) {
  const found = [];
  for (const size of sizes) {
    await tab.resize(...size);
    // Two refreshes: the first lays out the new size, the second has painted it.
    await tab.evaluate(() => new Promise((next) => { requestAnimationFrame(() => requestAnimationFrame(next)); }));
    const misfits = await tab.evaluate(findMisfits);
    // A picture rests when the network says so, which no test waits for: each reason is looked at in every state.
    for (const reason of await reasons(tab)) {
      await tab.evaluate(sayInPlaceOfPictures, reason);
      misfits.push(...await tab.evaluate(findMisfits));
      await tab.evaluate(sayAsBefore);
    }
    found.push(...misfits.map((fault) => `${name}, ${size.join('×')}: ${fault}`));
  }
  found.push(...(await barriers(tab)).map((fault) => `${name}: ${fault}`));
  return found;
}
