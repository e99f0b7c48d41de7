import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endOf, mix, part, speaking, speechThreshold, wallTimes } from './envelope.mjs';
import { lagFigures, likeness, similarity, trackLag } from './lag.mjs';
import { recovery } from './outages.mjs';
import { dueAtEar, firstSpeech, longestSilence, onsetDelays, speechPresent } from './presence.mjs';
import { changes, concealment, jitterBuffer, pictureFigures, roundTrips } from './streams.mjs';
import { chance, heardLater, speech } from './synthetic.mjs';

const SECONDS = 60;
const source = speech(SECONDS, 7);
const threshold = speechThreshold(source);

/** Everything that is said of a voice at an ear. @param {import('./envelope.mjs').Envelope} ear */
function judged(ear) {
  const track = trackLag(source, ear, threshold);
  const { lag_p50_ms: usual } = lagFigures(track);
  const present = speechPresent(source, ear, threshold, track.lags, usual ?? 0);
  return {
    ...lagFigures(track),
    ...present,
    longest_gap_ms: Math.max(present.longest_missing_ms, longestSilence(source, ear, threshold, usual ?? 0)),
    lags: track.lags,
  };
}

/** Looks every 250 ms at one stream whose counters are functions of the time. @param {(seconds: number) => Partial<import('./streams.mjs').Inbound>} of @param {number} [startMs] */
function looks(of, startMs = source.startMs, kind = /** @type {'audio' | 'video'} */ ('audio')) {
  return Array.from({ length: SECONDS * 4 + 1 }, (_, index) => ({
    at: startMs + index * 250,
    pairs: [],
    inbound: [{ id: 'one', kind, packets: 0, lost: 0, bytes: 0, ...of(index / 4) }],
    outbound: [],
  }));
}

describe('a clock', () => {
  test('is not moved by hops that were rendered late', () => {
    const next = chance(1);
    const hops = Array.from({ length: 500 }, (_, index) => /** @type {[number, number, number]} */ ([index * 480, 1000 + index * 10 + (next() < 0.5 ? 0 : 60 * next()), 0.1]));
    for (const [index, at] of wallTimes({ hops, sampleRate: 48_000 }).entries()) assert.ok(Math.abs(at - (1000 + index * 10)) < 1, `${index}: ${at}`);
  });

  test('follows time that the sound card skipped', () => {
    const hops = Array.from({ length: 1000 }, (_, index) => /** @type {[number, number, number]} */ ([index * 480, 1000 + index * 10 + (index < 500 ? 0 : 700), 0.1]));
    assert.ok(Math.abs(/** @type {number} */ (wallTimes({ hops, sampleRate: 48_000 }).at(-1)) - (1000 + 9990 + 700)) < 1);
  });

  test('lays tracks over each other by their energy', () => {
    const hops = (/** @type {number} */ rms) => Array.from({ length: 100 }, (_, index) => /** @type {[number, number, number]} */ ([(index + 1) * 480, 5000 + (index + 1) * 10, rms]));
    const both = mix([{ hops: hops(0.1), sampleRate: 48_000 }, { hops: hops(0.1), sampleRate: 48_000 }], 5000, 6000);
    assert.equal(both.db.length, 100);
    assert.ok(both.db.every((db) => Math.abs(db - -16.99) < 0.01), String(both.db));
  });
});

describe('a lag', () => {
  for (const lag of [40, 350, 6200]) {
    test(`of ${lag} ms is found, and all speech is there`, () => {
      const figures = judged(heardLater(source, () => lag));
      assert.equal(figures.lag_p50_ms, lag);
      assert.equal(figures.lag_p95_ms, lag);
      // The last windows of a long lag are cut off by the recording's end.
      assert.ok((figures.lag_known_percent ?? 0) > 95 - lag / 500, `${figures.lag_known_percent}`);
      assert.ok((figures.speech_present_percent ?? 0) > 99.9, `${figures.speech_present_percent}`);
      assert.ok(figures.longest_gap_ms <= 20, `${figures.longest_gap_ms}`);
    });
  }

  test('that grows is found as it grows', () => {
    const figures = judged(heardLater(source, (ms) => 100 + (ms < 30_000 ? 0 : 800)));
    assert.equal(figures.lag_p50_ms === 100 || figures.lag_p50_ms === 900, true);
    assert.equal(figures.lag_p95_ms, 900);
    assert.ok((figures.speech_present_percent ?? 0) > 97, `${figures.speech_present_percent}`);
  });

  test('is not found in another voice, and that voice is not taken for the speech', () => {
    const track = trackLag(source, { ...speech(SECONDS, 8), startMs: source.startMs }, threshold);
    assert.ok(track.lags.length < 0.05 * track.eligible, `${track.lags.length} of ${track.eligible}`);
  });

  test('of what was lost is not found where something like it was said later', () => {
    const { lags } = trackLag(source, heardLater(source, (ms) => (ms > 20_000 && ms < 32_000 ? undefined : 200)), threshold);
    assert.ok(lags.every(({ lagMs }) => lagMs === 200), JSON.stringify(lags.filter(({ lagMs }) => lagMs !== 200)));
  });

  test('tells an envelope from one that is like it by half', () => {
    const ear = heardLater(source, () => 200);
    assert.ok((similarity(source, ear, 200) ?? 0) > 0.99);
    assert.ok((similarity(source, { ...speech(SECONDS, 8), startMs: source.startMs }, 200) ?? 1) < 0.3);
  });

  test('that changes makes a voice no less alike, a part that is missing does', () => {
    const alike = (/** @type {import('./envelope.mjs').Envelope} */ ear) => likeness(source, ear, trackLag(source, ear, threshold).lags, 0, () => true) ?? 0;
    assert.ok(alike(heardLater(source, (ms) => 100 + 300 * Math.floor(ms / 20_000))) > 0.95);
    assert.ok(alike(heardLater(source, (ms) => (ms % 2000 < 1000 ? 100 : undefined))) < 0.7);
  });
});

describe('speech that is missing', () => {
  test('is missing by its share', () => {
    // Of every 2 s, the last 400 ms do not arrive: two windows of ten, as far as something was said in them.
    const figures = judged(heardLater(source, (ms) => (ms % 2000 < 1600 ? 200 : undefined)));
    const spoken = speaking(source, threshold);
    const said = Array.from({ length: SECONDS * 5 }, (_, window) => (spoken.subarray(window * 20, window * 20 + 20).reduce((sum, mark) => sum + mark, 0) >= 10 ? window % 10 : -1));
    const share = 100 * said.filter((window) => window >= 0 && window < 8).length / said.filter((window) => window >= 0).length;
    assert.ok(Math.abs((figures.speech_present_percent ?? 0) - share) < 2, `${figures.speech_present_percent} and not ${share}`);
  });

  test('makes a gap of its length', () => {
    const { longest_gap_ms: gap } = judged(heardLater(source, (ms) => (ms > 20_000 && ms < 23_000 ? undefined : 200)));
    assert.ok(gap > 2300 && gap <= 3400, `${gap}`);
  });

  test('that the link kept and delivered late is a gap as well', () => {
    const held = judged(heardLater(source, (ms) => 200 + (ms > 20_000 && ms < 23_000 ? 23_000 - ms : 0)));
    assert.ok(held.longest_gap_ms > 2300 && held.longest_gap_ms <= 3400, `${held.longest_gap_ms}`);
  });

  test('is no gap where only the edges of words moved', () => {
    const next = chance(3);
    const { longest_gap_ms: gap, speech_present_percent: present } = judged(heardLater(source, (ms) => 200 + (ms % 3000 < 20 ? 40 * next() : 0)));
    assert.ok(gap <= 20 && (present ?? 0) > 99, `${gap} ${present}`);
  });

  test('is missing to the end', () => {
    const figures = judged(heardLater(source, (ms) => (ms < 40_000 ? 200 : undefined)));
    assert.ok(figures.longest_gap_ms > 17_000, `${figures.longest_gap_ms}`);
    assert.ok((figures.speech_present_percent ?? 100) < 70, `${figures.speech_present_percent}`);
  });

  test('cannot be made up by noise', () => {
    const ear = heardLater(source, () => undefined);
    assert.equal(judged({ ...ear, db: ear.db.map(() => -52) }).speech_present_percent, 0);
  });

  test('begins to be heard where it begins', () => {
    const ear = heardLater(source, (ms) => (ms < 10_000 ? undefined : 0));
    const first = /** @type {number} */ (firstSpeech(ear, threshold, source.startMs));
    const said = speaking(part(source, source.startMs + 10_000, endOf(source)), threshold).indexOf(1) * 10;
    assert.ok(Math.abs(first - (source.startMs + 10_000 + said)) < 400, `${first - source.startMs}`);
  });

  test('at the onset of a voice is told', () => {
    const usual = onsetDelays(source, heardLater(source, () => 200), threshold, 200);
    assert.ok(usual.length > 3 && usual.every((ms) => ms === 0), String(usual));
    const spoken = speaking(source, threshold);
    // The first 300 ms after each pause of a second are cut away.
    const isCut = (/** @type {number} */ step) => [...spoken.keys()].slice(Math.max(0, step - 29), step + 1)
      .some((onset) => spoken[onset] && onset >= 100 && !spoken.subarray(onset - 100, onset).includes(1));
    const late = heardLater(source, (ms) => (isCut(ms / 10) ? undefined : 200));
    const delays = onsetDelays(source, late, threshold, 200);
    assert.ok(delays.every((ms) => ms >= 200 && ms < 700), String(delays));
  });
});

describe('what a browser made up', () => {
  const due = dueAtEar(source, source, threshold, 0);
  const spoken = due.reduce((sum, mark) => sum + mark, 0) / due.length;

  const all = { samples: 48_000, concealed: 4800, silentConcealed: 3840 };
  const grown = (/** @type {number} */ seconds) => ({ samples: all.samples * seconds, concealed: all.concealed * seconds, silentConcealed: all.silentConcealed * seconds });

  test('is a share of what was played while somebody spoke', () => {
    const { concealed_percent: percent, concealed_anywhere_percent: anywhere } = concealment(looks(grown), due, source.startMs);
    assert.ok(Math.abs((percent ?? 0) - 2) < 0.01, `${percent}`);
    assert.ok(Math.abs((anywhere ?? 0) - 2 / spoken) < 0.1, `${anywhere}`);
  });

  test('counts neither better nor worse for what is made up in pauses', () => {
    // A tenth is made up, but only in those quarters of a second in which nobody speaks.
    const seen = looks(grown);
    let made = 0;
    for (const [index, look] of seen.entries()) {
      const [stream] = look.inbound;
      const from = seen[index - 1]?.at ?? look.at;
      const isSpoken = due.subarray(Math.round((from - source.startMs) / 10), Math.round((look.at - source.startMs) / 10)).includes(1);
      if (!isSpoken) made += 1200;
      if (stream) Object.assign(stream, { concealed: made, silentConcealed: 0 });
    }
    const { concealed_percent: percent, concealed_anywhere_percent: anywhere } = concealment(seen, due, source.startMs);
    assert.equal(percent, 0);
    assert.ok((anywhere ?? 0) > 1, `${anywhere}`);
  });

  test('goes on over a new connection', () => {
    const seen = looks((seconds) => ({ samples: 48_000 * seconds, concealed: 480 * seconds }));
    for (const look of seen.slice(120)) {
      const [stream] = look.inbound;
      if (stream) look.inbound = [{ ...stream, id: 'two', samples: (stream.samples ?? 0) - 48_000 * 29.75, concealed: (stream.concealed ?? 0) - 480 * 29.75 }];
    }
    const total = changes(seen, 'audio', ['concealed']).reduce((sum, change) => sum + change.concealed, 0);
    assert.equal(Math.round(total), 480 * SECONDS);
  });

  test('leaves the jitter buffer its own delay over time', () => {
    const delays = jitterBuffer(looks((seconds) => ({ emitted: 48_000 * seconds, delay: 48_000 * (seconds < 30 ? 0.06 * seconds : 1.8 + 0.4 * (seconds - 30)) })));
    assert.equal(Math.round(delays[10]?.ms ?? 0), 60);
    assert.equal(Math.round(delays.at(-1)?.ms ?? 0), 400);
  });

  test('counts pictures and stand-stills', () => {
    const figures = pictureFigures(looks((seconds) => ({ frames: 12 * seconds, freezes: seconds > 10 ? 2 : 0, frozen: seconds > 10 ? 1.5 : 0, bytes: 12_500 * seconds, height: 360 }), undefined, 'video'));
    assert.deepEqual(figures, { fps: 12, freezes: 2, freeze_seconds: 1.5, video_kbps: 100, picture_height: 360 });
  });

  test('has each round trip once, also over a new connection', () => {
    const pair = (/** @type {number} */ rttSum, /** @type {number} */ answers, id = 'one') => ({ pairs: [{ id, rttSum, answers }], inbound: [], outbound: [] });
    const trips = roundTrips([{ at: 0, ...pair(0.6, 1) }, { at: 250, ...pair(0.6, 1) }, { at: 500, ...pair(2, 3) }, { at: 750, ...pair(0.3, 1, 'two') }]);
    assert.deepEqual(trips.map(({ at, ms }) => [at, Math.round(ms)]), [[0, 600], [500, 700], [750, 300]]);
  });
});

describe('after the link was away', () => {
  const outage = { fromMs: source.startMs + 20_000, toMs: source.startMs + 28_000, mode: /** @type {const} */ ('drop') };
  const calm = looks((seconds) => ({ emitted: 48_000 * seconds, delay: 48_000 * 0.06 * seconds }));
  const recovered = (/** @type {import('./envelope.mjs').Envelope} */ ear, seen = calm) =>
    recovery(source, ear, threshold, seen, outage, trackLag(source, ear, threshold).lags, endOf(source));

  for (const late of [0, 700, 5000]) {
    test(`a voice that is back ${late} ms later took that long, less the silence of the source before it`, () => {
      const ear = heardLater(source, (ms) => (ms + 200 > 20_000 && ms + 200 < 28_000 + late ? undefined : 200));
      const due = (dueAtEar(source, ear, threshold, 200).subarray(2800, 2800 + late / 10).lastIndexOf(1) + 1) * 10;
      const found = recovered(ear);
      assert.ok(found !== null && Math.abs(found - due) <= 200, `${found} and not ${due}`);
    });
  }

  test('speech that the link had kept is not yet the conversation', () => {
    // For five seconds after the return everything comes 3 s late, then at once.
    const ear = heardLater(source, (ms) => (ms < 20_000 ? 200 : ms < 25_000 ? undefined : ms < 30_000 ? 3000 : ms < 33_000 ? undefined : 200));
    const found = recovered(ear);
    assert.ok(found !== null && found > 2500 && found <= 5500, `${found}`);
  });

  test('a jitter buffer that is still full is not yet the conversation', () => {
    const full = looks((seconds) => ({ emitted: 48_000 * seconds, delay: 48_000 * (0.06 * seconds + (seconds > 28 ? 0.94 * (Math.min(seconds, 31) - 28) : 0)) }));
    const ear = heardLater(source, (ms) => (ms > 19_800 && ms < 27_800 ? undefined : 200));
    const found = recovered(ear, full);
    assert.ok(found !== null && found > 1500 && found <= 3500, `${found}`);
  });

  test('what never comes back is said so', () => {
    assert.equal(recovered(heardLater(source, (ms) => (ms < 19_800 ? 200 : undefined))), null);
  });
});
