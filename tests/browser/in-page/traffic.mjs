/**
 * Runs in the page before its own scripts: remembers every peer connection, WebSocket and request of the page, so that a
 * test can tell what passed at this end, and that a page did nothing.
 */
export function installTraffic() {
  /** @type {RTCPeerConnection[]} */ const peers = [];
  /** @type {RTCDataChannel[]} */ const channels = [];
  /** @type {WebSocket[]} */ const sockets = [];
  /** @type {string[]} every message that came in by a WebSocket */ const told = [];
  /** @type {string[]} path of every request */ const requests = [];
  /** @type {string[]} kinds of messages that do not go out */ let keptBack = [];
  /** @type {Record<string, {status: number, body: unknown}>} by path */ let answers = {};

  if (window.RTCPeerConnection) {
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      /** @param {RTCConfiguration} [configuration] */
      constructor(configuration) {
        super(configuration);
        peers.push(this);
      }
      /** @param {string} label @param {RTCDataChannelInit} [init] */
      createDataChannel(label, init) {
        const channel = super.createDataChannel(label, init);
        channels.push(channel);
        return channel;
      }
    };
  }
  window.WebSocket = class extends window.WebSocket {
    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      sockets.push(this);
      this.addEventListener('message', ({ data }) => { told.push(String(data)); });
    }
    /** @param {string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>} data */
    send(data) {
      if (!keptBack.includes(JSON.parse(String(data)).type)) super.send(data);
    }
  };
  const plainFetch = window.fetch;
  window.fetch = (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input, location.href).pathname;
    requests.push(path);
    const { answerJoins: answer } = window.__measure;
    if (answer && path === '/v1/join') return Promise.resolve(Response.json({ code: answer.code, message: 'as the test asked' }, { status: answer.status }));
    const instead = answers[path];
    if (instead) return Promise.resolve(Response.json(instead.body, { status: instead.status }));
    return plainFetch(input, init);
  };

  /** @param {Iterable<any>} rows @param {string} type @param {string} field */
  const sum = (rows, type, field) => [...rows].reduce((total, row) => total + (row.type === type ? row[field] ?? 0 : 0), 0);

  /** RTP packets of all living peer connections, resent ones and padding included. A closed one sends nothing. */
  async function packets() {
    const living = peers.filter((peer) => peer.connectionState !== 'closed');
    const reports = (await Promise.all(living.map((peer) => peer.getStats()))).map((report) => [...report.values()]);
    const total = (/** @type {string} */ type, /** @type {string} */ field) => reports.reduce((all, rows) => all + sum(rows, type, field), 0);
    return {
      // Resent packets are among these.
      sent: total('outbound-rtp', 'packetsSent'),
      received: total('inbound-rtp', 'packetsReceived'),
      // Without headers and padding: what carries voice or picture.
      bytesSent: total('outbound-rtp', 'bytesSent'),
      bytesReceived: total('inbound-rtp', 'bytesReceived'),
      peers: living.length,
    };
  }

  /** What the page has done so far to reach the server: equal before and after means that it did nothing. */
  const efforts = () => ({ peers: peers.length, sockets: sockets.length, joins: requests.filter((path) => /\/v1\/(join|resume)$/.test(path)).length });

  Object.assign(window.__measure ??= {}, {
    packets, efforts, told, requests,
    /** When set, this is what every join is answered, in the server's place. @type {undefined | {code: string, status: number}} */
    answerJoins: undefined,
    /** What a server says of this network, 1 good to 4 poor, said in its place. @param {number} level */
    tellLevel: (level) => {
      const data = new Uint8Array([9, level]).buffer;
      channels.filter(({ label, readyState }) => label === 'slots' && readyState === 'open').forEach((channel) => channel.dispatchEvent(new MessageEvent('message', { data })));
    },
    /** What requests for these paths are answered from now on, in the server's place. @param {Record<string, {status: number, body: unknown}>} wanted */
    answerRequests: (wanted) => { answers = wanted; },
    /** Messages of these kinds get lost on their way to the server from now on. @param {string[]} kinds */
    keepBack: (kinds) => { keptBack = kinds; },
    /** A message as if the server had sent it. @param {object} message */
    tell: (message) => sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).forEach((socket) => socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))),
    /** Ends the page's WebSockets, as a proxy between would that is restarted. */
    cutSockets: () => sockets.forEach((socket) => socket.close()),
    openSockets: () => sockets.filter((socket) => socket.readyState === WebSocket.OPEN).length,
    livingPeers: () => peers.filter((peer) => peer.connectionState !== 'closed').length,
  });
}
