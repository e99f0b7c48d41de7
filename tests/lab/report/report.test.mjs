import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outagesOf } from '../drive/link.mjs';
import { bytesByClass, queueFigures, rates, roundTripQueue } from '../figures/wire.mjs';
import { filled } from './document.mjs';
import { grouped, judge } from './judge.mjs';
import { linesOf } from './measured.mjs';
import { plot } from './plot.mjs';
import { table } from './table.mjs';

/** A cell whose two rows have these figures. @param {{profile?: string, kind?: string, seed?: number, valid?: boolean} & Record<string, unknown>} figures */
function result({ profile = 'V2', kind = 'ours', seed = 1, valid = true, ...figures }) {
  const row = { profile, kind, seed, source: 'practitioner', failed: false, base_rtt_ms: 600, recovery_ms: [], ...figures };
  const runs = [{ ...row, direction: 'to_patient' }, { ...row, direction: 'to_practitioner', voice_after_navigation_ms: null }];
  return /** @type {any} */ ({ cell: { profile, kind, seed, seconds: 90 }, key: 'k', valid, reasons: valid ? [] : ['no time'], machine: {}, runs });
}

/** @param {any[]} results @param {string} what */
const verdictOf = (results, what) => judge(results).find((one) => one.what === what && one.direction === 'to_patient');

describe('a target', () => {
  test('is met by the median, unless one seed is half as bad again', () => {
    const seeds = (/** @type {number[]} */ ...percents) => percents.map((percent, seed) => result({ seed, concealed_percent: percent }));
    assert.equal(verdictOf(seeds(1, 1, 1.9, 2.1, 2.9), 'concealed, %')?.isMet, true);
    assert.equal(verdictOf(seeds(1, 1, 1.9, 2.1, 3.1), 'concealed, %')?.isMet, false);
    assert.equal(verdictOf(seeds(1, 1, 2.1, 2.2, 2.3), 'concealed, %')?.isMet, false);
  });

  test('is not met by what could not be measured', () => {
    const seeds = [8000, null, 7000].map((ms, seed) => result({ seed, voice_after_navigation_ms: ms }));
    assert.equal(verdictOf(seeds, "doctor's voice, ms")?.isMet, false);
  });

  test('hangs on the link or on the stock run where it says so', () => {
    assert.equal(verdictOf([result({ rtt_p95_ms: 840 })], 'RTT p95, ms')?.limit, 850);
    const good = { profile: 'V0', rtt_p95_ms: 90, video_kbps: 1000 };
    const verdict = verdictOf([result(good), result({ ...good, kind: 'baseline', rtt_p95_ms: 75, video_kbps: 1200 })], 'video, kbit/s');
    assert.deepEqual([verdict?.limit, verdict?.isMet, verdict?.stock], [1080, false, 1200]);
    assert.equal(verdictOf([result(good)], 'video, kbit/s')?.isMet, false);
  });

  test('of a recovery that never came is not met', () => {
    assert.equal(verdictOf([result({ profile: 'V6', recovery_ms: [500, null] })], 'recovery after 8 s, ms')?.isMet, true);
    const never = verdictOf([result({ profile: 'V6', recovery_ms: [500, null] })], 'recovery after 25 s, ms');
    assert.deepEqual([never?.median, never?.isMet], [Infinity, false]);
  });

  test('does not count a cell that the machine had no time for', () => {
    const results = [result({ concealed_percent: 1 }), result({ seed: 2, concealed_percent: 50, valid: false })];
    assert.equal(grouped(results)[0]?.rows.length, 1);
    assert.match(table(results), /1 of 2 cells are not counted/);
  });
});

describe('the wire', () => {
  const column = (/** @type {number} */ each) => Array.from({ length: 100 }, () => each);
  const run = {
    first_ms: 0, offered_bytes: column(500), delivered_bytes: column(460), classes: { rtp: column(400), rtcp: column(50), tcp: column(10) },
    payload_types: { 111: column(300), 96: column(60), 97: column(40) }, overflow: column(0), lost: column(0), outage: column(0),
    queue_mean_ms: column(20), queue_max_ms: column(30), late_max_ms: column(1),
  };
  const series = { bin_ms: 100, started_unix_ms: 5000, up: run, down: run };

  test('is told apart by class, and voice from pictures by what the browsers say', () => {
    const bytes = bytesByClass(series, 'down', 6000, 8000, { 111: 'audio', 96: 'video' });
    assert.deepEqual([bytes.rtp_audio, bytes.rtp_video, bytes.rtcp, bytes.tcp], [6000, 2000, 1000, 200]);
    assert.deepEqual(rates(bytes, 2000), { wire_kbps: 36.8, voice_wire_kbps: 28 });
  });

  test('has its queue from the bins in which something was sent', () => {
    const quiet = { ...run, offered_bytes: run.offered_bytes.map((bytes, bin) => (bin < 50 ? 0 : bytes)), queue_mean_ms: run.queue_mean_ms.map((ms, bin) => (bin < 50 ? 0 : ms)) };
    assert.equal(queueFigures({ ...series, up: quiet }, 'up', 5000, 15_000).queue_p50_ms, 20);
  });

  test('adds the queues of both ways to the round trip, also while no check is answered', () => {
    assert.equal(roundTripQueue(series, 5000, 15_000), 40);
    const filling = { ...run, queue_mean_ms: run.queue_mean_ms.map((_, bin) => (bin < 80 ? 20 : 3000)) };
    assert.equal(roundTripQueue({ ...series, down: filling }, 5000, 15_000), 3020);
  });

  test('is away when its schedule says so', () => {
    const spec = /** @type {any} */ ({ outages: [{ mode: 'hold', at_s: 10, length_s: 3, every_s: 20 }, { mode: 'drop', at_s: 15, length_s: 1 }] });
    assert.deepEqual(outagesOf(spec, 1000, 40_000).map(({ fromMs, toMs }) => [fromMs, toMs]), [[11_000, 14_000], [16_000, 17_000], [31_000, 34_000]]);
  });
});

describe('what is written', () => {
  test('stands between its markers and nowhere else', () => {
    const text = ['before', '<!-- lab:targets -->', 'old', '<!-- end -->', '<!-- lab:figures -->', '<!-- end -->', '<!-- lab:join -->', '<!-- end -->', 'after'].join('\n');
    const results = [result({ concealed_percent: 1.234, phases: [{ name: 'page', ms: 900, round_trips: 1.5, bytes_down: 9000, bytes_up: 1000 }], voice_after_navigation_ms: 7000 })];
    const [one] = results;
    const report = { runs: one.runs.map((/** @type {object} */ run) => ({ ...run, valid: true })), baseline: [], targets: judge(results), cells: [{ valid: true }] };
    const written = filled(text, report);
    assert.ok(written.startsWith('before\n') && written.endsWith('\nafter') && !written.includes('old'));
    assert.match(written, /\| V2 to patient \| concealed, % \| ≤ 2 \| 1\.23 \|/);
    assert.match(written, /900 ms, 1\.50 RTT, 10 kB/);
    assert.equal(filled(written, report), written);
  });

  test('is drawn within its frame', () => {
    const drawn = plot({ title: 'Queue', unit: 'ms', fromMs: 0, toMs: 10_000, lines: [{ name: 'a < b', points: [{ at: 0, value: 0 }, { at: 9000, value: 4000 }, { at: 20_000, value: 9 }] }] });
    assert.match(drawn, /a &lt; b/);
    const points = [...(/points="([^"]+)"/.exec(drawn)?.[1] ?? '').matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    assert.equal(points.length, 2);
    assert.ok(points.every(([x, y]) => x !== undefined && y !== undefined && x <= 760 && y >= 0 && y <= 150));
  });
});

describe('committed figures', () => {
  test('are a line a cell in an order of their own, so that a new run shows as the lines that it changed', () => {
    const [first, second] = [result({ seed: 1, concealed_percent: 1.23456 }), result({ seed: 2 })];
    const text = linesOf({ figures: 'f', cells: [second, first] });
    assert.equal(text, linesOf({ figures: 'f', cells: [first, second] }));
    const { figures, cells } = JSON.parse(text);
    assert.deepEqual([figures, cells.map((/** @type {any} */ { cell }) => cell.seed), cells[0].runs[0].concealed_percent], ['f', [1, 2], 1.235]);
    assert.equal(text.trimEnd().split('\n').length, 4);
  });
});
