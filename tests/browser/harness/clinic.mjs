/** A clinic on a running server: its staff, signed in over HTTP as their pages do, and what they book. */
import assert from 'node:assert/strict';
import { until } from './until.mjs';

/** Long enough for the rule of passwords, and in no list. */
export const PASSWORD = 'ruộng bậc thang mùa lúa chín';

/** Somebody who is signed in. */
export class Staff {
  #server;
  #cookie = '';
  #csrf = '';
  /** @param {import('./server.mjs').Server} server @param {string} account @param {string} name @param {string} signInName */
  constructor(server, account, name, signInName) {
    this.#server = server;
    this.account = account;
    this.name = name;
    this.signInName = signInName;
  }

  async signIn() {
    const { body, headers } = await ask(this.#server, 'POST', '/v1/session', { signInName: this.signInName, password: PASSWORD });
    this.#cookie = headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    this.#csrf = body.csrf;
    return this;
  }

  /** As the page of this person asks; the answer's body. @param {string} method @param {string} path @param {unknown} [body] @param {number} [wanted] */
  async asks(method, path, body, wanted) {
    const answer = await ask(this.#server, method, path, body, { cookie: this.#cookie, 'x-csrf-token': this.#csrf }, wanted);
    return answer.body;
  }
}

/**
 * The clinic's first administrator, by the link that the server prints at its start, and one account a person.
 * @template {string} Who
 * @param {import('./server.mjs').Server} server
 * @param {Record<Who, {name: string, role: string}>} people
 * @returns {Promise<Record<Who, Staff>>}
 */
export async function staffOf(server, people) {
  const link = await firstLink(server);
  await ask(server, 'POST', '/v1/first-administrator', { link, name: 'Chị Nga', signInName: 'nga', password: PASSWORD });
  const administrator = await new Staff(server, '', 'Chị Nga', 'nga').signIn();
  const made = [];
  for (const [who, { name, role }] of /** @type {[Who, {name: string, role: string}][]} */ (Object.entries(people))) {
    const { account, link: invitation } = await administrator.asks('POST', '/v1/staff', { name, signInName: who, role });
    await ask(server, 'POST', '/v1/password', { link: invitation, password: PASSWORD });
    made.push([who, await new Staff(server, account, name, who).signIn()]);
  }
  return Object.fromEntries(made);
}

/** What opens the main clinic to its first administrator, as the server prints it at its start. @param {import('./server.mjs').Server} server */
export function firstLink(server) {
  return until('a link for the first administrator', () => /\/clinic#first=([\w-]{22})/.exec(server.said)?.[1], 20_000);
}

/**
 * As a page asks, without the operator's secret.
 * @param {import('./server.mjs').Server} server @param {string} method @param {string} path @param {unknown} [body]
 * @param {Record<string, string>} [headers] @param {number} [wanted] the status; any success without
 * @returns {Promise<{body: any, headers: Headers}>}
 */
async function ask(server, method, path, body, headers = {}, wanted) {
  const answer = await fetch(`${server.origin}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(wanted === undefined ? answer.ok : answer.status === wanted, `${method} ${path}: ${answer.status} ${text}`);
  return { body: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
}
