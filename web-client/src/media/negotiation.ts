/**
 * Negotiates once more without the server: with its answer as it stands here.
 *
 * For another wish in the answer's text, or for other ICE credentials of this side, which a lite
 * server learns from the first check.
 */
import type { LinkPeer } from './linkpeer.ts';

export function negotiateAgain(
  peer: LinkPeer,
  change: (answer: string) => string,
  options?: RTCOfferOptions,
): Promise<void> {
  return peer.enqueue(async () => {
    const { connection } = peer;
    const answer = change(peer.answered);
    const offer = await connection.createOffer(options);
    await connection.setLocalDescription(offer);
    const sdp = withSameEncodings(answer, offer.sdp);
    await connection.setRemoteDescription({ type: 'answer', sdp });
    peer.answered = answer;
  });
}

/**
 * The answer with the encodings of the offer: paused there where paused here. Chromium takes a `~`
 * in an answer (RFC 8853 section 5.1) for an order, so that the answer to a first offer, which
 * had them all paused, would pause what is sent by now.
 */
export function withSameEncodings(answer: string, offer = ''): string {
  const sent = /^a=simulcast:send (.*)/m.exec(offer)?.[1];
  return sent ? answer.replace(/^(a=simulcast:recv ).*/m, `$1${sent}`) : answer;
}
