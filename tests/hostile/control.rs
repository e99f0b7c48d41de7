//! An attacker who was let in misuses what steers media: the data channel, RTCP, its own offers.

use std::time::Duration;

use nhipcau::media::Join;
use nhipcau::media::debug::SlotSnapshot;
use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::routing::Standing;

use crate::attacker::{Attacker, with_an_attacker};
use crate::mutate;
use crate::scene::{BESIDE, Scene};
use crate::world::browser::Browser;
use crate::world::secs;

#[test]
fn messages_that_no_page_sends_are_counted_and_change_nothing() {
    let (mut scene, attacker) = with_an_attacker(40);
    let before = scene.counters();
    let since = scene.now;
    let mut said = 0;
    scene.run_with(secs(2), |scene| {
        let mut message = mutate::random(&mut scene.rng);
        message.truncate(900);
        // Anything but a whole SlotReady: those are for the next test.
        if message.len() == 4 && message[0] == 2 {
            return;
        }
        scene.people[attacker.index].page.say(&message);
        said += 1;
    });
    scene.run(secs(1));
    scene.assert_call_undisturbed(since);
    let counted = scene.counters().messages_unknown - before.messages_unknown;
    println!("{counted} of {said} messages arrived");
    assert!(counted > 0 && counted <= said);
    scene.end_with_nothing_left();
}

#[test]
fn a_message_as_large_as_the_channel_takes_is_counted_like_any_other() {
    let (mut scene, attacker) = with_an_attacker(41);
    let before = scene.counters();
    let since = scene.now;
    for length in [16_000, 64_000, 65_535] {
        scene.people[attacker.index].page.say(&vec![2; length]);
        scene.run(secs(1));
    }
    scene.assert_call_undisturbed(since);
    assert_eq!(
        scene.counters().messages_unknown - before.messages_unknown,
        3
    );
    scene.end_with_nothing_left();
}

#[test]
fn acknowledgements_of_foreign_slots_and_epochs_open_nothing() {
    let mut scene = Scene::with_a_call(42);
    scene.is_capturing = true;
    // Its page never acknowledges what it is asked to.
    let attacker = scene.join(BESIDE, 3, &Browser::chromium().never_ready());
    scene.run(secs(2));
    let newcomer = scene.join(BESIDE, 4, &Browser::chromium());
    scene.leave(0);
    scene.run(secs(1));
    let snapshot = |scene: &Scene| {
        let room = scene.plane.inspect(BESIDE).unwrap();
        let person = room
            .participants
            .into_iter()
            .find(|person| person.seat == 3)
            .unwrap();
        let state = |slot: SlotSnapshot| (slot.owner, slot.epoch, slot.is_open);
        person.slots.into_iter().map(state).collect::<Vec<_>>()
    };
    let slots = snapshot(&scene);
    let waiting = slots
        .iter()
        .position(|(.., is_open)| !is_open)
        .expect("the newcomer's slot");
    let (_, epoch, _) = slots[waiting];
    let mut wrong: Vec<[u8; 4]> = Vec::new();
    for slot in 0..=255_u8 {
        for other in [0, epoch.wrapping_sub(1), epoch.wrapping_add(1), u16::MAX] {
            let [high, low] = other.to_be_bytes();
            wrong.push([2, slot, high, low]);
        }
    }
    for message in wrong {
        scene.people[attacker].page.say(&message);
        scene.run(Duration::from_millis(2));
    }
    assert_eq!(snapshot(&scene), slots);
    let heard = &scene.people[attacker].page.receipts;
    let of_newcomer = heard
        .iter()
        .filter(|receipt| usize::from(receipt.found.mark.person) == newcomer);
    assert_eq!(of_newcomer.count(), 0, "media without an acknowledgement");
}

#[test]
fn reports_that_lie_harm_nobody_else() {
    let (mut scene, mut attacker) = with_an_attacker(43);
    let since = scene.now;
    scene.run_with(secs(3), |scene| {
        for _ in 0..2 {
            let report = rtcp(scene, &attacker);
            attacker.send_rtcp(scene, &report);
        }
    });
    scene.assert_call_undisturbed(since);
    scene.end_with_nothing_left();
}

/// One RTCP packet that may be anything: every type and format, true SSRCs and others, lengths
/// and counts that fit or do not, times at every end.
pub fn rtcp(scene: &mut Scene, attacker: &Attacker) -> Vec<u8> {
    let rng = &mut scene.rng;
    let any = |rng: &mut fastrand::Rng| {
        if rng.bool() {
            attacker.ssrcs[rng.usize(..attacker.ssrcs.len())]
        } else {
            rng.u32(..)
        }
    };
    let words = rng.u16(0..40);
    let mut packet = vec![0x80 | rng.u8(0..64), rng.u8(200..=207)];
    let claimed = if rng.u8(0..4) == 0 {
        rng.u16(..)
    } else {
        words + 1
    };
    packet.extend(claimed.to_be_bytes());
    packet.extend(any(rng).to_be_bytes());
    for _ in 0..words {
        let word = match rng.u8(0..4) {
            0 => any(rng),
            1 => [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff][rng.usize(0..5)],
            _ => rng.u32(..),
        };
        packet.extend(word.to_be_bytes());
    }
    packet
}

#[test]
fn a_storm_of_keyframe_requests_reaches_no_publisher() {
    let (mut scene, attacker) = with_an_attacker(44);
    let since = scene.now;
    let asked = scene.counters().keyframe_requests;
    scene.people[attacker.index].page.is_stormy = true;
    scene.run(secs(5));
    scene.assert_call_undisturbed(since);
    // Of 100 requests a second; two publishers, three encodings each, one request each half second.
    let requests = scene.counters().keyframe_requests - asked;
    println!("{requests} keyframes were asked for");
    assert!(requests <= 2 * 3 * 11, "{requests}");
    scene.end_with_nothing_left();
}

#[test]
fn a_thousand_joins_of_one_seat_leave_one_transport() {
    let mut scene = Scene::with_a_call(45);
    let offer = scene.people[0].page.offer().to_owned();
    let since = scene.now;
    let mut joins = 0;
    scene.run_with(secs(2), |scene| {
        if joins == 1_000 {
            return;
        }
        joins += 1;
        let join = Join {
            room: RoomId(7),
            seat: SeatId(1),
            standing: Standing::Admitted,
            offer: &offer,
            hint: None,
            credentials: None,
        };
        scene.plane.join(scene.now, &join).unwrap();
    });
    scene.assert_call_undisturbed(since);
    let gauges = scene.gauges();
    assert_eq!(
        (gauges.rooms, gauges.participants, gauges.fragments),
        (2, 3, 3)
    );
    println!("{} deadlines", gauges.deadlines);
    assert!(gauges.deadlines < 50);
    scene.plane.leave(scene.now, RoomId(7), SeatId(1));
    scene.end_with_nothing_left();
}

#[test]
fn offers_that_no_browser_makes_are_answered_or_refused() {
    let mut scene = Scene::with_a_call(46);
    let offer = scene.people[0].page.offer().to_owned();
    let since = scene.now;
    let (mut answered, mut refused) = (0, 0);
    for seat in 0..500 {
        let mangled = mangled(&mut scene.rng, &offer);
        let join = Join {
            room: RoomId(9),
            seat: SeatId(1 + seat % 2),
            standing: Standing::Admitted,
            offer: &mangled,
            hint: None,
            credentials: None,
        };
        match scene.plane.join(scene.now, &join) {
            Ok(_) => answered += 1,
            Err(_) => refused += 1,
        }
        if seat % 10 == 0 {
            scene.run(Duration::from_millis(10));
        }
    }
    println!("{answered} answered, {refused} refused");
    scene.assert_call_undisturbed(since);
    scene.plane.end(scene.now, RoomId(9));
    scene.end_with_nothing_left();
}

/// An offer with lines lost, doubled, swapped and bytes changed.
fn mangled(rng: &mut fastrand::Rng, offer: &str) -> String {
    let mut lines: Vec<String> = offer.lines().map(ToOwned::to_owned).collect();
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..lines.len());
        match rng.u8(0..5) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[rng.usize(..lines.len())].clone()),
            2 => {
                let other = rng.usize(..lines.len());
                lines.swap(at, other);
            }
            _ => {
                let bytes = mutate::mutated(rng, lines[at].as_bytes());
                lines[at] = String::from_utf8_lossy(&bytes).into_owned();
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\r\n") + "\r\n"
}
