/** From two looks at the statistics: is the link too weak for pictures, or even for the voice? Pure. */

/** What one look counts, summed over what is received. */
export interface LinkCounts {
  readonly audioPackets: number;
  readonly audioLost: number;
  /** Samples that the player had to make up, and all samples played. */
  readonly concealed: number;
  readonly played: number;
  /** Pictures decoded per receive slot. */
  readonly frames: readonly number[];
  /** What the other side says it misses of the own voice, 0–1. */
  readonly lostOfOurs: number;
}

export type Weakness = 'none' | 'pictures' | 'voice';

/** Opus with its repair bridges one lost packet in ten; more is heard. */
const AUDIBLE_LOSS = 0.1;
/** A tenth of the sound made up sounds broken. */
const AUDIBLE_CONCEALMENT = 0.1;

/**
 * `shown` tells for each slot whether pictures should be coming: a live picture of somebody whose
 * camera is on.
 */
export function weaknessBetween(
  before: LinkCounts,
  now: LinkCounts,
  shown: readonly boolean[],
): Weakness {
  const expected = expectedBetween(before, now);
  const played = now.played - before.played;
  const concealed = now.concealed - before.concealed;
  // Made-up sound without expected packets is silence of a muted person, no weakness.
  const breaks = expected > 0 && ratio(concealed, played) > AUDIBLE_CONCEALMENT;
  if (breaks || losesVoice(before, now)) return 'voice';
  const standing = standingBetween(before, now);
  return shown.some((isShown, slot) => isShown && standing.has(slot)) ? 'pictures' : 'none';
}

/** The network loses so much of a voice that it is heard; a page that cannot keep up loses nothing. */
export function losesVoice(before: LinkCounts, now: LinkCounts): boolean {
  const lost = now.audioLost - before.audioLost;
  return ratio(lost, expectedBetween(before, now)) > AUDIBLE_LOSS || now.lostOfOurs > AUDIBLE_LOSS;
}

/** The slots of which no picture came. */
export function standingBetween(before: LinkCounts, now: LinkCounts): ReadonlySet<number> {
  const slots = now.frames.map((frames, slot) => (frames === before.frames[slot] ? slot : -1));
  return new Set(slots.filter((slot) => slot >= 0));
}

function expectedBetween(before: LinkCounts, now: LinkCounts): number {
  return now.audioPackets + now.audioLost - before.audioPackets - before.audioLost;
}

/** Adds up one `RTCPeerConnection.getStats()`; `mids` are the slots' video lines in their order. */
export function countLink(report: Iterable<Stat>, mids: readonly string[]): LinkCounts {
  const counts = {
    audioPackets: 0,
    audioLost: 0,
    concealed: 0,
    played: 0,
    frames: mids.map(() => 0),
    lostOfOurs: 0,
  };
  for (const stat of report) {
    if (stat.type === 'inbound-rtp' && stat.kind === 'audio') {
      counts.audioPackets += stat.packetsReceived ?? 0;
      counts.audioLost += stat.packetsLost ?? 0;
      counts.concealed += (stat.concealedSamples ?? 0) - (stat.silentConcealedSamples ?? 0);
      counts.played += stat.totalSamplesReceived ?? 0;
    }
    if (stat.type === 'inbound-rtp' && stat.kind === 'video') {
      const slot = mids.indexOf(stat.mid ?? '');
      if (slot >= 0) counts.frames[slot] = stat.framesDecoded ?? 0;
    }
    if (stat.type === 'remote-inbound-rtp' && stat.kind === 'audio') {
      counts.lostOfOurs = Math.max(counts.lostOfOurs, stat.fractionLost ?? 0);
    }
  }
  return counts;
}

/** The fields that are read of the browser's statistics, none of which every browser has. */
export interface Stat {
  readonly type: string;
  readonly kind?: string;
  readonly mid?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly concealedSamples?: number;
  readonly silentConcealedSamples?: number;
  readonly totalSamplesReceived?: number;
  readonly framesDecoded?: number;
  readonly fractionLost?: number;
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
