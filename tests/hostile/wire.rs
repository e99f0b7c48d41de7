//! Attackers without keys: whatever reaches the port from anywhere.

use std::net::{Ipv4Addr, SocketAddr};

use fastrand::Rng;

use crate::mutate;
use crate::scene::{self, Scene};
use crate::world::secs;

/// An address that nobody of the scene has.
fn stranger(rng: &mut Rng) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::new(203, 0, 113, rng.u8(..)).into(), rng.u16(1..))
}

#[test]
fn the_call_itself_is_undisturbed_without_attackers() {
    let mut scene = Scene::with_a_call(1);
    let since = scene.now;
    scene.run(secs(5));
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}

#[test]
fn a_flood_from_unknown_addresses_is_counted_and_remembers_nothing() {
    let mut scene = Scene::with_a_call(2);
    let (before, held) = (scene.counters(), scene.gauges());
    let since = scene.now;
    scene.run_with(secs(2), |scene| {
        for _ in 0..50 {
            let source = stranger(&mut scene.rng);
            let mut bytes = mutate::random(&mut scene.rng);
            bytes.truncate(1_500);
            scene.inject(source, &bytes);
        }
    });
    scene.assert_call_undisturbed(since);
    let after = scene.counters();
    let dropped = after.datagrams_unknown_source - before.datagrams_unknown_source
        + after.datagrams_unknown_fragment
        - before.datagrams_unknown_fragment;
    assert_eq!(dropped, 100_000);
    assert_eq!(
        (held.addresses, held.fragments),
        (scene.gauges().addresses, scene.gauges().fragments)
    );
}

#[test]
fn a_known_fragment_without_its_password_opens_no_address() {
    let mut scene = Scene::with_a_call(3);
    let stun: Vec<Vec<u8>> = scene
        .captured
        .iter()
        .map(|captured| captured.contents.clone())
        .filter(|bytes| nhipcau::media::demux::stun_fragment(bytes).is_some())
        .collect();
    let (before, held) = (scene.counters(), scene.gauges());
    let since = scene.now;
    let mut sent = 0;
    scene.run_with(secs(2), |scene| {
        for _ in 0..5 {
            // The user name stays, another byte of the message does not: its integrity is broken.
            let mut forged = stun[scene.rng.usize(..stun.len())].clone();
            let at = scene.rng.usize(8..20);
            forged[at] ^= 1 << scene.rng.u8(0..8);
            let source = stranger(&mut scene.rng);
            scene.inject(source, &forged);
            sent += 1;
        }
    });
    scene.assert_call_undisturbed(since);
    assert_eq!(
        scene.counters().datagrams_refused - before.datagrams_refused,
        sent
    );
    assert_eq!(held.addresses, scene.gauges().addresses);
}

#[test]
fn mutations_of_the_calls_own_datagrams_from_unknown_addresses_change_nothing() {
    let mut scene = Scene::with_a_call(4);
    let held = scene.gauges();
    let since = scene.now;
    scene.run_with(secs(3), |scene| {
        for _ in 0..10 {
            let original = scene.rng.usize(..scene.captured.len());
            let bytes = mutate::mutated(&mut scene.rng, &scene.captured[original].contents);
            // Untouched STUN with its integrity is no forgery: replays have a test of their own.
            if bytes != scene.captured[original].contents {
                let source = stranger(&mut scene.rng);
                scene.inject(source, &bytes);
            }
        }
    });
    scene.assert_call_undisturbed(since);
    // A change behind STUN's integrity leaves it valid: an address more, up to the bound.
    assert!(scene.gauges().addresses <= held.addresses + 14);
}

#[test]
fn mutations_of_the_calls_own_datagrams_from_their_own_address_do_no_harm() {
    let mut scene = Scene::with_a_call(5);
    let since = scene.now;
    let mut injected = 0;
    scene.run_with(secs(4), |scene| {
        for _ in 0..3 {
            let original = scene.rng.usize(..scene.captured.len());
            let original = scene.captured[original].clone();
            let bytes = mutate::mutated(&mut scene.rng, &original.contents);
            let source = scene.address(original.person);
            scene.inject(source, &bytes);
            injected += 1;
        }
    });
    println!("{injected} injected, {:?}", scene.counters());
    scene.assert_call_undisturbed(since);
}

#[test]
fn replayed_binding_requests_from_many_addresses_take_nobodys_media() {
    let mut scene = Scene::with_a_call(8);
    let is_stun = |captured: &&scene::Captured| captured.contents[0] < 2;
    let stun: Vec<Vec<u8>> = scene
        .captured
        .iter()
        .filter(is_stun)
        .map(|captured| captured.contents.clone())
        .collect();
    let since = scene.now;
    let mut at = 0;
    scene.run_with(secs(5), |scene| {
        let source = stranger(&mut scene.rng);
        scene.inject(source, &stun[at % stun.len()]);
        at += 1;
    });
    scene.assert_call_undisturbed(since);
    // Eight addresses for each of two transports.
    assert!(scene.gauges().addresses <= 16, "{:?}", scene.gauges());
}

#[test]
fn random_bytes_from_a_known_address_do_no_harm() {
    let mut scene = Scene::with_a_call(6);
    let since = scene.now;
    let before = scene.counters();
    scene.run_with(secs(3), |scene| {
        for _ in 0..3 {
            let person = scene.rng.usize(0..2);
            let bytes = mutate::random(&mut scene.rng);
            let source = scene.address(person);
            scene.inject(source, &bytes);
        }
    });
    scene.assert_call_undisturbed(since);
    assert!(scene.counters().datagrams_refused > before.datagrams_refused);
}

#[test]
fn replayed_media_is_heard_once() {
    let mut scene = Scene::with_a_call(7);
    let media: Vec<scene::Captured> = scene
        .captured
        .iter()
        .filter(|captured| captured.contents[0] >> 6 == 2)
        .cloned()
        .collect();
    let since = scene.now;
    let before = scene.counters();
    let mut at = 0;
    scene.run_with(secs(4), |scene| {
        let replay = &media[at % media.len()];
        scene.inject(scene.address(replay.person), &replay.contents);
        at += 1;
    });
    scene.assert_call_undisturbed(since);
    // Fresh packets only: 50 voice packets and 15 pictures a second from each of two.
    let received = scene.counters().packets_received - before.packets_received;
    println!("{received} received of {at} replayed and the fresh ones");
    for listener in 0..2 {
        let receipts = &scene.people[listener].page.receipts;
        let voice = receipts
            .iter()
            .filter(|receipt| receipt.is_voice() && receipt.at > since);
        assert!(voice.count() <= 201, "somebody heard a replay");
    }
}
