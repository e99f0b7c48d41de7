/**
 * Keeps what is heard at what is being said. A network that held packets back delivers them in one burst;
 * a jitter buffer keeps them all, and gives its delay back at a few percent of the time: a conversation
 * would limp for ten seconds. So a voice whose buffer stands far above the usual is played anew.
 */
import type { JitterBuffer } from './linkreport.ts';

/** Nobody minds less in a conversation. */
const LEAST_MS = 450;
/** Jitter buffers of weak links wander by less. */
const ABOVE_USUAL_MS = 250;
/** So many looks agree: one may fall into the middle of a burst. */
const LOOKS = 2;
/** After a silence of the network it is known what the delay is made of: one look is enough, and less of it. */
const HELD_BACK_MS = 250;
const HELD_ABOVE_USUAL_MS = 150;
/** What was played anew is left alone for so long, and twice as long each time: the link may be like that. */
const FIRST_REST_MS = 1500;
const LONGEST_REST_MS = 60_000;
/** What has been calm for so long begins with the first rest again. */
const CALM_MS = 10_000;
/** Packets that come so many times faster than usual are a burst: what is played anew now would fill again. */
const BURST = 1.5;
/** A call may begin behind: what the first look shows is not usual for that. */
const FIRST_USUAL_MS = 300;
/** Each look moves what is usual by one part in so many. */
const MEMORY = 8;

interface Voice {
  readonly seen: JitterBuffer;
  readonly seenAt: number;
  readonly usualMs: number | undefined;
  /** Packets a second. */
  readonly usualRate: number | undefined;
  readonly late: number;
  readonly restMs: number;
  /** When it was played anew last. */
  readonly anewAt: number;
}

/** Whether the network was silent just now. */
export type Lately = 'steady' | 'silent';

/** Looks at the buffers of all voices, and names those that should be played anew. */
export class Playout {
  private voices = new Map<string, Voice>();

  look(buffers: ReadonlyMap<string, JitterBuffer>, lately: Lately, now: number): string[] {
    const before = this.voices;
    this.voices = new Map();
    return [...buffers].flatMap(([stream, seen]) => {
      const known = before.get(stream);
      const voice = known ? next(known, seen, lately, now) : firstLook(seen, now);
      this.voices.set(stream, voice);
      return known && voice.anewAt > known.anewAt ? [stream] : [];
    });
  }
}

function firstLook(seen: JitterBuffer, seenAt: number): Voice {
  const [usualMs, usualRate] = [undefined, undefined];
  const anewAt = Number.NEGATIVE_INFINITY;
  return { seen, seenAt, usualMs, usualRate, late: 0, restMs: FIRST_REST_MS, anewAt };
}

function next(voice: Voice, seen: JitterBuffer, lately: Lately, now: number): Voice {
  const samples = seen.samples - voice.seen.samples;
  // Nothing was played, or it was begun anew.
  if (samples <= 0) return { ...voice, seen, seenAt: now };
  const ms = (1000 * (seen.delay - voice.seen.delay)) / samples;
  const usualMs = voice.usualMs ?? Math.min(ms, FIRST_USUAL_MS);
  const rate = (1000 * (seen.packets - voice.seen.packets)) / (now - voice.seenAt);
  const usualRate = voice.usualRate ?? rate;
  const [leastMs, aboveMs, looks] =
    lately === 'silent'
      ? [HELD_BACK_MS, HELD_ABOVE_USUAL_MS, 1]
      : [LEAST_MS, ABOVE_USUAL_MS, LOOKS];
  if (ms < Math.max(leastMs, usualMs + aboveMs)) {
    const isCalm = now >= voice.anewAt + CALM_MS;
    const restMs = isCalm ? FIRST_REST_MS : voice.restMs;
    const timely = { ...voice, seen, seenAt: now, late: 0, restMs };
    // The first looks after a silence may see the beginning of a burst.
    if (lately === 'silent') return timely;
    return {
      ...timely,
      usualMs: usualMs + (ms - usualMs) / MEMORY,
      // Pauses of speech have next to no packets, and are not what bursts are measured by.
      usualRate: Math.max(rate, usualRate + (rate - usualRate) / MEMORY),
    };
  }
  const late = voice.late + 1;
  const isBurst = rate > usualRate * BURST;
  const isAnew = late >= looks && !isBurst && now >= voice.anewAt + voice.restMs;
  if (!isAnew) return { ...voice, seen, seenAt: now, usualMs, usualRate, late };
  const restMs = Math.min(voice.restMs * 2, LONGEST_REST_MS);
  return { seen, seenAt: now, usualMs, usualRate, late: 0, restMs, anewAt: now };
}

/** How the server's answer treats one line. */
export type LineDirection = 'sendonly' | 'inactive';

/** The answer with another direction for the line of this `mid`. */
export function withDirection(answer: string, mid: string, direction: LineDirection): string {
  const sections = answer.split(/^(?=m=)/m);
  const isIt = (section: string) => section.includes(`\r\na=mid:${mid}\r\n`);
  const turned = (section: string) =>
    section.replace(/^a=(sendonly|inactive)\r$/m, `a=${direction}\r`);
  return sections.map((section) => (isIt(section) ? turned(section) : section)).join('');
}
