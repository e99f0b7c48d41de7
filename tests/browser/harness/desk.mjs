/** Pages of the clinic's staff: pressing, typing and reading. */
import { element } from './person.mjs';
import { until } from './until.mjs';

/** Somebody at the staff's pages, or at another page that is no call. */
export class Desk {
  /** @param {import('./browsers.mjs').Tab} tab */
  constructor(tab) {
    this.tab = tab;
  }

  /** @param {import('./browsers.mjs').Browser} browser @param {string} url */
  static async open(browser, url) {
    const tab = await browser.newTab();
    await tab.open(url.replace('#', '?lang=vi#'));
    return new Desk(tab);
  }

  /** @param {string} selector or a data-testid */
  async finds(selector) {
    const css = /^[a-z0-9-]+$/.test(selector) ? element(selector) : selector;
    try {
      // A page that goes to another one at this moment has nothing yet.
      await until(css, () => this.tab.evaluate((wanted) => document.querySelector(wanted) !== null, css).catch(() => false), 15_000);
    } catch (error) {
      throw new Error(`${error}; the page says: ${await this.tab.evaluate(() => document.body.innerText)}; console: ${this.tab.complaints().join(' | ')}`);
    }
    return css;
  }

  /** @param {string} test */
  async press(test) {
    await this.tab.click(await this.finds(test));
  }

  /** @param {Record<string, string>} fields */
  async types(fields) {
    for (const [test, text] of Object.entries(fields)) await this.tab.type(await this.finds(test), text);
  }

  /** Of several lists, each by its value. @param {Record<string, string>} fields */
  async picks(fields) {
    for (const [test, value] of Object.entries(fields)) {
      const isThere = await this.tab.evaluate(([css, wanted]) => {
        const select = /** @type {HTMLSelectElement} */ (document.querySelector(css));
        select.value = wanted;
        select.dispatchEvent(new Event('change', { bubbles: true }));
        return select.value === wanted;
      }, /** @type {const} */ ([await this.finds(test), value]));
      if (!isThere) throw new Error(`${test} has no ${value}`);
    }
  }

  /** In a list to choose from. @param {string} test @param {string} words */
  async chooses(test, words) {
    await this.tab.evaluate(([css, wanted]) => {
      const select = /** @type {HTMLSelectElement} */ (document.querySelector(css));
      select.value = [...select.options].find(({ text }) => text === wanted)?.value ?? '';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }, [await this.finds(test), words]);
  }

  /** @param {string} selector */
  async reads(selector) {
    return this.tab.evaluate((css) => document.querySelector(css)?.textContent ?? '', await this.finds(selector));
  }

  /** @param {string} name @param {string} password */
  async signsIn(name, password) {
    await this.types({ 'sign-in-name': name, password });
    await this.press('sign-in');
  }
}
