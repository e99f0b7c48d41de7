/**
 * Whether anything still comes, told from what is due: the answer to a report, or a voice that was
 * flowing. Pure: it is told what happened, and says what to do.
 *
 * Invariant: who merely stopped speaking is not silent. Before a voice's absence counts as silence
 * the server was asked, and had the time to answer.
 */

/** What the heartbeat knows; times are ms of the page's clock. */
export interface Heartbeat {
  /** Anything at all came. */
  readonly heardAt: number;
  /** A voice came. */
  readonly voiceAt: number | undefined;
  /** The first report since anything came, and the newest one. */
  readonly askedAt: number | undefined;
  readonly reportedAt: number | undefined;
  /** There and back again, as the latest answer took. */
  readonly roundTripMs: number;
}

/** Sound and checks stop for so long on a link that works only when something is wrong with it. */
const SILENT_MS = 1500;
/** A voice that rests (DTX) still brings a packet every 400 ms; every 600 in packets of 120 ms. */
const VOICE_GAP_MS = 800;
/** A voice that has been away for longer is no longer waited for. */
const VOICE_MEMORY_MS = 3000;
/** How much slower than the latest an answer may be. */
const PATIENCE = 1.25;
const PATIENCE_MS = 250;
/** Until the first answer: that of a link which is hardly usable. */
const UNKNOWN_ROUND_TRIP_MS = 1000;
/** How soon the server is asked again at the most. */
const PROBE_MS = 500;

export function heartbeat(now: number): Heartbeat {
  return {
    heardAt: now,
    voiceAt: undefined,
    askedAt: undefined,
    reportedAt: undefined,
    roundTripMs: UNKNOWN_ROUND_TRIP_MS,
  };
}

export function hear(beat: Heartbeat, now: number): Heartbeat {
  return { ...beat, heardAt: now, askedAt: undefined };
}

export function hearVoice(beat: Heartbeat, now: number): Heartbeat {
  return { ...hear(beat, now), voiceAt: now };
}

/** An answer to the report of `sentAt`. */
export function hearAnswer(beat: Heartbeat, sentAt: number, now: number): Heartbeat {
  return { ...hear(beat, now), roundTripMs: Math.max(0, now - sentAt) };
}

export function reported(beat: Heartbeat, now: number): Heartbeat {
  return { ...beat, reportedAt: now, askedAt: beat.askedAt ?? now };
}

export type Verdict =
  | 'fine'
  /** Something is late: see what else may have come, such as the answer to a check. */
  | 'look'
  /** The server should be asked now, beside the usual reports. */
  | 'ask'
  | 'silent';

/** What follows from what has come until now. */
export function judge(beat: Heartbeat, now: number): Verdict {
  const { askedAt, reportedAt } = beat;
  const quiet = quietMs(beat, now);
  if (quiet >= SILENT_MS && isUnanswered(beat, now)) return 'silent';
  const patience = isVoiceAwaited(beat) ? VOICE_GAP_MS : Math.max(PROBE_MS, answerMs(beat));
  if (quiet < patience) return 'fine';
  // Once, and once more when that was too long ago: any one message may be lost.
  const wasAsked = askedAt !== undefined && reportedAt !== undefined;
  return wasAsked && now - reportedAt < patience ? 'look' : 'ask';
}

/**
 * Pictures on their way up are answered some ten times a second, whoever speaks. Where 1 % is lost and packets come
 * up to 120 ms late, nothing at all comes for half a second less than once in ten hours.
 */
const UNANSWERED_MS = 600;
/** A voice is noticed up to a quarter of a second after it came, so the browser is asked so much sooner. */
const ASKED_MS = UNANSWERED_MS - 250;
/** No answer at all to what was sent for a second is no accident, and the voice would only be late. */
const SILENT_UNANSWERED_MS = 1000;
/** Pictures that have gone up for so long are answered by now, on any link that carries them. */
const FLOWED_MS = 2000;

/** Whether it is worth asking the browser if anything else has come since the last voice. */
export function mayBeUnanswered(beat: Heartbeat, picturesSince: number | undefined, now: number) {
  const flowed = picturesSince !== undefined && now - picturesSince >= FLOWED_MS;
  return flowed && now - beat.heardAt >= ASKED_MS;
}

/** What it means that nothing at all has come for so long, ms, though pictures went up. */
export function judgeUnanswered(ms: number): 'fine' | 'late' | 'silent' {
  if (ms < UNANSWERED_MS) return 'fine';
  return ms < SILENT_UNANSWERED_MS ? 'late' : 'silent';
}

/** Whether the server should have answered by now, and nothing else has come either. */
export function isLate(beat: Heartbeat, now: number): boolean {
  return quietMs(beat, now) >= VOICE_GAP_MS && isUnanswered(beat, now);
}

/** For how long nothing has come though something was due, ms. */
export function quietMs(beat: Heartbeat, now: number): number {
  return isVoiceAwaited(beat) ? now - beat.heardAt : now - (beat.askedAt ?? now);
}

/** While nothing comes, whether it is time to ask once more. */
export function mayProbe({ reportedAt }: Heartbeat, now: number): boolean {
  return reportedAt === undefined || now - reportedAt >= PROBE_MS;
}

function isUnanswered(beat: Heartbeat, now: number): boolean {
  return beat.askedAt !== undefined && now - beat.askedAt >= answerMs(beat);
}

function answerMs({ roundTripMs }: Heartbeat): number {
  return roundTripMs * PATIENCE + PATIENCE_MS;
}

function isVoiceAwaited({ voiceAt, heardAt }: Heartbeat): boolean {
  return voiceAt !== undefined && heardAt - voiceAt < VOICE_MEMORY_MS;
}
