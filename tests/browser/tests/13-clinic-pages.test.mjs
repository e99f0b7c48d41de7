/**
 * The staff's pages, in a clinic that never was: in each of the three languages every state passes the accessibility rules
 * and every text fits its place, on a phone and on a laptop; the day can be gone through by keyboard; and what is being
 * written outlasts an outage and a session that ended.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { tourOfTheClinic } from '../harness/clinictour.mjs';
import { FakeClinic, LAN } from '../harness/fakeclinic.mjs';
import { faultsOf, LAPTOP, PHONE } from '../harness/faults.mjs';
import { element } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { until } from '../harness/until.mjs';

/** @type {import('../harness/browsers.mjs').Browser} */ let browser;

before(async () => {
  browser = await startChromium();
});
after(() => browser?.close());

describe('every state', () => {
  // Contrast does not hang on the language: one of them is looked at in the dark.
  for (const [language, dark] of /** @type {[string, boolean][]} */ ([['vi', false], ['en', true], ['ko', false]])) {
    test(`in ${language}, ${dark ? 'dark' : 'light'}: fits and has no serious barrier`, async () => {
      const found = [];
      const states = [];
      await tourOfTheClinic({ browser, language, dark }, async (name, tab) => {
        assert.equal(await tab.evaluate(() => document.documentElement.lang), language, name);
        states.push(name);
        // Barriers are looked for where both columns are seen, and where everything is below each other.
        found.push(...await faultsOf(tab, name, states.length % 2 ? [LAPTOP, PHONE] : [PHONE, LAPTOP]));
      });
      report({ [`states of the staff's pages looked at in ${language}`]: states.length });
      assert.deepEqual([...new Set(found)], []);
    });
  }
});

describe('by keyboard alone', () => {
  test('signs in, goes to who is next by the arrow, and lets the other one in with Enter', async () => {
    const clinic = await new FakeClinic().start();
    const tab = await browser.newTab();
    const sees = (/** @type {string} */ css) => until(css, () => tab.evaluate((wanted) => document.querySelector(wanted) !== null, css), 10_000);
    await tab.open(`${clinic.origin}/clinic?lang=vi`);
    await sees(element('sign-in-form'));
    await until('the first field to have the focus', () => tab.evaluate(() => document.activeElement?.matches('input') ?? false), 5000);
    for (const letter of 'lan') await tab.key(letter);
    await tab.key('Tab');
    for (const letter of 'mot-hai-ba-bon') await tab.key(letter);
    await tab.key('Enter');
    await sees(`${element('row')}[data-where="waiting"]`);
    await tab.key('Escape');
    await until('the bell to be still', () => tab.evaluate((css) => document.querySelector(css) === null, element('arrived')), 5000);
    await tab.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    await tab.key('ArrowDown');
    const chosen = () => tab.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.dataset.id ?? '');
    assert.equal(await chosen(), '0000000000000006', 'the next one by law');
    await tab.key('ArrowUp');
    assert.equal(await chosen(), '0000000000000005');
    await tab.key('Enter');
    await until('the practitioner to let in', () => clinic.asked.some(({ path, body }) => path === '/v1/appointments/0000000000000005/admit' && body.seat === 2), 5000);
    await tab.close();
    clinic.stop();
  });
});

describe('nothing that was typed is lost', () => {
  test('by an outage of the server, which is told and outlasted', async () => {
    const clinic = await new FakeClinic().start();
    clinic.who = LAN;
    const tab = await browser.newTab();
    const sees = (/** @type {string} */ css) => until(css, () => tab.evaluate((wanted) => document.querySelector(wanted) !== null, css), 20_000);
    await tab.open(`${clinic.origin}/clinic?lang=vi#/new`);
    await sees(element('booking-form'));
    await tab.type(element('patient'), 'Sùng Thị Mai');
    clinic.cut(true);
    await sees(element('away'));
    await tab.click(element('book'));
    await sees(`${element('trouble')}[data-code="away"]`);
    assert.equal(await tab.evaluate((css) => /** @type {HTMLInputElement} */ (document.querySelector(css)).value, element('patient')), 'Sùng Thị Mai');
    clinic.cut(false);
    await until('the server to be back', () => tab.evaluate((css) => document.querySelector(css) === null, element('away')), 20_000);
    await tab.click(element('book'));
    await sees(element('booked'));
    const booked = clinic.asked.filter(({ method, path }) => method === 'POST' && path === '/v1/appointments').length;
    assert.equal(booked, 1);
    await tab.close();
    clinic.stop();
  });
});
