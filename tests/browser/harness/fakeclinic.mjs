/**
 * A clinic that never was, for pictures of the staff's pages and for what is judged of each: serves the built page and
 * answers `/v1/…` as PROTOCOL.md has it, on a morning that stands still. The real server is tried elsewhere.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { ROOT } from './server.mjs';

const DIST = join(ROOT, 'web-client', 'dist');
const TYPES = /** @type {Record<string, string>} */ ({ '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' });

const DOCUMENTS = /** @type {Record<string, string>} */ ({ '/clinic': 'clinic.html', '/ma': 'code.html' });

const MINUTE = 60_000;
/** Monday, by the clinic's clocks. @param {number} hours @param {number} minutes */
const at = (hours, minutes) => Date.UTC(2026, 10, 23, hours - 7, minutes);
export const NOW = at(9, 41);
/** @param {number} number */
const id = (number) => number.toString(16).padStart(16, '0');

export const LAN = { account: id(0xa1), name: 'BS. Nguyễn Thị Lan', role: 'practitioner' };
export const HOA = { account: id(0xa2), name: 'Hoàng Thu Hoa', role: 'coordinator' };
export const MINH = { account: id(0xa3), name: 'BS. Trần Quang Minh', role: 'practitioner' };
export const SU = { account: id(0xa4), name: 'Vàng A Sử', role: 'interpreter' };
export const ADMIN = { account: id(0xa5), name: 'Phạm Đức Dũng', role: 'administrator' };
const STAFF = [LAN, HOA, MINH, SU, ADMIN, { account: id(0xa6), name: 'YS. Lò Văn Pín', role: 'practitioner' }];

/** @typedef {{status?: number, body?: unknown, code?: string, retryAfter?: number, isHeld?: boolean}} Answer `isHeld`: none at all, for as long as the clinic stands */

/** @param {number} seat @param {string} role @param {string} name @param {object} [part] */
const person = (seat, role, name, part = {}) => ({ seat, role, name, admission: 'none', present: false, connection: 'none', language: 'vi', ...part });
/** @param {typeof LAN} who @param {object} [part] */
const practitioner = (who, part = {}) => person(1, 'practitioner', who.name, { account: who.account, part: 'treating', ...part });
const here = { admission: 'waiting', present: true, connection: 'up' };
const gone = { admission: 'admitted', present: false, connection: 'none' };
const hmong = person(3, 'interpreter', SU.name, { account: SU.account, languages: ['mww', 'vi'] });

/** @param {number} number @param {[number, number]} time @param {string} phase @param {unknown[]} people @param {object} [part] */
const booked = (number, [hours, minutes], phase, people, part = {}) => ({ appointment: id(number), begins: at(hours, minutes), minutes: 20, phase, people, ...part });

/** Lan's morning: two wait, one of them before the other by law. */
export function morning() {
  const appointments = [
    booked(1, [8, 0], 'ended', [practitioner(LAN), person(2, 'patient', 'Giàng A Páo', gone)], { begun: at(8, 4), end: { at: at(8, 22) } }),
    booked(2, [8, 30], 'noShow', [practitioner(LAN), person(2, 'patient', 'Lò Thị Xuân')], { end: { at: at(8, 50) } }),
    booked(3, [9, 0], 'ended', [practitioner(LAN), person(2, 'patient', 'Vừ Thị Mỷ', gone)], { begun: at(9, 2), end: { at: at(9, 36) } }),
    booked(4, [9, 20], 'open', [practitioner(LAN), person(2, 'patient', 'Tẩn Láo Lở', { failedJoins: { count: 2, at: at(9, 31), code: 'link_expired' } })]),
    booked(5, [9, 30], 'open', [practitioner(LAN), person(2, 'patient', 'Sùng Thị Mai', { ...here, waitingSince: at(9, 24), network: 'good', language: 'en' }), hmong], { late: { minutes: 10, at: at(9, 29) } }),
    booked(6, [9, 40], 'open', [practitioner(LAN), person(2, 'patient', 'Hoàng Văn Sơn', { ...here, waitingSince: at(9, 38), network: 'weak' }), person(4, 'companion', 'Hoàng Văn Hải')], { priority: { class: 'seventyFive' } }),
    booked(7, [10, 0], 'scheduled', [practitioner(LAN), person(2, 'patient', 'Lý Thị Dung')]),
    booked(8, [10, 30], 'cancelled', [practitioner(LAN), person(2, 'patient', 'Đặng Phúc Lâm')], { end: { at: at(9, 10), reason: 'patient' } }),
    booked(9, [11, 0], 'scheduled', [practitioner(LAN), person(2, 'patient', 'Vàng Seo Chúng', {}), person(3, 'interpreter', SU.name, { account: SU.account, languages: ['mww', 'vi'] }), person(4, 'companion', 'Vàng Thị Say')], { priority: { class: 'pregnant' } }),
  ];
  const queue = [
    { appointment: id(6), seat: 2, since: at(9, 38), why: { kind: 'law', class: 'seventyFive', overtakes: 1 }, priority: { class: 'seventyFive' } },
    { appointment: id(5), seat: 2, since: at(9, 24), why: { kind: 'overtaken', by: 1 } },
  ];
  return { date: '2026-11-23', revision: 1, now: NOW, appointments, queue };
}

/** The same without anybody who waits. */
export function quiet() {
  const day = morning();
  return { ...day, appointments: day.appointments.filter(({ appointment }) => ![id(4), id(5), id(6)].includes(appointment)), queue: [] };
}

/** One is in, one waits. */
export function busy() {
  const day = morning();
  const [, later] = day.queue;
  const appointments = day.appointments.map((one) => one.appointment === id(6)
    ? { ...one, phase: 'inProgress', begun: at(9, 39), people: [practitioner(LAN, { admission: 'admitted', present: true, connection: 'up' }), person(2, 'patient', 'Hoàng Văn Sơn', { admission: 'admitted', present: true, connection: 'up', network: 'weak' })] }
    : one);
  return { ...day, appointments, queue: later ? [{ ...later, why: { kind: 'arrival' } }] : [] };
}

/** Everybody's morning, as the coordinator sees it. */
export function board() {
  const day = busy();
  const minhs = [
    booked(21, [9, 0], 'ended', [practitioner(MINH), person(2, 'patient', 'Chảo Mùi Phủ', gone)], { begun: at(9, 0), end: { at: at(9, 15) } }),
    booked(22, [9, 20], 'open', [practitioner(MINH), person(2, 'patient', 'Nông Thị Bích', { ...here, waitingSince: at(9, 11), network: 'fair' })]),
    booked(23, [9, 50], 'scheduled', [practitioner(MINH), person(2, 'patient', 'Bàn Văn Thành', { failedJoins: { count: 1, at: at(9, 40) } })]),
    booked(24, [10, 10], 'scheduled', [practitioner(MINH), person(2, 'patient', 'Lường Thị Ánh')]),
  ];
  return { ...day, appointments: [...day.appointments, ...minhs], queue: [...day.queue, { appointment: id(22), seat: 2, since: at(9, 11), why: { kind: 'arrival' } }] };
}

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CODES = ['7KQ2-M9XA-04TB', 'P3WD-8H1Z-KV6N', '5C0Y-RJ7E-2GMS', 'A9TF-XB4K-61QD', 'H2NV-0ZP8-WE3R', 'D6GJ-5SM1-YC7X', '1XKB-T4QA-9RFH', 'Z8EW-3V0N-PJ2M'];

const EVENTS = ['booked', 'rescheduled', 'cancelled', 'noShow', 'begun', 'ended', 'reopened', 'transferred', 'summarySigned'];
const HOOKS = [
  { webhook: id(0xb1), url: 'https://his.benhvien-laocai.example/nhipcau/tin?noi=tavan', events: EVENTS, made: at(7, 0) - 12 * 1440 * MINUTE, waiting: 2, undelivered: 3, lastDelivered: at(9, 12) },
  { webhook: id(0xb2), url: 'https://lich.soyte.example/', events: ['booked', 'cancelled', 'noShow'], made: at(8, 40), waiting: 0, undelivered: 0 },
];
/** @param {number} number @param {string} event @param {number} happened @param {object} lastFailure */
const letter = (number, event, happened, lastFailure) => ({ delivery: id(number), event, appointment: id(3), happened, failures: 14, lastFailure: { at: happened + 3 * 1440 * MINUTE, ...lastFailure } });
const LETTERS = [
  letter(0xf3, 'summarySigned', at(16, 20) - 4 * 1440 * MINUTE, { kind: 'status', status: 503 }),
  letter(0xf2, 'ended', at(16, 2) - 4 * 1440 * MINUTE, { kind: 'connection' }),
  letter(0xf1, 'begun', at(15, 41) - 4 * 1440 * MINUTE, { kind: 'tls' }),
];

export class FakeClinic {
  /** Who is signed in. @type {typeof LAN | undefined} */ who;
  hasSecondFactor = false;
  day = morning();
  origin = '';
  /** Answers for exactly this method and path, in the place of the usual ones. @type {Map<string, Answer>} */ instead = new Map();
  /** What was asked, newest last: method and path. @type {{method: string, path: string, body: any}[]} */ asked = [];
  /** Nothing is answered: connections are cut. */
  isAway = false;
  /** @type {(() => void)[]} */ #waiting = [];
  #server = createServer((request, response) => void this.#serve(request, response));

  async start() {
    await new Promise((listening) => { this.#server.listen(0, '127.0.0.1', () => listening(undefined)); });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    this.origin = `http://127.0.0.1:${address.port}`;
    return this;
  }

  /** Everybody who looks at the day is told of it. @param {ReturnType<typeof morning>} day */
  show(day) {
    this.day = { ...day, revision: this.day.revision + 1 };
    for (const tell of this.#waiting.splice(0)) tell();
  }

  /** The network is cut or comes back. @param {boolean} isAway */
  cut(isAway) {
    this.isAway = isAway;
    if (isAway) this.#server.closeAllConnections();
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async #serve(request, response) {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin);
    if (!pathname.startsWith('/v1/')) return this.#file(pathname, response);
    if (this.isAway) return request.socket.destroy();
    let text = '';
    for await (const chunk of request) text += chunk;
    const method = request.method ?? 'GET';
    const body = text === '' ? undefined : JSON.parse(text);
    this.asked.push({ method, path: pathname, body });
    if (method === 'GET' && pathname === '/v1/day' && Number(searchParams.get('since')) === this.day.revision) {
      await new Promise((told) => { this.#waiting.push(() => told(undefined)); });
    }
    const { status = 200, body: answer, code, retryAfter, isHeld } = this.instead.get(`${method} ${pathname}`) ?? this.#answer(method, pathname, body);
    if (isHeld) return undefined;
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    if (status === 204) return response.writeHead(204).end();
    response.writeHead(status, { 'content-type': code ? 'application/problem+json' : 'application/json' });
    return response.end(JSON.stringify(code ? { code, message: 'said by a fake' } : answer));
  }

  /** @param {string} method @param {string} path @param {any} body @returns {Answer} */
  #answer(method, path, body) {
    const route = `${method} ${path.replace(/[0-9a-f]{16}/, '{id}').replace(/seats\/\d+/, 'seats/{seat}')}`;
    const { who } = this;
    if (route === 'POST /v1/session') return this.#signIn(body);
    if (route === 'POST /v1/first-administrator') return { status: 201, body: { account: ADMIN.account } };
    if (route === 'POST /v1/code') return { status: 404, code: 'link_unknown' };
    if (route === 'POST /v1/password') return { status: 204 };
    if (who === undefined) return { status: 401, code: 'session_unknown' };
    switch (route) {
      case 'GET /v1/session': return { body: this.#session(who) };
      case 'GET /v1/day': return { body: this.day };
      case 'GET /v1/staff': return { body: { staff: STAFF.map((one, index) => ({ ...one, standing: ['active', 'active', 'active', 'invited', 'active', 'disabled'][index], hasSecondFactor: index % 2 === 0 })) } };
      case 'GET /v1/keys': return { body: { keys: [{ key: id(0xc1), scopes: ['appointmentsRead', 'appointmentsWrite'], created: at(7, 0) - 20 * 1440 * MINUTE, used: at(9, 0) }, { key: id(0xc2), scopes: ['recordsRead'], created: at(8, 30) }] } };
      case 'POST /v1/keys': return { status: 201, body: { key: id(0xc3), text: 'nk_9f27c1d80b5e4a63_xW3vT0qLr8ZsYd2KpNcJbA' } };
      case 'GET /v1/webhooks': return { body: { webhooks: HOOKS } };
      case 'POST /v1/webhooks': return { status: 201, body: { webhook: { ...body, webhook: id(0xb3), made: NOW, waiting: 0, undelivered: 0 }, secret: 'whsec_Zk0q7sVb3nYx1RtLw9aGhE5cPdUuJm2f8oTiKyXBv4' } };
      case 'GET /v1/webhooks/{id}/undelivered': return { body: { deliveries: LETTERS } };
      case 'POST /v1/webhooks/{id}/retry': return { body: { retried: LETTERS.length } };
      case 'GET /v1/sessions': return { body: { sessions: [{ id: id(0xd1), begun: at(7, 50), used: at(9, 40), current: true }, { id: id(0xd2), begun: at(7, 50) - 1440 * MINUTE, used: at(7, 50) - 600 * MINUTE, current: false }] } };
      case 'GET /v1/audit': return { body: { entries: [{ at: at(9, 38), kind: 'signedIn', account: LAN.account, name: LAN.name }, { at: at(9, 12), kind: 'signInFailed', account: HOA.account, name: HOA.name }, { at: at(8, 2), kind: 'roleChanged', account: SU.account, name: SU.name, role: 'interpreter', by: ADMIN.name }, { at: at(8, 1), kind: 'keyMade', key: id(0xc1), by: ADMIN.name }] } };
      case 'POST /v1/second-factor': return { body: { secret: SECRET, uri: `otpauth://totp/Nh%E1%BB%8Bp%20C%E1%BA%A7u:lan?secret=${SECRET}&issuer=Nh%E1%BB%8Bp%20C%E1%BA%A7u` } };
      case 'POST /v1/second-factor/confirm': return { body: { recoveryCodes: CODES, csrf: 'b'.repeat(32) } };
      case 'POST /v1/appointments': return { status: 201, body: this.#book(body) };
      case 'POST /v1/appointments/{id}/enter': return { body: { link: 'fake-link-of-the-fakes' } };
      case 'POST /v1/appointments/{id}/seats/{seat}/link': return { body: { link: 'abcdefghijklmnopqrstuv', code: '40961357' } };
      case 'POST /v1/staff': return { status: 201, body: { account: id(0xa9), link: 'abcdefghijklmnopqrstuv' } };
      case 'DELETE /v1/session': this.who = undefined; return { status: 204 };
      case 'POST /v1/day/late': return { body: { told: 2 } };
      default: return method === 'DELETE' ? { status: 204 } : { body: {} };
    }
  }

  /** @param {{signInName: string, password: string, code?: string, recoveryCode?: string}} body @returns {Answer} */
  #signIn({ signInName, password, code, recoveryCode }) {
    const who = { lan: LAN, hoa: HOA, su: SU, admin: ADMIN }[signInName];
    if (who === undefined || password.length < 10) return { status: 401, code: 'sign_in_failed' };
    if (this.hasSecondFactor && code === undefined && recoveryCode === undefined) return { status: 401, code: 'code_required' };
    if (this.hasSecondFactor && code !== '123456' && recoveryCode === undefined) return { status: 401, code: 'code_wrong' };
    this.who = who;
    return { body: this.#session(who) };
  }

  /** @param {typeof LAN} who */
  #session({ account, name, role }) {
    return { account, name, role, clinic: { id: id(0xe1), address: 'main', name: 'Trạm y tế Tả Van' }, csrf: 'a'.repeat(32), hasSecondFactor: this.hasSecondFactor };
  }

  /** @param {{people: {role: string}[]}} request */
  #book({ people }) {
    return {
      appointment: id(0x30),
      people: people.map(({ role }, index) => ({ seat: index + 1, role, link: `link-of-seat-${index + 1}-abcdefgh`, ...(role === 'patient' || role === 'companion' ? { code: ['48213096', '73950418'][index < 2 ? 0 : 1] } : {}) })),
    };
  }

  /** @param {string} path @param {import('node:http').ServerResponse} response */
  #file(path, response) {
    const file = join(DIST, DOCUMENTS[path] ?? path.replaceAll('..', ''));
    const type = TYPES[extname(file)];
    if (type === undefined || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type });
    return createReadStream(file).pipe(response);
  }
}
