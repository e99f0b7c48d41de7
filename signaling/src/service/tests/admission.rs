//! Who waits, who is let in, who is put out.

use super::*;
use crate::media_port::Standing;
use crate::media_port::fake::Call;
use crate::protocol::{Admission, ConnectionState, ErrorCode, RejoinReason, Transport};
use crate::room::WARM_LIMIT;

#[tokio::test(start_paused = true)]
async fn a_patient_waits_until_a_practitioner_lets_them_in() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let joined = world.join(SINH).await;
    assert_eq!(joined.transport, Transport::New);
    assert!(joined.slots.is_empty() && !joined.senders.microphone);
    let mut sinh = world.welcomed(&joined.resume).await;
    let arrived = lan.sees().await;
    assert_eq!(
        (arrived.seat, arrived.admission, arrived.waiting_since),
        (seat(SINH), Admission::Waiting, Some(Timestamp(1_000)))
    );
    assert_eq!(lan.sees().await.connection, ConnectionState::Up);
    let standing = || world.media.standing(world.room, seat(SINH));
    assert_eq!(standing(), Some(Standing::Waiting));

    lan.says(Said::Admit { seat: seat(SINH) }).await;
    assert_eq!(lan.sees().await.admission, Admission::Admitted);
    assert_eq!(standing(), Some(Standing::Admitted));
    let told = sinh.drain();
    let seats = told.iter().map(|message| match message {
        ServerMessage::SeatChanged { seat } => (seat.seat, seat.admission),
        other => panic!("{other:?}"),
    });
    let none = Admission::None;
    assert_eq!(
        seats.collect::<Vec<_>>(),
        [
            (seat(SINH), Admission::Admitted),
            (seat(MAI), none),
            (seat(SON), none)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn letting_in_twice_is_done_once() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    let calls = world.media.calls().len();
    lan.says(Said::Admit { seat: seat(SINH) }).await;
    world.present().await;
    assert_eq!((lan.drain(), sinh.drain()), (Vec::new(), Vec::new()));
    assert_eq!(world.media.calls().len(), calls);
}

#[tokio::test(start_paused = true)]
async fn who_waits_sees_themselves_and_the_practitioners_only() {
    let world = World::new().await;
    let lan = world.enter(LAN).await;
    lan.says(Said::Hand { raised: true }).await;
    world.enter(MAI).await;
    let joined = world.join(SINH).await;
    let seen: Vec<_> = joined.seats.iter().map(|seat| seat.seat).collect();
    assert_eq!(seen, [seat(LAN), seat(SINH)]);
    let doctor = &joined.seats[0];
    assert_eq!(doctor.name.as_str(), NAMES[LAN]);
    assert!(doctor.present && !doctor.hand);
    let mut sinh = world.welcomed(&joined.resume).await;
    let mai = world.take_over(MAI).await;
    let mai = world.welcomed(&mai.resume).await;
    mai.says(Said::Hand { raised: true }).await;
    world.present().await;
    assert_eq!(sinh.drain(), []);
}

#[tokio::test(start_paused = true)]
async fn who_is_turned_away_or_put_out_hears_why_and_nothing_more() {
    for (said, reason, code) in [
        (
            Said::Deny { seat: seat(SINH) },
            EndReason::Denied,
            ErrorCode::Denied,
        ),
        (
            Said::Remove { seat: seat(SINH) },
            EndReason::Removed,
            ErrorCode::Removed,
        ),
    ] {
        let world = World::new().await;
        let lan = world.enter(LAN).await;
        let joined = world.join(SINH).await;
        let sinh = world.welcomed(&joined.resume).await;
        lan.says(said.clone()).await;
        sinh.ends_with(reason).await;
        assert_eq!(world.media.seats(world.room), [seat(LAN)]);
        // Neither the link nor the token opens anything.
        assert_eq!(world.try_join(SINH).await.unwrap_err().code(), code);
        let resumed = world.try_resume(&joined.resume).await;
        assert_eq!(resumed.unwrap_err().code(), code);
        let refused = world.try_connect(&joined.resume).await.err();
        assert_eq!(refused, Some(ConnectError::Ended(reason)));
        // It was a mistake: the link is good again, and opens straight into the room.
        lan.says(Said::Admit { seat: seat(SINH) }).await;
        world.present().await;
        let again = world.join(SINH).await;
        assert_eq!(again.seats.len(), NAMES.len());
        assert!(again.senders.microphone);
    }
}

#[tokio::test(start_paused = true)]
async fn one_more_minute_is_told_and_keeps_the_place() {
    let world = World::new().await;
    let lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.says(Said::Hold { seat: seat(SINH) }).await;
    let held = sinh.sees().await;
    assert_eq!((held.admission, held.ahead), (Admission::Held, Some(0)));
    assert_eq!(held.waiting_since, Some(Timestamp(1_000)));
}

#[tokio::test(start_paused = true)]
async fn only_the_front_of_the_waiting_room_has_transports() {
    let world = World::new().await;
    let roles = [&[Role::Practitioner][..], &[Role::Patient; 4]].concat();
    let room = open(&world.service, &roles).await;
    let world = World {
        room: room.room,
        links: room.links,
        ..world
    };
    let lan = world.enter(0).await;
    let mut pages = Vec::new();
    for person in 1..=4 {
        world.time.fetch_add(1, Ordering::Relaxed);
        let joined = world.join(person).await;
        let wanted = if person <= WARM_LIMIT {
            Transport::New
        } else {
            Transport::None
        };
        assert_eq!(
            (joined.transport, joined.answer.is_some()),
            (wanted, person <= WARM_LIMIT)
        );
        pages.push((world.welcomed(&joined.resume).await, joined));
    }
    let own = |page: &mut Page| page.drain();
    for (page, _) in &mut pages {
        own(page);
    }
    let called = ServerMessage::Rejoin {
        reason: RejoinReason::Called,
    };
    // The fourth one's card is opened, out of turn.
    lan.says(Said::OpenCard { seat: seat(4) }).await;
    world.present().await;
    assert_eq!(pages[3].0.drain(), std::slice::from_ref(&called));
    let resumed = world.resume(&pages[3].1.resume).await;
    assert_eq!(resumed.transport, Transport::New);
    // The first one is let in: the third moves up.
    lan.says(Said::Admit { seat: seat(1) }).await;
    world.present().await;
    let told = pages[2].0.drain();
    let ahead = told.iter().find_map(|message| match message {
        ServerMessage::SeatChanged { seat } => seat.ahead,
        _ => None,
    });
    assert_eq!(ahead, Some(1));
    assert_eq!(told.last(), Some(&called));
    assert_eq!(told.iter().filter(|message| **message == called).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_let_in_from_the_back_is_called() {
    let world = World::new().await;
    let roles = [&[Role::Practitioner][..], &[Role::Patient; 3]].concat();
    let room = open(&world.service, &roles).await;
    let world = World {
        room: room.room,
        links: room.links,
        ..world
    };
    let lan = world.enter(0).await;
    world.enter(1).await;
    world.enter(2).await;
    let joined = world.join(3).await;
    assert_eq!(joined.transport, Transport::None);
    let mut last = world.welcomed(&joined.resume).await;
    lan.says(Said::Admit { seat: seat(3) }).await;
    world.present().await;
    let reason = RejoinReason::Called;
    assert_eq!(last.drain().last(), Some(&ServerMessage::Rejoin { reason }));
    let resumed = world.resume(&joined.resume).await;
    assert_eq!(resumed.transport, Transport::New);
    assert!(resumed.senders.microphone);
    let call = Call::Join {
        room: world.room,
        seat: seat(3),
        standing: Standing::Admitted,
        network: None,
        credentials: None,
    };
    assert_eq!(world.media.calls().last(), Some(&call));
}

#[tokio::test(start_paused = true)]
async fn whoever_is_away_is_let_in_all_the_same_and_everybody_can_see_that() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let joined = world.join(SINH).await;
    let sinh = world.welcomed(&joined.resume).await;
    sinh.connected.disconnect().await;
    world.present().await;
    lan.drain();
    lan.says(Said::Admit { seat: seat(SINH) }).await;
    let seen = lan.sees().await;
    assert_eq!(
        (seen.admission, seen.present, seen.connection),
        (Admission::Admitted, true, ConnectionState::Lost)
    );
    world.passes(Duration::from_mins(2)).await;
    let seen = lan.sees().await;
    assert_eq!(
        (seen.admission, seen.present, seen.connection),
        (Admission::Admitted, false, ConnectionState::None)
    );
    // They come back straight into the room.
    let again = world.resume(&joined.resume).await;
    assert!(again.senders.microphone);
    assert_eq!(again.seats.len(), NAMES.len());
}

#[tokio::test(start_paused = true)]
async fn a_lock_keeps_out_who_was_not_let_in() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    lan.says(Said::Lock { locked: true }).await;
    let locked = ServerMessage::LockChanged { locked: true };
    assert_eq!(lan.next().await, locked);
    assert_eq!(sinh.next().await, locked);
    let error = world.try_join(SON).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Locked);
    world.take_over(SINH).await;
    lan.says(Said::Lock { locked: false }).await;
    assert_eq!(world.join(SON).await.seats.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fourth_person_cannot_be_let_in() {
    let world = World::new().await;
    let (mut lan, _sinh) = world.two_in().await;
    world.enter(MAI).await;
    world.enter(SON).await;
    world.present().await;
    lan.drain();
    lan.says(Said::Admit { seat: seat(SON) }).await;
    lan.is_refused(ErrorCode::RoomFull).await;
    lan.says(Said::Remove { seat: seat(MAI) }).await;
    lan.says(Said::Admit { seat: seat(SON) }).await;
    world.present().await;
    let standing = world.media.standing(world.room, seat(SON));
    assert_eq!(standing, Some(Standing::Admitted));
}

#[tokio::test(start_paused = true)]
async fn a_request_to_mute_mutes_nobody_and_reaches_one() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    lan.says(Said::AskMute { seat: seat(SINH) }).await;
    let by = seat(LAN);
    assert_eq!(sinh.next().await, ServerMessage::MuteRequested { by });
    world.present().await;
    assert_eq!(lan.drain(), []);
    lan.says(Said::AskMute { seat: seat(LAN) }).await;
    lan.is_refused(ErrorCode::Forbidden).await;
    sinh.says(Said::AskMute { seat: seat(LAN) }).await;
    sinh.is_refused(ErrorCode::Forbidden).await;
}

#[tokio::test(start_paused = true)]
async fn a_practitioner_ends_it_for_everybody() {
    let world = World::new().await;
    let (lan, sinh) = world.two_in().await;
    lan.says(Said::End).await;
    lan.ends_with(EndReason::Closed).await;
    sinh.ends_with(EndReason::Closed).await;
    assert_eq!(world.media.room_count(), 0);
    assert_eq!(
        world.try_join(SINH).await.unwrap_err().code(),
        ErrorCode::Ended
    );
}
