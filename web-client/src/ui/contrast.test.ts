import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Tokens = Readonly<Record<string, string>>;

const sheets = ['tokens', 'app-tokens'].map((name) => readFileSync(`src/ui/${name}.css`, 'utf8'));

/** The colours that a block of tokens sets, over those of `base`. */
function tokens(block: RegExp, base: Tokens = {}): Tokens {
  const body = sheets.map((css) => css.match(block)?.[1] ?? '').join('\n');
  const own = [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(
    ([, name = '', colour = '']) => [name, colour],
  );
  expect(own.length, String(block)).toBeGreaterThan(4);
  return { ...base, ...Object.fromEntries(own) };
}

const light = tokens(/^:root \{([^}]*)/m);
const dark = tokens(/@media[^{]*\{\s*:root \{([^}]*)/, light);
const call = tokens(/^\.call \{([^}]*)/m, light);

/** WCAG 2.2: relative luminance, then (lighter + 0.05) / (darker + 0.05). */
function contrast(one = '', other = ''): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each([
  ['light', light],
  ['dark', dark],
  ['in the call', call],
])('%s: what a patient reads reaches AAA', (_, set) => {
  for (const ground of ['paper', 'raised', 'own']) {
    expect(contrast(set.ink, set[ground]), `ink on ${ground}`).toBeGreaterThanOrEqual(7);
    expect(contrast(set.soft, set[ground]), `soft on ${ground}`).toBeGreaterThanOrEqual(7);
  }
  expect(contrast('#ffffff', set.stop)).toBeGreaterThanOrEqual(7);
  // Large and bold on these.
  expect(contrast(set['on-primary'], set.primary)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(set.brand, set.paper)).toBeGreaterThanOrEqual(4.5);
});

test('marks over the pictures and in the lists reach AA', () => {
  for (const ground of [call.paper, call.raised]) {
    expect(contrast(call.caution, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(call.positive, ground)).toBeGreaterThanOrEqual(3);
  }
});
