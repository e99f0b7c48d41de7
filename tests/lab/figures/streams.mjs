/** What the browsers count of their own streams, taken every quarter of a second, turned into figures. */
import { HOP_MS, percentile } from './envelope.mjs';

/**
 * One look of one page at all its connections. Counters only ever grow within one stream (`id`); a page that builds a
 * new connection begins new streams.
 * @typedef {object} Look
 * @property {number} at wall clock, ms
 * @property {{id: string, rttSum: number, answers: number}[]} pairs round trips of the connectivity checks, in seconds, and how many
 * @property {Inbound[]} inbound
 * @property {Outbound[]} outbound
 *
 * @typedef {object} Inbound
 * @property {string} id @property {'audio' | 'video'} kind @property {number} packets @property {number} lost @property {number} bytes
 * @property {number} [samples] received for playing, concealed ones included @property {number} [concealed] @property {number} [silentConcealed]
 * @property {number} [delay] in the jitter buffer, seconds times samples @property {number} [emitted] samples
 * @property {number} [frames] decoded @property {number} [freezes] @property {number} [frozen] seconds @property {number} [height] pixels
 *
 * @typedef {object} Outbound
 * @property {string} id @property {'audio' | 'video'} kind @property {number} packets @property {number} bytes
 * @property {number} [frames] encoded @property {number} [height] pixels
 *
 * @typedef {{at: number, untilMs: number} & Record<string, number>} Change of a stream between two looks
 */

/**
 * By how much the named counters of the streams of one kind grew between successive looks, all streams together.
 * A stream begins at zero, so what it had at its first look grew since the look before.
 * @param {Look[]} looks @param {'audio' | 'video'} kind @param {(keyof Inbound)[]} names @returns {Change[]}
 */
export function changes(looks, kind, names) {
  /** @type {Map<string, Inbound>} */ const last = new Map();
  return looks.flatMap((look, index) => {
    /** @type {Change} */ const change = { at: looks[index - 1]?.at ?? look.at, untilMs: look.at };
    for (const name of names) change[name] = 0;
    for (const stream of look.inbound) {
      if (stream.kind !== kind) continue;
      const before = last.get(stream.id);
      for (const name of names) change[name] += Math.max(0, Number(stream[name] ?? 0) - Number(before?.[name] ?? 0));
      last.set(stream.id, stream);
    }
    return index === 0 ? [] : [change];
  });
}

/**
 * The share of what was played that was made up by the browser, in percent, but for what was made up as silence: in the
 * quarters of a second in which speech is due at the ear, and no others. So neither silence nor comfort noise makes the
 * figure better, and a packet of a pause that is lost does not make it worse.
 *
 * `concealed_anywhere_percent` is the same numerator over the whole window, pauses as well, against the samples of speech
 * alone: always the larger, by the share of the pauses.
 * @param {Look[]} looks of the listener @param {Uint8Array} due in which steps speech is due at the ear @param {number} earStartMs
 */
export function concealment(looks, due, earStartMs) {
  const speech = { made: 0, played: 0 };
  const anywhere = { made: 0, spoken: 0 };
  for (const { at, untilMs, samples, concealed, silentConcealed } of changes(looks, 'audio', ['samples', 'concealed', 'silentConcealed'])) {
    const share = shareOf(due, at - earStartMs, untilMs - earStartMs);
    const made = Math.max(0, concealed - silentConcealed);
    anywhere.made += made;
    anywhere.spoken += samples * share;
    if (share === 0) continue;
    speech.made += made;
    speech.played += samples;
  }
  return {
    concealed_percent: speech.played === 0 ? null : (100 * speech.made) / speech.played,
    concealed_anywhere_percent: anywhere.spoken === 0 ? null : Math.min(100, (100 * anywhere.made) / anywhere.spoken),
  };
}

/** @param {Uint8Array} marks @param {number} fromMs @param {number} toMs */
function shareOf(marks, fromMs, toMs) {
  const piece = marks.subarray(Math.max(0, Math.round(fromMs / HOP_MS)), Math.max(0, Math.round(toMs / HOP_MS)));
  return piece.length === 0 ? 0 : piece.reduce((sum, value) => sum + value, 0) / piece.length;
}

/** The jitter buffer's delay over time: of what it gave out between two looks. @param {Look[]} looks @returns {{at: number, ms: number}[]} */
export function jitterBuffer(looks) {
  return changes(looks, 'audio', ['delay', 'emitted'])
    .flatMap(({ untilMs, delay, emitted }) => (emitted > 0 ? [{ at: untilMs, ms: (1000 * delay) / emitted }] : []));
}

/** @param {Look[]} looks */
export function jitterBufferFigures(looks) {
  const delays = jitterBuffer(looks).map(({ ms }) => ms);
  return { jitter_buffer_p50_ms: percentile(delays, 0.5) ?? null, jitter_buffer_p95_ms: percentile(delays, 0.95) ?? null };
}

/** Each round trip that a connectivity check measured. @param {Look[]} looks @returns {{at: number, ms: number}[]} */
export function roundTrips(looks) {
  return looks.flatMap((look, index) => look.pairs.flatMap((pair) => {
    const start = looks[index - 1]?.pairs.find(({ id }) => id === pair.id) ?? { rttSum: 0, answers: 0 };
    const answers = pair.answers - start.answers;
    return answers > 0 ? [{ at: look.at, ms: (1000 * (pair.rttSum - start.rttSum)) / answers }] : [];
  }));
}

/** @param {Look[]} looks */
export function pictureFigures(looks) {
  const grown = changes(looks, 'video', ['frames', 'freezes', 'frozen', 'bytes']);
  const seconds = grown.reduce((sum, { at, untilMs }) => sum + (untilMs - at) / 1000, 0);
  /** @param {string} name */
  const total = (name) => grown.reduce((sum, change) => sum + change[name], 0);
  const heights = looks.map((look) => Math.max(0, ...look.inbound.map(({ height }) => height ?? 0))).filter((height) => height > 0);
  return {
    fps: seconds === 0 ? 0 : total('frames') / seconds,
    freezes: total('freezes'),
    freeze_seconds: total('frozen'),
    video_kbps: seconds === 0 ? 0 : (total('bytes') * 8) / 1000 / seconds,
    picture_height: percentile(heights, 0.5) ?? 0,
  };
}

/** The looks within a time, and the last one before it to count from. @param {Look[]} looks @param {number} fromMs @param {number} toMs */
export function within(looks, fromMs, toMs) {
  const first = Math.max(0, looks.findIndex(({ at }) => at >= fromMs) - 1);
  return looks.filter(({ at }, index) => index >= first && at <= toMs);
}
