/** The page's own two sounds, made here: no file to wait for, soft enough for a quiet room. */

/** Hertz and the second at which each note begins. */
type Note = readonly [hertz: number, at: number];

/** Somebody is at the door. */
const CHIME: readonly Note[] = [
  [659, 0],
  [523, 0.28],
];
/** Come in. */
const CALLED: readonly Note[] = [
  [523, 0],
  [659, 0.18],
  [784, 0.36],
];

/** Well below a voice. */
const LOUDNESS = 0.12;
const NOTE_S = 0.9;

/** Rings on the context that the first tap unlocked; without one, the title and the screen say it. */
export class Bell {
  constructor(private readonly context: AudioContext | undefined) {}

  chime(): void {
    this.play(CHIME);
  }

  called(): void {
    this.play(CALLED);
  }

  private play(notes: readonly Note[]): void {
    const { context } = this;
    if (!context || context.state === 'closed') return;
    void context.resume();
    for (const [hertz, at] of notes) strike(context, hertz, context.currentTime + at);
  }
}

function strike(context: AudioContext, hertz: number, at: number): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
