/** The weak link: a network namespace whose only way out is `nhipcau-loadtest link`, steered over its control socket. */
import { spawn } from 'node:child_process';
import { chmodSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { program } from '../../browser/harness/server.mjs';
import { until } from '../../browser/harness/until.mjs';

/**
 * @typedef {object} WaySpec one direction, as `nhipcau-loadtest link --help` describes it
 * @property {number} [rate_kbps] @property {string} [trace] @property {number} queue_bytes @property {number} [delay_ms]
 * @property {number} [jitter_ms] @property {number} [loss_percent] @property {number} [burst_ms]
 *
 * @typedef {{mode: 'hold' | 'drop', at_s: number, length_s: number, every_s?: number}} OutageSpec
 * @typedef {{mtu: number, up: WaySpec, down: WaySpec, outages?: OutageSpec[]}} LinkSpec
 */

/** Longer than the slowest start of the emulator on a machine that builds beside it. */
const READY_MS = 20_000;

export class Link {
  /** @type {import('node:child_process').ChildProcess} */ #holder;
  /** @type {import('node:child_process').ChildProcess | undefined} */ #emulator;
  /** @type {import('node:net').Socket | undefined} */ #socket;
  /** @type {((answer: any) => void)[]} */ #waiting = [];
  #folder;
  /** What the emulator complained of. */
  said = '';

  /** @param {import('node:child_process').ChildProcess} holder whose namespace it is @param {string} folder for its socket */
  constructor(holder, folder) {
    this.#holder = holder;
    this.#folder = folder;
  }

  /** A fresh namespace behind this link; the other end is where this process is. @param {string} profile @param {number} seed @param {string} folder */
  static async lay(profile, seed, folder) {
    const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    const own = readlinkSync('/proc/self/ns/net');
    await until('a namespace behind the link', () => readlinkSync(`/proc/${holder.pid}/ns/net`) !== own, 5000);
    const link = new Link(holder, folder);
    try {
      await link.#start(profile, seed);
    } catch (error) {
      await link.remove();
      throw error;
    }
    return link;
  }

  /** @param {string} profile @param {number} seed */
  async #start(profile, seed) {
    const control = join(this.#folder, 'link.socket');
    const emulator = spawn(program('nhipcau-loadtest'), [
      'link', '--inside', String(this.#holder.pid), '--outside', String(process.pid), '--profile', profile, '--seed', String(seed), '--control', control,
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#emulator = emulator;
    emulator.stderr.on('data', (chunk) => { this.said = (this.said + chunk).slice(-2000); });
    let isReady = false;
    createInterface({ input: emulator.stdout }).on('line', (line) => { isReady ||= JSON.parse(line).ready === true; });
    await until('the link to carry packets', () => {
      if (emulator.exitCode !== null) throw new Error(`the link ended: ${this.said}`);
      return isReady;
    }, READY_MS);
    const socket = connect(control);
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#waiting.shift()?.(JSON.parse(line)));
    await new Promise((done, fail) => { socket.on('connect', done).on('error', fail); });
  }

  /** @param {object} request @returns {Promise<any>} */
  async ask(request) {
    const answer = await new Promise((done) => {
      this.#waiting.push(done);
      this.#socket?.write(`${JSON.stringify(request)}\n`);
    });
    if (!answer.ok) throw new Error(`the link refuses ${JSON.stringify(request)}: ${answer.error}`);
    return answer;
  }

  /** A program file that runs `program` behind this link. @param {string} path */
  wrap(path) {
    const file = join(this.#folder, `behind-${path.replaceAll('/', '-').slice(1)}`);
    writeFileSync(file, `#!/bin/sh\nexec nsenter --net=/proc/${this.#holder.pid}/ns/net -- ${path} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** What the link is. @returns {Promise<LinkSpec>} */
  async spec() {
    return (await this.ask({ cmd: 'link' })).link;
  }

  /** Outages and traces begin anew; from when on, wall clock. */
  async restart() {
    const before = Date.now();
    await this.ask({ cmd: 'restart_schedule' });
    return (before + Date.now()) / 2;
  }

  /** Everything it counted. */
  async account() {
    const [totals, series] = [await this.ask({ cmd: 'stats' }), await this.ask({ cmd: 'series', from_ms: 0 })];
    return { totals, series };
  }

  async remove() {
    this.#socket?.destroy();
    const emulator = this.#emulator;
    if (emulator && emulator.exitCode === null) {
      const ended = new Promise((done) => { emulator.on('exit', done); });
      emulator.kill('SIGTERM');
      await Promise.race([ended, new Promise((late) => { setTimeout(late, 3000).unref(); })]);
      emulator.kill('SIGKILL');
    }
    this.#holder.kill('SIGKILL');
  }
}

/**
 * When the link is away, by its schedule.
 * @param {LinkSpec} spec @param {number} startedMs of the schedule, wall clock @param {number} untilMs
 * @returns {import('../figures/outages.mjs').Outage[]}
 */
export function outagesOf(spec, startedMs, untilMs) {
  return (spec.outages ?? []).flatMap(({ mode, at_s: at, length_s: length, every_s: every }) => {
    const outages = [];
    for (let from = startedMs + at * 1000; from < untilMs; from += (every ?? Infinity) * 1000) outages.push({ mode, fromMs: from, toMs: from + length * 1000 });
    return outages;
  }).sort((one, other) => one.fromMs - other.fromMs);
}
