/** One person of a test: a browser tab with the person's own tone and colour, and words for what they do and notice. */
import { BEEP_HZ } from './cast.mjs';
import { until } from './until.mjs';
import { installEars } from '../in-page/ears.mjs';
import { installEyes } from '../in-page/eyes.mjs';
import { installLog } from '../in-page/log.mjs';
import { installPhone } from '../in-page/phone.mjs';
import { installSlots } from '../in-page/slots.mjs';
import { installSource } from '../in-page/source.mjs';
import { installTraffic } from '../in-page/traffic.mjs';
import { installWire } from '../in-page/wire.mjs';

/** @typedef {import('./cast.mjs').Person} CastPerson */

/** @param {string} name of a data-testid */
export const element = (name) => `[data-testid="${name}"]`;

/** How long anything about a call may take before it counts as broken. */
const CALL_LIMIT_MS = 30_000;

export class Person {
  /** @param {import('./browsers.mjs').Tab} tab @param {CastPerson} me @param {number} seat */
  constructor(tab, me, seat) {
    this.tab = tab;
    this.me = me;
    this.name = me.name;
    this.seat = seat;
  }

  /**
   * Opens `url` as this person. `cast` is everybody whose tone and colour can be told apart, in the order of their seats.
   * @param {import('./browsers.mjs').Browser} browser @param {CastPerson} me @param {CastPerson[]} cast @param {string} url
   * @param {{portrait?: boolean, still?: boolean, clockOffMs?: number, without?: string[], language?: string} & import('./browsers.mjs').TabKind} [how]
   */
  static async open(browser, me, cast, url, { portrait = false, still = false, clockOffMs = 0, without = [], language, ...kind } = {}) {
    const tab = await browser.newTab(kind);
    const config = { me, cast, beepHz: BEEP_HZ, portrait, still, joinButton: element('join'), clockOffMs, without };
    const scripts = [installPhone, installSource, installTraffic, installSlots, installEars, installEyes, installLog, installWire];
    await tab.beforeLoad(scripts.map((script) => `(${script})(${JSON.stringify(config)});`).join('\n'));
    await tab.open(language === undefined ? url : url.replace('/#', `/?lang=${language}#`));
    return new Person(tab, me, cast.indexOf(me) + 1);
  }

  /** The same person in another tab. @param {import('./browsers.mjs').Tab} tab */
  in(tab) {
    return new Person(tab, this.me, this.seat);
  }

  /** Presses the join button and waits until the person is in the call, or in the waiting room. */
  async join() {
    await this.tab.click(element('join'));
    await this.sees('the call or the waiting room', (waiting) => document.querySelector(waiting) !== null || window.nhipcau?.peer?.connectionState === 'connected', element('waiting'));
  }

  /** Joins and is let in by `practitioner`. @param {Person} practitioner */
  async joinThrough(practitioner) {
    await this.join();
    await practitioner.admits(this);
    await this.connected();
  }

  /** In the call: the transport stands and the waiting room is behind. */
  async connected() {
    await this.sees('the call to stand', (waiting) => document.querySelector(waiting) === null && window.nhipcau?.peer?.connectionState === 'connected', element('waiting'));
  }

  /** After a reload: in by itself, or, where the browser does not say that it may use the microphone, with one tap. */
  async backIn() {
    await this.sees('the call or the first screen', (join) => document.querySelector(join) !== null || window.nhipcau?.peer?.connectionState === 'connected', element('join'));
    if (await this.has('join')) await this.press('join');
    await this.connected();
  }

  async waits() {
    await this.sees('the waiting room', (waiting) => document.querySelector(waiting) !== null, element('waiting'));
  }

  /** @param {string} control a data-testid */
  press(control) {
    return this.tab.click(element(control));
  }

  /** @param {Person} other who waits */
  rowOf(other) {
    return `${element('waiting-person')}[data-seat="${other.seat}"]`;
  }

  /** @param {Person} other anybody in the list of people */
  lineOf(other) {
    return `${element('person')}[data-seat="${other.seat}"]`;
  }

  /** What a practitioner does with somebody who waits. @param {'admit' | 'deny' | 'hold'} act @param {Person} other */
  async decides(act, other) {
    await this.sees(`${other.name} waiting`, (row) => document.querySelector(row) !== null, this.rowOf(other));
    await this.tab.click(`${this.rowOf(other)} ${element(act)}`);
    if (act === 'deny') await this.press('deny-yes');
  }

  /** @param {Person} other */
  admits(other) {
    return this.decides('admit', other);
  }

  /** Opens the list of people, if it is not open. */
  async opensPeople() {
    if (!await this.has('person')) await this.press('people');
    await this.finds('person');
  }

  /** What a practitioner does with somebody in the list of people. @param {'remove' | 'ask-mute' | 'admit-again'} act @param {Person} other */
  async doesTo(act, other) {
    await this.opensPeople();
    await this.tab.click(`${this.lineOf(other)} ${element(act)}`);
    if (act === 'remove') await this.press('remove-yes');
  }

  /** Asks for a pause and the like; only an interpreter has the buttons at hand. @param {'pause' | 'repeat' | 'slower'} kind */
  async asksTurn(kind) {
    // Which of the two it is, is known when the whole page is there.
    await this.sees('a way to ask', (ways) => ways.some((css) => document.querySelector(css) !== null), [element(`turn-${kind}`), element('more')]);
    if (!await this.has(`turn-${kind}`)) await this.press('more');
    await this.press(`turn-${kind}`);
  }

  /** Ends the call, as the page asks for it: once, and once to be sure. */
  async leave() {
    await this.press('leave');
    await this.press('leave-yes');
    await this.sees('that the call is over', (again) => document.querySelector(again) !== null, element('enter-again'));
  }

  /** @param {string} text */
  async write(text) {
    if (!await this.has('chat-input')) await this.press('chat');
    await this.tab.type(element('chat-input'), text);
    await this.press('chat-send');
  }

  /** Waits for a condition in the page. @param {string} what @param {(argument: any) => unknown} inPage @param {unknown} [argument] @param {number} [limitMs] */
  async sees(what, inPage, argument, limitMs = CALL_LIMIT_MS) {
    try {
      return await until(`${this.name} to see ${what}`, () => this.tab.evaluate(inPage, argument), limitMs);
    } catch (error) {
      throw new Error(`${error}; the page says: ${await this.words()}; console: ${this.tab.complaints().join(' | ') || 'no errors'}`);
    }
  }

  /** Waits for an element. @param {string} selector or a data-testid @param {number} [limitMs] */
  finds(selector, limitMs) {
    const css = /^[a-z-]+$/.test(selector) ? element(selector) : selector;
    return this.sees(css, (wanted) => [...document.querySelectorAll(wanted)].some((one) => one.checkVisibility()), css, limitMs);
  }

  /** Waits until an element is gone. @param {string} selector or a data-testid @param {number} [limitMs] */
  losesSight(selector, limitMs) {
    const css = /^[a-z-]+$/.test(selector) ? element(selector) : selector;
    return this.sees(`no ${css} any more`, (unwanted) => ![...document.querySelectorAll(unwanted)].some((one) => one.checkVisibility()), css, limitMs);
  }

  /** Whether something is on the screen right now. @param {string} name a data-testid */
  has(name) {
    return this.tab.evaluate((css) => [...document.querySelectorAll(css)].some((one) => one.checkVisibility()), element(name));
  }

  /** An attribute of the first such element. @param {string} css @param {string} attribute @returns {Promise<string | null>} */
  reads(css, attribute) {
    return this.tab.evaluate(([where, which]) => document.querySelector(where)?.getAttribute(which) ?? null, [css, attribute]);
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
  startLog() { return this.tab.evaluate(() => window.__measure.startLog()); }
  stopLog() { return this.tab.evaluate(() => window.__measure.stopLog()); }
  packets() { return this.tab.evaluate(() => window.__measure.packets()); }
  efforts() { return this.tab.evaluate(() => window.__measure.efforts()); }
  srtpCipher() { return this.tab.evaluate(() => window.__measure.srtpCipher()); }
  joinSizes() { return this.tab.evaluate(() => window.__measure.joinSizes()); }
  sent() { return this.tab.evaluate(() => window.__measure.sent()); }
  firstVoice() { return this.tab.evaluate(() => window.__measure.firstVoice); }
}
