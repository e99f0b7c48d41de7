/** The way to the first voice: how long each step took, what it cost, and how many round trips long it was. */
import { bytesByClass } from './wire.mjs';

/**
 * @param {import('../drive/cell.mjs').Raw} raw @param {number | undefined} voiceMs when the first 200 ms of the practitioner had been heard
 */
export function joinFigures(raw, voiceMs) {
  const [patient, practitioner] = raw.people;
  if (!patient || !practitioner) throw new Error('nobody is there');
  const steps = patient.steps;
  const page = patient.fetched[0];
  const admitMs = (practitioner.steps.admit ?? NaN) - (practitioner.steps.toldOfWaiting ?? NaN);
  const admission = Number.isFinite(admitMs) ? Math.max(0, admitMs) : 0;
  const { navigation } = steps;
  const marks = /** @type {[string, number | undefined][]} */ ([
    ['tcp and tls', page ? navigation + page.connectEnd : undefined],
    ['page', page ? navigation + page.responseEnd : undefined],
    ['tap', steps.tap],
    ['join answered', steps.joinAnswered],
    ['transport', steps.connected],
    ['voice', voiceMs],
  ]);
  const roundTripMs = (raw.spec.up.delay_ms ?? 0) + (raw.spec.down.delay_ms ?? 0);
  let from = navigation;
  const phases = marks.flatMap(([name, at]) => {
    if (at === undefined) return [];
    const phase = {
      name,
      ms: Math.round(at - from),
      round_trips: roundTripMs === 0 ? null : Number(((at - from) / roundTripMs).toFixed(1)),
      bytes_down: total(bytesByClass(raw.account.series, 'down', from, at, {})),
      bytes_up: total(bytesByClass(raw.account.series, 'up', from, at, {})),
    };
    from = at;
    return [phase];
  });
  return {
    voice_after_navigation_ms: voiceMs === undefined ? null : Math.round(voiceMs - navigation - admission),
    admission_delay_ms: Math.round(admission),
    phases,
    whole_page_ms: wholePage(patient),
  };
}

/** When the last file of the page had come, after navigation. @param {import('../drive/cell.mjs').PersonAccount} patient */
function wholePage({ fetched }) {
  const files = fetched.filter(({ path }) => !path.startsWith('/v1/')).map(({ responseEnd }) => responseEnd);
  return files.length === 0 ? null : Math.round(Math.max(...files));
}

/** @param {Record<string, number>} bytes */
const total = (bytes) => Object.values(bytes).reduce((sum, count) => sum + count, 0);

/**
 * What went over TCP, told apart as far as the browser tells it: files of the page and signaling with their headers; the
 * rest is TLS, TCP and what was repeated.
 * @param {import('../drive/cell.mjs').PersonAccount} patient @param {number} tcpBytes delivered to the patient during the whole run
 */
export function tcpByUse({ fetched, signaling }, tcpBytes) {
  const size = (/** @type {boolean} */ isSignaling) => fetched.reduce((sum, { path, transferSize }) => sum + (path.startsWith('/v1/') === isSignaling ? transferSize : 0), 0);
  const page = size(false);
  const signalingBytes = size(true) + signaling.bytes;
  return { page, signaling: signalingBytes, tls_and_tcp: Math.max(0, tcpBytes - page - signalingBytes) };
}
