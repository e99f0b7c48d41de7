/** A cell's raw record → its rows of figures, one a direction, as the report has them. */
import { mix, part, percentile, speaking, speechThreshold } from './envelope.mjs';
import { joinFigures, tcpByUse } from './join.mjs';
import { lagFigures, likeness, trackLag } from './lag.mjs';
import { recovery } from './outages.mjs';
import { dueAtEar, firstSpeech, longestSilence, onsetDelays, speechPresent } from './presence.mjs';
import { concealment, jitterBufferFigures, pictureFigures, roundTrips, within } from './streams.mjs';
import { validity } from './validity.mjs';
import { bytesByClass, queueFigures, rates, roundTripQueue } from './wire.mjs';

/** An outage that ends later than this before the end is not judged: a late recovery from it could not be seen. */
const SEEN_MS = 10_000;

/** @typedef {import('../drive/cell.mjs').Raw} Raw */
/** @typedef {import('../drive/cell.mjs').PersonAccount} PersonAccount */
/** @typedef {import('./envelope.mjs').Envelope} Envelope */
/** @typedef {{source: PersonAccount, listener: PersonAccount, voice: Envelope, ear: Envelope, threshold: number}} Hearing */

/** Envelopes begin a little before the patient sets out: the others speak already. */
const LEAD_MS = 2000;

/** @param {Raw} raw */
export function figuresOf(raw) {
  const hearings = hearingsOf(raw);
  const heard = hearings.map((hearing) => firstSpeech(hearing.ear, hearing.threshold, raw.navigationMs));
  // One window for both directions, from the first voice in either: whoever is heard late has a gap.
  const first = Math.min(...heard.map((at) => at ?? Infinity));
  const fromMs = Number.isFinite(first) ? first : Math.max(raw.navigationMs, raw.untilMs - raw.cell.seconds * 1000);
  const failed = raw.people.some(({ states }) => states.some(({ state }) => state === 'failed'));
  const runs = hearings.map((hearing, index) => ({
    ...rowOf(raw, hearing, hearings, fromMs, failed),
    ...(raw.cell.kind !== 'baseline' && index === 0 ? joinFigures(raw, heard[0]) : { voice_after_navigation_ms: null }),
  }));
  return { runs, ...validity(raw, fromMs) };
}

/** Who hears whom over the link: the practitioner's voice at the patient first. @param {Raw} raw @returns {Hearing[]} */
export function hearingsOf(raw) {
  const [patient, ...others] = raw.people;
  if (!patient) throw new Error('nobody is there');
  const fromMs = raw.navigationMs - LEAD_MS;
  const envelope = (/** @type {PersonAccount['recordings']} */ recordings) => mix(recordings, fromMs, raw.untilMs);
  const voices = new Map(raw.people.map((person) => [person, envelope(person.recordings.filter(({ kind }) => kind === 'microphone'))]));
  const pairs = [...others.map((other) => [other, patient]), ...others.map((other) => [patient, other])];
  return pairs.map(([source, listener]) => {
    if (!source || !listener) throw new Error('a pair has two');
    const voice = /** @type {Envelope} */ (voices.get(source));
    const ears = listener.recordings.filter(({ kind }) => kind === 'ear');
    // With two people all that is heard is the other one, over however many connections.
    const own = raw.people.length === 2 ? ears : ears.filter((ear) => speakerOf(envelope([ear]), voices, listener) === source);
    return { source, listener, voice, ear: envelope(own), threshold: speechThreshold(voice) };
  });
}

/** Whose voice a track brings: the one whose envelope is found in it most often. @param {Envelope} ear @param {Map<PersonAccount, Envelope>} voices @param {PersonAccount} listener */
function speakerOf(ear, voices, listener) {
  let best = { found: 0, person: /** @type {PersonAccount | undefined} */ (undefined) };
  for (const [person, voice] of voices) {
    if (person === listener) continue;
    const found = trackLag(voice, ear, speechThreshold(voice), { stepMs: 1000 }).lags.length;
    if (found > best.found) best = { found, person };
  }
  return best.person;
}

/** @param {Raw} raw @param {Hearing} hearing @param {Hearing[]} all @param {number} fromMs @param {boolean} failed */
function rowOf(raw, hearing, all, fromMs, failed) {
  const { source, listener, ear, threshold } = hearing;
  const { untilMs, cell, account, spec } = raw;
  const patient = /** @type {PersonAccount} */ (raw.people[0]);
  const said = part(hearing.voice, fromMs, untilMs);
  const track = trackLag(said, ear, threshold);
  const lags = lagFigures(track);
  const usual = lags.lag_p50_ms ?? 0;
  const heard = part(ear, fromMs, untilMs);
  const present = speechPresent(said, ear, threshold, track.lags, usual);
  const looks = within(listener.looks, fromMs, untilMs);
  const way = listener === patient ? /** @type {const} */ ('down') : /** @type {const} */ ('up');
  const payloads = Object.assign({}, ...raw.people.map((person) => person.payloads));
  const bytes = bytesByClass(account.series, way, fromMs, untilMs, payloads);
  const whole = bytesByClass(account.series, way, account.series.started_unix_ms, untilMs, payloads);
  const outages = raw.outages.filter((outage) => outage.fromMs > fromMs && outage.toMs + SEEN_MS < untilMs);
  const base = (spec.up.delay_ms ?? 0) + (spec.down.delay_ms ?? 0);
  const trips = roundTrips(within(patient.looks, fromMs, untilMs)).map(({ ms }) => ms);
  const dues = all.filter((other) => other.listener === listener).map((other) => dueAtEar(other.voice, ear, other.threshold, usual));
  const due = Uint8Array.from(ear.db, (_, step) => (dues.some((one) => one[step]) ? 1 : 0));
  return {
    profile: cell.profile, seed: cell.seed, kind: cell.kind, direction: `to_${listener.role}`, source: source.role,
    failed,
    ...(cell.kind === 'baseline' ? {} : { same_seat: isSameSeat(raw) }),
    ...concealment(looks, due, ear.startMs),
    speech_present_percent: present.speech_present_percent,
    ...lags,
    longest_gap_ms: Math.max(present.longest_missing_ms, longestSilence(said, heard, threshold, usual)),
    recovery_ms: outages.map((outage, index) => recovery(said, ear, threshold, looks, outage, track.lags, outages[index + 1]?.fromMs ?? untilMs)),
    heard_again_ms: outages.map(({ toMs }, index) => heardAgain(ear, threshold, toMs, outages[index + 1]?.fromMs ?? untilMs)),
    ...jitterBufferFigures(looks),
    base_rtt_ms: base,
    rtt_p95_ms: Math.max(percentile(trips, 0.95) ?? 0, base + roundTripQueue(account.series, fromMs, untilMs)),
    ...queueFigures(account.series, way, fromMs, untilMs),
    ...rates(bytes, untilMs - fromMs),
    ...pictureFigures(looks),
    ...(cell.kind === 'three' ? companyFigures(hearing, all, said, track.lags, usual) : {}),
    seconds: (untilMs - fromMs) / 1000,
    bytes: { ...bytes, ...padding(raw, way), ...(cell.kind !== 'baseline' && way === 'down' ? tcpByUse(patient, whole.tcp) : {}) },
  };
}

/** How long after the link's return any 200 ms of speech had been heard, however late it was; null if none was. @param {Envelope} ear @param {number} threshold @param {number} fromMs @param {number} toMs */
function heardAgain(ear, threshold, fromMs, toMs) {
  const heard = firstSpeech(ear, threshold, fromMs);
  return heard === undefined || heard > toMs ? null : Math.round(heard - fromMs);
}

/** Whether the others have the same people before them as when the patient had come in, and the patient had nothing to tap. @param {Raw} raw */
function isSameSeat({ people: [patient, ...others], seatsBefore }) {
  return patient?.asksForTap === false && others.every(({ seats }, index) => JSON.stringify(seats) === JSON.stringify(seatsBefore[index]));
}

/** Of the whole run: what was written to the link as RTP with the padding bit. @param {Raw} raw @param {'up' | 'down'} way */
function padding({ account }, way) {
  const streams = account.totals.streams.filter((/** @type {any} */ stream) => stream.direction === way && stream.ssrc !== 0);
  return { padding: streams.reduce((/** @type {number} */ sum, /** @type {any} */ stream) => sum + stream.padded.bytes, 0) };
}

/**
 * With three: how alike a voice is to what is heard of it while nobody else speaks, and how late its first syllable is
 * when it speaks up.
 * @param {Hearing} hearing @param {Hearing[]} all @param {Envelope} said
 * @param {import('./lag.mjs').Lag[]} lags @param {number} usual
 */
function companyFigures({ source, ear, threshold }, all, said, lags, usual) {
  const others = all.filter((other) => other.source !== source).map((other) => part(other.voice, said.startMs, said.startMs + said.db.length * 10));
  const speaks = others.map((other, index) => speaking(other, /** @type {Hearing} */ (all.filter((one) => one.source !== source)[index]).threshold));
  const onsets = onsetDelays(said, ear, threshold, usual);
  return {
    alone_similarity: likeness(said, ear, lags, usual, (step) => speaks.every((marks) => !marks[step])),
    switch_p50_ms: percentile(onsets, 0.5) ?? null, switch_p95_ms: percentile(onsets, 0.95) ?? null,
  };
}
