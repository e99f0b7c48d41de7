/** The answer that a page makes itself from its own offer, so that ICE and DTLS begin before the server's is there. */
import type { IceCredentials } from '../protocol/generated/messages.ts';

/** What stands in for the answer until that is there. */
export interface Ahead {
  readonly ice: IceCredentials;
  /** Of the server's certificate, as an answer names it: `sha-256 AB:CD…`. */
  readonly fingerprint: string;
  /** `<address> <port>` */
  readonly ways: readonly string[];
}

/** An answer to this offer in which nothing flows yet; pure. Codecs and encodings stay as offered. */
export function provisional(offer: string, { ice, fingerprint, ways }: Ahead): string {
  const candidates = ways.map((way) => `a=candidate:1 1 udp 1 ${way} typ host\r\n`);
  return (
    offer
      .replace(/^a=(ssrc|msid|ice-|fingerprint|setup).*\r\n/gm, '')
      .replace(/^a=(send|recv)only/gm, 'a=inactive')
      .replace(/^(a=(rid:. |simulcast:))send/gm, '$1recv')
      // One bundle has one way: what holds for all stands in front of the first line, and candidates in it.
      .replace(
        /m=.*?a=mid.*?\r\n/s,
        (first) =>
          `a=ice-ufrag:${ice.ufrag}\r\na=ice-pwd:${ice.pwd}\r\na=fingerprint:${fingerprint}\r\na=setup:passive\r\n${first}${candidates.join('')}`,
      )
  );
}
