/** A text as a picture that a telephone reads. Pure. */
import { generate } from 'lean-qr';

/** Light modules around it, without which it is not found (ISO/IEC 18004). */
const QUIET = 4;

export interface QrPicture {
  /** Modules in a row, with the margin. */
  readonly size: number;
  /** Of an SVG with one unit a module. */
  readonly path: string;
}

export function qrPath(text: string): QrPicture {
  const code = generate(text);
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (!code.get(x, y)) continue;
      let end = x + 1;
      while (end < code.size && code.get(end, y)) end += 1;
      // One stroke for what is dark in a row: no seams, fewer bytes.
      path += `M${x + QUIET} ${y + QUIET}h${end - x}v1h${x - end}z`;
      x = end;
    }
  }
  return { size: code.size + 2 * QUIET, path };
}
