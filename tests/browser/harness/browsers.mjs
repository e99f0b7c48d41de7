/** Chromium and Firefox behind one small interface, so that a test does not care which one a person uses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

/**
 * @typedef {object} Tab one page in one browser
 * @property {(url: string) => Promise<unknown>} open
 * @property {(source: string) => Promise<unknown>} beforeLoad a script to run before the page's own
 * @property {<T>(inPage: (argument: any) => T, argument?: unknown) => Promise<Awaited<T>>} evaluate
 * @property {(selector: string) => Promise<unknown>} click a real click, once the element can take it
 * @property {(selector: string, text: string) => Promise<unknown>} type
 * @property {(path: string) => Promise<unknown>} picture of the whole view, as PNG
 * @property {(width: number, height: number) => Promise<unknown>} resize
 * @property {() => Promise<unknown>} close
 * @property {() => string[]} complaints what the page wrote to its console as errors, and its uncaught exceptions
 * @property {(key: string) => Promise<unknown>} key presses one key of the keyboard, such as Tab or Enter
 * @property {() => Promise<unknown>} reload
 * @property {() => Promise<Tab>} sibling another, empty tab of the same person: same storage, same scripts before load
 * @property {(url: string, html: string) => Promise<unknown>} answerFor gives this page for an address, in the network's place; only Chromium can
 * @property {(act: () => Promise<unknown>) => Promise<Tab>} opening the tab that this opens; only Chromium can
 * @property {() => Promise<Tab>} duplicate this tab once more, with a copy of its session storage, as browsers duplicate tabs
 *
 * @typedef {{userAgent?: string, dark?: boolean, locale?: string, permissions?: string[], bypassCSP?: boolean}} TabKind only Chromium heeds it;
 *   `bypassCSP`: what runs before load may add an audio worklet of its own
 *
 * @typedef {object} Start
 * @property {{wrap(program: string): string, tunnel?(): Promise<number>}} [cable] the browser's only network
 * @property {boolean} [strictAutoplay] sound only after a tap, as on a phone
 * @property {string[]} [flags] more of the command line; what is said twice counts as said last
 *
 * @typedef {object} Browser
 * @property {string} kind
 * @property {(how?: TabKind) => Promise<Tab>} newTab
 * @property {() => Promise<unknown>} close
 */

const CLICK_LIMIT_MS = 20_000;

/** @param {Start} [start] @returns {Promise<Browser>} */
export async function startChromium({ cable, strictAutoplay = false, flags = [] } = {}) {
  const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({
    executablePath: cable ? cable.wrap(program) : program,
    args: [
      '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--disable-quic', '--disable-audio-output', '--ignore-certificate-errors',
      `--autoplay-policy=${strictAutoplay ? 'user-gesture-required' : 'no-user-gesture-required'}`,
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
      // Every person's page counts as the one in front.
      '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
      ...flags,
    ],
  });
  return {
    kind: 'chromium',
    async newTab({ userAgent, dark = false, locale = 'vi-VN', permissions = ['camera', 'microphone'], bypassCSP = false } = {}) {
      const context = await browser.newContext({
        viewport: { width: 800, height: 600 }, permissions, locale, bypassCSP, ignoreHTTPSErrors: true,
        colorScheme: dark ? 'dark' : 'light', ...(userAgent === undefined ? {} : { userAgent }),
      });
      const tab = chromiumTab(context, await context.newPage(), () => context.close());
      return strictAutoplay ? { ...tab, evaluate: await evaluateWithoutTap(context) } : tab;
    },
    close: () => browser.close(),
  };
}

/**
 * @param {import('playwright-core').BrowserContext} context @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} close @returns {Tab}
 */
function chromiumTab(context, page, close) {
  /** @type {string[]} */ const complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return {
    open: (url) => page.goto(url),
    beforeLoad: (source) => context.addInitScript({ content: source }),
    evaluate: (inPage, argument) => page.evaluate(inPage, argument),
    click: (selector) => page.click(selector, { timeout: CLICK_LIMIT_MS }),
    type: (selector, text) => page.fill(selector, text, { timeout: CLICK_LIMIT_MS }),
    key: (key) => page.keyboard.press(key),
    reload: () => page.reload(),
    answerFor: (url, html) => page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: html })),
    async sibling() {
      const other = await context.newPage();
      return chromiumTab(context, other, () => other.close());
    },
    async opening(act) {
      const [other] = await Promise.all([context.waitForEvent('page'), act()]);
      return chromiumTab(context, other, () => other.close());
    },
    async duplicate() {
      const [other] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => { window.open(location.href); })]);
      return chromiumTab(context, other, () => other.close());
    },
    picture: (path) => page.screenshot({ path }),
    resize: (width, height) => page.setViewportSize({ width, height }),
    close,
    complaints: () => complaints,
  };
}

/**
 * What is evaluated by Playwright counts as a tap, and would unlock the sound that is to be locked.
 * @param {import('playwright-core').BrowserContext} context of one page @returns {Promise<Tab['evaluate']>}
 */
async function evaluateWithoutTap(context) {
  const [page] = context.pages();
  if (!page) throw new Error('the page is closed');
  const session = await context.newCDPSession(page);
  return async (inPage, argument) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `(${inPage})(${JSON.stringify(argument) ?? ''})`, awaitPromise: true, returnByValue: true, userGesture: false,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
}

/** @param {Start} [start] @returns {Promise<Browser>} */
export async function startFirefox({ cable } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'nhipcau-firefox-'));
  const program = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: cable ? cable.wrap(program) : program,
    ...(cable?.tunnel ? { debuggingPort: await cable.tunnel() } : {}),
    headless: true,
    acceptInsecureCerts: true,
    protocolTimeout: 120_000,
    userDataDir: profile,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'intl.accept_languages': 'vi-VN, vi',
    },
  });
  return {
    kind: 'firefox',
    newTab: () => firefoxTab(browser),
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** @param {import('puppeteer-core').Browser} browser @returns {Promise<Tab>} */
async function firefoxTab(browser) {
  const page = await browser.newPage();
  /** @type {string[]} */ const complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return {
    open: (url) => page.goto(url),
    beforeLoad: (source) => page.evaluateOnNewDocument(source),
    evaluate: (inPage, argument) => page.evaluate(inPage, argument),
    click: (selector) => page.locator(selector).setTimeout(CLICK_LIMIT_MS).click(),
    type: (selector, text) => page.locator(selector).setTimeout(CLICK_LIMIT_MS).fill(text),
    key: (key) => page.keyboard.press(/** @type {import('puppeteer-core').KeyInput} */ (key)),
    reload: () => page.reload(),
    sibling: () => firefoxTab(browser),
    answerFor: () => Promise.reject(new Error('only Chromium is answered in the network\'s place')),
    opening: () => Promise.reject(new Error('only Chromium is asked for the tabs that a page opens')),
    duplicate: () => Promise.reject(new Error('only Chromium duplicates a tab')),
    picture: (path) => page.screenshot({ path: /** @type {`${string}.png`} */ (path) }),
    resize: (width, height) => page.setViewport({ width, height }),
    close: () => page.close(),
    complaints: () => complaints,
  };
}
