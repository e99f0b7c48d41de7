/** The real server, as `make run` would start it, on any free port, with its links read from the links file. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADDRESS } from './namespace.mjs';
import { until } from './until.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** A program this workspace built; PROGRAMS names another folder, such as target/release. @param {string} name */
export function program(name) {
  const path = join(process.env.PROGRAMS ?? join(ROOT, 'target', 'debug'), name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "cargo build --workspace" first, or "make test"`);
  return path;
}

/**
 * @typedef {{name: string, role: string, url: string}} Link
 * @typedef {Link & {room: string, seat: number}} SeatLink
 * @typedef {{name: string, role: string, languages?: [string, string]}} Invited
 */

/**
 * @param {string[]} [extra] more arguments
 * @param {{tls?: boolean, udpPorts?: string}} [how] `tls`: reachable from behind a cable, where only https is a secure
 *   page; `udpPorts`: fixed ones stay the same over a restart
 */
export async function startServer(extra = [], { tls = false, udpPorts = '0' } = {}) {
  const server = new Server([...extra, '--udp-ports', udpPorts, ...(tls ? ['--tls-self-signed'] : [])]);
  await server.start(`${tls ? ADDRESS : '127.0.0.1'}:0`, ['--demo']);
  return server;
}

export class Server {
  /** @type {Link[]} of the demonstration */
  links = [];
  origin = '';
  /** What the server last wrote, for failure messages. */
  said = '';
  /** @type {Promise<unknown>} */ #ended = Promise.resolve();
  /** @type {import('node:child_process').ChildProcess | undefined} */ #child;
  #adminSecret = '';
  #folder = mkdtempSync(join(tmpdir(), 'nhipcau-server-'));
  /** @type {string[]} */ #settings;

  /** @param {string[]} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /** @param {string} listen @param {string[]} [extra] */
  async start(listen, extra = []) {
    const linksFile = join(this.#folder, 'links.json');
    rmSync(linksFile, { force: true });
    // The caller's own settings of the server have no say here.
    const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('NHIPCAU_')));
    const child = spawn(program('nhipcau'), ['serve', '--listen', listen, '--links-json', linksFile, ...this.#settings, ...extra], {
      cwd: this.#folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const hear = (/** @type {Buffer} */ chunk) => { this.said = (this.said + chunk).slice(-4000); };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    this.#ended = new Promise((done) => { child.on('exit', done); });
    let startFailure = '';
    child.on('error', (error) => { startFailure = error.message; });
    await until('the server to write its links', () => {
      if (startFailure || child.exitCode !== null) throw new Error(`the server did not start: ${startFailure}\n${this.said}`);
      return existsSync(linksFile);
    }, 20_000);
    /** @type {{listening: string, adminSecret: string, links: Link[]}} */
    const { listening, adminSecret, links } = JSON.parse(readFileSync(linksFile, 'utf8'));
    this.origin = listening;
    this.#adminSecret = adminSecret;
    this.links = links;
  }

  /**
   * Makes a room for `people` and gives their links in the same order.
   * @param {Invited[]} people @param {{expiresInSeconds?: number}} [how] @returns {Promise<SeatLink[]>}
   */
  async makeRoom(people, how = {}) {
    const made = await this.ask('POST', '/v1/rooms', { people, ...how });
    if (made.status !== 201) throw new Error(`POST /v1/rooms: ${made.status} ${made.text}`);
    /** @type {{room: string, links: string[]}} */ const { room, links } = JSON.parse(made.text);
    return people.map(({ name, role }, index) => ({ name, role, room, seat: index + 1, url: `${this.origin}/#${links[index]}` }));
  }

  /**
   * Asks the server with the admin secret. Not by fetch, which takes no self-signed certificate.
   * @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers]
   * @returns {Promise<{status: number, text: string, headers: import('node:http').IncomingHttpHeaders}>}
   */
  ask(method, path, body, headers = {}) {
    const send = this.origin.startsWith('https') ? httpsRequest : httpRequest;
    return new Promise((done, fail) => {
      const request = send(`${this.origin}${path}`, {
        method,
        rejectUnauthorized: false,
        headers: { authorization: `Bearer ${this.#adminSecret}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      }, (response) => {
        let text = '';
        response.on('data', (chunk) => { text += chunk; });
        response.on('end', () => done({ status: response.statusCode ?? 0, text, headers: response.headers }));
      });
      request.on('error', fail);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The sum of every line of one metric. @param {string} name */
  async metric(name) {
    const { text } = await this.ask('GET', '/metrics');
    const lines = text.split('\n').filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)));
    if (lines.length === 0) throw new Error(`there is no metric ${name}`);
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Ends the server at once, as a power cut would. */
  async kill() {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Starts it again where it listened, with the store it left. Resolves once it listens. */
  async startAgain() {
    await this.start(new URL(this.origin).host);
  }

  async stop() {
    this.#child?.kill('SIGTERM');
    const hasEnded = await Promise.race([this.#ended.then(() => true), new Promise((late) => { setTimeout(late, 5000, false).unref(); })]);
    if (!hasEnded) this.#child?.kill('SIGKILL');
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
