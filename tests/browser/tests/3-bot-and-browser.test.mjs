/** A second implementation judges the first: a webrtc-rs bot in one room with a Chromium and a Firefox, all three hear each other. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { startChromium, startFirefox } from '../harness/browsers.mjs';
import { castFor } from '../harness/cast.mjs';
import { Person } from '../harness/person.mjs';
import { report } from '../harness/report.mjs';
import { program, startServer } from '../harness/server.mjs';

/** With this seed the bot of room 0 speaks at 2,040 Hz, which no browser's person does, and shows this colour. */
const BOT = { seed: 13, tone: 2040, beat: 3, colour: /** @type {[number, number, number]} */ ([234, 9, 0]) };
const BOT_SECONDS = 12;

/** @type {Awaited<ReturnType<typeof startServer>>} */ let server;
/** @type {import('../harness/browsers.mjs').Browser[]} */ let browsers = [];

before(async () => {
  server = await startServer();
  browsers = await Promise.all([startChromium(), startFirefox()]);
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.stop();
});

/** Runs a bot that stays for BOT_SECONDS and resolves with its report. @param {string} link @param {number[]} tones */
function runBot(link, tones) {
  const child = spawn(program('nhipcau-loadtest'), [
    'call', '--server', server.origin, '--link', link, '--participants', '1', '--seconds', String(BOT_SECONDS),
    '--seed', String(BOT.seed), '--json', '-', ...tones.flatMap((tone) => ['--listen-for', String(tone)]),
  ], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => { said += chunk; });
  child.stderr.on('data', (chunk) => { complaint += chunk; });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code) => {
      try {
        done({ code, ...JSON.parse(said) });
      } catch {
        fail(new Error(`the bot ended with ${code} and no report: ${complaint}${said}`));
      }
    });
  });
}

test('a bot and two browsers hear each other, and the browsers see the bot', async () => {
  const links = await server.makeRoom([
    { name: 'Bác sĩ Lan', role: 'practitioner' },
    { name: 'Bác Mai', role: 'patient' },
    { name: 'Anh Sơn', role: 'interpreter' },
  ]);
  const cast = castFor(links.map((link) => link.name));
  const [chromiumPerson, firefoxPerson, bot] = cast;
  assert(chromiumPerson && firefoxPerson && bot);
  Object.assign(bot, BOT);
  const people = [];
  for (const [index, me] of [chromiumPerson, firefoxPerson].entries()) {
    const browser = browsers[index];
    const link = links[index];
    assert(browser && link);
    const person = await Person.open(browser, me, cast, link.url);
    await person.join();
    if (people[0]) {
      await people[0].admits(person);
      await person.connected();
    }
    people.push(person);
  }
  const [botReport, ...results] = await Promise.all([
    runBot(/** @type {string} */ (links[2]?.url), people.map((person) => person.me.tone)),
    ...people.map(async (person) => {
      const names = cast.map((one) => one.name).filter((name) => name !== person.name);
      const [heard, seen] = await Promise.all([person.hearsExactly(names), person.seesExactly(names)]);
      return { name: person.name, heard, seen, complaints: person.tab.complaints() };
    }),
  ]);
  report({ 'bot beside browsers': botReport });
  for (const result of results) assert.ok(result.heard.ok && result.seen.ok, JSON.stringify({ result, botReport }));
  const [listener] = botReport.bots;
  assert.deepEqual(botReport.failures, []);
  assert.deepEqual(botReport.srtp_ciphers, { SRTP_AEAD_AES_256_GCM: 1 });
  // Seats are numbered in the order of the links, from 1.
  const heardBySeat = Object.fromEntries(listener.slots.map((/** @type {any} */ slot) => [slot.seat, slot.heard_hz]));
  assert.deepEqual(heardBySeat, { 1: [chromiumPerson.tone], 2: [firefoxPerson.tone] });
});
