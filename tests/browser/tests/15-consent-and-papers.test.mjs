/**
 * What is said and written around a consultation: a delay, a consent that is read, given and taken back, notes that survive
 * a killed server, and a summary that the patient reads when all is over.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { closeAll, LAN, MAI, openRoom } from '../harness/company.mjs';
import { element } from '../harness/person.mjs';
import { startServer } from '../harness/server.mjs';

/** @typedef {import('../harness/person.mjs').Person} Person */

/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];
/** @type {Person} */ let lan;
/** @type {Person} */ let mai;

before(async () => {
  [server, ...browsers] = await Promise.all([startServer([], { udpPorts: '0' }), startChromium(), startChromium()]);
  const [first, second] = browsers;
  assert(first && second);
  const { people } = await openRoom(server, [[LAN, first], [MAI, second]]);
  [lan, mai] = /** @type {[Person, Person]} */ (people);
  await lan.tab.resize(1280, 800);
  await mai.tab.resize(360, 640);
  await lan.join();
  await mai.join();
  await mai.waits();
});
after(async () => {
  await closeAll([lan, mai]);
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** @param {Person} person @param {string} name */
const sees = (person, name) => person.finds(element(name));

/** @param {Person} person @param {string} css */
const textOf = (person, css) => person.tab.evaluate((where) => document.querySelector(where)?.textContent ?? '', css);

/** @param {Person} person @param {string} where @param {string} text */
const reads = (person, where, text) => person.sees(`“${text}”`, ([css, words]) => document.querySelector(css)?.textContent?.includes(words), [where, text]);

test('on a link with a pace the desk takes what it shares from the app that is there', async () => {
  const [browser] = browsers;
  assert(browser);
  const { people } = await openRoom(server, [[LAN, browser], [MAI, browser]]);
  const [leads] = /** @type {[Person, Person]} */ (people);
  // As a document of 13 kB that took an eighth of a second says it: 800 kbit/s.
  await leads.tab.beforeLoad(`(${(() => {
    const known = performance.getEntriesByType.bind(performance);
    const loading = { connectStart: 0, secureConnectionStart: 0, requestStart: 0, responseStart: 20, responseEnd: 140, encodedBodySize: 13_000, transferSize: 13_300 };
    performance.getEntriesByType = (type) => type === 'navigation' ? /** @type {any} */ ([loading]) : known(type);
  }).toString()})()`);
  await leads.tab.reload();
  await leads.join();
  await sees(leads, 'tab-notes');
  await leads.press('tab-notes');
  await sees(leads, 'notes-text');
  const apps = await leads.tab.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /\/app-[^/]*[.]js/.test(name)));
  assert.match(apps.join(), /^[^,]*[?]pace=\d+$/, 'the app came once, at a pace');
  assert.deepEqual(leads.tab.complaints(), []);
  await closeAll(people);
});

test('who waits reads how late it is, until it is taken back', async () => {
  await lan.finds(lan.rowOf(mai));
  await lan.press('late');
  await lan.press('late-10');
  await reads(mai, element('late'), 'khoảng 10 phút');
  await mai.tab.reload();
  await mai.sees('the landing or the waiting room', () => document.querySelector('[data-testid="join"], [data-testid="waiting"]') !== null);
  if (await mai.has('join')) await mai.press('join');
  await reads(mai, element('late'), 'khoảng 10 phút');
  await lan.press('late-not');
  await mai.losesSight(element('late'));
});

test('the patient reads what to agree to, ticks nothing that was ticked for them, and agrees', async () => {
  await sees(mai, 'consent-asked');
  await mai.press('consent-open');
  await sees(mai, 'tick-careByVideo');
  assert.match(await textOf(mai, '.consent'), /máy chủ xử lý tiếng và hình không mã hóa/);
  const ticked = await mai.tab.evaluate(() => [...document.querySelectorAll('input[type="checkbox"]')].filter((box) => /** @type {HTMLInputElement} */ (box).checked).length);
  assert.equal(ticked, 0);
  await mai.press('tick-careByVideo');
  await mai.press('agree');
  await sees(mai, 'withdraw-careByVideo');
  await lan.opensPeople();
  await reads(lan, element('agreed'), 'Khám qua video');
});

test('taken back in the call nothing is heard either way, until they agree again', async () => {
  await mai.press('close');
  await lan.admits(mai);
  await mai.connected();
  assert.ok((await lan.hearsExactly([mai.name])).ok);
  await mai.press('more');
  await mai.press('consent');
  await mai.press('withdraw-careByVideo');
  await mai.press('withdraw-yes');
  await sees(mai, 'consent-read');
  const [atLan, atMai] = await Promise.all([lan.hearsExactly([]), mai.hearsExactly([])]);
  assert.ok(atLan.ok && atMai.ok, JSON.stringify([atLan, atMai]));
  await mai.press('consent-read');
  await sees(mai, 'tick-careByVideo');
  await mai.press('tick-careByVideo');
  await mai.press('agree');
  await sees(mai, 'withdraw-careByVideo');
  await mai.press('close');
  assert.ok((await lan.hearsExactly([mai.name])).ok);
  assert.ok((await mai.hearsExactly([lan.name])).ok);
});

test('notes are saved while they are written and survive a server that is killed', async () => {
  await lan.press('tab-notes');
  await sees(lan, 'notes-text');
  await lan.tab.type(element('notes-text'), 'Ho ba ngày, không sốt.');
  await reads(lan, element('notes-state'), 'Đã lưu lúc');
  await server.kill();
  await lan.tab.type(element('notes-text'), 'Ho ba ngày, không sốt. Phổi trong.');
  await server.startAgain();
  await reads(lan, element('notes-state'), 'Đã lưu lúc');
  await lan.tab.reload();
  await lan.backIn();
  await sees(lan, 'tab-notes');
  await lan.press('tab-notes');
  await lan.sees('everything that was written', (css) => /** @type {HTMLTextAreaElement | null} */ (document.querySelector(css))?.value === 'Ho ba ngày, không sốt. Phổi trong.', element('notes-text'));
  await lan.press('sign-notes');
  await lan.press('sign-notes-yes');
  await reads(lan, element('notes-signed'), 'đã ký lúc');
});

test('after the end the practitioner signs a summary, and the patient reads it with who was there', async () => {
  await lan.press('tab-people');
  await lan.press('end');
  await lan.press('end-yes');
  await sees(lan, 'after');
  await sees(mai, 'see-visit');
  await mai.press('see-visit');
  await reads(mai, element('summary'), 'chưa gửi lời dặn');
  await lan.tab.type(`${element('after')} ${element('summary-text')}`, 'Viêm họng. Uống nước ấm. Thứ Năm khám lại.');
  await reads(lan, element('summary-state'), 'Đã lưu lúc');
  await lan.press('sign-summary');
  await lan.press('sign-summary-yes');
  await reads(mai, element('summary'), 'Thứ Năm khám lại');
  await reads(mai, '.people', 'Bác sĩ Lan (người khám)');
  await reads(mai, '.people', 'Bác Mai (người bệnh)');
});
