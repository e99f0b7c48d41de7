//! An attacker with keys who was not let in: whatever it sends, and in whoever's name, reaches
//! nobody, costs one count and leaves nothing behind.

use nhipcau::media::routing::Standing;

use crate::attacker::{Attacker, Header, OPUS, RED, VP8};
use crate::control;
use crate::scene::{self, BESIDE, Scene};
use crate::world::secs;

/// Retransmissions of VP8, as the pages of the simulation offer them.
const RTX: u8 = 97;

fn with_a_waiting_attacker(seed: u64) -> (Scene, Attacker) {
    let mut scene = Scene::with_a_call(seed);
    let attacker = Attacker::wait(&mut scene, BESIDE, 3);
    (scene, attacker)
}

fn heard_of(scene: &Scene, listener: usize, attacker: &Attacker) -> usize {
    let receipts = scene.people[listener].page.receipts.iter();
    receipts
        .filter(|receipt| usize::from(receipt.found.mark.person) == attacker.index)
        .count()
}

#[test]
fn media_in_anybodys_name_is_dropped_unread_and_counted_once() {
    let (mut scene, attacker) = with_a_waiting_attacker(60);
    let (voice, last) = attacker.microphone(&scene);
    let is_foreign = |captured: &&scene::Captured| {
        captured.person != attacker.index && scene::is_rtp(&captured.contents)
    };
    let foreign: Vec<Vec<u8>> = scene
        .captured
        .iter()
        .filter(is_foreign)
        .map(|captured| captured.contents.clone())
        .collect();
    let (since, before) = (scene.now, scene.counters());
    scene.captured.clear();
    scene.is_capturing = true;
    let mut injected = 0;
    let mut sequence = last;
    scene.run_with(secs(3), |scene| {
        sequence = sequence.wrapping_add(1);
        let theirs = &foreign[scene.rng.usize(..foreign.len())];
        let stolen = scene::ssrc(theirs).unwrap();
        let own = attacker.ssrcs[scene.rng.usize(..attacker.ssrcs.len())];
        let other = scene.rng.u32(1..);
        for header in [
            Header::new(OPUS, voice, sequence),
            Header::new(RED, voice, sequence).mid(&attacker.mids[0]),
            Header::new(VP8, own, sequence).mid(&attacker.mids[1]),
            Header::new(RTX, other, sequence).mid(&attacker.mids[1]),
            Header::new(OPUS, stolen, sequence).mid(&attacker.mids[0]),
            Header::new(OPUS, other, sequence).mid(&attacker.any_mid(&mut scene.rng)),
            // The engine's own name for probes.
            Header::new(VP8, 0, sequence),
        ] {
            attacker.send_rtp(scene, &header.bytes(), &[0x48; 80]);
            injected += 1;
        }
        // What somebody else has sealed, from the attacker's address.
        scene.inject(scene.address(attacker.index), theirs);
        injected += 1;
    });
    let is_its_own = |captured: &&scene::Captured| {
        captured.person == attacker.index && scene::is_rtp(&captured.contents)
    };
    let from_its_page = scene.captured.iter().filter(is_its_own).count() as u64;
    let after = scene.counters();
    let denied = after.packets_denied - before.packets_denied;
    println!("{denied} denied: {injected} injected, {from_its_page} of its page");
    assert_eq!(denied, injected + from_its_page);
    assert_eq!(after.packets_unusable, before.packets_unusable);
    assert_eq!(after.datagrams_refused, before.datagrams_refused);
    scene.assert_call_undisturbed(since);
    for listener in 0..2 {
        assert_eq!(heard_of(&scene, listener, &attacker), 0);
    }
    assert_eq!(scene.people[attacker.index].page.received.media, 0);

    // The engine has seen none of it: let in after all, its page is heard.
    let person = &scene.people[attacker.index];
    let (room, seat) = (person.room, person.seat);
    scene
        .plane
        .set_standing(scene.now, room, seat, Standing::Admitted);
    scene.run(secs(3));
    for listener in 0..2 {
        assert!(heard_of(&scene, listener, &attacker) > 50);
    }
    scene.end_with_nothing_left();
}

#[test]
fn messages_and_reports_open_nothing_and_fetch_nothing() {
    let (mut scene, mut attacker) = with_a_waiting_attacker(61);
    let (since, before) = (scene.now, scene.counters());
    scene.people[attacker.index].page.is_stormy = true;
    scene.run_with(secs(3), |scene| {
        let report = control::rtcp(scene, &attacker);
        attacker.send_rtcp(scene, &report);
        let message = [2, scene.rng.u8(..3), 0, scene.rng.u8(..4)];
        scene.people[attacker.index].page.say(&message);
    });
    let after = scene.counters();
    assert!(after.packets_denied > before.packets_denied);
    assert_eq!(after.messages_unknown, before.messages_unknown);
    assert_eq!(after.keyframe_requests, before.keyframe_requests);
    assert_eq!(scene.people[attacker.index].page.received.media, 0);
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}
