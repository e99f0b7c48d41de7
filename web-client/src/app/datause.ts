/** How much of the person's data the call has used, in figures that a phone's bill uses. */

const MEGABYTE = 1_000_000;

/** What a visit has cost of a prepaid plan, from looks at the transport in use: also what replaced ones had carried. */
export class DataUsed {
  private readonly counts: { bytes: number }[] = [];
  private readonly countOf = new WeakMap<object, { bytes: number }>();

  /** Bytes so far, now that this transport has carried so many. What it does between its last look and its end is lost. */
  look(transport: object, bytes: number): number {
    let count = this.countOf.get(transport);
    if (!count) {
      count = { bytes: 0 };
      this.counts.push(count);
      this.countOf.set(transport, count);
    }
    // Never less: what a closed connection forgets was paid for all the same.
    count.bytes = Math.max(bytes, count.bytes);
    return this.counts.reduce((sum, one) => sum + one.bytes, 0);
  }
}

/** Pure. What every browser counts of its paths: bytes sent and received. */
export function bytesOf(report: Iterable<PathStat>): number {
  const paths = [...report].filter(({ type }) => type === 'candidate-pair');
  return paths.reduce(
    (sum, { bytesSent = 0, bytesReceived = 0 }) => sum + bytesSent + bytesReceived,
    0,
  );
}

interface PathStat {
  readonly type: string;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
}

/** Pure. `0,4` and `12`; undefined while there is nothing to speak of. */
export function megabytes(bytes: number, language: string): string | undefined {
  if (bytes < MEGABYTE / 10) return undefined;
  const digits = bytes < 10 * MEGABYTE ? 1 : 0;
  return (bytes / MEGABYTE).toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
