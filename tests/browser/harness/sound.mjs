/** A sound server that plays to nowhere: in Firefox an AudioContext never starts without one. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.mjs';

/** @returns {Promise<{environment: Record<string, string>, stop: () => void}>} environment for the browsers */
export async function startSound() {
  const home = mkdtempSync(join(tmpdir(), 'nhipcau-sound-'));
  const socket = join(home, 'sound.socket');
  const environment = { HOME: home, XDG_RUNTIME_DIR: home, PULSE_SERVER: `unix:${socket}` };
  const child = spawn('pulseaudio', [
    '-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--log-level=error',
    '-L', 'module-null-sink rate=48000',
    '-L', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
  ], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home } });
  let failure = '';
  child.on('error', (error) => { failure = error.message; });
  child.on('exit', (code) => { failure ||= `it ended with code ${code}`; });
  await until('pulseaudio to listen', () => {
    if (failure) throw new Error(`pulseaudio does not run: ${failure}`);
    return existsSync(socket);
  }, 15_000);
  return {
    environment,
    stop() {
      child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
