/**
 * Runs in the page before its own scripts: looks at every connection of the page four times a second, and writes down
 * the states they go through. What the figures are counted from is in figures/streams.mjs.
 */
export function installLooks() {
  const LOOK_EVERY_MS = 250;
  const lab = (window.__lab ??= {});
  /** @type {object[]} */ const looks = [];
  /** @type {{at: number, connection: number, state: string}[]} */ const states = [];
  /** @type {RTCPeerConnection[]} */ const peers = [];
  /** @type {Record<string, 'audio' | 'video'>} payload types by what they carry, of all connections */ const payloads = {};
  const PlainConnection = window.RTCPeerConnection;
  if (!PlainConnection) return;

  window.RTCPeerConnection = class extends PlainConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      const number = peers.push(this) - 1;
      this.addEventListener('connectionstatechange', () => states.push({ at: Date.now(), connection: number, state: this.connectionState }));
      this.addEventListener('iceconnectionstatechange', () => states.push({ at: Date.now(), connection: number, state: `ice ${this.iceConnectionState}` }));
      for (const hear of lab.onConnection ?? []) hear(this);
    }
  };

  async function look() {
    const at = Date.now();
    const row = { at, pairs: /** @type {object[]} */ ([]), inbound: /** @type {object[]} */ ([]), outbound: /** @type {object[]} */ ([]) };
    for (const [number, peer] of peers.entries()) {
      if (peer.connectionState === 'closed') continue;
      const report = await peer.getStats();
      for (const entry of report.values()) add(row, number, entry);
    }
    looks.push(row);
  }

  /** @param {any} row @param {number} number @param {any} entry */
  function add(row, number, entry) {
    const id = `${number}/${entry.ssrc}`;
    if (entry.type === 'codec') {
      const [kind] = entry.mimeType.split('/');
      if (kind === 'audio' || kind === 'video') payloads[entry.payloadType] = kind;
    } else if (entry.type === 'candidate-pair' && entry.nominated && entry.responsesReceived > 0) {
      row.pairs.push({ id: `${number}/${entry.id}`, rttSum: entry.totalRoundTripTime, answers: entry.responsesReceived });
    } else if (entry.type === 'inbound-rtp') {
      row.inbound.push({
        id, kind: entry.kind, mid: entry.mid, packets: entry.packetsReceived, lost: entry.packetsLost, bytes: entry.bytesReceived,
        ...(entry.kind === 'audio'
          ? { samples: entry.totalSamplesReceived, concealed: entry.concealedSamples, silentConcealed: entry.silentConcealedSamples, delay: entry.jitterBufferDelay, emitted: entry.jitterBufferEmittedCount }
          : { frames: entry.framesDecoded, freezes: entry.freezeCount, frozen: entry.totalFreezesDuration, height: entry.frameHeight }),
      });
    } else if (entry.type === 'outbound-rtp') {
      row.outbound.push({ id, kind: entry.kind, packets: entry.packetsSent, bytes: entry.bytesSent, frames: entry.framesEncoded, height: entry.frameHeight, rid: entry.rid });
    }
  }

  // One at a time: a look that takes long delays the next and is not piled upon.
  const go = () => look().catch(() => undefined).finally(() => setTimeout(go, LOOK_EVERY_MS));
  setTimeout(go, LOOK_EVERY_MS);

  Object.assign(lab, {
    looks: () => looks,
    states: () => states,
    payloads: () => payloads,
    connected: () => peers.some((peer) => peer.connectionState === 'connected'),
  });
}
