/**
 * Whether a cell measured the link or the machine. A packet that the emulator delivers late, a sound card that is not
 * served and a driver that wakes up late all look like a bad link, so a cell with too much of it is not counted.
 */
import { wallTimes } from './envelope.mjs';
import { emulatorLateness } from './wire.mjs';

/** Half a packet of voice: more lateness than this in one bin of a hundred would show in a jitter buffer. */
const EMULATOR_LATE_P99_MS = 20;
/** A browser's sound is rendered in pieces of 10 ms from a buffer of a few; what comes later than this was heard as a break. */
const SOUND_LATE_MS = 100;
const SOUND_LATE_PERCENT = 2;
/** The driver does next to nothing: what keeps it waiting keeps everything waiting. */
const DRIVER_LATE_P99_MS = 60;
/** Time that another machine took from this one. */
const STOLEN_PERCENT = 5;

/** @param {import('../drive/cell.mjs').Raw} raw @param {number} fromMs */
export function validity(raw, fromMs) {
  const emulator = emulatorLateness(raw.account.series, fromMs, raw.untilMs);
  const sound = Object.fromEntries(raw.people.map((person) => [person.role, lateSound(person, fromMs)]));
  /** @type {string[]} */ const reasons = [];
  if (emulator.late_p99_ms > EMULATOR_LATE_P99_MS) reasons.push(`the emulator was ${emulator.late_p99_ms.toFixed(0)} ms late (p99)`);
  for (const [role, percent] of Object.entries(sound)) if (percent > SOUND_LATE_PERCENT) reasons.push(`the ${role}'s sound was late ${percent.toFixed(1)} % of the time`);
  if (raw.load.timer_late_p99_ms > DRIVER_LATE_P99_MS) reasons.push(`timers were ${raw.load.timer_late_p99_ms.toFixed(0)} ms late (p99)`);
  if (raw.load.stolen_percent > STOLEN_PERCENT) reasons.push(`${raw.load.stolen_percent.toFixed(1)} % of the processors were taken away`);
  return { valid: reasons.length === 0, reasons, machine: { ...raw.load, emulator_late_p99_ms: emulator.late_p99_ms, sound_late_percent: sound } };
}

/** The share of the hops that were rendered too late to be heard in time, in percent. @param {import('../drive/cell.mjs').PersonAccount} person @param {number} fromMs */
function lateSound({ recordings }, fromMs) {
  const late = recordings.filter(({ kind }) => kind === 'microphone').flatMap((recording) => {
    const times = wallTimes(recording);
    return recording.hops.flatMap(([, wallMs], index) => (wallMs < fromMs ? [] : [wallMs - (times[index] ?? wallMs)]));
  });
  return late.length === 0 ? 0 : (100 * late.filter((ms) => ms > SOUND_LATE_MS).length) / late.length;
}
