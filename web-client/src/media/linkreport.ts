/** From two looks at the statistics: what a link report says. Pure. */
import { type AudioRung, sendsTooOften } from './audiorung.ts';

/** What one look counts since the connection began. */
export interface ReportCounts {
  /** When it was looked, ms of the page's clock. */
  readonly at: number;
  /** Audio packets of all slots. */
  readonly received: number;
  readonly lost: number;
  /** Audio packets of the microphone. */
  readonly sent: number;
  /** What came out of each slot's jitter buffer, by the slot's stream. */
  readonly buffers: ReadonlyMap<string, JitterBuffer>;
}

export interface JitterBuffer {
  /** Of the line. */
  readonly mid: string | undefined;
  /** Summed over all samples that came out, seconds. */
  readonly delay: number;
  readonly samples: number;
  /** Packets that came, and those of them that came when their place had been played. */
  readonly packets: number;
  readonly late: number;
}

/** The part of a report that is counted. */
export interface Counted {
  readonly received: number;
  readonly lost: number;
  readonly sent: number;
  readonly delayMs: number;
}

/** Before anything was counted. */
export const nothingCounted: ReportCounts = {
  at: 0,
  received: 0,
  lost: 0,
  sent: 0,
  buffers: new Map(),
};

/** Adds up one `RTCPeerConnection.getStats()`. */
export function countReport(report: Iterable<ReportStat>, at: number): ReportCounts {
  let [received, lost, sent] = [0, 0, 0];
  const buffers = new Map<string, JitterBuffer>();
  for (const stat of report) {
    if (stat.kind !== 'audio') continue;
    if (stat.type === 'outbound-rtp') sent += stat.packetsSent ?? 0;
    if (stat.type !== 'inbound-rtp') continue;
    received += stat.packetsReceived ?? 0;
    lost += stat.packetsLost ?? 0;
    buffers.set(stat.id, {
      mid: stat.mid,
      delay: stat.jitterBufferDelay ?? 0,
      samples: stat.jitterBufferEmittedCount ?? 0,
      packets: stat.packetsReceived ?? 0,
      late: stat.packetsDiscarded ?? 0,
    });
  }
  return { at, received, lost, sent, buffers };
}

/**
 * What happened between two looks. Nothing is ever less than none: a late packet takes a loss back
 * (RFC 3550 section 6.4.1), and a stream that begins anew counts anew.
 */
export function reportBetween(before: ReportCounts, now: ReportCounts): Counted {
  const delays = [...now.buffers].map(([stream, { delay, samples }]) => {
    const earlier = before.buffers.get(stream);
    const out = samples - (earlier?.samples ?? 0);
    return out > 0 ? (delay - (earlier?.delay ?? 0)) / out : 0;
  });
  return {
    received: Math.max(0, now.received - before.received),
    lost: Math.max(0, now.lost - before.lost),
    sent: Math.max(0, now.sent - before.sent),
    delayMs: Math.max(0, ...delays.map((seconds) => Math.round(seconds * 1000))),
  };
}

/** How long a browser has to follow a new rung; it was measured to take a tenth of a second. */
const FOLLOWS_WITHIN_MS = 2000;

/**
 * Whether the browser sends its voice in shorter packets than `rung`, which was asked for at `since`;
 * undefined while that cannot be told.
 */
export function deviatesBetween(
  before: ReportCounts,
  now: ReportCounts,
  rung: AudioRung,
  since: number,
): boolean | undefined {
  if (before.at < since + FOLLOWS_WITHIN_MS) return undefined;
  return sendsTooOften(now.sent - before.sent, now.at - before.at, rung);
}

/** The fields that are read of the browser's statistics, none of which every browser has. */
export interface ReportStat {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly mid?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly packetsDiscarded?: number;
  readonly packetsSent?: number;
  readonly jitterBufferDelay?: number;
  readonly jitterBufferEmittedCount?: number;
}
