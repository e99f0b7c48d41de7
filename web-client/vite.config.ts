/**
 * Six builds, one after the other: `app` makes the files that come after the voice, `trouble` the one
 * that comes when something fails, `page` the one document that comes before both, `visit` the page that
 * tells of a visit afterwards. They share no chunk, so that nothing ever waits for a second file. `clinic` makes the
 * staff's pages, of which a patient loads nothing, `code` the small page that takes eight digits for a link.
 */
import { readdirSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'vite';
import { compress } from './build/compress.ts';
import { closedPolicy, drawings, oldBrowserWords, selfContained } from './build/document.ts';
import { oneApp } from './build/oneapp.ts';
import { plainImports } from './build/parts.ts';
import { MARKED, privateNames } from './build/private.ts';
import type { Assets } from './src/voice/stage.ts';

/** Browsers of spring 2022 and later: old phones stay in use for long. */
const TARGET = ['chrome94', 'edge94', 'firefox93', 'safari15.4'];

/** Elsewhere in tests, which must not touch what a person has built. */
const OUT_DIR = process.env.OUT_DIR ?? 'dist';

/** Two hundred bytes of the document less than the bundler's own minifier. */
const TERSER = {
  ecma: 2020,
  module: true,
  compress: { passes: 3, unsafe_arrows: true, unsafe_comps: true },
} as const;

const sources: Assets = {
  link: '/src/media/link.ts',
  app: '/src/app/start.tsx',
  trouble: '/src/voice/trouble.ts',
  styles: undefined,
  languages: { en: '/src/i18n/en.ts', ko: '/src/i18n/ko.ts' },
};

/** The files that the `app` build left, by their hashed names. */
function builtAssets(): Assets {
  const names = readdirSync(`${OUT_DIR}/assets`);
  const find = (pattern: RegExp) => {
    const name = names.find((one) => pattern.test(one));
    if (name === undefined)
      throw new Error(`${OUT_DIR}/assets has no ${pattern}: build --mode app first`);
    return `/assets/${name}`;
  };
  return {
    link: find(/^link-.*\.js$/),
    app: find(/^app-.*\.js$/),
    trouble: find(/^trouble-.*\.js$/),
    styles: find(/^app-.*\.css$/),
    languages: { en: find(/^en-.*\.js$/), ko: find(/^ko-.*\.js$/) },
  };
}

/** Files with a hash of their content in their name. */
function modules(input: Readonly<Record<string, string>>): UserConfig {
  return {
    build: {
      rollupOptions: {
        input,
        // What the desk shares with the app stays in the app's one file.
        preserveEntrySignatures: 'allow-extension',
        output: {
          entryFileNames: 'assets/[name]-[hash:6].js',
          assetFileNames: 'assets/[name]-[hash:6][extname]',
        },
      },
    },
    plugins: [oneApp(), compress()],
  };
}

/** A document with a script and a style beside it, which no other build shares: `name` stands before each. */
function apart(name: string): UserConfig {
  return {
    build: {
      rollupOptions: {
        input: { [name]: `${name}.html` },
        output: {
          entryFileNames: `assets/${name}-[hash:6].js`,
          // The patients' page looks for its own `en` and `ko`.
          chunkFileNames: `assets/${name}-[name]-[hash:6].js`,
          assetFileNames: `assets/${name}-[hash:6][extname]`,
        },
      },
    },
    plugins: [closedPolicy(), compress()],
  };
}

const builds: Readonly<Record<string, UserConfig>> = {
  app: modules({
    link: 'src/media/link.ts',
    app: 'src/app/start.tsx',
    en: 'src/i18n/en.ts',
    ko: 'src/i18n/ko.ts',
  }),
  trouble: modules({ trouble: 'src/voice/trouble.ts' }),
  page: {
    build: { terserOptions: { ...TERSER, mangle: { properties: { regex: MARKED } } } },
    plugins: [privateNames(), plainImports(), selfContained(), compress()],
  },
  clinic: apart('clinic'),
  visit: apart('visit'),
  code: apart('code'),
};

export default defineConfig(({ command, mode }) => {
  const wanted = (command === 'build' ? builds[mode] : undefined) ?? {};
  return {
    ...wanted,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    define: {
      __ASSETS__: JSON.stringify(command === 'build' && mode === 'page' ? builtAssets() : sources),
      'process.env.NODE_ENV': JSON.stringify(command === 'build' ? 'production' : 'development'),
    },
    build: {
      outDir: OUT_DIR,
      target: TARGET,
      // The first build begins anew.
      emptyOutDir: mode === 'app',
      minify: 'terser',
      terserOptions: TERSER,
      modulePreload: false,
      reportCompressedSize: false,
      ...wanted.build,
    },
    plugins: [drawings(), oldBrowserWords(), ...(wanted.plugins ?? [])],
    server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true } } },
    test: { environment: 'node', include: ['src/**/*.test.ts', 'build/*.test.ts'] },
  };
});
