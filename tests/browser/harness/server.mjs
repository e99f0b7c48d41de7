/** The real server, as `make run` would start it, on any free port, with its links read from the links file. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** A program this workspace built. @param {string} name */
export function program(name) {
  const path = join(ROOT, 'target', 'debug', name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "cargo build --workspace" first, or "make test"`);
  return path;
}

/** @typedef {{name: string, role: string, url: string}} Link */

/**
 * @param {string[]} [extra] more arguments
 * @returns {Promise<{links: Link[], origin: string, makeRoom: (people: {name: string, role: string}[]) => Promise<Link[]>, stop: () => Promise<void>, kill: () => Promise<void>}>}
 */
export async function startServer(extra = []) {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-server-'));
  const linksFile = join(folder, 'links.json');
  // The caller's own settings of the server have no say here.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('NHIPCAU_')));
  const child = spawn(program('nhipcau'), ['serve', '--listen', '127.0.0.1:0', '--udp-ports', '0', '--demo', '--links-json', linksFile, ...extra], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (/** @type {Buffer} */ chunk) => { said = (said + chunk).slice(-4000); };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise((done) => { child.on('exit', done); });
  let startFailure = '';
  child.on('error', (error) => { startFailure = error.message; });
  await until('the server to write its links', () => {
    if (startFailure || child.exitCode !== null) throw new Error(`the server did not start: ${startFailure}\n${said}`);
    return existsSync(linksFile);
  }, 20_000);
  /** @type {{listening: string, adminSecret: string, links: Link[]}} */
  const { listening, adminSecret, links } = JSON.parse(readFileSync(linksFile, 'utf8'));

  return {
    links,
    origin: listening,
    /** Makes a room for `people` and gives their links in the same order. */
    async makeRoom(people) {
      const response = await fetch(`${listening}/v1/rooms`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ people }),
      });
      if (response.status !== 201) throw new Error(`POST /v1/rooms: ${response.status} ${await response.text()}`);
      const made = /** @type {{links: string[]}} */ (await response.json());
      return people.map((person, index) => ({ ...person, url: `${listening}/#${made.links[index]}` }));
    },
    async stop() {
      child.kill('SIGTERM');
      const hasEnded = await Promise.race([ended.then(() => true), new Promise((late) => { setTimeout(late, 5000, false).unref(); })]);
      if (!hasEnded) child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
    /** Ends the server at once, as a power cut would. */
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
