/** How loud the own voice is, so that a person sees that the microphone works. */

/** Above the noise of a quiet room with gain control on, below soft speech. Root mean square, 0–1. */
const QUIET = 0.01;
/** Each further bar is twice as loud. */
export const BARS = 4;

/** 0 (silence) to `BARS` (loud); pure. */
export function barsOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  const loudness = Math.sqrt(sum / Math.max(1, samples.length));
  if (loudness < QUIET) return 0;
  return Math.min(BARS, 1 + Math.floor(Math.log2(loudness / QUIET)));
}

/** A pause for breath is no silence. */
const SPOKE_LATELY_MS = 3000;

export interface Level {
  readonly bars: number;
  readonly spokeLately: boolean;
}

/** Listens to the microphone until closed. Where the browser has no Web Audio, the level stays 0. */
export class LevelMeter {
  private readonly samples = new Float32Array(1024);
  private analyser: AnalyserNode | undefined;
  private source: MediaStreamAudioSourceNode | undefined;
  private track: MediaStreamTrack | undefined;
  private spokeAt = Number.NEGATIVE_INFINITY;

  /** `microphone` may be another one at every look: devices come and go. */
  constructor(
    private readonly microphone: () => MediaStreamTrack,
    private readonly context: AudioContext | undefined,
  ) {
    this.listen();
  }

  look(now: number): Level {
    if (this.track !== this.microphone()) this.listen();
    this.analyser?.getFloatTimeDomainData(this.samples);
    const bars = this.analyser ? barsOf(this.samples) : 0;
    if (bars > 0) this.spokeAt = now;
    return { bars, spokeLately: now - this.spokeAt < SPOKE_LATELY_MS };
  }

  close(): void {
    this.source?.disconnect();
    this.analyser = this.source = undefined;
  }

  private listen(): void {
    this.close();
    this.track = this.microphone();
    if (!this.context) return;
    try {
      this.source = this.context.createMediaStreamSource(new MediaStream([this.track]));
      this.analyser = this.context.createAnalyser();
      this.source.connect(this.analyser);
    } catch {
      this.analyser = undefined;
    }
  }
}
