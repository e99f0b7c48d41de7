import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

/** What each folder may import of the others; types and values alike. */
const ALLOWED: Record<string, readonly string[]> = {
  protocol: [],
  i18n: [],
  ui: [],
  media: ['protocol'],
  signaling: ['protocol'],
  voice: [
    'protocol',
    'i18n',
    'media/lines.ts',
    'media/peer.ts',
    'signaling/http.ts',
    'signaling/post.ts',
  ],
  app: ['protocol', 'i18n', 'media', 'signaling', 'voice', 'views/App.tsx'],
  views: ['protocol', 'i18n', 'ui', 'app', 'voice'],
  // The page for who has digits and no link.
  code: ['protocol', 'i18n', 'ui', 'signaling/post.ts', 'voice/dom.ts'],
  // The staff's pages: beside all of that, and nobody knows them.
  clinic: ['protocol', 'i18n', 'signaling', 'ui', 'app', 'views/Confirm.tsx'],
  visit: ['protocol', 'i18n', 'ui', 'signaling', 'voice/dom.ts'],
  desk: ['protocol', 'i18n', 'ui', 'app', 'views', 'signaling/handover.ts', 'signaling/staff.ts'],
};

/** Names that may stand in one folder only. */
const OWNED: readonly (readonly [RegExp, string])[] = [
  [/new RTCPeerConnection|set(Local|Remote)Description\(/, 'media'],
  [/new WebSocket/, 'signaling'],
  [/getUserMedia\(/, 'voice'],
  [/from '(preact|@preact)/, 'app views clinic desk'],
];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|\.d\.ts|^testing/.test(path))
  .map((path) => ({ path, text: readFileSync(`src/${path}`, 'utf8') }));

const folderOf = (path: string) => path.split('/')[0] ?? '';

test('folders import only what their layer may know', () => {
  const broken = files.flatMap(({ path, text }) =>
    [...text.matchAll(/from '(\.[^']+)'/g)]
      .map(([, target]) => posix.join(posix.dirname(path), target ?? ''))
      .filter((target) => folderOf(target) !== folderOf(path))
      .filter(
        (target) =>
          !ALLOWED[folderOf(path)]?.some((may) => target === may || folderOf(target) === may),
      )
      .map((target) => `${path} → ${target}`),
  );
  expect(broken).toEqual([]);
});

test('connections, sockets, devices and the framework stay in the folders that own them', () => {
  const strays = files.flatMap(({ path, text }) =>
    OWNED.filter(
      ([name, owners]) => name.test(text) && !owners.split(' ').includes(folderOf(path)),
    ).map(([name]) => `${path}: ${name}`),
  );
  expect(strays).toEqual([]);
});

test('no file grows past 300 lines', () => {
  const long = files.filter(
    ({ path, text }) => !/generated/.test(path) && text.split('\n').length > 300,
  );
  expect(long.map(({ path }) => path)).toEqual([]);
});
