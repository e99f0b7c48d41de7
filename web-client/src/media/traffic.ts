/** Whether anything has come over a transport, from its statistics. */

/**
 * Pure. Another number at the next look means that something has come since. Means nothing else. Answers to connectivity
 * checks are no bytes in the candidate pairs, yet they show that the server is alive while nobody speaks.
 */
export function countHeard(report: Iterable<TrafficStat>): number {
  let heard = 0;
  for (const stat of report) {
    if (stat.type !== 'candidate-pair') continue;
    heard +=
      (stat.bytesReceived ?? 0) +
      (stat.responsesReceived ?? 0) +
      (stat.lastPacketReceivedTimestamp ?? 0);
  }
  return heard;
}

/** One look at a transport. */
export async function heardOf(connection: RTCPeerConnection): Promise<number> {
  const report = (await connection.getStats()) as unknown as Map<string, TrafficStat>;
  return countHeard(report.values());
}

/** The fields that are read, none of which every browser has. */
export interface TrafficStat {
  readonly type: string;
  readonly bytesReceived?: number;
  readonly responsesReceived?: number;
  readonly lastPacketReceivedTimestamp?: number;
}
