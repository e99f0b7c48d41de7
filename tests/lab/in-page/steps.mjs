/**
 * Runs in the page before its own scripts: plays the person's part (taps when there is something to tap, admits who
 * waits) as soon as the page lets them, and writes down when each step on the way to the first voice was taken.
 *
 * @param {{tap?: string, admit?: string, row?: string}} part selectors: the button to tap, the one that admits, and the row of who waits
 */
export function installSteps({ tap, admit, row }) {
  const lab = (window.__lab ??= {});
  /** @type {Record<string, number>} the first time each happened, wall clock */ const steps = {};
  let signalingBytes = 0;
  let signalingMessages = 0;
  /** @param {string} name */
  const step = (name) => { steps[name] ??= Date.now(); };

  const seen = new MutationObserver(() => look());
  seen.observe(document, { childList: true, subtree: true, attributes: true });

  /** @param {string | undefined} selector @returns {HTMLElement | undefined} */
  function find(selector) {
    const found = selector && document.querySelector(selector);
    return found instanceof HTMLElement && found.checkVisibility() ? found : undefined;
  }

  function look() {
    const button = find(tap);
    if (button && steps.button === undefined) {
      step('button');
      // What is in the document is seen with the next frame; nobody taps before.
      requestAnimationFrame(() => requestAnimationFrame(() => { step('tap'); button.click(); }));
    }
    if (row && document.querySelector(row)) step('waiting');
    const lets = /** @type {HTMLElement | null} */ (admit ? document.querySelector(admit) : null);
    if (lets && steps.admit === undefined) {
      step('admit');
      lets.click();
    }
  }

  const PlainSocket = window.WebSocket;
  window.WebSocket = class extends PlainSocket {
    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      step('socket');
      this.addEventListener('open', () => step('socketOpen'));
      this.addEventListener('message', ({ data }) => {
        signalingMessages += 1;
        signalingBytes += data.length ?? data.byteLength ?? 0;
        if (row && typeof data === 'string' && /"waitingSince":[1-9]/.test(data)) step('toldOfWaiting');
      });
    }
  };

  const plainFetch = window.fetch;
  window.fetch = async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input, location.href).pathname;
    if (path === '/v1/join') step('joinAsked');
    const response = await plainFetch(input, init);
    if (path === '/v1/join') step('joinAnswered');
    return response;
  };

  (lab.onConnection ??= []).push((/** @type {RTCPeerConnection} */ peer) => {
    peer.addEventListener('connectionstatechange', () => { if (peer.connectionState === 'connected') step('connected'); });
    peer.addEventListener('iceconnectionstatechange', () => { if (peer.iceConnectionState === 'connected') step('iceConnected'); });
  });

  /** Sizes and times of everything that was fetched; a transfer's size is its body and an estimate of its headers. */
  function fetched() {
    return /** @type {PerformanceResourceTiming[]} */ ([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')])
      .map(({ name, startTime, connectStart, secureConnectionStart, connectEnd, requestStart, responseStart, responseEnd, transferSize, encodedBodySize }) => ({
        path: new URL(name).pathname, startTime, connectStart, secureConnectionStart, connectEnd, requestStart, responseStart, responseEnd, transferSize, encodedBodySize,
      }));
  }

  Object.assign(lab, {
    steps: () => ({ navigation: performance.timeOrigin, ...steps }),
    fetched,
    signaling: () => ({ bytes: signalingBytes, messages: signalingMessages }),
    words: () => document.body.innerText.replace(/\s+/g, ' ').slice(0, 300),
  });
}
