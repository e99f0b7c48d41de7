/** A real redis-server on a socket file of its own, as durable as a clinic needs it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.mjs';

export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-redis-'));
  const socket = join(folder, 'redis.sock');
  const child = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''], { stdio: 'ignore' });
  let failure = '';
  child.on('error', (error) => { failure = error.message; });
  const ended = new Promise((done) => { child.on('exit', done); });
  await until('redis-server to answer', () => {
    if (failure || child.exitCode !== null) throw new Error(`redis-server did not start: ${failure}`);
    return answers(socket);
  }, 10_000);
  return {
    /** For `--store`. */
    address: `redis+unix://${socket}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} socket @returns {Promise<boolean>} */
function answers(socket) {
  return new Promise((done) => {
    const connection = createConnection(socket, () => connection.write('PING\r\n'));
    connection.on('data', (bytes) => { done(bytes.toString().startsWith('+PONG')); connection.destroy(); });
    connection.on('error', () => done(false));
  });
}
