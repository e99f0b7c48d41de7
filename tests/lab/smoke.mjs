/**
 * A look at the lab that is short enough for every test run: one seed of two links, and on the first of them the stock
 * run as well. It asserts events and ratios between two runs of the same machine, never figures of their own.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { enterLab } from './drive/enter.mjs';
import { runMatrix } from './drive/matrix.mjs';
import { table } from './report/table.mjs';

await enterLab(fileURLToPath(import.meta.url), process.argv.slice(2));

const SEED = 1;
/** Of the round trip beyond the link's own, this share of the stock run's at most. */
const QUEUE_SHARE = 1 / 3;

describe('over a weak link', () => {
  /** @type {import('./drive/matrix.mjs').Result} */ let edge;
  /** @type {import('./drive/matrix.mjs').Result} */ let stock;
  /** @type {import('./drive/matrix.mjs').Result} */ let dropping;
  before(async () => {
    [edge, stock, dropping] = /** @type {any} */ (await runMatrix([
      { profile: 'V2', seed: SEED, kind: 'ours', seconds: 30 },
      { profile: 'V2', seed: SEED, kind: 'baseline', seconds: 30 },
      // As long as it has to be: until some seconds after its last outage.
      { profile: 'V6', seed: SEED, kind: 'ours', seconds: 30 },
    ], 'always run'));
  });
  // Also what a busy machine blurred: events and ratios hold all the same.
  after(() => console.log(table([edge, stock, dropping].map((result) => ({ ...result, valid: true })))));

  /** @param {import('./drive/matrix.mjs').Result} result */
  const inWords = ({ cell, runs, reasons }) => JSON.stringify({ cell, reasons, runs });
  /** @param {import('./drive/matrix.mjs').Result} result */
  const queueOf = ({ runs: [row] }) => (row ? row.rtt_p95_ms - row.base_rtt_ms : Infinity);

  test('nobody\'s connection fails', () => {
    for (const result of [edge, dropping]) assert.ok(result.runs.every(({ failed }) => !failed), inWords(result));
  });

  test('a voice is heard both ways', () => {
    for (const result of [edge, dropping]) assert.ok(result.runs.every(({ lag_p50_ms: lag }) => lag !== null), inWords(result));
  });

  test('the queue that we make is at most a third of what stock settings make', () => {
    assert.ok(queueOf(edge) <= QUEUE_SHARE * queueOf(stock), `${queueOf(edge)} ms and ${queueOf(stock)} ms\n${inWords(edge)}\n${inWords(stock)}`);
  });

  test('after eight and after twenty-five seconds without a link they hear each other from the same seats, and nobody tapped', () => {
    assert.ok(dropping.runs.every(({ same_seat: isSame }) => isSame), inWords(dropping));
    for (const { heard_again_ms: heard } of dropping.runs) {
      assert.ok(heard.length === 2 && heard.every((ms) => ms !== null), inWords(dropping));
    }
  });
});
