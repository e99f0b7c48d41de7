/** Which codecs the offer names: those we use and no others, so that it stays within 1,500 bytes. */

/** One H264 profile is enough as the second choice: constrained baseline, which every decoder knows. */
const H264_BASELINE =
  /packetization-mode=1.*profile-level-id=42e01f|profile-level-id=42e01f.*packetization-mode=1/;

/** In the order of preference. RED is accepted second: it is sent only when the link needs it. */
const WANTED: readonly ((codec: RTCRtpCodec) => boolean)[] = [
  (codec) => codec.mimeType === 'audio/opus',
  (codec) => codec.mimeType === 'audio/red',
  (codec) => codec.mimeType === 'video/VP8',
  (codec) => codec.mimeType === 'video/H264' && H264_BASELINE.test(codec.sdpFmtpLine ?? ''),
  (codec) => codec.mimeType === 'video/rtx',
];

/** Keeps what we use out of what the browser can do; pure. */
export function chooseCodecs<Codec extends RTCRtpCodec>(available: readonly Codec[]): Codec[] {
  return WANTED.flatMap((isWanted) => available.filter(isWanted));
}

/** Trims one transceiver. A browser too old for this call offers everything, which also works. */
export function trimCodecs(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const side = transceiver.direction === 'sendonly' ? RTCRtpSender : RTCRtpReceiver;
  const codecs = chooseCodecs(side.getCapabilities?.(kind)?.codecs ?? []);
  try {
    if (codecs.length > 0) transceiver.setCodecPreferences?.(codecs);
  } catch {
    // A browser that refuses its own codecs in our order: a longer offer is better than no call.
  }
}
