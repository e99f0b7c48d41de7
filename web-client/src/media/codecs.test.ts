import { expect, test } from 'vitest';
import { chooseCodecs } from './codecs.ts';

const codec = (mimeType: string, sdpFmtpLine?: string) => ({
  mimeType,
  clockRate: 90_000,
  ...(sdpFmtpLine === undefined ? {} : { sdpFmtpLine }),
});

test('offers opus before red and nothing else for audio', () => {
  const available = ['audio/PCMU', 'audio/red', 'audio/opus', 'audio/CN', 'audio/telephone-event'];
  const chosen = chooseCodecs(available.map((type) => codec(type)));
  expect(chosen.map(({ mimeType }) => mimeType)).toEqual(['audio/opus', 'audio/red']);
});

test('offers VP8, one H264 profile, and their repair for video', () => {
  const chosen = chooseCodecs([
    codec('video/AV1'),
    codec('video/H264', 'packetization-mode=0;profile-level-id=42e01f'),
    codec('video/H264', 'packetization-mode=1;profile-level-id=640c1f'),
    codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
    codec('video/rtx'),
    codec('video/VP8'),
    codec('video/flexfec-03'),
  ]);
  expect(chosen.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/H264', 'video/rtx']);
  expect(chosen[1]?.sdpFmtpLine).toContain('packetization-mode=1;profile-level-id=42e01f');
});

test('leaves a browser without our codecs to its own choice', () => {
  expect(chooseCodecs([codec('video/H265')])).toEqual([]);
});
