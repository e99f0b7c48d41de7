/** The messages of a probe on the unreliable data channel `link`. Pure. */
import type { NetworkLevel } from '../protocol/generated/messages.ts';

/** One message of a train of the server's. */
export interface ProbeMessage {
  readonly probe: number;
  readonly round: number;
  readonly index: number;
  /** Messages of its train, and those of the train to answer with. */
  readonly messages: number;
  readonly backMessages: number;
  readonly backBytes: number;
}

/** What is known of a train when it is answered. */
export interface ProbeAnswer {
  readonly received: number;
  /** From the first message to the last. */
  readonly spreadMs: number;
}

const PROBE_REQUEST = 6;
const PROBE_DOWN = 7;
const PROBE_UP = 8;
const LEVEL = 9;
/** What precedes the padding, and the most that a server may ask for: no more than one packet carries. */
const HEAD_BYTES = 8;
const MOST_BYTES = 1000;
const MOST_MESSAGES = 4;

const LEVELS: readonly (NetworkLevel | undefined)[] = [undefined, 'good', 'fair', 'weak', 'poor'];

/** Asks for the probe of this number, 0 to 255; asking again for the same one is no second wish. */
export function probeRequest(probe: number): ArrayBuffer {
  return new Uint8Array([PROBE_REQUEST, probe]).buffer;
}

/** undefined for anything else, and for more than may be asked of a page. */
export function parseProbe(message: ArrayBuffer): ProbeMessage | undefined {
  const view = new DataView(message);
  if (view.byteLength < HEAD_BYTES || view.getUint8(0) !== PROBE_DOWN) return undefined;
  const [probe, round, index, messages, backMessages] = [1, 2, 3, 4, 5].map((at) =>
    view.getUint8(at),
  ) as [number, number, number, number, number];
  const backBytes = view.getUint16(6);
  if (backMessages > MOST_MESSAGES || backBytes > MOST_BYTES || backBytes < HEAD_BYTES) {
    return undefined;
  }
  return { probe, round, index, messages, backMessages, backBytes };
}

/** The train that answers this one. */
export function probeAnswer(
  { probe, round, backMessages, backBytes }: ProbeMessage,
  { received, spreadMs }: ProbeAnswer,
): ArrayBuffer[] {
  return Array.from({ length: backMessages }, (_, index) => {
    const view = new DataView(new ArrayBuffer(backBytes));
    [PROBE_UP, probe, round, index, backMessages, received].forEach((value, at) => {
      view.setUint8(at, value);
    });
    view.setUint16(6, Math.min(0xffff, Math.round(spreadMs)));
    return view.buffer;
  });
}

/** What the server expects of this link; undefined for anything else. */
export function parseLevel(message: ArrayBuffer): NetworkLevel | undefined {
  const view = new DataView(message);
  if (view.byteLength !== 2 || view.getUint8(0) !== LEVEL) return undefined;
  return LEVELS[view.getUint8(1)];
}
