/** One person of a test: a browser tab with the person's own tone and colour, and words for what they do and notice. */
import { BEEP_HZ } from './cast.mjs';
import { until } from './until.mjs';
import { installEars } from '../in-page/ears.mjs';
import { installEyes } from '../in-page/eyes.mjs';
import { installSlots } from '../in-page/slots.mjs';
import { installSource } from '../in-page/source.mjs';
import { installWire } from '../in-page/wire.mjs';

/** @typedef {import('./cast.mjs').Person} CastPerson */

/** @param {string} name of a data-testid */
export const element = (name) => `[data-testid="${name}"]`;

/** How long anything about a call may take before it counts as broken. */
const CALL_LIMIT_MS = 30_000;

export class Person {
  /** @param {import('./browsers.mjs').Tab} tab @param {CastPerson} me */
  constructor(tab, me) {
    this.tab = tab;
    this.me = me;
    this.name = me.name;
  }

  /**
   * Opens `url` as this person. `cast` is everybody whose tone and colour can be told apart.
   * @param {import('./browsers.mjs').Browser} browser @param {CastPerson} me @param {CastPerson[]} cast @param {string} url
   * @param {{portrait?: boolean}} [how]
   */
  static async open(browser, me, cast, url, { portrait = false } = {}) {
    const tab = await browser.newTab();
    const config = { me, cast, beepHz: BEEP_HZ, portrait, joinButton: element('join') };
    const scripts = [installSource, installSlots, installEars, installEyes, installWire];
    await tab.beforeLoad(scripts.map((script) => `(${script})(${JSON.stringify(config)});`).join('\n'));
    await tab.open(url);
    return new Person(tab, me);
  }

  /** Presses the join button and waits until the transport stands. */
  async join() {
    await this.tab.click(element('join'));
    await this.connected();
  }

  async connected() {
    await this.sees('the call to stand', () => window.nhipcau?.peer?.connectionState === 'connected');
  }

  /** @param {string} control a data-testid */
  press(control) {
    return this.tab.click(element(control));
  }

  /** Ends the call, as the page asks for it: once, and once to be sure. */
  async leave() {
    await this.press('leave');
    await this.press('leave-yes');
    await this.sees('that the call is over', (again) => document.querySelector(again) !== null, element('enter-again'));
  }

  /** @param {string} text */
  async write(text) {
    const isOpen = await this.tab.evaluate((input) => document.querySelector(input) !== null, element('chat-input'));
    if (!isOpen) await this.press('chat');
    await this.tab.type(element('chat-input'), text);
    await this.press('chat-send');
  }

  /** Waits for a condition in the page. @param {string} what @param {(argument: any) => unknown} inPage @param {unknown} [argument] */
  async sees(what, inPage, argument) {
    try {
      return await until(`${this.name} to see ${what}`, () => this.tab.evaluate(inPage, argument), CALL_LIMIT_MS);
    } catch (error) {
      throw new Error(`${error}; the page says: ${await this.words()}; console: ${this.tab.complaints().join(' | ') || 'no errors'}`);
    }
  }

  /** The page's visible text, for failure messages. */
  words() {
    return this.tab.evaluate(() => document.body.innerText.replace(/\s+/g, ' ').slice(0, 400));
  }

  /** @param {string[]} names */
  hearsExactly(names, heldMs = 2000) {
    return this.tab.evaluate((wish) => window.__measure.hearExactly(wish), { names, heldMs, limitMs: CALL_LIMIT_MS });
  }

  /** @param {string[]} names */
  seesExactly(names) {
    return this.tab.evaluate((wish) => window.__measure.seeExactly(wish), { names, limitMs: CALL_LIMIT_MS });
  }

  /** @param {number} slot */
  controlFires(slot) {
    return this.tab.evaluate((number) => window.__measure.controlFires(number), slot);
  }

  /**
   * Flashes and beeps until `others` have got both at most `withinMs` apart, in the median over `times` pairs.
   * @param {Person[]} others @param {{times: number, withinMs: number}} wish
   */
  async flashFor(others, wish) {
    await this.tab.evaluate(() => window.__source.startFlashing(700));
    try {
      return await Promise.all(others.map((other) => other.tab.evaluate((all) => window.__measure.flashAgainstBeep(all), { ...wish, name: this.name, limitMs: CALL_LIMIT_MS })));
    } finally {
      await this.tab.evaluate(() => window.__source.stopFlashing());
    }
  }

  /** Whether nothing is sent any more, for `quietMs` on end. @param {number} quietMs */
  isQuietFor(quietMs) {
    return this.tab.evaluate((wish) => window.__measure.quietFor(wish), { quietMs, limitMs: CALL_LIMIT_MS });
  }

  startWatching() { return this.tab.evaluate(() => window.__measure.startWatching()); }
  stopWatching() { return this.tab.evaluate(() => window.__measure.stopWatching()); }
  srtpCipher() { return this.tab.evaluate(() => window.__measure.srtpCipher()); }
  joinSizes() { return this.tab.evaluate(() => window.__measure.joinSizes()); }
  sent() { return this.tab.evaluate(() => window.__measure.sent()); }
  firstVoice() { return this.tab.evaluate(() => window.__measure.firstVoice); }
}
