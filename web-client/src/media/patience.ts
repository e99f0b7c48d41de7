/**
 * How long a voice is kept back for packets that come late because they were sent again. Browsers weigh
 * that delay against the loss by a rule that gives up a tenth of a voice for a quarter of a second; who
 * has to understand a name or a dose would rather wait. Pure.
 */
import type { JitterBuffer } from './linkreport.ts';
import type { Lately } from './playout.ts';

/** So many packets make a stretch, and the last few stretches tell. */
const LEAST_PACKETS = 24;
const STRETCHES = 4;
/** An outage makes one stretch late from end to end: no more than this share of one counts. */
const MOST_SHARE = 0.1;
const LEAST_LATE = 3;
const LEAST_STRETCHES = 2;
/** What jitter buffers let pass as late on most links that wander is less than this share. */
const LATE_SHARE = 0.03;
/** A round trip more than what the buffer holds already; at the most what a conversation bears. */
const STEP_MS = 240;
const MOST_MS = 400;
/** How much less is tried when nothing comes late any more. */
const TRIAL_MS = 120;
/** What is waited for in vain shows only when it is waited for less. */
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 240_000;

interface Stretch {
  readonly packets: number;
  readonly late: number;
}

interface Voice {
  readonly seen: JitterBuffer;
  readonly waitMs: number;
  /** The last stretches, the latest first. */
  readonly lately: readonly Stretch[];
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
      const voice = goesOn
        ? next(known, seen, now)
        : { seen, waitMs, lately: [], since: now, restMs };
      this.voices.set(stream, voice);
      if (known && voice.waitMs !== known.waitMs) changes.set(stream, voice.waitMs);
    }
    return changes;
  }
}

function next(voice: Voice, seen: JitterBuffer, now: number): Voice {
  const packets = seen.packets - voice.seen.packets;
  if (packets < LEAST_PACKETS) return voice;
  const late = Math.min(seen.late - voice.seen.late, packets * MOST_SHARE);
  const lately = [{ packets, late }, ...voice.lately].slice(0, STRETCHES);
  if (isTooMuch(lately)) {
    const samples = seen.samples - voice.seen.samples;
    const heldMs = samples > 0 ? (1000 * (seen.delay - voice.seen.delay)) / samples : 0;
    const waitMs = Math.min(MOST_MS, Math.round(Math.max(voice.waitMs, heldMs)) + STEP_MS);
    const restMs = Math.min(voice.restMs * 2, LONGEST_REST_MS);
    return { seen, waitMs, lately: [], since: now, restMs };
  }
  if (voice.waitMs === 0 || now < voice.since + voice.restMs) return { ...voice, seen, lately };
  return { ...voice, seen, lately, waitMs: Math.max(0, voice.waitMs - TRIAL_MS), since: now };
}

function isTooMuch(stretches: readonly Stretch[]): boolean {
  const sum = (of: (stretch: Stretch) => number) =>
    stretches.reduce((before, stretch) => before + of(stretch), 0);
  const late = sum((stretch) => stretch.late);
  return (
    stretches.filter((stretch) => stretch.late > 0).length >= LEAST_STRETCHES &&
    late >= Math.max(LEAST_LATE, LATE_SHARE * sum((stretch) => stretch.packets))
  );
}
