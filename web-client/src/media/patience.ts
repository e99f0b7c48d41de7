/**
 * How long a voice is kept back for packets that come late because they were sent again. Browsers weigh
 * that delay against the loss by a rule that gives up a tenth of a voice for a quarter of a second; who
 * has to understand a name or a dose would rather wait. Pure.
 */
import type { JitterBuffer } from './linkreport.ts';
import type { Lately } from './playout.ts';

/** So many packets make a stretch, and so many stretches on end tell: an outage makes one late. */
const LEAST_PACKETS = 24;
const LEAST_LATE = 2;
const STRETCHES = 2;
/** What jitter buffers let pass as late on any link that wanders is less than this share. */
const LATE_SHARE = 0.05;
/** A round trip more than what the buffer holds already; at the most what a conversation bears. */
const STEP_MS = 240;
const MOST_MS = 400;
/** How much less is tried when nothing comes late any more. */
const TRIAL_MS = 120;
/** What is waited for in vain shows only when it is waited for less. */
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 240_000;

interface Voice {
  readonly seen: JitterBuffer;
  readonly waitMs: number;
  /** Stretches on end of which too much came late. */
  readonly late: number;
  readonly since: number;
  readonly restMs: number;
}

export class Patience {
  private voices = new Map<string, Voice>();

  /** How long each voice is to be kept back from now on, where that is new. */
  look(
    buffers: ReadonlyMap<string, JitterBuffer>,
    lately: Lately,
    now: number,
  ): Map<string, number> {
    const before = this.voices;
    this.voices = new Map();
    const changes = new Map<string, number>();
    for (const [stream, seen] of buffers) {
      const known = before.get(stream);
      // What came after an outage was late for no reason that waiting would mend.
      const goesOn = known && lately === 'steady' && seen.packets >= known.seen.packets;
      const { waitMs = 0, restMs = FIRST_REST_MS } = known ?? {};
      const voice = goesOn ? next(known, seen, now) : { seen, waitMs, late: 0, since: now, restMs };
      this.voices.set(stream, voice);
      if (known && voice.waitMs !== known.waitMs) changes.set(stream, voice.waitMs);
    }
    return changes;
  }
}

function next(voice: Voice, seen: JitterBuffer, now: number): Voice {
  const came = seen.packets - voice.seen.packets;
  if (came < LEAST_PACKETS) return voice;
  const late = seen.late - voice.seen.late;
  const samples = seen.samples - voice.seen.samples;
  if (late < Math.max(LEAST_LATE, came * LATE_SHARE)) {
    if (voice.waitMs === 0 || now < voice.since + voice.restMs) return { ...voice, seen, late: 0 };
    return { ...voice, seen, late: 0, waitMs: Math.max(0, voice.waitMs - TRIAL_MS), since: now };
  }
  if (voice.late + 1 < STRETCHES) return { ...voice, seen, late: voice.late + 1 };
  const heldMs = samples > 0 ? (1000 * (seen.delay - voice.seen.delay)) / samples : 0;
  const waitMs = Math.min(MOST_MS, Math.round(Math.max(voice.waitMs, heldMs)) + STEP_MS);
  return { seen, waitMs, late: 0, since: now, restMs: Math.min(voice.restMs * 2, LONGEST_REST_MS) };
}
