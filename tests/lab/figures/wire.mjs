/** What passed the link, from the emulator's own count: bins of 100 ms at both ends of the devices, IP headers included. */
import { percentile } from './envelope.mjs';

/**
 * @typedef {object} Run consecutive bins of one direction, a list a quantity
 * @property {number} first_ms @property {number[]} offered_bytes @property {number[]} delivered_bytes
 * @property {Record<string, number[]>} classes @property {Record<string, number[]>} payload_types
 * @property {number[]} overflow @property {number[]} lost @property {number[]} outage
 * @property {number[]} queue_mean_ms @property {number[]} queue_max_ms @property {number[]} late_max_ms
 *
 * @typedef {{bin_ms: number, started_unix_ms: number, up: Run, down: Run}} Series
 * @typedef {'up' | 'down'} Way
 */

/** The bins of a time, wall clock: which places in the lists. @param {Series} series @param {Way} way @param {number} fromMs @param {number} toMs */
function binsOf(series, way, fromMs, toMs) {
  const { first_ms: first, delivered_bytes: bins } = series[way];
  const place = (/** @type {number} */ ms) => Math.min(bins.length, Math.max(0, Math.round((ms - series.started_unix_ms - first) / series.bin_ms)));
  return { from: place(fromMs), to: place(toMs) };
}

/** @param {number[] | undefined} column @param {{from: number, to: number}} bins */
const sum = (column, { from, to }) => (column ?? []).slice(from, to).reduce((total, value) => total + value, 0);

/**
 * Delivered bytes by what they were. Payload types tell voice from pictures; the browsers say which are which, and what
 * they do not know (repetitions, padding sent as such) belongs to pictures.
 * @param {Series} series @param {Way} way @param {number} fromMs @param {number} toMs @param {Record<string, string>} payloads
 */
export function bytesByClass(series, way, fromMs, toMs, payloads) {
  const bins = binsOf(series, way, fromMs, toMs);
  const { classes, payload_types: types } = series[way];
  const of = (/** @type {string} */ name) => sum(classes[name], bins);
  const voice = Object.entries(types).reduce((total, [type, column]) => total + (payloads[type] === 'audio' ? sum(column, bins) : 0), 0);
  return { tcp: of('tcp'), stun: of('stun'), dtls: of('dtls'), data: of('data'), rtcp: of('rtcp'), rtp_audio: voice, rtp_video: of('rtp') - voice, other: of('icmp') + of('other') };
}

/**
 * Rates at the link's far end. Voice is all on UDP but pictures: packets of voice, what reports on them, what keeps the
 * path open, and the data channel.
 * @param {ReturnType<typeof bytesByClass>} bytes @param {number} ms
 */
export function rates(bytes, ms) {
  const kbps = (/** @type {number} */ count) => (count * 8) / ms;
  const all = Object.values(bytes).reduce((total, count) => total + count, 0);
  return { wire_kbps: kbps(all), voice_wire_kbps: kbps(bytes.rtp_audio + bytes.rtcp + bytes.stun + bytes.dtls + bytes.data) };
}

/** How long packets waited in the link's queue: the bins' means, of bins in which something was sent. @param {Series} series @param {Way} way @param {number} fromMs @param {number} toMs */
export function queueFigures(series, way, fromMs, toMs) {
  const { from, to } = binsOf(series, way, fromMs, toMs);
  const { queue_mean_ms: means, offered_bytes: offered } = series[way];
  const waits = means.slice(from, to).filter((_, index) => (offered[from + index] ?? 0) > 0);
  return { queue_p50_ms: percentile(waits, 0.5) ?? null, queue_p95_ms: percentile(waits, 0.95) ?? null };
}

/**
 * What the queues of both ways add to the link's round trip, p95 of its seconds. A connectivity check that is lost in a
 * full queue, or answered after the call, measures nothing: so the browser's own figure is too good where it is bad.
 * @param {Series} series @param {number} fromMs @param {number} toMs
 */
export function roundTripQueue(series, fromMs, toMs) {
  const SECOND_MS = 1000;
  const waitAt = (/** @type {Way} */ way, /** @type {number} */ at) => {
    const { from, to } = binsOf(series, way, at, at + SECOND_MS);
    const waits = series[way].queue_mean_ms.slice(from, to).filter((ms) => ms > 0);
    return waits.length === 0 ? 0 : waits.reduce((total, ms) => total + ms, 0) / waits.length;
  };
  const seconds = Array.from({ length: Math.max(0, Math.floor((toMs - fromMs) / SECOND_MS)) }, (_, second) => fromMs + second * SECOND_MS);
  return percentile(seconds.map((at) => waitAt('up', at) + waitAt('down', at)), 0.95) ?? 0;
}

/** By how much the emulator itself was late, bin by bin. @param {Series} series @param {number} fromMs @param {number} toMs */
export function emulatorLateness(series, fromMs, toMs) {
  const late = /** @type {Way[]} */ (['up', 'down']).flatMap((way) => {
    const { from, to } = binsOf(series, way, fromMs, toMs);
    return series[way].late_max_ms.slice(from, to);
  });
  return { late_p99_ms: percentile(late, 0.99) ?? 0, late_max_ms: late.reduce((most, ms) => Math.max(most, ms), 0) };
}

/** Rate over time for drawing, a point a second. @param {Series} series @param {Way} way @param {(classes: Run) => (number[] | undefined)[]} of which columns, added up */
export function rateOverTime(series, way, of) {
  const columns = of(series[way]);
  const perPoint = 1000 / series.bin_ms;
  const length = Math.ceil(series[way].delivered_bytes.length / perPoint);
  return Array.from({ length }, (_, point) => ({
    at: series.started_unix_ms + series[way].first_ms + (point + 0.5) * 1000,
    value: (columns.reduce((total, column) => total + sum(column, { from: point * perPoint, to: (point + 1) * perPoint }), 0) * 8) / 1000,
  }));
}
