/**
 * How long a voice is kept back for packets that come late because they were sent again. Browsers weigh
 * that delay against the loss by a rule that gives up a tenth of a voice for a quarter of a second; who
 * has to understand a name or a dose would rather wait. Pure.
 */
import type { JitterBuffer } from './linkreport.ts';

/** So many packets tell. */
const LEAST_PACKETS = 24;
const LEAST_LATE = 2;
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
  readonly since: number;
  readonly restMs: number;
}

export class Patience {
  private voices = new Map<string, Voice>();

  /** How long each voice is to be kept back from now on, where that is new. */
  look(buffers: ReadonlyMap<string, JitterBuffer>, now: number): Map<string, number> {
    const before = this.voices;
    this.voices = new Map();
    const changes = new Map<string, number>();
    for (const [stream, seen] of buffers) {
      const known = before.get(stream);
      const isSame = known && seen.packets >= known.seen.packets;
      const first = { seen, waitMs: known?.waitMs ?? 0, since: now, restMs: FIRST_REST_MS };
      const voice = isSame ? next(known, seen, now) : first;
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
    if (voice.waitMs === 0 || now < voice.since + voice.restMs) return { ...voice, seen };
    return { ...voice, seen, waitMs: Math.max(0, voice.waitMs - TRIAL_MS), since: now };
  }
  const heldMs = samples > 0 ? (1000 * (seen.delay - voice.seen.delay)) / samples : 0;
  const waitMs = Math.min(MOST_MS, Math.round(Math.max(voice.waitMs, heldMs)) + STEP_MS);
  return { seen, waitMs, since: now, restMs: Math.min(voice.restMs * 2, LONGEST_REST_MS) };
}
