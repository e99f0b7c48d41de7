/**
 * Takes a picture of every state of the staff's pages, on a small phone and on a laptop, in light and in dark, into
 * target/screens/clinic. Each state is reached as a person would reach it, in a clinic that never was.
 *
 *   node clinic-screens.mjs            everything
 *   node clinic-screens.mjs WORD…      only the states whose name contains one of the words
 *
 * LANGUAGES=vi,en,ko has them in more than Vietnamese.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChromium } from './harness/browsers.mjs';
import { tourOfTheClinic } from './harness/clinictour.mjs';
import { ROOT } from './harness/server.mjs';

const SIZES = /** @type {const} */ ([[360, 640], [1280, 800]]);
const FOLDER = join(ROOT, 'target', 'screens', 'clinic');
const WORDS = process.argv.slice(2);
const LANGUAGES = (process.env.LANGUAGES ?? 'vi').split(',');

if (WORDS.length === 0) rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const browser = await startChromium();
let taken = 0;

try {
  for (const [language, dark] of LANGUAGES.flatMap((one) => /** @type {[string, boolean][]} */ ([[one, false], [one, true]]))) {
    let number = 0;
    await tourOfTheClinic({ browser, language, dark }, async (name, tab) => {
      number += 1;
      if (WORDS.length > 0 && !WORDS.some((word) => name.includes(word))) return;
      for (const [width, height] of SIZES) {
        await tab.resize(width, height);
        // Two refreshes: the first lays out the new size, the second has painted it.
        await tab.evaluate(() => new Promise((next) => { requestAnimationFrame(() => requestAnimationFrame(next)); }));
        const file = `${String(number).padStart(2, '0')}-${name.replaceAll(' ', '-')}-${width}x${height}-${language}-${dark ? 'dark' : 'light'}.png`;
        await tab.picture(join(FOLDER, file));
        taken += 1;
      }
    });
  }
  console.log(`${taken} pictures in ${FOLDER}`);
} finally {
  await browser.close();
}
