/** A network and process namespace for one run: own addresses, and everything that starts in it ends with it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';

const MARK = 'BROWSER_TESTS_INSIDE';

/** The address the server advertises to browsers here. */
export const ADDRESS = '10.77.0.1';

export function isInside() {
  return process.env[MARK] === '1';
}

/**
 * Runs `script` again inside fresh namespaces and returns its exit code.
 * Tries as root first, then with a user namespace; fails in words when neither works, for a skipped test proves nothing.
 * @param {string} script @param {string[]} args @returns {Promise<number>}
 */
export async function enterNamespace(script, args) {
  const own = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const ways = [own, ['--map-root-user', ...own]];
  const refusals = [];
  for (const way of ways) {
    const trial = spawnSync('unshare', [...way, 'ip', 'link', 'add', 'nc0', 'type', 'veth', 'peer', 'name', 'nc1'], { encoding: 'utf8' });
    if (trial.status === 0) return start(way, script, args);
    refusals.push(`  unshare ${way.join(' ')}: ${trial.error?.message ?? trial.stderr.trim()}`);
  }
  console.error([
    'This needs a network namespace of their own, and this machine gives none:',
    ...refusals,
    'Run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), with util-linux and iproute2 installed.',
  ].join('\n'));
  return 1;
}

/** @param {string[]} way @param {string} script @param {string[]} args @returns {Promise<number>} */
function start(way, script, args) {
  // The first process of a PID namespace inherits every orphan: bash collects them, node would not.
  const inside = ['bash', '-c', '"$@" & wait $!', 'bash', process.execPath, script, ...args];
  return new Promise((done) => {
    const child = spawn('unshare', [...way, ...inside], { stdio: 'inherit', env: { ...process.env, [MARK]: '1' } });
    child.on('exit', (code) => done(code ?? 1));
    // Everything inside ends with it; whoever called tidies up behind it.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => child.kill('SIGKILL'));
  });
}

/** Loopback up, a veth pair with an address and a default route: without the route browsers gather no candidate. */
export function layNetwork() {
  const ip = (/** @type {string} */ words) => execFileSync('ip', words.split(' '));
  ip('link set lo up');
  ip('link add nc0 type veth peer name nc1');
  ip(`addr add ${ADDRESS}/24 dev nc0`);
  ip('link set nc0 up');
  ip('link set nc1 up');
  ip('route add default via 10.77.0.254 dev nc0');
}
