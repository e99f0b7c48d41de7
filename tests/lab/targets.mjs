/** What the project wants of each profile: the median of the seeds, and of the worst seed half as much again. */

/** @typedef {Record<string, any>} Row one direction of one cell */
/**
 * @typedef {object} Target
 * @property {string} profile @property {import('./drive/cell.mjs').Kind} kind @property {string} what in words
 * @property {(row: Row) => boolean} [of] which rows; all directions if left out
 * @property {(row: Row) => number | null} figure @property {'at most' | 'at least'} is
 * @property {number | ((row: Row, stock: Row | undefined) => number | undefined)} limit a function where it hangs on the link or the stock run
 */

/** How much worse than its target the worst seed may be. */
export const WORST = 1.5;

const toPatient = (/** @type {Row} */ row) => row.direction === 'to_patient';
/** @param {string} name @returns {(row: Row) => number | null} */
const value = (name) => (row) => row[name] ?? null;
/** What never came is worse than any time. @param {number} [which] the first or second outage; the worst if left out */
const recovery = (which) => (/** @type {Row} */ row) => {
  const all = which === undefined ? row.recovery_ms : row.recovery_ms.slice(which, which + 1);
  return all.length === 0 ? null : Math.max(...all.map((/** @type {number | null} */ ms) => ms ?? Infinity));
};

/** @type {Target[]} */
export const TARGETS = [
  ...[['V1', 3], ['V2', 2], ['V3', 1.5], ['V7', 3], ['V8', 5]].map(([profile, limit]) => /** @type {Target} */ (
    { profile, kind: 'ours', what: 'concealed, %', figure: value('concealed_percent'), is: 'at most', limit })),
  { profile: 'V1', kind: 'ours', what: 'speech present, %', figure: value('speech_present_percent'), is: 'at least', limit: 95 },
  { profile: 'V1', kind: 'ours', what: 'voice all in, kbit/s', figure: value('voice_wire_kbps'), is: 'at most', limit: 11 },
  { profile: 'V1', kind: 'ours', what: 'lag p95, ms', figure: value('lag_p95_ms'), is: 'at most', limit: 900 },
  { profile: 'V2', kind: 'ours', what: 'RTT p95, ms', figure: value('rtt_p95_ms'), is: 'at most', limit: ({ base_rtt_ms: base }) => base + 250 },
  { profile: 'V2', kind: 'ours', what: 'voice all in, kbit/s', figure: value('voice_wire_kbps'), is: 'at most', limit: 17 },
  { profile: 'V2', kind: 'ours', what: "doctor's voice, ms", of: toPatient, figure: value('voice_after_navigation_ms'), is: 'at most', limit: 8000 },
  { profile: 'V2', kind: 'three', what: 'likeness while alone', figure: value('alone_similarity'), is: 'at least', limit: 0.8 },
  { profile: 'V2', kind: 'three', what: 'concealed, %', figure: value('concealed_percent'), is: 'at most', limit: 4 },
  { profile: 'V2', kind: 'three', what: 'switch p95, ms', figure: value('switch_p95_ms'), is: 'at most', limit: 400 },
  { profile: 'V3', kind: 'ours', what: "doctor's voice, ms", of: toPatient, figure: value('voice_after_navigation_ms'), is: 'at most', limit: 5000 },
  { profile: 'V3', kind: 'ours', what: 'fps', of: toPatient, figure: value('fps'), is: 'at least', limit: 5 },
  { profile: 'V4', kind: 'ours', what: 'queue p95, ms', figure: value('queue_p95_ms'), is: 'at most', limit: 300 },
  { profile: 'V4', kind: 'ours', what: 'fps', of: toPatient, figure: value('fps'), is: 'at least', limit: 8 },
  { profile: 'V5', kind: 'ours', what: 'recovery after a hold, ms', figure: recovery(), is: 'at most', limit: 1500 },
  { profile: 'V6', kind: 'ours', what: 'recovery after 8 s, ms', figure: recovery(0), is: 'at most', limit: 1000 },
  { profile: 'V6', kind: 'ours', what: 'recovery after 25 s, ms', figure: recovery(1), is: 'at most', limit: 3000 },
  { profile: 'V6', kind: 'ours', what: 'same seat, no tap', figure: (row) => (row.same_seat ? 1 : 0), is: 'at least', limit: 1 },
  { profile: 'V0', kind: 'ours', what: 'fps', figure: value('fps'), is: 'at least', limit: 24 },
  { profile: 'V0', kind: 'ours', what: 'picture height', figure: value('picture_height'), is: 'at least', limit: 720 },
  { profile: 'V0', kind: 'ours', what: 'video, kbit/s', figure: value('video_kbps'), is: 'at least', limit: (_, stock) => (stock ? 0.9 * stock.video_kbps : undefined) },
  { profile: 'V0', kind: 'ours', what: 'RTT p95, ms', figure: value('rtt_p95_ms'), is: 'at most', limit: (_, stock) => (stock?.rtt_p95_ms ? stock.rtt_p95_ms + 20 : undefined) },
];
