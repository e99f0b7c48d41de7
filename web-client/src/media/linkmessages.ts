/** The messages of the unreliable data channel `link` that come and go with a clock. Pure. */

/** What the page says of the way it hears and is heard, since its report before. */
export interface LinkReport {
  /** Counts reports, wraps at 256. */
  readonly sequence: number;
  /** ms of the page's clock, wraps at 2³². */
  readonly sentAt: number;
  /** The last echo: the server's clock in it, and when it came by the page's. 0 and 0 before the first. */
  readonly echoed: number;
  readonly echoedAt: number;
  readonly received: number;
  readonly lost: number;
  /** How long a sound waits in the jitter buffer, ms: a mean, of the slot where it is longest. */
  readonly delayMs: number;
  readonly sent: number;
  /** The newest SendPlan that was applied. */
  readonly revision: number;
  /** The browser sends its voice in shorter packets than the plan asks for. */
  readonly deviates: boolean;
}

/** The server's answer to one report. */
export interface LinkEcho {
  readonly sequence: number;
  readonly sentAt: number;
  /** The server's clock, ms. */
  readonly clock: number;
  /** How long to wait with the next report, ms. */
  readonly intervalMs: number;
}

/** How to send what a SendPlan says to send, and why it is less than it could be. */
export interface LinkPlan {
  /** How the microphone is sent: 0 the richest, 3 the leanest. See `audiorung.ts`. */
  readonly rung: number;
  /** Each packet of the microphone carries the one before it (RED, RFC 2198). */
  readonly isRedundant: boolean;
  /** The most that the lowest encoding may take, kbit/s; 0 for no cap. */
  readonly capKbps: number;
  /** The own picture is not taken, because the way to the server is weak. */
  readonly ownRests: boolean;
  /** The others' pictures rest, because the way from the server is weak. */
  readonly othersRest: boolean;
  readonly revision: number;
}

const SEND_PLAN = 3;
const LINK_REPORT = 4;
const LINK_ECHO = 5;

export function linkReport(report: LinkReport): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(25));
  view.setUint8(0, LINK_REPORT);
  view.setUint8(1, report.sequence);
  view.setUint32(2, report.sentAt);
  view.setUint32(6, report.echoed);
  view.setUint32(10, report.echoedAt);
  [report.received, report.lost, report.delayMs, report.sent].forEach((count, at) => {
    // A count that does not fit is said to be the largest, never a small one.
    view.setUint16(14 + 2 * at, Math.min(0xffff, Math.max(0, count)));
  });
  view.setUint16(22, report.revision);
  view.setUint8(24, report.deviates ? 1 : 0);
  return view.buffer;
}

/** undefined for anything else. */
export function parseLinkPlan(message: ArrayBuffer): LinkPlan | undefined {
  const view = new DataView(message);
  if (view.byteLength !== 6 || view.getUint8(0) !== SEND_PLAN) return undefined;
  const flags = view.getUint8(1);
  return {
    rung: view.getUint8(2),
    isRedundant: (flags & 64) !== 0,
    capKbps: view.getUint8(3) * 10,
    ownRests: (flags & 16) !== 0,
    othersRest: (flags & 32) !== 0,
    revision: view.getUint16(4),
  };
}

/** undefined for anything else. */
export function parseLinkEcho(message: ArrayBuffer): LinkEcho | undefined {
  const view = new DataView(message);
  if (view.byteLength !== 11 || view.getUint8(0) !== LINK_ECHO) return undefined;
  return {
    sequence: view.getUint8(1),
    sentAt: view.getUint32(2),
    clock: view.getUint32(6),
    intervalMs: view.getUint8(10) * 100,
  };
}
