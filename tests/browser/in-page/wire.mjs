/**
 * Runs in the page before its own scripts: weighs the join on the wire and reads the transport's own account of itself.
 */
export function installWire() {
  /** @type {{requestBytes: number, encoding: string | null, status: number}[]} */
  const joins = [];
  const plainFetch = window.fetch;
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    const isJoin = new URL(request.url).pathname === '/v1/join';
    const bytes = isJoin ? (await request.clone().arrayBuffer()).byteLength : 0;
    const response = await plainFetch(request);
    if (isJoin) joins.push({ requestBytes: bytes, encoding: request.headers.get('content-encoding'), status: response.status });
    return response;
  };

  /** Each join's body sizes as sent and received, compressed. */
  function joinSizes() {
    const entries = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource')).filter((entry) => new URL(entry.name).pathname === '/v1/join');
    return joins.map((join, index) => ({ ...join, responseBytes: entries[index]?.encodedBodySize ?? 0, answeredMs: Math.round(entries[index]?.duration ?? 0) }));
  }

  async function stats() {
    return [...(await window.nhipcau.peer.getStats()).values()];
  }

  /** The cipher of the one DTLS transport. */
  async function srtpCipher() {
    return (await stats()).find((entry) => entry.type === 'transport' && entry.srtpCipher)?.srtpCipher ?? 'none';
  }

  /** What was sent so far, for each encoding: bytes and frames (video) or packets (audio). */
  async function sent() {
    return (await stats()).filter((entry) => entry.type === 'outbound-rtp').map((entry) => ({
      kind: entry.kind, rid: entry.rid, bytes: entry.bytesSent, packets: entry.packetsSent, frames: entry.framesEncoded, active: entry.active,
    }));
  }

  /**
   * Resolves once neither voice nor picture has been sent for `quietMs`; with `ok: false` at the limit.
   * Frames and packets are counted, not bytes: Firefox counts its bandwidth probes as bytes of an encoding.
   * @param {{quietMs: number, limitMs: number}} wish
   */
  async function quietFor({ quietMs, limitMs }) {
    const started = performance.now();
    let since = started;
    let before = '';
    let changed = '';
    for (;;) {
      const rows = await sent();
      const now = performance.now();
      const counts = rows.map((row) => `${row.kind} ${row.rid ?? ''}: ${row.kind === 'video' ? row.frames : row.packets}`).join(', ');
      if (counts !== before) {
        since = now;
        changed = `${before} → ${counts}`;
      }
      before = counts;
      if (now - since >= quietMs || now - started > limitMs) return { ok: now - since >= quietMs, afterMs: Math.round(since - started), changed };
      await new Promise((next) => { setTimeout(next, 100); });
    }
  }

  Object.assign(window.__measure, { joinSizes, srtpCipher, sent, quietFor });
}
