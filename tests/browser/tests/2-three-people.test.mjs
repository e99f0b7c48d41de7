/**
 * The first call: two Chromiums and a Firefox in the demonstration room. Then one leaves and somebody else comes into
 * the freed slot, while every frame is watched.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { Person } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { startServer } from '../harness/server.mjs';

/** The first flight of a TCP connection and one UDP datagram hold this much: docs/adr tells why it is the bound. */
const JOIN_LIMIT_BYTES = 1500;
const LIP_SYNC_LIMIT_MS = 100;

/** @type {Awaited<ReturnType<typeof startServer>>} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  server = await startServer();
  browsers = await Promise.all([startChromium(), startChromium(), startFirefox()]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** @param {string[]} names @param {Person} person */
const others = (names, person) => names.filter((name) => name !== person.name);

/** Everybody hears and sees exactly the others. @param {Person[]} people */
async function assertEachHasTheOthers(people) {
  const names = people.map((person) => person.name);
  const results = await Promise.all(people.map(async (person) => ({
    person,
    heard: await person.hearsExactly(others(names, person)),
    seen: await person.seesExactly(others(names, person)),
  })));
  for (const { person, heard, seen } of results) {
    const where = async () => `${person.name} (${JSON.stringify(others(names, person))}): ${JSON.stringify({ heard, seen })}; the page says: ${await person.words()}; console: ${person.tab.complaints().join(' | ')}`;
    assert.ok(heard.ok && seen.ok, heard.ok && seen.ok ? '' : await where());
  }
  return results.map(({ person, heard }) => ({ name: person.name, worstMarginDb: heard.worstMarginDb }));
}

describe('three people in two Chromiums and a Firefox', () => {
  /** @type {Person[]} */ let people = [];
  /** From the patient's being let in to the practitioner's voice. */
  let admittedMs = 0;

  test('join one after the other by their printed links, the patient by the waiting room', async () => {
    const cast = castFor(server.links.map((link) => link.name));
    assert.equal(cast.length, 3, 'the demonstration room has three links');
    for (const [index, link] of server.links.entries()) {
      const browser = browsers[index];
      const me = cast[index];
      assert(browser && me);
      const person = await Person.open(browser, me, cast, link.url);
      people.push(person);
      await person.join();
      if (link.role !== 'patient') continue;
      const practitioner = people[0];
      assert(practitioner && practitioner !== person);
      await person.tab.evaluate(() => window.__measure.timeVoice());
      await practitioner.admits(person);
      await person.connected();
      admittedMs = await person.sees('how long the first voice took', () => window.__measure.voiceTimed());
    }
  });

  test('each hears and sees exactly the two others, under the right names', async () => {
    report({ 'margins over forbidden bands, dB': await assertEachHasTheOthers(people) });
  });

  test('the detector of forbidden tones does fire, in each of these pages', async () => {
    for (const person of people) {
      const control = await person.controlFires(0);
      assert.deepEqual(control.fired, control.expected, person.name);
      assert.equal(control.fired.length, 2);
    }
  });

  test('media is encrypted with AES-256-GCM', async () => {
    for (const person of people) assert.match(await person.srtpCipher(), /AEAD_AES_256_GCM/, person.name);
  });

  test(`a join takes at most ${JOIN_LIMIT_BYTES} bytes each way`, async () => {
    const sizes = await Promise.all(people.map(async (person, index) => ({ browser: browsers[index]?.kind, joins: await person.joinSizes() })));
    report({ 'join bytes on the wire': sizes });
    for (const { browser, joins } of sizes) {
      assert.equal(joins.length, 1, `${browser} asked once`);
      for (const join of joins) {
        assert.ok(join.requestBytes > 0 && join.requestBytes <= JOIN_LIMIT_BYTES, `${browser} request: ${JSON.stringify(join)}`);
        assert.ok(join.responseBytes > 0 && join.responseBytes <= JOIN_LIMIT_BYTES, `${browser} response: ${JSON.stringify(join)}`);
      }
    }
  });

  test('those who came later heard a voice soon after their click, or after they were let in', async () => {
    const interpreter = people[2];
    assert(interpreter);
    const { connectedMs, voiceMs } = await interpreter.firstVoice();
    report({
      'click to first voice, ms': [{ browser: browsers[2]?.kind, connected: Math.round(connectedMs), voice: Math.round(voiceMs) }],
      'practitioner presses admit to first voice at the patient, ms': Math.round(admittedMs),
    });
    assert.ok(voiceMs > 0 && voiceMs < 10_000, `${voiceMs} ms`);
    assert.ok(admittedMs > 0 && admittedMs < 10_000, `${admittedMs} ms`);
  });

  test(`flash and beep of one person arrive at most ${LIP_SYNC_LIMIT_MS} ms apart`, async () => {
    const [publisher, ...viewers] = people;
    assert(publisher);
    const measured = await publisher.flashFor(viewers, { times: 9, withinMs: LIP_SYNC_LIMIT_MS });
    report({ 'flash after beep, ms (median of 9 pairs)': measured.map((one, index) => ({ browser: browsers[index + 1]?.kind, ...one })) });
    for (const one of measured) assert.ok(one.ok, JSON.stringify(one));
  });

  test('pages report no errors', async () => {
    for (const person of people) assert.deepEqual(person.tab.complaints(), [], person.name);
    await Promise.all(people.map((person) => person.tab.close()));
    people = [];
  });
});

describe('one leaves and another takes the freed slot', () => {
  /** @type {Person[]} */ let people = [];
  /** @type {Person} */ let newcomer;

  test('three of four are in the room', async () => {
    const links = await server.makeRoom([
      { name: 'Bác sĩ Lan', role: 'practitioner' },
      { name: 'Bác Mai', role: 'patient' },
      { name: 'Anh Sơn', role: 'interpreter' },
      { name: 'Cô Tú', role: 'companion' },
    ]);
    const cast = castFor(links.map((link) => link.name));
    // The fourth shares the first's browser, in a tab of their own.
    const seating = [browsers[0], browsers[1], browsers[2], browsers[0]];
    const everybody = await Promise.all(links.map((link, index) => {
      const browser = seating[index];
      const me = cast[index];
      assert(browser && me);
      return Person.open(browser, me, cast, link.url);
    }));
    people = everybody.slice(0, 3);
    newcomer = /** @type {Person} */ (everybody[3]);
    const [practitioner, patient, interpreter] = people;
    assert(practitioner && patient && interpreter);
    await Promise.all([practitioner.join(), interpreter.join()]);
    await patient.joinThrough(practitioner);
    await assertEachHasTheOthers(people);
  });

  test('no frame and no voice of one person appears under the name of another', async () => {
    const [stays, leaves, alsoStays] = people;
    assert(stays && leaves && alsoStays);
    const watchers = [stays, alsoStays];
    await Promise.all(watchers.map((person) => person.startWatching()));
    await leaves.leave();
    await newcomer.joinThrough(stays);
    const now = [stays, alsoStays, newcomer];
    await assertEachHasTheOthers(now);
    for (const person of watchers) {
      const wanted = others(now.map((one) => one.name), person).map((name) => `${name} under ${name}`);
      await person.sees('and hear all others for a while', (keys) => {
        const { colours, voices } = window.__measure.watched();
        return keys.every((key) => (colours[key] ?? 0) > 20 && (voices[key] ?? 0) > 20);
      }, wanted);
      const watched = await person.stopWatching();
      report({ [`looks at the hand-over, ${person === stays ? browsers[0]?.kind : browsers[2]?.kind}`]: watched });
      assert.deepEqual(watched.wrong, [], `${person.name}: ${JSON.stringify(watched)}`);
    }
  });

  test('the newcomer is heard only by those in the room', async () => {
    assert.ok(people[1]);
    const connection = await people[1].tab.evaluate(() => window.nhipcau?.peer?.connectionState ?? 'none');
    assert.notEqual(connection, 'connected');
  });
});
