/**
 * The speech that the browsers take for a microphone: espeak-ng's Vietnamese, laid out with pauses by a fixed seed, as
 * WAV files of 48 kHz. Made once into target/lab/speech; the same everywhere with the same espeak-ng.
 *
 * The practitioner greets for half a minute without pausing, so that whoever comes in hears a voice as soon as one can
 * be heard; then everybody speaks and pauses by a timetable of their own, so that turns, silence and double talk occur.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chance } from '../figures/synthetic.mjs';
import { PARTS } from './sentences.mjs';

/** @typedef {keyof typeof PARTS} Role */

const RATE = 48_000;
/** Longer than any cell, so that the file never begins again: its own echo would be found as a lag. */
const SECONDS = 240;
const GREETING_SECONDS = { practitioner: 30, patient: 5, interpreter: 2 };
/** Within a greeting; espeak's own sentences have shorter ones. */
const BREATH_SECONDS = 0.15;
/** Loudest sample: what a microphone at arm's length gives. */
const PEAK = 0.5;

/** Makes what is missing. @param {string} folder @returns {{files: Record<Role, string>, hash: string}} */
export function makeSpeech(folder) {
  mkdirSync(folder, { recursive: true });
  const version = execFileSync('espeak-ng', ['--version'], { encoding: 'utf8' }).split(' Data')[0];
  const recipe = createHash('sha256').update(JSON.stringify([version, PARTS, SECONDS, GREETING_SECONDS, BREATH_SECONDS, PEAK]))
    .update(readFileSync(new URL(import.meta.url))).digest('hex').slice(0, 12);
  const files = /** @type {Record<Role, string>} */ ({});
  const hash = createHash('sha256');
  for (const [index, role] of /** @type {Role[]} */ (Object.keys(PARTS)).entries()) {
    const file = join(folder, `${role}-${recipe}.wav`);
    if (!existsSync(file)) {
      // Renamed when it is whole: a run that is ended halfway leaves no half file.
      writeFileSync(`${file}.part`, wav(layOut(role, index + 1)));
      renameSync(`${file}.part`, file);
    }
    hash.update(readFileSync(file));
    files[role] = file;
  }
  return { files, hash: hash.digest('hex').slice(0, 12) };
}

/** @param {Role} role @param {number} seed @returns {Float32Array} */
function layOut(role, seed) {
  const part = PARTS[role];
  const greeting = part.greeting.map((text) => say(part, text));
  const sentences = part.sentences.map((text) => say(part, text));
  const all = new Float32Array(SECONDS * RATE);
  const next = chance(seed);
  let at = Math.round(0.3 * RATE);
  for (let turn = 0; at < all.length; turn += 1) {
    const isGreeting = at < GREETING_SECONDS[role] * RATE;
    const spoken = isGreeting ? greeting[turn % greeting.length] : sentences[turn % sentences.length];
    all.set(spoken.subarray(0, all.length - at), at);
    // Mostly a breath, now and then long enough that the other one is alone, or nobody speaks.
    const pause = isGreeting ? BREATH_SECONDS : next() < 0.6 ? 0.3 + next() * 0.9 : 2 + next() * 3;
    at += spoken.length + Math.round(pause * RATE);
  }
  const loudest = all.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return all.map((sample) => (sample * PEAK) / loudest);
}

/** One sentence. @param {import('./sentences.mjs').Part} part @param {string} text @returns {Float32Array} at `RATE` */
function say({ voice, pitch, speed }, text) {
  const made = execFileSync('espeak-ng', ['-v', voice, '-p', String(pitch), '-s', String(speed), '--stdout', text], { maxBuffer: 64 << 20 });
  const data = made.indexOf('data');
  const samples = new Int16Array(made.buffer.slice(made.byteOffset + data + 8, made.byteOffset + made.length - ((made.length - data - 8) % 2)));
  return resample(Float32Array.from(samples, (sample) => sample / 32768), made.readUInt32LE(24));
}

/** To `RATE`, upwards, by a windowed sinc. @param {Float32Array} input @param {number} from */
function resample(input, from) {
  const REACH = 16;
  const output = new Float32Array(Math.floor((input.length * RATE) / from));
  for (let index = 0; index < output.length; index += 1) {
    const centre = (index * from) / RATE;
    let sum = 0;
    for (let tap = Math.ceil(centre - REACH); tap <= centre + REACH; tap += 1) {
      if (tap < 0 || tap >= input.length) continue;
      const away = centre - tap;
      const sinc = away === 0 ? 1 : Math.sin(Math.PI * away) / (Math.PI * away);
      sum += input[tap] * sinc * (0.5 + 0.5 * Math.cos((Math.PI * away) / REACH));
    }
    output[index] = sum;
  }
  return output;
}

/** @param {Float32Array} samples */
function wav(samples) {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => file.writeInt16LE(Math.round(sample * 32767), 44 + index * 2));
  return file;
}
