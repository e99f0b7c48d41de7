//! Against the reference implementation: what libopus encoded, we take apart and put together, and
//! libopus decodes the same sound from it.

use opus::{Application, Bitrate, Channels, Decoder, Encoder};

use super::activity::{self, Activity};
use super::merge::merge;
use super::packet::{Packet, is_dtx};

const RATE: u32 = 48_000;
const FRAME: usize = 960;

/// Something like a voice: a buzz with formants that comes and goes, and a little noise.
fn voice(samples: usize) -> Vec<i16> {
    let mut noise = 1_u32;
    (0..samples)
        .map(|at| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = f64::from(noise >> 16) / 65_536.0 - 0.5;
            let time = f64::from(u32::try_from(at).unwrap()) / f64::from(RATE);
            let pitch = 140.0 + 30.0 * (time * 3.0).sin();
            let buzz: f64 = (1..12)
                .map(|n| (time * pitch * f64::from(n) * std::f64::consts::TAU).sin() / f64::from(n))
                .sum();
            let syllable = (time * 4.0 * std::f64::consts::PI).sin().abs();
            #[expect(clippy::cast_possible_truncation, reason = "within 16 bits")]
            let sample = (6_000.0 * syllable * buzz + 30.0 * hiss) as i16;
            sample
        })
        .collect()
}

fn encode(bitrate: i32, is_vbr: bool, sound: &[i16]) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip).unwrap();
    encoder.set_bitrate(Bitrate::Bits(bitrate)).unwrap();
    encoder.set_vbr(is_vbr).unwrap();
    let frames = sound.chunks_exact(FRAME);
    frames
        .map(|frame| encoder.encode_vec(frame, 1_500).unwrap())
        .collect()
}

fn decode(packets: &[Vec<u8>]) -> Vec<i16> {
    let mut decoder = Decoder::new(RATE, Channels::Mono).unwrap();
    let mut sound = Vec::new();
    for packet in packets {
        let mut buffer = vec![0; 6 * FRAME];
        let samples = decoder.decode(packet, &mut buffer, false).unwrap();
        sound.extend_from_slice(&buffer[..samples]);
    }
    sound
}

#[test]
fn merged_packets_decode_to_the_same_samples_as_the_single_ones() {
    let sound = voice(100 * FRAME);
    for bitrate in [8_000, 12_000, 20_000, 32_000, 64_000] {
        for is_vbr in [true, false] {
            let single = encode(bitrate, is_vbr, &sound);
            for together in [2, 3, 6] {
                let mut merged = Vec::new();
                for group in single.chunks(together) {
                    match merge(group.iter().map(Vec::as_slice)) {
                        Some(packet) => merged.push(packet),
                        // The encoder changed its mode within the group.
                        None => merged.extend_from_slice(group),
                    }
                }
                assert!(merged.len() < single.len() * 2 / 3, "{bitrate}");
                assert!(
                    decode(&single) == decode(&merged),
                    "{bitrate} bit/s, {together} together"
                );
            }
        }
    }
}

#[test]
fn takes_packets_apart_as_the_reference_does() {
    let sound = voice(60 * FRAME);
    for bitrate in [6_000, 16_000, 40_000] {
        for packet in encode(bitrate, true, &sound) {
            let ours = Packet::parse(&packet).unwrap();
            let theirs = opus::packet::parse(&packet).unwrap();
            assert_eq!(ours.frames(), theirs.frames);
            let samples = opus::packet::get_nb_samples(&packet, RATE).unwrap();
            assert_eq!(ours.duration().as_micros() * 48 / 1_000, samples as u128);
        }
    }
}

#[test]
fn the_encoders_own_voice_activity_is_read_from_its_packets() {
    let mut sound = voice(50 * FRAME);
    let pause: Vec<i16> = voice(200 * FRAME).iter().map(|s| s / 512).collect();
    sound.extend(pause);
    let packets = encode(12_000, true, &sound);
    let speaks = |packets: &[Vec<u8>]| {
        let of = |packet: &&Vec<u8>| activity::of(packet) == Activity::Speech;
        packets.iter().filter(of).count()
    };
    let (voiced, silent) = (speaks(&packets[10..50]), speaks(&packets[150..]));
    // Between two syllables the encoder hears a frame or two of silence, as in real speech.
    assert!(voiced > 25, "{voiced} of 40 packets of speech");
    assert!(silent < 10, "{silent} of 100 packets of silence");
}

#[test]
fn an_encoder_with_dtx_sends_packets_that_are_recognised() {
    let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip).unwrap();
    encoder.set_bitrate(Bitrate::Bits(12_000)).unwrap();
    encoder.set_dtx(true).unwrap();
    let silence = [0; FRAME];
    let packets: Vec<_> = (0..100)
        .map(|_| encoder.encode_vec(&silence, 1_500).unwrap())
        .collect();
    let dtx = packets.iter().filter(|packet| is_dtx(packet)).count();
    assert!(dtx > 50, "{dtx}");
}
