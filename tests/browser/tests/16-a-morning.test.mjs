/**
 * A whole morning of a clinic, on each of the two stores: three are booked, they come out of order and one of them is to be
 * seen first by law, the practitioner is late, the server is killed in the middle, one is handed over to a colleague,
 * and an interpreter comes to the second. Nobody is lost, and the trail is what was written.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { PASSWORD, staffOf } from '../harness/clinic.mjs';
import { assertAllHear } from '../harness/company.mjs';
import { Desk } from '../harness/desk.mjs';
import { element, Person } from '../harness/person.mjs';
import { startRedis } from '../harness/redis.mjs';
import { program, Server } from '../harness/server.mjs';
import { until } from '../harness/until.mjs';

const [LAN, MAY, SINH, PAO, SON] = /** @type {const} */ (['Bác sĩ Lan', 'Bà Mẩy', 'Bác Sính', 'Cụ Páo', 'Anh Sơn']);
const CAST = castFor([LAN, MAY, SINH, PAO, SON]);
/** In the order of a booking. */
const [PRACTITIONER, PATIENT, INTERPRETER] = [1, 2, 3];
const NOTES = 'Huyết áp 150/90. Đo lại sau mười phút.';

for (const kind of ['embedded', 'redis']) {
  describe(`a morning on the ${kind} store`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'nhipcau-morning-'));
    /** @type {string} */ let store;
    /** @type {Awaited<ReturnType<typeof startRedis>> | undefined} */ let redis;
    /** @type {Server} */ let server;
    /** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];
    /** @type {Record<'hanh' | 'lan' | 'minh' | 'son', import('../harness/clinic.mjs').Staff>} */ let staff;
    /** The appointment of each patient, @type {Map<string, string>} */ const booked = new Map();
    /** And their way in, @type {Map<string, string>} */ const links = new Map();
    /** The practitioner's page, @type {Desk} */ let desk;
    /** The coordinator's, @type {Desk} */ let board;
    /** @type {Map<string, Person>} */ const here = new Map();

    before(async () => {
      redis = kind === 'redis' ? await startRedis() : undefined;
      store = redis?.address ?? join(folder, 'clinic.redb');
      // The keys of what is sealed stay outside of Redis.
      const keys = kind === 'redis' ? ['--store-key-file', join(folder, 'keys')] : [];
      server = new Server(['--udp-ports', '0', '--store', store, ...keys, '--messages-dir', join(folder, 'messages')]);
      browsers = await Promise.all([startChromium(), startChromium()]);
      await server.start('127.0.0.1:0');
      staff = await staffOf(server, {
        hanh: { name: 'Cô Hạnh', role: 'coordinator' },
        lan: { name: LAN, role: 'practitioner' },
        minh: { name: 'Bác sĩ Minh', role: 'practitioner' },
        son: { name: SON, role: 'interpreter' },
      });
    });
    after(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await server?.stop();
      await redis?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** @param {string} name @param {string} url @param {number} seat */
    async function open(name, url, seat) {
      const me = CAST.find((one) => one.name === name);
      const browser = browsers[name === LAN || name === SON ? 0 : 1];
      assert(me && browser);
      const person = await Person.open(browser, me, CAST, url);
      person.seat = seat;
      here.set(name, person);
      await person.join();
      return person;
    }
    /** @param {string} name */
    const person = (name) => here.get(name) ?? assert.fail(`${name} is not here`);
    /** @param {string} name of a patient */
    const idOf = (name) => booked.get(name) ?? assert.fail(`${name} is not booked`);
    /** Their own way in, as the page asks for it. @param {import('../harness/clinic.mjs').Staff} who @param {string} patient */
    const wayIn = async (who, patient) => `${server.origin}/#${(await who.asks('POST', `/v1/appointments/${idOf(patient)}/enter`)).link}`;
    /** Who waits, the next one first. @param {import('../harness/clinic.mjs').Staff} who @returns {Promise<{appointment: string, since: number}[]>} */
    const queue = async (who) => (await who.asks('GET', '/v1/day')).queue;
    /** @param {import('../harness/clinic.mjs').Staff} who */
    const names = async (who) => (await queue(who)).map(({ appointment }) => [...booked].find(([, one]) => one === appointment)?.[0]);
    /** The page's one filled button, and for whom it is. @param {string} name */
    const isNext = (name) => until(`${name} to be next`, () => desk.tab.evaluate(([css, who]) => document.querySelector(css)?.textContent?.includes(who), [`${element('next')}[data-kind="admit"]`, name]), 15_000);

    test('the coordinator books three, one of them with an interpreter and one to be seen first', async () => {
      const [browser] = browsers;
      assert(browser);
      board = await Desk.open(browser, `${server.origin}/clinic#`);
      await board.signsIn('hanh', PASSWORD);
      await board.press('new-appointment');
      /** Proposed for the first, and the same for the others: who is first is not decided by the hour. */
      const time = await board.tab.evaluate((css) => /** @type {HTMLInputElement} */ (document.querySelector(css)).value, await board.finds('time'));
      for (const name of [SINH, MAY, PAO]) {
        await board.types({ patient: name, phone: '0912 345 678', time });
        await board.picks({ practitioner: staff.lan.account, ...(name === PAO ? { priority: 'seventyFive' } : {}) });
        if (name === MAY) {
          await board.press('add-interpreter');
          await board.picks({ interpreter: staff.son.account, 'language-from': 'ium', 'language-to': 'vi' });
        }
        await board.press('book');
        const [link] = /#[\w-]{22}/.exec(await board.reads('.message')) ?? assert.fail(`no link for ${name}`);
        links.set(name, `${server.origin}/${link}`);
        await board.press('book-another');
      }
      await board.press('close');
      const { appointments } = await staff.hanh.asks('GET', '/v1/day');
      for (const { appointment, people } of appointments) booked.set(people[PATIENT - 1].name, appointment);
      assert.deepEqual([...booked.keys()].sort(), [SINH, MAY, PAO].sort());
    });

    test('they come out of order, and the practitioner sees who is first and why', async () => {
      for (const name of [MAY, SINH, PAO]) {
        await open(name, links.get(name) ?? assert.fail(`no link for ${name}`), PATIENT);
      }
      const [browser] = browsers;
      assert(browser);
      desk = await Desk.open(browser, `${server.origin}/clinic#`);
      await desk.signsIn('lan', PASSWORD);
      await isNext(PAO);
      assert.deepEqual(await names(staff.lan), [PAO, MAY, SINH]);
    });

    test('the practitioner is late, and everybody who waits is told', async () => {
      await desk.press('late-10');
      for (const name of [PAO, MAY, SINH]) await person(name).sees('the delay', (css) => document.querySelector(css)?.textContent?.includes('10 phút'), element('late'));
    });

    test('the first is let in with one press, and they talk', async () => {
      const room = await desk.tab.opening(() => desk.press('admit-next'));
      await person(PAO).connected();
      await room.close();
      await open(LAN, await wayIn(staff.lan, PAO), PRACTITIONER);
      await assertAllHear([person(LAN), person(PAO)]);
      await person(LAN).press('tab-notes');
      await person(LAN).finds('notes-text');
      await person(LAN).tab.type(element('notes-text'), NOTES);
      await person(LAN).sees('that it is saved', (css) => document.querySelector(css)?.textContent?.includes('Đã lưu lúc'), element('notes-state'));
    });

    test('the server is killed and started again: everybody is back in place, and the notes are there', async () => {
      const before = await queue(staff.hanh);
      await server.kill();
      await server.startAgain();
      await assertAllHear([person(LAN), person(PAO)]);
      await until('those who wait to be back', async () => {
        const { appointments } = await staff.hanh.asks('GET', '/v1/day');
        return appointments.filter((/** @type {any} */ { people }) => people[PATIENT - 1].present).length === 3;
      }, 30_000);
      for (const name of [MAY, SINH]) await person(name).waits();
      assert.deepEqual(await queue(staff.hanh), before);
      await person(LAN).tab.reload();
      await person(LAN).backIn();
      await person(LAN).finds('tab-notes');
      await person(LAN).press('tab-notes');
      await person(LAN).sees('the notes', ([css, text]) => /** @type {HTMLTextAreaElement | null} */ (document.querySelector(css))?.value === text, [element('notes-text'), NOTES]);
    });

    test('one is handed over to a colleague, whose day it is on from then on', async () => {
      await board.press(`[data-id="${idOf(SINH)}"] .name a`);
      await board.press('transfer');
      await board.picks({ 'transfer-to': staff.minh.account });
      await board.press('transfer-yes');
      await until('the colleague to have it', async () => (await names(staff.minh)).length === 1, 10_000);
      assert.deepEqual(await names(staff.minh), [SINH]);
      assert.deepEqual(await names(staff.lan), [MAY]);
      await staff.lan.asks('POST', `/v1/appointments/${idOf(SINH)}/admit`, { seat: PATIENT }, 404);
    });

    test('the first is over, the interpreter comes to the second, and the three hear each other', async () => {
      await staff.lan.asks('POST', `/v1/appointments/${idOf(PAO)}/end`);
      await person(LAN).tab.close();
      await isNext(MAY);
      await open(SON, await wayIn(staff.son, MAY), INTERPRETER);
      await open(LAN, await wayIn(staff.lan, MAY), PRACTITIONER);
      await person(LAN).admits(person(MAY));
      await person(MAY).connected();
      await assertAllHear([person(LAN), person(MAY), person(SON)]);
    });

    test('the trail is what was written', async () => {
      await server.kill();
      const environment = { ...process.env, NHIPCAU_STORE: store, ...(kind === 'redis' ? { NHIPCAU_STORE_KEY_FILE: join(folder, 'keys') } : {}) };
      const { status, stdout, stderr } = spawnSync(program('nhipcau'), ['audit', 'verify'], { cwd: folder, env: environment, encoding: 'utf8' });
      assert.equal(status, 0, `${stdout}${stderr}`);
      assert.match(stdout, /\d+ logs?/);
    });
  });
}
