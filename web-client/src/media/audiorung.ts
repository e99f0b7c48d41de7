/** The audio rungs, and the two lines of a description that put a microphone on one of them. Pure. */

/** How a page sends its microphone. */
export interface AudioRung {
  /** How long one packet lasts, ms. */
  readonly packetMs: number;
  /** What Opus may take, bit/s. */
  readonly rate: number;
  /** Whether next to nothing is sent while nobody speaks (DTX, RFC 7587 section 3.1.3). */
  readonly dtx: boolean;
}

/** From the richest down; the server names them by their place. The rates are PROTOCOL.md's. */
export const AUDIO_RUNGS: readonly AudioRung[] = [
  { packetMs: 20, rate: 32_000, dtx: false },
  { packetMs: 40, rate: 20_000, dtx: true },
  { packetMs: 60, rate: 12_000, dtx: true },
  { packetMs: 120, rate: 8_000, dtx: true },
];

/** What a browser does when the description says nothing. */
const USUAL_PACKET_MS = 20;

/** The packet time that a description asks of the microphone, ms. */
export function packetMsOf(description: string): number {
  const found = /^a=ptime:(\d+)/m.exec(microphoneOf(description) ?? '')?.[1];
  return found === undefined ? USUAL_PACKET_MS : Number(found);
}

/**
 * The server's answer with its wish for the microphone changed, which is sent as RED if each packet is to
 * carry the one before: a browser sends the first type that it is answered. All else stays byte for byte. Its
 * first audio section is the microphone's (PROTOCOL.md fixes the order), and what it says is a wish
 * for what the page sends (RFC 8866 section 6.4, RFC 7587 section 7.1). An answer without Opus there
 * comes back as it is.
 */
export function withRung(
  answer: string,
  { packetMs, rate, dtx }: AudioRung,
  isRedundant = false,
): string {
  const section = microphoneOf(answer);
  const type = section && /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (!type) return answer;
  const wish = `maxaveragebitrate=${rate};usedtx=${dtx ? 1 : 0}`;
  const format = `a=fmtp:${type} `;
  const kept = section.split('\r\n').filter((line) => line && !line.startsWith('a=ptime:'));
  const old = kept.find((line) => line.startsWith(format))?.slice(format.length) ?? '';
  const parameters = old
    .split(';')
    .filter((one) => one && !/^ ?(maxaveragebitrate|usedtx)=/.test(one));
  const red = isRedundant && /^a=rtpmap:(\d+) red\//im.exec(section)?.[1];
  const [media = '', ...lines] = kept.filter((line) => !line.startsWith(format));
  const changed = [
    sending(media, red || type),
    ...lines,
    `${format}${[...parameters, wish].join(';')}`,
    `a=ptime:${packetMs}`,
    '',
  ].join('\r\n');
  return answer.replace(section, () => changed);
}

/** `m=audio <port> <protocol> <types>` with this type as the first. */
function sending(media: string, type: string): string {
  const [kind, port, protocol, ...types] = media.split(' ');
  return [kind, port, protocol, type, ...types.filter((other) => other !== type)].join(' ');
}

/** The text of the first audio section. */
function microphoneOf(description: string): string | undefined {
  return description.split(/^(?=m=)/m).find((section) => section.startsWith('m=audio '));
}

/** How much more than asked counts as another packet time: the next longer one would halve or third the packets. */
const TOO_MANY = 1.25;

/**
 * Whether a browser sends more packets than the rung means. Fewer mean that nobody speaks, and that
 * is what DTX is for.
 */
export function sendsTooOften(packets: number, ms: number, { packetMs }: AudioRung): boolean {
  // One packet more: the looks do not fall between two packets.
  return packets > (ms / packetMs) * TOO_MANY + 1;
}
