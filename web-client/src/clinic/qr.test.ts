import { generate } from 'lean-qr';
import { expect, test } from 'vitest';
import { qrPath } from './qr.ts';

const URI =
  'otpauth://totp/Tr%E1%BA%A1m:lan?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Nh%E1%BB%8Bp%20C%E1%BA%A7u';

test('the path is dark exactly where the code is', () => {
  const code = generate(URI);
  const { size, path } = qrPath(URI);
  const dark = new Set<string>();
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(length); at += 1) dark.add(`${Number(x) + at},${y}`);
  }
  const wanted = new Set<string>();
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) wanted.add(`${x + 4},${y + 4}`);
  }
  expect(dark).toEqual(wanted);
  expect(size).toBe(code.size + 8);
});
