/**
 * The lines of one RTCPeerConnection, in the order that the server expects, and the offer that names them.
 *
 * Nothing here waits for the server, so that an offer can be on its way before the rest of the page has come.
 * Invariant: this is the only file that makes a connection.
 */
import { trimCodecs } from './codecs.ts';
import { type Ahead, provisional } from './provisional.ts';

export type { Ahead } from './provisional.ts';

/** Receive places for the two other people of a three-way consultation. */
export const SLOT_COUNT = 2;

/** Rates that a phone's camera fills without waste: a stamp, a face, a wound. bit/s. */
const ENCODINGS: readonly RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];

/** What one slot receives. */
export interface SlotReceivers {
  readonly audio: RTCRtpReceiver;
  readonly video: RTCRtpReceiver;
}

export class Lines {
  readonly microphone: RTCRtpSender;
  readonly camera: RTCRtpSender;
  readonly receivers: readonly SlotReceivers[];
  /** Reliable: who is in which slot, and what to send. Unreliable: the same, and how the link fares. */
  readonly channels: readonly [slots: RTCDataChannel, link: RTCDataChannel];
  /** What was said on them before there was anybody to listen. */
  readonly early: ArrayBuffer[] = [];
  /** Gets what is said on either; whoever comes to listen puts their own in and takes what was early. */
  heard = (message: ArrayBuffer): unknown => this.early.push(message);
  /** Whom the connection that has begun expects to meet. */
  expected = '';
  private offered: Promise<string> | undefined;

  constructor(readonly connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })) {
    this.microphone = this.line('audio', { direction: 'sendonly' }).sender;
    this.camera = this.line('video', {
      direction: 'sendonly',
      sendEncodings: ENCODINGS.map((encoding) => ({ ...encoding, active: false })),
    }).sender;
    this.receivers = Array.from({ length: SLOT_COUNT }, () => ({
      audio: this.line('audio', { direction: 'recvonly' }).receiver,
      video: this.line('video', { direction: 'recvonly' }).receiver,
    }));
    this.channels = [
      connection.createDataChannel('slots'),
      connection.createDataChannel('link', { ordered: false, maxRetransmits: 0 }),
    ];
    for (const channel of this.channels) {
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }) => this.heard(data);
    }
  }

  /**
   * The offer, ready to be sent: the server waits for checks and sends none, so no candidate is waited for. Asked
   * again it is the same one.
   */
  offer(): Promise<string> {
    this.offered ??= this.describe();
    return this.offered;
  }

  /** ICE and DTLS, before the answer; where that is there already, nothing. */
  async begin(ahead: Ahead): Promise<void> {
    try {
      const sdp = provisional(await this.offer(), ahead);
      await this.connection.setRemoteDescription({ type: 'pranswer', sdp });
      this.expected = ahead.fingerprint;
    } catch {
      // Answered or closed meanwhile, or a browser that knows no provisional answers.
    }
  }

  private async describe(): Promise<string> {
    const offer = await this.connection.createOffer();
    await this.connection.setLocalDescription(offer);
    return offer.sdp ?? '';
  }

  private line(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): RTCRtpTransceiver {
    const transceiver = this.connection.addTransceiver(kind, init);
    trimCodecs(transceiver, kind);
    return transceiver;
  }
}
