/** Every state of the staff's pages, reached as a person would, in a clinic that never was. */
import { ADMIN, board, busy, FakeClinic, HOA, LAN, morning, quiet, SU } from './fakeclinic.mjs';
import { element } from './person.mjs';
import { until } from './until.mjs';

const LINK = 'abcdefghijklmnopqrstuv';

/** @typedef {(name: string, tab: import('./browsers.mjs').Tab) => Promise<void>} Visit */

/**
 * @param {{browser: import('./browsers.mjs').Browser, language: string, dark: boolean}} how
 * @param {Visit} visit is called at each state
 */
export async function tourOfTheClinic({ browser, language, dark }, visit) {
  for (const part of [comingIn, practitionersDay, booking, oneAppointment, coordinator, interpreter, administrator, ownAccount, codeRead]) {
    const clinic = await new FakeClinic().start();
    const tab = await browser.newTab({ dark, permissions: ['clipboard-write'] });
    try {
      await part(new Walk(clinic, tab, language), (name) => visit(name, tab));
    } finally {
      await tab.close();
      clinic.stop();
    }
  }
}

/** A hand at the page. */
class Walk {
  /** @param {FakeClinic} clinic @param {import('./browsers.mjs').Tab} tab @param {string} language */
  constructor(clinic, tab, language) {
    this.clinic = clinic;
    this.tab = tab;
    this.language = language;
  }

  /** @param {typeof LAN | undefined} who @param {string} [hash] */
  async open(who, hash = '') {
    this.clinic.who = who;
    await this.tab.open('about:blank');
    await this.tab.open(`${this.clinic.origin}/clinic?lang=${this.language}${hash}`);
  }

  /** @param {string} test @param {string} [within] */
  async finds(test, within = '') {
    const css = `${within} ${element(test)}`;
    await until(`${css} to be there`, () => this.tab.evaluate((wanted) => document.querySelector(wanted) !== null, css), 10_000);
  }

  /** @param {string} test @param {string} [within] */
  async press(test, within = '') {
    await this.finds(test, within);
    await this.tab.click(`${within} ${element(test)}`);
  }

  /** @param {Record<string, string>} fields */
  async types(fields) {
    for (const [test, text] of Object.entries(fields)) {
      await this.finds(test);
      await this.tab.type(element(test), text);
    }
  }

  /** @param {string} test of a list to choose from @param {string} value */
  async chooses(test, value) {
    await this.finds(test);
    await this.tab.evaluate(([css, wanted]) => {
      const select = /** @type {HTMLSelectElement} */ (document.querySelector(css));
      select.value = wanted;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }, [element(test), value]);
  }

  /** @param {string} row its id’s last digits */
  async opensRow(row) {
    const css = `${element('row')}[data-id$="${row}"] .name a`;
    await until(`row ${row}`, () => this.tab.evaluate((wanted) => document.querySelector(wanted) !== null, css), 10_000);
    await this.tab.click(css);
    await this.finds('one');
  }
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function comingIn(walk, visit) {
  await walk.open(undefined);
  await walk.finds('sign-in-form');
  await visit('sign in');
  await walk.types({ 'sign-in-name': 'lan', password: 'sai' });
  await walk.press('sign-in');
  await walk.finds('trouble');
  await visit('sign in failed');
  walk.clinic.hasSecondFactor = true;
  await walk.types({ 'sign-in-name': 'lan', password: 'bốn từ nối nhau' });
  await walk.press('sign-in');
  await walk.finds('code-form');
  await visit('second step');
  await walk.types({ code: '000000' });
  await walk.press('confirm-code');
  await walk.finds('trouble');
  await walk.press('other-code');
  await visit('recovery code');
  await walk.open(undefined, `#first=${LINK}`);
  await walk.finds('new-password-form');
  await visit('first administrator');
  await walk.open(undefined, `#invite=${LINK}`);
  await walk.types({ 'new-password': 'bốn từ nối nhau', 'repeat-password': 'bốn từ' });
  await walk.press('set-password');
  await visit('invitation');
  await walk.types({ 'repeat-password': 'bốn từ nối nhau' });
  await walk.press('set-password');
  await walk.finds('sign-in-form');
  await visit('password was set');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function practitionersDay(walk, visit) {
  walk.clinic.day = quiet();
  await walk.open(LAN);
  await walk.finds('row');
  await visit('a quiet day');
  walk.clinic.show(morning());
  await walk.finds('arrived');
  await visit('two wait');
  await walk.press('bell-stop');
  await walk.press('late-10');
  await until('late to be told', () => walk.tab.evaluate(() => document.querySelector('.told')?.textContent !== ''), 10_000);
  await visit('late was told');
  walk.clinic.show(busy());
  await walk.finds('enter-next');
  await visit('in consultation');
  walk.clinic.cut(true);
  await walk.finds('away');
  await visit('server away');
  walk.clinic.cut(false);
  walk.clinic.show({ ...quiet(), appointments: [] });
  await until('an empty day', () => walk.tab.evaluate(() => document.querySelector('.nothing') !== null), 20_000);
  await visit('an empty day');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function booking(walk, visit) {
  await walk.open(LAN);
  await walk.press('new-appointment');
  await walk.finds('booking-form');
  await visit('new appointment');
  await walk.press('add-interpreter');
  await walk.press('add-companion');
  await walk.press('book');
  await visit('what is amiss');
  await walk.types({ patient: 'Sùng Thị Mai', phone: '0912 345 678', companion: 'Sùng A Páo', 'companion-phone': '0987 654 321' });
  // Signed out by age in the middle of it: what was typed is still there.
  walk.clinic.who = undefined;
  await walk.press('book');
  await walk.finds('signed-out-by-age');
  await visit('signed out by age');
  await walk.types({ 'sign-in-name': 'lan', password: 'bốn từ nối nhau' });
  await walk.press('sign-in');
  // As on a telephone, where the form is longer than the screen.
  await walk.tab.resize(360, 640);
  await walk.chooses('message-language', 'ko');
  await walk.press('book');
  await walk.finds('booked');
  const message = await walk.tab.evaluate(() => document.querySelector('.message')?.textContent ?? '');
  if (!message.includes('?lang=ko#')) throw new Error(`not for somebody who reads Korean: ${message}`);
  const isSeen = () => walk.tab.evaluate(() => {
    const { top, bottom } = /** @type {Element} */ (document.querySelector('.booked .lead')).getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  await until('what was booked to be seen from its beginning', isSeen, 2000);
  await visit('booked');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function oneAppointment(walk, visit) {
  await walk.open(LAN);
  await walk.opensRow('5');
  await visit('one appointment');
  await walk.press('reschedule');
  await visit('change the time');
  await walk.tab.key('Escape');
  await walk.press('transfer');
  await visit('hand over');
  await walk.tab.key('Escape');
  await walk.press('cancel');
  await visit('why cancel');
  await walk.tab.key('Escape');
  await walk.opensRow('4').catch(() => walk.press('close').then(() => walk.opensRow('4')));
  await walk.press('no-show');
  await walk.finds('no-show-yes');
  await visit('did they come');
  await walk.press('no-show-no');
  await walk.press('new-link');
  await walk.press('new-link-yes');
  await walk.finds('code');
  await visit('new link');
  walk.clinic.instead.set(`POST /v1/appointments/${'4'.padStart(16, '0')}/priority`, { status: 409, code: 'wrong_state' });
  await walk.chooses('one-priority', 'emergency');
  await walk.finds('trouble');
  await visit('that has just changed');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function coordinator(walk, visit) {
  walk.clinic.day = board();
  await walk.open(HOA);
  await walk.finds('lane');
  await visit('board');
  await walk.opensRow('16');
  await visit('board with one appointment');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function interpreter(walk, visit) {
  walk.clinic.day = { ...morning(), appointments: morning().appointments.filter(({ people }) => people.some(({ role }) => role === 'interpreter')), queue: morning().queue.slice(1) };
  await walk.open(SU);
  await walk.finds('row');
  await visit('interpreter');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function administrator(walk, visit) {
  await walk.open(ADMIN);
  await walk.finds('member');
  await visit('staff');
  await walk.press('edit');
  await visit('change a colleague');
  await walk.press('disable');
  await visit('disable a colleague');
  await walk.tab.reload();
  await walk.press('invite');
  await walk.types({ 'staff-name': 'Lò Văn Thắng', 'staff-sign-in-name': 'thang' });
  walk.clinic.instead.set('POST /v1/staff', { status: 409, code: 'name_taken' });
  await walk.press('invite-yes');
  await walk.finds('trouble');
  await visit('name is taken');
  walk.clinic.instead.clear();
  await walk.press('invite-yes');
  await walk.finds('invitation');
  await visit('invited');
  await walk.press('page-keys');
  await walk.finds('key');
  await visit('keys');
  await walk.press('make-key');
  await walk.press('scope-appointmentsRead');
  await visit('make a key');
  await walk.press('key-yes');
  await walk.finds('new-key');
  await visit('a new key');
  await walk.press('make-hook');
  await walk.types({ 'hook-address': 'his.example' });
  await walk.press('event-noShow');
  await walk.press('hook-yes');
  await until('the fault to be told', () => walk.tab.evaluate((css) => document.querySelector(`${css}[aria-invalid="true"]`) !== null, element('hook-address')), 10_000);
  await visit('make a webhook');
  await walk.types({ 'hook-address': 'https://his.example/nhipcau' });
  await walk.press('hook-yes');
  await walk.finds('new-hook');
  await visit('a new webhook');
  await walk.press('put-away');
  await walk.press('see-undelivered');
  await walk.finds('dead-letter');
  await visit('what did not arrive');
  await walk.press('drop-hook');
  await walk.finds('drop-hook-yes');
  await visit('about to remove a webhook');
  await walk.press('drop-hook-no');
  await walk.press('retry-hook');
  await until('the count to be told', () => walk.tab.evaluate(() => document.querySelector('.retried')?.textContent !== ''), 10_000);
  await visit('sent again');
  await walk.press('page-audit');
  await walk.finds('entry');
  await visit('audit');
}

/** @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function ownAccount(walk, visit) {
  await walk.open(LAN, '#/account');
  await walk.finds('session');
  await visit('account');
  await walk.press('factor-start');
  await walk.finds('factor-code');
  await visit('second step offered');
  await walk.types({ 'factor-code': '123456' });
  await walk.press('factor-confirm');
  await walk.finds('recovery-codes');
  await visit('recovery codes');
}

/** Who has eight digits and no link. @param {Walk} walk @param {(name: string) => Promise<void>} visit */
async function codeRead(walk, visit) {
  const { clinic, tab } = walk;
  /** What is said of the code. @param {string} before */
  const told = (before) => until('something to be told', async () => {
    const said = await tab.evaluate(() => document.querySelector('.told')?.textContent ?? '');
    return said !== '' && said !== before && said;
  }, 15_000);
  await tab.open(`${clinic.origin}/ma?lang=${walk.language}`);
  await walk.finds('digits');
  await visit('a code, to be typed');
  await walk.types({ digits: '4821 309' });
  await walk.press('enter');
  await told('');
  await visit('a code, a digit is missing');
  await walk.types({ digits: '48213096' });
  clinic.instead.set('POST /v1/code', { isHeld: true });
  await walk.press('enter');
  const asking = await told('');
  await visit('a code, being looked for');
  // No network now: what was asked came to nothing.
  clinic.cut(true);
  await told(asking);
  await visit('a code, the clinic is away');
  clinic.cut(false);
  for (const [state, answer] of /** @type {[string, import('./fakeclinic.mjs').Answer][]} */ ([
    ['a code that does not work', { status: 404, code: 'link_unknown' }],
    ['a code, tried too often', { status: 429, code: 'rate_limited', retryAfter: 870 }],
  ])) {
    clinic.instead.set('POST /v1/code', answer);
    await walk.types({ digits: '48213097' });
    await walk.press('enter');
    await told(asking);
    await visit(state);
  }
}
