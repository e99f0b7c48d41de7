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
 *
 * @typedef {object} Browser
 * @property {string} kind
 * @property {() => Promise<Tab>} newTab
 * @property {() => Promise<unknown>} close
 */

const CLICK_LIMIT_MS = 20_000;

/** @returns {Promise<Browser>} */
export async function startChromium() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--disable-quic', '--disable-audio-output', '--autoplay-policy=no-user-gesture-required',
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
      // Every person's page counts as the one in front.
      '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
    ],
  });
  return {
    kind: 'chromium',
    async newTab() {
      const context = await browser.newContext({ viewport: { width: 800, height: 600 }, permissions: ['camera', 'microphone'], locale: 'vi-VN' });
      const page = await context.newPage();
      /** @type {string[]} */ const complaints = [];
      page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(String(error)));
      return {
        open: (url) => page.goto(url),
        beforeLoad: (source) => page.addInitScript({ content: source }),
        evaluate: (inPage, argument) => page.evaluate(inPage, argument),
        click: (selector) => page.click(selector, { timeout: CLICK_LIMIT_MS }),
        type: (selector, text) => page.fill(selector, text, { timeout: CLICK_LIMIT_MS }),
        picture: (path) => page.screenshot({ path }),
        resize: (width, height) => page.setViewportSize({ width, height }),
        close: () => context.close(),
        complaints: () => complaints,
      };
    },
    close: () => browser.close(),
  };
}

/** @returns {Promise<Browser>} */
export async function startFirefox() {
  const profile = mkdtempSync(join(tmpdir(), 'nhipcau-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
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
    async newTab() {
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
        picture: (path) => page.screenshot({ path: /** @type {`${string}.png`} */ (path) }),
        resize: (width, height) => page.setViewport({ width, height }),
        close: () => page.close(),
        complaints: () => complaints,
      };
    },
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
