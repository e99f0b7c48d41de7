/**
 * Who plays: each person has a tone, a beat and a picture colour that nobody else has.
 * Tones are chosen so that no harmonic of one falls into the band of another (±40 Hz).
 */

/** @typedef {{tone: number, beat: number, colour: [number, number, number]}} Part */
/** @typedef {Part & {name: string}} Person */

/** @type {Part[]} */
const PARTS = [
  { tone: 523, beat: 4, colour: [200, 40, 40] },
  { tone: 911, beat: 5.5, colour: [40, 160, 50] },
  { tone: 1423, beat: 7, colour: [50, 70, 210] },
  { tone: 2333, beat: 9, colour: [215, 195, 30] },
  { tone: 3319, beat: 11, colour: [180, 60, 200] },
];

/** A sound that marks an instant, for comparing sound with picture. */
export const BEEP_HZ = 3500;

/** Gives the people of a room their parts, in the order of the room's links. @param {string[]} names @returns {Person[]} */
export function castFor(names) {
  return names.map((name, index) => {
    const part = PARTS[index];
    if (!part) throw new Error(`there are parts for ${PARTS.length} people only`);
    return { name, ...part };
  });
}
