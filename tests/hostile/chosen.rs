//! An attacker misuses that a page may choose the ICE credentials of the server's side (docs/adr/0022).

use nhipcau::media::Join;
use nhipcau::media::credentials::Credentials;
use nhipcau::media::demux::stun_fragment;
use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::routing::Standing;

use crate::scene::Scene;
use crate::world::secs;

const ELSEWHERE: RoomId = RoomId(9);

/// Somebody joins with credentials of their own choice; returns the answer.
fn join(scene: &mut Scene, room: RoomId, seat: u16, fragment: &str) -> String {
    let offer = scene.people[0].page.offer().to_owned();
    let credentials = Credentials {
        fragment: fragment.to_owned(),
        password: "of+their/own+choice+++".to_owned(),
    };
    let join = Join {
        room,
        seat: SeatId(seat),
        standing: Standing::Admitted,
        offer: &offer,
        hint: None,
        credentials: Some(&credentials),
    };
    scene.plane.join(scene.now, &join).unwrap().answer
}

fn names(answer: &str, fragment: &str) -> bool {
    answer.contains(&format!("a=ice-ufrag:{fragment}\r\n"))
}

#[test]
fn a_page_gets_the_credentials_that_it_has_chosen_and_nobody_gets_them_after_it() {
    let mut scene = Scene::with_a_call(61);
    let first = join(&mut scene, ELSEWHERE, 1, "chosen++");
    assert!(names(&first, "chosen++"));
    assert!(first.contains("a=ice-pwd:of+their/own+choice+++\r\n"));
    // Another of the room, another room, and the same seat once more: what was overheard of the first
    // transport must be worth nothing on the second.
    for (room, seat) in [(ELSEWHERE, 2), (RoomId(10), 1), (ELSEWHERE, 1)] {
        assert!(!names(
            &join(&mut scene, room, seat, "chosen++"),
            "chosen++"
        ));
    }
    assert_eq!(scene.gauges().fragments, 2 + 3);
    scene.plane.end(scene.now, ELSEWHERE);
    scene.plane.end(scene.now, RoomId(10));
    assert!(names(
        &join(&mut scene, ELSEWHERE, 3, "chosen++"),
        "chosen++"
    ));
    scene.plane.end(scene.now, ELSEWHERE);
    scene.end_with_nothing_left();
}

#[test]
fn whoever_asks_for_the_fragment_of_somebody_in_a_call_takes_nothing_of_theirs() {
    let mut scene = Scene::with_a_call(62);
    let checks = scene.checks(0);
    let overheard = stun_fragment(&checks[0]).unwrap().to_owned();
    let since = scene.now;
    let mut seat = 0;
    scene.run_with(secs(2), |scene| {
        seat += 1;
        let answer = join(scene, ELSEWHERE, 1 + seat % 3, &overheard);
        assert!(!names(&answer, &overheard));
    });
    scene.assert_call_undisturbed(since);
    scene.plane.end(scene.now, ELSEWHERE);
    scene.end_with_nothing_left();
}

#[test]
fn checks_that_come_before_their_join_are_counted_and_remembered_by_nobody() {
    let mut scene = Scene::with_a_call(63);
    let (before, held) = (scene.counters(), scene.gauges());
    // A genuine check, but for the name of its owner.
    let mut early = scene.checks(0)[0].clone();
    let overheard = stun_fragment(&early).unwrap().as_bytes().to_owned();
    let at = early
        .windows(overheard.len())
        .position(|bytes| bytes == overheard)
        .unwrap();
    early[at..at + 8].copy_from_slice(b"chosen++");
    let source = "203.0.113.7:40000".parse().unwrap();
    for _ in 0..100 {
        scene.inject(source, &early);
    }
    let unknown = scene.counters().datagrams_unknown_fragment - before.datagrams_unknown_fragment;
    assert_eq!(unknown, 100);
    assert_eq!(scene.gauges().addresses, held.addresses);
    assert_eq!(scene.gauges().fragments, held.fragments);
    scene.end_with_nothing_left();
}
