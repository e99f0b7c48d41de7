/** What this visit has cost of a prepaid plan: bytes of all its transports, also of replaced ones. */
import type { Peer } from '../media/peer.ts';

type Counted = Pick<Peer, 'traffic'>;

export class DataUsed {
  private readonly counts: { bytes: number }[] = [];
  private readonly countOf = new WeakMap<Counted, { bytes: number }>();

  /** Bytes so far; `peer` is the one in use. */
  async used(peer: Counted | undefined): Promise<number> {
    if (peer) await this.look(peer);
    return this.counts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Call it last before a peer is closed: a closed one may count nothing any more. */
  async look(peer: Counted): Promise<void> {
    let count = this.countOf.get(peer);
    if (!count) {
      count = { bytes: 0 };
      this.counts.push(count);
      this.countOf.set(peer, count);
    }
    const bytes = (await peer.traffic().catch(() => undefined))?.bytes ?? 0;
    // Never less: what a closed connection forgets was paid for all the same.
    count.bytes = Math.max(bytes, count.bytes);
  }
}
