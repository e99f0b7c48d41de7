/**
 * A morning at the desk, on the real server: the first administrator comes by the printed link and invites a practitioner,
 * who books a patient, sees them wait, lets them in with one press, and hands them to a colleague from the call; and a second
 * step keeps out who has only the password.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startChromium } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { firstLink } from '../harness/clinic.mjs';
import { Desk } from '../harness/desk.mjs';
import { element, Person } from '../harness/person.mjs';
import { Server } from '../harness/server.mjs';
import { until } from '../harness/until.mjs';

/** @type {import('../harness/server.mjs').Server} */ let server;
/** @type {import('../harness/browsers.mjs').Browser} */ let browser;

before(async () => {
  server = new Server(['--udp-ports', '0']);
  [browser] = await Promise.all([startChromium(), server.start('127.0.0.1:0')]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Six digits of an authenticator app (RFC 6238). @param {string} secret in base32 */
function codeOf(secret) {
  const bits = [...secret.replaceAll(' ', '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('a morning at the desk', () => {
  test('an administrator invites, a practitioner books, a patient comes, is let in with one press and goes to a colleague', async () => {
    const admin = await Desk.open(browser, `${server.origin}/clinic#first=${await firstLink(server)}`);
    await admin.finds('new-password-form');
    assert.equal(await admin.tab.evaluate(() => location.hash), '', 'the link does not stay in the address');
    await admin.types({ name: 'Phạm Đức Dũng', 'sign-in-name': 'dung', 'new-password': 'ruộng bậc thang', 'repeat-password': 'ruộng bậc thang' });
    await admin.press('set-password');
    await admin.signsIn('dung', 'ruộng bậc thang');
    await admin.press('invite');
    await admin.types({ 'staff-name': 'BS. Nguyễn Thị Lan', 'staff-sign-in-name': 'lan' });
    await admin.press('role-practitioner');
    await admin.press('invite-yes');
    const invitation = await admin.reads(`${element('invitation')} .secret`);
    await admin.press('put-away');
    await admin.press('invite');
    await admin.types({ 'staff-name': 'BS. Trần Quang Minh', 'staff-sign-in-name': 'minh' });
    await admin.press('role-practitioner');
    await admin.press('invite-yes');
    const invitationOfMinh = await admin.reads(`${element('invitation')} .secret`);

    const lan = await Desk.open(browser, invitation);
    await lan.types({ 'new-password': 'mưa nguồn chớp bể', 'repeat-password': 'mưa nguồn chớp bể' });
    await lan.press('set-password');
    await lan.signsIn('lan', 'mưa nguồn chớp bể');
    await lan.press('new-appointment');
    await lan.types({ patient: 'Sùng Thị Mai', phone: '0912 345 678' });
    await lan.press('book');
    const digits = await lan.reads('code');
    assert.match(digits, /^\d{4} \d{4}$/);
    const message = await lan.reads('.message');
    const link = message.match(/https?:\S+#[\w-]{22}/)?.[0];
    assert.ok(link, message);
    await lan.press('close');
    await lan.finds(`${element('row')}[data-where="expected"]`);

    // Read out over the telephone, and typed on a page of its own: once wrong, once right.
    const caller = await Desk.open(browser, `${server.origin}/ma#`);
    await caller.types({ digits: digits.replace(/\d$/, (last) => String((Number(last) + 1) % 10)) });
    await caller.press('enter');
    await until('the wrong one to be told', () => caller.tab.evaluate(() => /không dùng được/.test(document.querySelector('.told')?.textContent ?? '')), 10_000);
    await caller.types({ digits: digits.replace(' ', '') });
    await caller.press('enter');
    await caller.finds('join');
    assert.equal(await caller.tab.evaluate(() => location.hash.length), 23, 'behind the # stands a link');
    await caller.tab.close();

    const [me] = castFor(['Sùng Thị Mai']);
    assert.ok(me);
    const mai = await Person.open(browser, me, [me], link);
    await mai.join();
    await mai.waits();
    await lan.finds(`${element('row')}[data-where="waiting"]`);
    assert.match(await lan.reads('arrived'), /Sùng Thị Mai/);
    await until('the tab to count', () => lan.tab.evaluate(() => document.title.startsWith('(1)')), 5000);
    await lan.press('late-10');
    await until('one to be told', () => lan.tab.evaluate(() => /10 phút cho 1 người/.test(document.querySelector('.told')?.textContent ?? '')), 10_000);

    const room = await lan.tab.opening(() => lan.press('admit-next'));
    // It opens empty, and goes to the consultation once the server has said the way.
    await until('the room to be offered', () => room.evaluate((css) => document.querySelector(css) !== null, element('join')).catch(() => false), 15_000);
    await room.click(element('join'));
    await mai.connected();
    await lan.finds(`${element('row')}[data-where="inProgress"]`);

    // To a colleague, from the call itself: the window says which appointment it is, the browser who asks.
    const call = new Desk(room);
    await call.press('hand-over');
    await call.chooses('hand-over-to', 'BS. Trần Quang Minh');
    await call.press('hand-over-yes');
    assert.match(await call.reads(`${element('handed')} h1`), /BS\. Trần Quang Minh/);
    await until('it to be gone from the day of who handed over', () => lan.tab.evaluate((css) => document.querySelector(css) === null, element('row')), 10_000);
    const minh = await Desk.open(browser, invitationOfMinh);
    await minh.types({ 'new-password': 'trăng lên đỉnh núi', 'repeat-password': 'trăng lên đỉnh núi' });
    await minh.press('set-password');
    await minh.signsIn('minh', 'trăng lên đỉnh núi');
    assert.match(await minh.reads(element('row')), /Sùng Thị Mai/);
    await mai.connected();
    await Promise.all([admin, lan, mai, minh].map(({ tab }) => tab.close()));
  });

  test('with a second step a password alone opens nothing, and a code on paper helps once', async () => {
    const lan = await Desk.open(browser, `${server.origin}/clinic#/account`);
    await lan.signsIn('lan', 'mưa nguồn chớp bể');
    await lan.press('factor-start');
    const secret = await lan.reads('secret');
    await lan.types({ 'factor-code': codeOf(secret) });
    await lan.press('factor-confirm');
    const paper = await lan.reads(`${element('recovery-codes')} li`);
    await lan.press('codes-kept');
    await lan.press('sign-out');
    await lan.signsIn('lan', 'mưa nguồn chớp bể');
    await lan.finds('code-form');
    await lan.press('other-code');
    await lan.types({ code: paper });
    await lan.press('confirm-code');
    await lan.finds('sign-out');
    await lan.press('sign-out');
    await lan.signsIn('lan', 'mưa nguồn chớp bể');
    await lan.press('other-code');
    await lan.types({ code: paper });
    await lan.press('confirm-code');
    await lan.finds(`${element('trouble')}[data-code="code_wrong"]`);
    await lan.tab.close();
  });
});
