//! An attacker who was let in sends media that no page of ours sends. It may spoil its own voice
//! and picture; the two others in the same room must not notice.

use std::time::Duration;

use crate::attacker::{H264, Header, OPUS, RED, VP8, with_an_attacker};
use crate::mutate;
use crate::scene::BESIDE;
use crate::world::secs;

#[test]
fn forged_packets_do_not_take_a_silent_voices_place() {
    let (mut scene, attacker) = with_an_attacker(20);
    let (voice, last) = attacker.microphone(&scene);
    scene.run_with(secs(1), |scene| {
        // From its address but without its keys: another SSRC on the microphone's m-line.
        let header = Header::new(OPUS, scene.rng.u32(1..), scene.rng.u16(..));
        let forged = [header.mid(&attacker.mids[0]).bytes(), vec![0x55; 90]].concat();
        scene.inject(scene.address(attacker.index), &forged);
    });
    let before = scene.counters();
    // A browser that has been heard names the m-line no longer.
    for next in 0..50 {
        let sequence = last.wrapping_add(1_000 + next);
        attacker.send_rtp(
            &mut scene,
            &Header::new(OPUS, voice, sequence).bytes(),
            &[0x48; 80],
        );
    }
    assert_eq!(
        scene.counters().packets_received - before.packets_received,
        50
    );
}

#[test]
fn ten_thousand_ssrcs_of_one_attacker_end_its_transport() {
    let (mut scene, attacker) = with_an_attacker(21);
    let since = scene.now;
    let mut ssrc = 1_u32;
    scene.run_with(secs(2), |scene| {
        for _ in 0..5 {
            ssrc += 1;
            let header = Header::new(OPUS, ssrc, 1).mid(&attacker.mids[0]);
            attacker.send_rtp(scene, &header.bytes(), &[0x48; 60]);
        }
    });
    scene.assert_call_undisturbed(since);
    assert_eq!(scene.gauges().participants, 2, "the attacker is gone");
    scene.end_with_nothing_left();
}

#[test]
fn payloads_that_no_encoder_makes_harm_nobody_else() {
    let (mut scene, attacker) = with_an_attacker(22);
    let (voice, last) = attacker.microphone(&scene);
    let cameras: Vec<u32> = attacker
        .ssrcs
        .iter()
        .copied()
        .filter(|ssrc| *ssrc != voice)
        .collect();
    let since = scene.now;
    let mut sequence = last;
    scene.run_with(secs(4), |scene| {
        for (ssrc, types) in [(voice, [OPUS, RED]), (cameras[0], [VP8, H264])] {
            sequence = sequence.wrapping_add(1);
            let payload_type = types[scene.rng.usize(0..2)];
            let mut payload = mutate::random(&mut scene.rng);
            payload.truncate(scene.rng.usize(0..1_200));
            let header = Header::new(payload_type, ssrc, sequence);
            attacker.send_rtp(scene, &header.bytes(), &payload);
        }
    });
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}

#[test]
fn a_voice_of_megabits_takes_nothing_of_the_pictures() {
    let (mut scene, attacker) = with_an_attacker(27);
    let (voice, mut sequence) = attacker.microphone(&scene);
    let since = scene.now;
    // More than anybody is believed to receive, and voice does not wait for its turn.
    scene.run_with(secs(4), |scene| {
        for _ in 0..2 {
            sequence = sequence.wrapping_add(1);
            let header = Header::new(OPUS, voice, sequence);
            attacker.send_rtp(scene, &header.bytes(), &[0x48; 1_000]);
        }
    });
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}

#[test]
fn headers_that_lie_harm_nobody_else() {
    let (mut scene, attacker) = with_an_attacker(23);
    let since = scene.now;
    let before = scene.counters();
    scene.run_with(secs(4), |scene| {
        for _ in 0..2 {
            let known = attacker.ssrcs[scene.rng.usize(..attacker.ssrcs.len())];
            let ssrc = if scene.rng.u8(..) < 250 {
                known
            } else {
                scene.rng.u32(..)
            };
            let mut header = Header::new(scene.rng.u8(0..128), ssrc, scene.rng.u16(..));
            header.marker = scene.rng.bool();
            header.has_padding = scene.rng.bool();
            header.csrcs = vec![ssrc; scene.rng.usize(0..16)];
            header.timestamp = scene.rng.u32(..);
            let mid = attacker.any_mid(&mut scene.rng);
            let (mids, rids) = (
                [mid.as_str(), "x", "0123456789abcdef"],
                ["q", "h", "f", "z", ""],
            );
            if scene.rng.bool() {
                header = header.mid(mids[scene.rng.usize(0..3)]);
            }
            if scene.rng.bool() {
                header = header.rid(rids[scene.rng.usize(0..5)]);
            }
            for _ in 0..scene.rng.usize(0..3) {
                let value = vec![scene.rng.u8(..); scene.rng.usize(1..16)];
                header.extensions.push((scene.rng.u8(1..15), value));
            }
            let mut payload = vec![scene.rng.u8(..); scene.rng.usize(0..40)];
            // The last byte says how much of the payload is padding: none, all of it, more.
            if let Some(last) = payload.last_mut() {
                *last = [0, 1, 4, 40, 255][scene.rng.usize(0..5)];
            }
            attacker.send_rtp(scene, &header.bytes(), &payload);
        }
    });
    scene.assert_call_undisturbed(since);
    let after = scene.counters();
    println!(
        "unusable {}, refused {}",
        after.packets_unusable, after.datagrams_refused
    );
    assert!(after.packets_unusable > before.packets_unusable);
    assert!(after.datagrams_refused > before.datagrams_refused);
    scene.end_with_nothing_left();
}

#[test]
fn leaps_of_a_voices_numbers_do_not_deafen_its_listeners_to_the_next_voice() {
    let (mut scene, attacker) = with_an_attacker(24);
    let (voice, last) = attacker.microphone(&scene);
    // The listener's network fails for a moment; the attacker's numbers run on meanwhile.
    scene.deaf = Some(0);
    let mut sequence = u32::from(last);
    scene.run_with(Duration::from_millis(100), |scene| {
        sequence += 20_000;
        let [round, number] = [sequence >> 16, sequence & 0xffff];
        let header = Header::new(OPUS, voice, u16::try_from(number).unwrap());
        attacker.send_rtp_of_round(scene, &header.bytes(), &[0x48; 80], round);
    });
    scene.deaf = None;
    scene.leave(attacker.index);
    let next = scene.join(BESIDE, 3, &crate::world::browser::Browser::chromium());
    scene.run(secs(2));
    let since = scene.now;
    scene.run(secs(2));
    scene.assert_undisturbed(next, 1, since);
    scene.assert_undisturbed(next, 0, since);
}

/// Each packet that goes out under a number of its own is asserted by the scene.
#[test]
fn a_microphone_under_two_names_that_count_alike_goes_out_under_each_number_once() {
    let (mut scene, attacker) = with_an_attacker(27);
    let (voice, last) = attacker.microphone(&scene);
    let mid = attacker.mids[0].clone();
    let since = scene.now;
    let mut sent = 0_u16;
    scene.run_with(secs(4), |scene| {
        sent += 1;
        let number = last.wrapping_add(1 + sent / 2);
        let ssrc = voice.wrapping_add(u32::from(sent % 2));
        let header = Header::new(OPUS, ssrc, number).mid(&mid);
        let payload = [0x48, scene.rng.u8(..), 1, 2, 3];
        attacker.send_rtp(scene, &header.bytes(), &payload);
    });
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}

#[test]
fn a_sequence_number_from_before_the_beginning_harms_nobody_else() {
    let (mut scene, attacker) = with_an_attacker(25);
    let (voice, _) = attacker.microphone(&scene);
    let since = scene.now;
    // It seems to come from the round before the first, which the engine takes for the last one
    // that 64 bits can count.
    for sequence in [65_000, 65_001, 65_535] {
        let header = Header::new(OPUS, voice, sequence);
        attacker.send_rtp_of_round(&mut scene, &header.bytes(), &[0x48; 80], u32::MAX);
        scene.run(secs(1));
    }
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}

#[test]
fn a_transport_sequence_number_from_before_the_beginning_is_refused() {
    let (mut scene, attacker) = with_an_attacker(26);
    let (voice, last) = attacker.microphone(&scene);
    let before = scene.counters();
    let since = scene.now;
    let mut header = Header::new(OPUS, voice, last.wrapping_add(100));
    header.extensions.push((3, vec![0xff, 0xff]));
    attacker.send_rtp(&mut scene, &header.bytes(), &[0x48; 80]);
    scene.run(secs(1));
    assert!(scene.counters().datagrams_refused > before.datagrams_refused);
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}
