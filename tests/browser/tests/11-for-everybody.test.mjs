/**
 * For everybody: in each of the page's three languages every state passes the accessibility rules, and every text fits its
 * place on a phone of 360 × 640. And the whole way, joining and letting in, can be gone with the keyboard alone.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { closeAll, LAN, MAI, openRoom } from '../harness/company.mjs';
import { barriers, faultsOf, LAPTOP, PHONE } from '../harness/faults.mjs';
import { element } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { startServer } from '../harness/server.mjs';
import { tourOfStates } from '../harness/states.mjs';
import { findMisfits } from '../in-page/fits.mjs';


/** @typedef {import('../harness/person.mjs').Person} Person */
/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser} */ let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startChromium()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Everything wrong with this state: texts at both sizes, barriers at the size at which most people of this role have it. @param {string} name @param {Person} person @returns {Promise<string[]>} */
function faults(name, person) {
  return faultsOf(person.tab, name, person.name === LAN.name ? [PHONE, LAPTOP] : [LAPTOP, PHONE]);
}

describe('the instruments find what is wrong', () => {
  test('a text that does not fit, and a button without a name', async () => {
    const { people } = await openRoom(server, [[LAN, browser], [MAI, browser]]);
    const [, mai] = /** @type {[Person, Person]} */ (people);
    await mai.finds('join');
    assert.deepEqual(await faults('landing', mai), []);
    await mai.tab.resize(...PHONE);
    await mai.tab.evaluate((join) => {
      const label = document.querySelector(`${join} .label`) ?? document.querySelector(join);
      if (label) label.textContent = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen';
      document.querySelector('main')?.append(document.createElement('button'));
    }, element('join'));
    const misfits = await mai.tab.evaluate(findMisfits);
    assert.ok(misfits.some((fault) => fault.includes('Donaudampf')), JSON.stringify(misfits));
    const found = await barriers(mai.tab);
    assert.ok(found.some((fault) => fault.startsWith('button-name')), JSON.stringify(found));
    await closeAll(people);
  });
});

describe('every state', { concurrency: true }, () => {
  // Contrast does not hang on the language: one of them is looked at in the dark.
  for (const [language, dark] of /** @type {[string, boolean][]} */ ([['vi', false], ['en', true], ['ko', false]])) {
    test(`in ${language}, ${dark ? 'dark' : 'light'}: fits and has no serious barrier`, async () => {
      const found = [];
      const states = [];
      await tourOfStates({ server, browser, language, dark }, async (name, person) => {
        assert.equal(await person.tab.evaluate(() => document.documentElement.lang), language, name);
        states.push(name);
        found.push(...await faults(name, person));
      });
      report({ [`states looked at in ${language}`]: states.length });
      assert.deepEqual([...new Set(found)], []);
    });
  }
});

describe('by keyboard alone', () => {
  /** Whether this has the focus, and it can be seen that it has. @param {Person} person @param {string} css */
  function focusOn(person, css) {
    return person.tab.evaluate((wanted) => {
      const has = document.activeElement;
      if (!has?.matches(wanted)) return [false, false];
      const { outlineStyle, boxShadow } = getComputedStyle(has);
      return [true, outlineStyle !== 'none' || boxShadow !== 'none'];
    }, css);
  }

  /** Tab until this has the focus, and it can be seen that it has. @param {Person} person @param {string} name a data-testid */
  async function tabTo(person, name) {
    const css = element(name);
    for (let steps = 0; steps < 60; steps += 1) {
      await person.tab.key('Tab');
      const [isThere, isSeen] = await focusOn(person, css);
      if (!isThere) continue;
      assert.ok(isSeen, `the focus is seen on ${name}`);
      return;
    }
    assert.fail(`${person.name} does not come to ${name} with the Tab key`);
  }

  /** @param {Person} person @param {string} name a data-testid */
  async function pressByKey(person, name) {
    await tabTo(person, name);
    await person.tab.key('Enter');
  }

  test('a patient joins, a practitioner lets in, the patient mutes, writes and leaves', async () => {
    const { people } = await openRoom(server, [[LAN, browser], [MAI, browser]]);
    const [lan, mai] = /** @type {[Person, Person]} */ (people);
    await tabTo(lan, 'join');
    // The document's second part knows who comes, and draws the landing anew.
    await lan.sees('the greeting', (name) => document.querySelector('main h1')?.textContent?.includes(name), LAN.name);
    assert.deepEqual(await focusOn(lan, element('join')), [true, true], 'the focus stays where it was');
    await lan.tab.key('Enter');
    await lan.connected();
    await lan.finds('leave');
    await pressByKey(mai, 'join');
    await mai.waits();
    await lan.finds(lan.rowOf(mai));
    // From anywhere: the arrow leads to who waits.
    await lan.tab.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    await lan.tab.key('ArrowDown');
    await lan.tab.key('Enter');
    await mai.connected();
    await mai.finds('leave');
    await pressByKey(mai, 'mute');
    await lan.finds(`${element('tile')} .muted`);
    await pressByKey(mai, 'chat');
    await tabTo(mai, 'chat-input');
    await mai.tab.type(element('chat-input'), 'Dạ em nghe ạ.');
    await mai.tab.key('Enter');
    await mai.finds('chat-message');
    await mai.tab.key('Escape');
    await mai.losesSight('chat-input');
    await pressByKey(mai, 'leave');
    await mai.finds('leave-yes');
    // The question has the focus, on its harmless answer.
    assert.equal(await mai.tab.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.dataset.testid), 'leave-no');
    await pressByKey(mai, 'leave-yes');
    await mai.finds('enter-again');
    await closeAll(people);
  });
});
