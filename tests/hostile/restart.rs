//! Somebody overhears a page that restarts ICE, and delivers what they have heard.

use std::net::{Ipv4Addr, SocketAddr};

use fastrand::Rng;

use crate::scene::Scene;
use crate::world::{ms, secs};

/// An address that nobody of the scene has.
fn stranger(rng: &mut Rng) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::new(203, 0, 113, rng.u8(..)).into(), rng.u16(1..))
}

#[test]
fn requests_from_before_a_restart_take_nobodys_media_and_undo_nothing() {
    let mut scene = Scene::with_a_call(41);
    let old = scene.checks(0);
    assert!(!old.is_empty());
    scene.restart(0);
    scene.run(secs(12));
    let (before, held, since) = (scene.counters(), scene.gauges(), scene.now);
    let mut sent = 0;
    scene.run_with(secs(5), |scene| {
        // From anywhere, and as if from where the page is.
        let sources = [stranger(&mut scene.rng), scene.address(0)];
        for source in sources {
            scene.inject(source, &old[sent % old.len()]);
            sent += 1;
        }
    });
    scene.assert_call_undisturbed(since);
    let refused = scene.counters().datagrams_refused - before.datagrams_refused;
    assert_eq!(refused, sent as u64);
    assert_eq!(scene.gauges().addresses, held.addresses);
}

#[test]
fn restarts_that_only_a_stranger_heard_take_nobodys_media_and_lock_nobody_out() {
    let mut scene = Scene::with_a_call(42);
    scene.captured.clear();
    scene.is_capturing = true;
    // Four generations are lost on the way to us, each of them as genuine as the fifth.
    scene.unheard = Some(0);
    for _ in 0..4 {
        scene.restart(0);
        scene.run(secs(1));
    }
    scene.is_capturing = false;
    let unheard = scene.checks(0);
    assert!(unheard.len() >= 8, "{}", unheard.len());
    scene.unheard = None;
    scene.restart(0);
    scene.run(secs(3));

    let (held, since) = (scene.gauges(), scene.now);
    let mut sent = 0;
    scene.run_with(secs(15), |scene| {
        // Each of them once: a second time it would be a replay.
        if sent < unheard.len() && scene.rng.u8(..) < 4 {
            let source = stranger(&mut scene.rng);
            scene.inject(source, &unheard[sent]);
            sent += 1;
        }
    });
    assert_eq!(sent, unheard.len());
    scene.assert_call_undisturbed(since);
    assert!(scene.gauges().addresses <= held.addresses + 8);
}

#[test]
fn a_stranger_who_repeats_the_requests_of_a_restart_gets_nothing() {
    let mut scene = Scene::with_a_call(43);
    scene.captured.clear();
    scene.is_capturing = true;
    let mut heard = 0;
    scene.restart(0);
    // As fast as it can be done, while the page changes over.
    scene.run_with(ms(500), |scene| {
        let checks = scene.checks(0);
        for check in checks.iter().skip(heard) {
            let source = stranger(&mut scene.rng);
            scene.inject(source, check);
        }
        heard = checks.len();
    });
    scene.is_capturing = false;
    assert!(heard > 0);
    scene.run(secs(1));
    let since = scene.now;
    scene.run(secs(4));
    scene.assert_call_undisturbed(since);
}
