/** When anything last came over a transport, as the browser has it. Pure. */

/** The fields that are read, none of which every browser has. */
export interface ArrivalStat {
  readonly type: string;
  readonly timestamp?: number;
  readonly lastPacketReceivedTimestamp?: number;
}

/**
 * For how long nothing but answers to connectivity checks has come, ms; undefined where the browser does not
 * say. Both times are the browser's, so that its clock does not matter.
 */
export function sinceLastPacket(report: Iterable<ArrivalStat>): number | undefined {
  let latest: number | undefined;
  for (const { type, timestamp, lastPacketReceivedTimestamp: last } of report) {
    if (type !== 'candidate-pair' || timestamp === undefined || !last) continue;
    latest = Math.min(latest ?? Number.POSITIVE_INFINITY, timestamp - last);
  }
  return latest;
}
