/** The people of a cell: each a Chromium of their own, with their speech for a microphone and the lab's ears in the page. */
import { ADDRESS } from '../../browser/harness/namespace.mjs';
import { startChromium } from '../../browser/harness/browsers.mjs';
import { until } from '../../browser/harness/until.mjs';
import { installEnvelope } from '../in-page/envelope.mjs';
import { installLooks } from '../in-page/looks.mjs';
import { installSteps } from '../in-page/steps.mjs';

/** @typedef {import('./speech.mjs').Role} Role */
/** @typedef {{tap?: string, admit?: string, row?: string}} Part what the person does by themselves: see in-page/steps.mjs */

/**
 * @typedef {object} PersonAccount what a page wrote down
 * @property {Role} role
 * @property {(import('../figures/envelope.mjs').Recording & {label: string, kind: 'microphone' | 'ear'})[]} recordings
 * @property {import('../figures/streams.mjs').Look[]} looks
 * @property {{at: number, connection: number, state: string}[]} states of connections, `ice …` those of ICE
 * @property {Record<string, string>} payloads payload types by what they carry
 * @property {Record<string, number>} steps when each first happened, wall clock; `navigation` is when the page was set out for
 * @property {{path: string, startTime: number, connectEnd: number, responseEnd: number, transferSize: number}[]} fetched the document first; times since `navigation`
 * @property {{bytes: number, messages: number}} signaling what came over the WebSocket
 * @property {string} words what can be read on it
 * @property {(string | undefined)[]} seats of the people on its tiles
 * @property {boolean} asksForTap whether it waits for somebody to come in again
 * @property {string[]} complaints
 */

/** Before the page's own script; what makes connections visible comes last, when all who want to know are there. */
const SCRIPTS = [installEnvelope, installSteps, installLooks];

/** The fake camera: as many pictures a second as a good camera makes. */
const CAMERA = '--use-fake-device-for-media-stream=fps=30';
/** Interpreters work by voice. A third picture would also take from the machine what the links are measured with. */
const NO_CAMERA = '--use-fake-device-for-media-stream=device-count=0';
/** A browser asks for names that nobody needs here; each question would go over the link. */
const NO_NAMES = `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${ADDRESS}`;

export class LabPerson {
  /** @param {Role} role @param {import('../../browser/harness/browsers.mjs').Browser} browser @param {import('../../browser/harness/browsers.mjs').Tab} tab */
  constructor(role, browser, tab) {
    this.role = role;
    this.browser = browser;
    this.tab = tab;
  }

  /** @param {Role} role @param {string} speech a WAV file @param {Part} part @param {{wrap(program: string): string}} [link] the person's only network */
  static async start(role, speech, part, link) {
    const browser = await startChromium({
      ...(link ? { cable: link } : {}),
      flags: [role === 'interpreter' ? NO_CAMERA : CAMERA, NO_NAMES, `--use-file-for-fake-audio-capture=${speech}`, '--allow-loopback-in-peer-connection'],
    });
    const tab = await browser.newTab({ bypassCSP: true });
    await tab.beforeLoad(SCRIPTS.map((script) => `(${script})(${JSON.stringify(part)});`).join('\n'));
    return new LabPerson(role, browser, tab);
  }

  /** Waits for something in the page. @param {string} what @param {() => unknown} inPage @param {number} limitMs */
  sees(what, inPage, limitMs) {
    // A page that is just being left answers nothing.
    return until(`the ${this.role} to see ${what}`, () => this.tab.evaluate(inPage).catch(() => undefined), limitMs).catch(async (error) => {
      throw new Error(`${error.message}; the page says: ${await this.words()}; console: ${this.tab.complaints().slice(-5).join(' | ') || 'no errors'}`);
    });
  }

  /** Of the people on the tiles. @returns {Promise<(string | undefined)[]>} */
  seats() {
    return this.tab.evaluate(() => [...document.querySelectorAll('[data-testid="tile"]')].map((tile) => /** @type {HTMLElement} */ (tile).dataset.seat));
  }

  words() {
    return this.tab.evaluate(() => window.__lab?.words() ?? '').catch(() => '(it is not loaded)');
  }

  /** Everything the page wrote down. @returns {Promise<PersonAccount>} */
  async account() {
    const account = await this.tab.evaluate(() => {
      const lab = window.__lab;
      return {
        recordings: lab.recordings(), looks: lab.looks(), states: lab.states(), payloads: lab.payloads(),
        steps: lab.steps(), fetched: lab.fetched(), signaling: lab.signaling(), words: lab.words(),
        asksForTap: document.querySelector('[data-testid="join"], [data-testid="enter-again"]') !== null,
      };
    });
    return { role: this.role, ...account, seats: await this.seats(), complaints: this.tab.complaints().slice(-20) };
  }

  close() {
    return this.browser.close();
  }
}
