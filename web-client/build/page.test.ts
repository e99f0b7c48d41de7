import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_PART_BYTES } from '../src/voice/hint.ts';

/** Two builds of the whole client, beside whatever a person has built. */
const places: string[] = [];

beforeAll(() => {
  for (const _ of [1, 2]) {
    const place = mkdtempSync(join(tmpdir(), 'page-'));
    places.push(place);
    for (const mode of ['app', 'trouble', 'page']) {
      execFileSync(
        process.execPath,
        ['node_modules/vite/bin/vite.js', 'build', '--mode', mode, '--emptyOutDir=false'],
        { env: { ...process.env, NODE_ENV: 'production', OUT_DIR: place }, stdio: 'pipe' },
      );
    }
  }
}, 180_000);

afterAll(() => {
  for (const place of places) rmSync(place, { recursive: true });
});

function files(place = places[0] ?? ''): Map<string, Buffer> {
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => [name, readFileSync(join(place, name))]),
  );
}

const page = () => files().get('index.html')?.toString() ?? '';

test('the page keeps within its bytes, before the voice and in all', () => {
  const printed = execFileSync(process.execPath, ['scripts/size.mjs', places[0] ?? ''], {
    encoding: 'utf8',
  });
  const [, first, before, patient] =
    printed.match(/first_part_bytes=(\d+)\nbefore_voice_bytes=(\d+)\npatient_client_bytes=(\d+)/) ??
    [];
  // The promise itself; of what a patient loads, tighter, so that growth is noticed while it is small.
  expect(Number(first)).toBeLessThanOrEqual(5_000);
  expect(Number(before)).toBeLessThanOrEqual(13_400);
  // The page reckons with it when it is asked how fast it came.
  expect(Math.abs(Number(first) - FIRST_PART_BYTES)).toBeLessThan(300);
  expect(Number(patient)).toBeLessThan(63_000);
});

test('the same sources make the same bytes', () => {
  expect(files(places[1])).toEqual(files(places[0]));
});

test('the first part draws the landing and asks the server in; the rest stands behind it', () => {
  const [first = '', second = '', ...more] = page().split('</script>');
  expect(more).toHaveLength(1);
  for (const needed of [
    'VÀO KHÁM',
    'getUserMedia',
    'createOffer',
    '/v1/join',
    'i-phone',
    '.button',
  ]) {
    expect(first, needed).toContain(needed);
  }
  for (const later of ['type:"answer"', '/v1/invitation', '.tiles', 'i-microphone', '.late']) {
    expect(first, later).not.toContain(later);
    expect(second, later).toContain(later);
  }
  // A module would wait for the document's end.
  expect(page()).not.toContain('type="module"');
});

test('nothing is needed before the voice but the document itself', () => {
  expect(page()).not.toMatch(/<script[^>]+src=|<link[^>]+stylesheet|modulepreload|import\s*["'{]/);
});

test('the policy names exactly the scripts and styles that are there, and no other host', () => {
  const policy = page().match(/Content-Security-Policy" content="([^"]+)"/)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(policy).not.toMatch(/https?:|\*/);
  const wanted = [...page().matchAll(/<(script|style)[^>]*>(.*?)<\/\1>/gs)].map(
    ([, , body]) =>
      `'sha256-${createHash('sha256')
        .update(body ?? '')
        .digest('base64')}'`,
  );
  const named = [...policy.matchAll(/'sha256-[^']+'/g)].map(([hash]) => hash);
  expect(named.sort()).toEqual(wanted.sort());
});

test('no file names a third party', () => {
  for (const [name, bytes] of files()) {
    if (name.endsWith('.br')) continue;
    const hosts = bytes.toString().match(/https?:\/\/[\w.-]+/g) ?? [];
    const foreign = hosts.filter((host) => !host.endsWith('//www.w3.org'));
    expect(foreign, name).toEqual([]);
  }
});

test('every file over a kilobyte has its brotli beside it', () => {
  const all = files();
  for (const [name, bytes] of all) {
    if (name.endsWith('.br')) continue;
    const compressed = all.get(`${name}.br`);
    expect(compressed !== undefined, name).toBe(bytes.length > 1000);
    if (compressed) expect(brotliDecompressSync(compressed).equals(bytes), name).toBe(true);
  }
});
