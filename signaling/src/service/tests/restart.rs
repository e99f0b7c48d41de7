//! The server is killed and started again: nothing that was told is lost.

use super::*;
use crate::protocol::{Admission, RejoinReason, Transport};
use crate::text::{ChatRef, ChatText};

#[tokio::test(start_paused = true)]
async fn after_a_restart_people_come_back_to_their_seats() {
    let world = World::new().await;
    let lan = world.join(LAN).await;
    let mai = world.join(MAI).await;
    let world = world.restarted();
    let mut page = world.connect(&lan.resume).await;
    let ServerMessage::Welcome { you, seats, .. } = page.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(you, seat(LAN));
    let present: Vec<_> = seats.iter().filter(|seat| seat.present).collect();
    assert_eq!(present.len(), 2);
    assert_eq!(present[1].name.as_str(), NAMES[MAI]);
    let reason = RejoinReason::ServerRestarted;
    assert_eq!(page.next().await, ServerMessage::Rejoin { reason });
    let resumed = world.resume(&lan.resume).await;
    assert_eq!(resumed.transport, Transport::New);
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
    world.connect(&mai.resume).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_everything_is_as_it_was() {
    let world = World::new().await;
    let lan = world.join(LAN).await;
    let sinh = world.join(SINH).await;
    world.time.store(2_000, Ordering::Relaxed);
    let son = world.join(SON).await;
    let page = world.welcomed(&lan.resume).await;
    let waiting = world.welcomed(&son.resume).await;
    page.says(Said::Admit { seat: seat(SINH) }).await;
    page.says(Said::Lock { locked: true }).await;
    let (microphone, camera) = (false, true);
    page.says(Said::Media { microphone, camera }).await;
    page.says(Said::Hand { raised: true }).await;
    let chat = |r#ref: &str, to| Said::Chat {
        r#ref: ChatRef::parse(r#ref).unwrap(),
        text: ChatText::parse("Chờ một chút nhé").unwrap(),
        to,
    };
    page.says(chat("all", None)).await;
    page.says(chat("one", Some(seat(SON)))).await;
    waiting.says(chat("back", None)).await;
    world.present().await;

    let world = world.restarted();
    let mut page = world.connect(&lan.resume).await;
    let ServerMessage::Welcome {
        seats,
        chat,
        locked,
        ..
    } = page.next().await
    else {
        panic!("welcome was expected")
    };
    assert!(locked);
    let admissions: Vec<_> = seats.iter().map(|seat| seat.admission).collect();
    let (is_in, waits, never) = (Admission::Admitted, Admission::Waiting, Admission::None);
    assert_eq!(admissions, [is_in, is_in, never, waits]);
    assert_eq!(
        (seats[0].microphone, seats[0].camera, seats[0].hand),
        (false, true, true)
    );
    assert_eq!(seats[3].waiting_since, Some(Timestamp(2_000)));
    let with: Vec<_> = chat.iter().map(|entry| (entry.id, entry.with)).collect();
    assert_eq!(
        with,
        [(1, None), (2, Some(seat(SON))), (3, Some(seat(SON)))]
    );
    // Who waited waits on, in the same order; who was in is in.
    let resumed = world.resume(&son.resume).await;
    let own = resumed
        .seats
        .iter()
        .find(|seat| seat.seat == resumed.you)
        .unwrap();
    assert_eq!(
        (own.admission, own.waiting_since),
        (waits, Some(Timestamp(2_000)))
    );
    let mut waiting = world.connect(&resumed.resume).await;
    let ServerMessage::Welcome { chat, .. } = waiting.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(
        chat.iter().map(|entry| entry.id).collect::<Vec<_>>(),
        [2, 3]
    );
    assert_eq!(world.resume(&sinh.resume).await.seats.len(), NAMES.len());
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_whoever_does_not_come_back_frees_the_place() {
    let world = World::new().await;
    let room = open(&world.service, &[Role::Practitioner; 4]).await;
    let world = World {
        room: room.room,
        links: room.links,
        ..world
    };
    for person in 0..3 {
        world.join(person).await;
    }
    let world = world.restarted();
    assert!(world.try_join(3).await.is_err());
    world.enter(0).await;
    world.passes(Duration::from_secs(121)).await;
    world.join(3).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_an_old_page_still_learns_that_it_was_replaced() {
    let world = World::new().await;
    let phone = world.join(LAN).await;
    world.take_over(LAN).await;
    let world = world.restarted();
    let refused = world.try_connect(&phone.resume).await.err();
    let reason = EndReason::TakenOver;
    assert_eq!(refused, Some(ConnectError::Ended(reason)));
}
