/** What a transport has carried, from one look at its statistics. Pure. */

export interface Traffic {
  /** Bytes sent and received. */
  readonly bytes: number;
  /** Another number at the next look means that something has come since. Means nothing else. */
  readonly heard: number;
}

/**
 * Adds up the candidate pairs, which every browser counts. Answers to connectivity checks are no
 * bytes there, yet they show that the server is alive while nobody speaks.
 */
export function countTraffic(report: Iterable<TrafficStat>): Traffic {
  let bytes = 0;
  let heard = 0;
  for (const stat of report) {
    if (stat.type !== 'candidate-pair') continue;
    const received = stat.bytesReceived ?? 0;
    bytes += received + (stat.bytesSent ?? 0);
    heard += received + (stat.responsesReceived ?? 0) + (stat.lastPacketReceivedTimestamp ?? 0);
  }
  return { bytes, heard };
}

/** The fields that are read, none of which every browser has. */
export interface TrafficStat {
  readonly type: string;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly responsesReceived?: number;
  readonly lastPacketReceivedTimestamp?: number;
}
