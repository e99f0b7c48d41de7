import { describe, expect, test } from 'vitest';
import { AUDIO_RUNGS, type AudioRung, packetMsOf, sendsTooOften, withRung } from './audiorung.ts';

const sdp = (...lines: string[]) => lines.map((line) => `${line}\r\n`).join('');

const HEAD = ['v=0', 's=-', 't=0 0'];
const CAMERA = ['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=fmtp:96 x=1'];
const SLOT = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:2',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10',
];
const microphone = (...lines: string[]) => [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
  ...lines,
];
const answer = (...lines: string[]) => sdp(...HEAD, ...microphone(...lines), ...CAMERA, ...SLOT);

const rung = (at: number): AudioRung => AUDIO_RUNGS[at] ?? { packetMs: 0, rate: 0, dtx: false };

describe('an answer', () => {
  test('gets the packet time, the rate and the rest in silence, and nothing else of it changes', () => {
    const before = answer('a=fmtp:111 minptime=10;useinbandfec=1', 'a=fmtp:63 111/111');
    expect(withRung(before, rung(2))).toBe(
      answer(
        'a=fmtp:63 111/111',
        'a=fmtp:111 minptime=10;useinbandfec=1;maxaveragebitrate=12000;usedtx=1',
        'a=ptime:60',
      ),
    );
  });

  test('goes from any rung to any other as if it had been there from the start', () => {
    const fresh = answer('a=fmtp:111 minptime=10;useinbandfec=1');
    for (const from of AUDIO_RUNGS) {
      for (const to of AUDIO_RUNGS) {
        expect(withRung(withRung(fresh, from), to)).toBe(withRung(fresh, to));
      }
    }
  });

  test('asks for each packet with the one before it, and for each alone again', () => {
    const before = answer('a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=fmtp:111 minptime=10');
    const redundant = withRung(before, rung(2), true);
    expect(redundant).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:0');
    expect(redundant).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:2');
    expect(withRung(redundant, rung(2))).toBe(withRung(before, rung(2)));
    const without = answer('a=fmtp:111 minptime=10');
    expect(withRung(without, rung(2), true)).toBe(withRung(without, rung(2)));
  });

  test('that came with a rung of its own is read, and changed like any other', () => {
    const lean = answer('a=fmtp:111 minptime=10;maxaveragebitrate=8000;usedtx=1', 'a=ptime:120');
    expect(packetMsOf(lean)).toBe(120);
    expect(withRung(lean, rung(0))).toBe(
      answer('a=fmtp:111 minptime=10;maxaveragebitrate=32000;usedtx=0', 'a=ptime:20'),
    );
  });

  test('that says nothing means what browsers do by themselves, whatever a slot says', () => {
    expect(packetMsOf(sdp(...HEAD, ...microphone(), ...SLOT, 'a=ptime:60'))).toBe(20);
    expect(packetMsOf('')).toBe(20);
  });

  test('without parameters for Opus gets them', () => {
    expect(withRung(answer(), rung(1))).toBe(
      answer('a=fmtp:111 maxaveragebitrate=20000;usedtx=1', 'a=ptime:40'),
    );
  });

  test('where the microphone’s section is the last one ends as it did', () => {
    const before = sdp(...HEAD, ...microphone('a=fmtp:111 minptime=10'));
    expect(withRung(before, rung(3))).toBe(
      sdp(
        ...HEAD,
        ...microphone('a=fmtp:111 minptime=10;maxaveragebitrate=8000;usedtx=1', 'a=ptime:120'),
      ),
    );
  });

  test('without Opus, or without sound, stays as it is', () => {
    for (const other of [
      '',
      'v=0',
      sdp(...HEAD, ...CAMERA),
      sdp('m=audio 9 X 0', 'a=rtpmap:0 PCMU/8000'),
    ]) {
      expect(withRung(other, rung(2))).toBe(other);
    }
  });
});

describe('a browser', () => {
  test('that keeps to the rung is believed, also over a short time', () => {
    expect(sendsTooOften(17, 1000, rung(2))).toBe(false);
    expect(sendsTooOften(84, 5000, rung(2))).toBe(false);
    expect(sendsTooOften(5, 500, rung(3))).toBe(false);
    expect(sendsTooOften(50, 1000, rung(0))).toBe(false);
  });

  test('that stays at the rung above sends too often', () => {
    for (const at of [1, 2, 3]) {
      expect(sendsTooOften(1000 / rung(at - 1).packetMs, 1000, rung(at)), `${at}`).toBe(true);
    }
  });

  test('that rests because nobody speaks does not', () => {
    expect(sendsTooOften(2, 1000, rung(0))).toBe(false);
    expect(sendsTooOften(0, 1000, rung(3))).toBe(false);
  });
});
