/**
 * A network of one's own for a browser: a namespace joined to the test's by two veth pairs, one called Wi-Fi and one
 * called mobile. Everything between the browser and the server goes through them, so a test can pull the cable in the
 * ways a real network fails: silently, with an event that the browser sees, for TCP alone, or for a packet in ten.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.mjs';

/** @typedef {'wifi' | 'mobile'} Way */

let laid = 0;

/** @param {string[]} words */
const run = (...words) => execFileSync(/** @type {string} */ (words[0]), words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
/** @param {string} words */
const ip = (words) => run('ip', ...words.split(' '));

export class Cable {
  /** @param {import('node:child_process').ChildProcess} holder whose namespace it is @param {number} number @param {string} folder */
  constructor(holder, number, folder) {
    this.holder = holder;
    this.number = number;
    this.folder = folder;
    /** @type {string[][]} rules in force, each without the word that adds or removes it */
    this.rules = [];
    /** @type {Way} */
    this.way = 'wifi';
  }

  /** A fresh namespace, connected by Wi-Fi; mobile is there and down. */
  static async lay() {
    const number = laid++;
    // The namespace lives as long as this process: nothing is left to remove.
    const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    const own = readlinkSync('/proc/self/ns/net');
    await until('a namespace for a cable', () => readlinkSync(`/proc/${holder.pid}/ns/net`) !== own, 5000);
    const cable = new Cable(holder, number, mkdtempSync(join(tmpdir(), 'nhipcau-cable-')));
    for (const way of /** @type {Way[]} */ (['wifi', 'mobile'])) {
      ip(`link add ${cable.near(way)} type veth peer name ${way} netns ${holder.pid}`);
      ip(`addr add ${cable.subnet(way)}.1/24 dev ${cable.near(way)}`);
      ip(`link set ${cable.near(way)} up`);
    }
    cable.inside('ip link set lo up');
    cable.plug('wifi');
    return cable;
  }

  /** The near end's name. @param {Way} way */
  near(way) { return `${way}${this.number}`; }

  /** @param {Way} way */
  subnet(way) { return `10.77.${(way === 'wifi' ? 100 : 150) + this.number}`; }

  /** Runs a command inside the namespace. @param {string} words */
  inside(words) {
    return run('nsenter', `--net=/proc/${this.holder.pid}/ns/net`, ...words.split(' '));
  }

  /** A program file that runs `program` behind this cable. @param {string} program */
  wrap(program) {
    const file = join(this.folder, program.replaceAll('/', '-').slice(1));
    writeFileSync(file, `#!/bin/sh\nexec nsenter --net=/proc/${this.holder.pid}/ns/net -- ${program} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** Nothing passes any more, and nothing on the browser's side tells so. */
  cut() { this.forbid([]); }

  /** TCP alone stands still: the WebSocket and every request, while voice goes on. */
  cutTcp() { this.forbid(['-p', 'tcp']); }

  /** Of all packets towards the server and from it this share is lost. @param {number} share 0 to 1 */
  lose(share) { this.forbid(['-m', 'statistic', '--mode', 'random', '--probability', String(share)]); }

  /** Everything passes again. */
  mend() {
    for (const rule of this.rules.splice(0)) run('iptables', '-D', ...rule);
  }

  /** @param {string[]} what */
  forbid(what) {
    for (const way of /** @type {Way[]} */ (['wifi', 'mobile'])) {
      for (const where of [['INPUT', '-i'], ['OUTPUT', '-o']]) {
        const rule = [...where, this.near(way), ...what, '-j', 'DROP'];
        run('iptables', '-A', ...rule);
        this.rules.push(rule);
      }
    }
  }

  /** The link goes up with its address and becomes the way out. @param {Way} way */
  plug(way) {
    this.inside(`ip addr add ${this.subnet(way)}.2/24 dev ${way}`);
    this.inside(`ip link set ${way} up`);
    this.inside(`ip route replace default via ${this.subnet(way)}.1`);
    this.way = way;
  }

  /** The link goes down and its address with it, as when a phone leaves the house. @param {Way} way */
  unplug(way) {
    this.inside(`ip link set ${way} down`);
    this.inside(`ip addr flush dev ${way}`);
  }

  /**
   * A port that is the same on both sides: what connects to it here is connected to it inside the namespace. For the
   * wire by which a browser is steered, which must not hang on the cable.
   */
  async tunnel() {
    const socket = join(this.folder, 'tunnel');
    const outer = createServer((here) => join2(here, connect(socket)));
    await new Promise((done) => { outer.listen(0, '127.0.0.1', () => done(undefined)); });
    const { port } = /** @type {import('node:net').AddressInfo} */ (outer.address());
    const inner = `const net = require('node:net');
      net.createServer((a) => { const b = net.connect(${port}, '127.0.0.1'); a.pipe(b).pipe(a); for (const [x, y] of [[a, b], [b, a]]) x.on('error', () => y.destroy()).on('close', () => y.destroy()); })
        .listen(${JSON.stringify(socket)}, () => console.log('ready'));`;
    const child = spawn(this.wrap(process.execPath), ['-e', inner], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((done) => { child.stdout.once('data', done); });
    this.endTunnel = () => { child.kill('SIGKILL'); outer.close(); };
    return port;
  }

  remove() {
    this.mend();
    this.endTunnel?.();
    this.holder.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @param {import('node:net').Socket} one @param {import('node:net').Socket} other */
function join2(one, other) {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
}
