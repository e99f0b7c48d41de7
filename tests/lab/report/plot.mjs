/** Lines over time as inline SVG, nothing loaded from anywhere. */

/** @typedef {{at: number, value: number}} Point */
/** @typedef {{name: string, points: Point[], dots?: boolean}} Line */

const WIDTH = 760;
const HEIGHT = 150;
const LEFT = 52;
const BOTTOM = 18;
const TOP = 8;
const COLOURS = ['#1f5fa8', '#c2571a', '#2f8f4e', '#8a3fa0', '#a8901f', '#666666'];

/**
 * @param {{title: string, unit: string, lines: Line[], fromMs: number, toMs: number, away?: {fromMs: number, toMs: number}[], least?: number}} plot
 *   `away`: times drawn grey; `least`: how high the axis reaches at least
 */
export function plot({ title, unit, lines, fromMs, toMs, away = [], least = 1 }) {
  const all = lines.flatMap(({ points }) => points.filter(({ at }) => at >= fromMs && at <= toMs).map(({ value }) => value));
  const top = nice(all.reduce((most, value) => Math.max(most, value), least));
  const x = (/** @type {number} */ at) => LEFT + ((at - fromMs) / (toMs - fromMs)) * (WIDTH - LEFT - 8);
  const y = (/** @type {number} */ value) => TOP + (1 - Math.min(1, Math.max(0, value / top))) * (HEIGHT - TOP - BOTTOM);
  const seconds = (toMs - fromMs) / 1000;
  const every = [5, 10, 20, 50].find((step) => seconds / step <= 12) ?? 100;
  const ticks = Array.from({ length: Math.floor(seconds / every) + 1 }, (_, index) => index * every);
  const grid = [0, 0.5, 1].map((share) => `<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(share * top)}" y2="${y(share * top)}" class="grid"/>`
    + `<text x="${LEFT - 6}" y="${y(share * top) + 4}" text-anchor="end">${Number((share * top).toPrecision(3))}</text>`).join('');
  const times = ticks.map((tick) => `<text x="${x(fromMs + tick * 1000).toFixed(1)}" y="${HEIGHT - 4}" text-anchor="middle">${tick} s</text>`).join('');
  const grey = away.map((one) => `<rect class="away" x="${x(Math.max(fromMs, one.fromMs)).toFixed(1)}" y="${TOP}" width="${Math.max(0, x(Math.min(toMs, one.toMs)) - x(Math.max(fromMs, one.fromMs))).toFixed(1)}" height="${HEIGHT - TOP - BOTTOM}"/>`).join('');
  const drawn = lines.map((line, index) => draw(line, COLOURS[index % COLOURS.length] ?? '', fromMs, toMs, x, y)).join('');
  const legend = lines.map(({ name }, index) => `<span style="color:${COLOURS[index % COLOURS.length]}">■ ${escape(name)}</span>`).join(' ');
  return `<figure><figcaption>${escape(title)}, ${escape(unit)} <small>${legend}</small></figcaption>`
    + `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">${grey}${grid}${times}${drawn}</svg></figure>`;
}

/** @param {Line} line @param {string} colour @param {number} fromMs @param {number} toMs @param {(at: number) => number} x @param {(value: number) => number} y */
function draw({ points, dots = false }, colour, fromMs, toMs, x, y) {
  const shown = points.filter(({ at }) => at >= fromMs && at <= toMs);
  if (dots) return shown.map(({ at, value }) => `<circle cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="1.6" fill="${colour}"/>`).join('');
  return `<polyline fill="none" stroke="${colour}" points="${shown.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}"/>`;
}

/** The next round number. @param {number} value */
function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5, 10].find((step) => step * size >= value)) ?? 10) * size;
}

/** @param {string} text */
export function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
