use super::*;
use crate::connection::Said;
use crate::protocol::{ChatEntry, EndReason};
use crate::room::OUTBOX_MESSAGES;
use crate::text::{ChatRef, ChatText};

fn chat(r#ref: &str, text: &str) -> Said {
    Said::Chat {
        r#ref: ChatRef::parse(r#ref).unwrap(),
        text: ChatText::parse(text).unwrap(),
    }
}

async fn next_chat(page: &mut Page) -> ChatEntry {
    match page.next().await {
        ServerMessage::Chat(entry) => entry,
        other => panic!("chat was expected, got {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn people_see_each_other_come_mute_and_go() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let sinh = world.enter(SINH).await;
    let ServerMessage::SeatJoined { seat: joined } = lan.next().await else {
        panic!("seatJoined was expected")
    };
    assert_eq!((joined.seat, joined.present), (seat(SINH), true));
    sinh.connected
        .say(Said::Media {
            microphone: false,
            camera: true,
        })
        .await;
    let changed = ServerMessage::MediaChanged {
        seat: seat(SINH),
        microphone: false,
        camera: true,
    };
    assert_eq!(lan.next().await, changed);
    sinh.connected.say(Said::Leave).await;
    sinh.ends_with(EndReason::Left).await;
    assert_eq!(
        lan.next().await,
        ServerMessage::SeatLeft { seat: seat(SINH) }
    );
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
}

#[tokio::test(start_paused = true)]
async fn chat_reaches_all_and_is_its_senders_receipt() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.next().await; // seatJoined
    sinh.connected.say(chat("m1", "Chào bác sĩ")).await;
    let heard = next_chat(&mut lan).await;
    assert_eq!(heard.text.as_str(), "Chào bác sĩ");
    assert_eq!((heard.id, heard.seat), (1, seat(SINH)));
    assert_eq!((heard.at, &heard.r#ref), (Timestamp(1_000), &None));
    let receipt = next_chat(&mut sinh).await;
    assert_eq!(receipt.r#ref.unwrap().as_str(), "m1");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_reference_gets_its_receipt_again_and_reaches_nobody_else() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.next().await; // seatJoined
    for _ in 0..2 {
        sinh.connected.say(chat("m1", "một")).await;
    }
    sinh.connected.say(chat("m2", "hai")).await;
    let to_sinh = [(); 3].map(|()| ());
    let mut ids = Vec::new();
    for () in to_sinh {
        ids.push(next_chat(&mut sinh).await.id);
    }
    assert_eq!(ids, [1, 1, 2]);
    assert_eq!(next_chat(&mut lan).await.id, 1);
    assert_eq!(next_chat(&mut lan).await.id, 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_later_reads_what_was_said() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    lan.connected.say(chat("m1", "Mời vào")).await;
    next_chat(&mut lan).await;
    let joined = world.join(SINH).await;
    let mut sinh = world.connect(&joined.resume).await;
    let ServerMessage::Welcome { you, chat, seats } = sinh.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!((you, seats.len()), (seat(SINH), 4));
    assert_eq!(chat.len(), 1);
    assert_eq!(chat[0].r#ref, None);
}

#[tokio::test(start_paused = true)]
async fn losing_a_socket_removes_nobody() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let joined = world.join(SINH).await;
    world.up(SINH).await;
    let sinh = world.connect(&joined.resume).await;
    sinh.connected.disconnect().await;
    world.up(LAN).await;
    world.passes(Duration::from_hours(1)).await;
    assert_eq!(world.present().await, [seat(LAN), seat(SINH)]);
    // The same token works again on a new socket.
    let mut again = world.connect(&joined.resume).await;
    assert!(matches!(again.next().await, ServerMessage::Welcome { .. }));
    assert!(matches!(lan.next().await, ServerMessage::SeatJoined { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_new_socket_of_the_same_page_replaces_the_old_without_a_word() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let mut old = world.connect(&joined.resume).await;
    old.next().await; // welcome
    let mut new = world.connect(&joined.resume).await;
    new.next().await; // welcome
    assert!(old.is_closed().await);
    // The old socket's end does not disturb the new one, nor does its voice count any more.
    old.connected.say(Said::Leave).await;
    old.connected.disconnect().await;
    new.connected.say(chat("m1", "Alô")).await;
    next_chat(&mut new).await;
    assert_eq!(world.present().await, [seat(LAN)]);
}

#[tokio::test(start_paused = true)]
async fn opening_the_link_elsewhere_takes_the_seat_over() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let phone = world.join(SINH).await;
    let mut page = world.connect(&phone.resume).await;
    page.next().await; // welcome
    lan.next().await; // seatJoined
    let tablet = world.join(SINH).await;
    page.ends_with(EndReason::TakenOver).await;
    // The phone's token is good for nothing but being told.
    let refused = world.try_connect(&phone.resume).await.err();
    assert_eq!(refused, Some(ConnectError::Ended(EndReason::TakenOver)));
    world.connect(&tablet.resume).await;
    // The others noticed nothing: there is one seat, and it was never empty.
    lan.connected.say(chat("m1", "Alô")).await;
    next_chat(&mut lan).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_nobody_has_is_unknown() {
    let world = World::new().await;
    let stranger = ResumeToken::from_bytes([5; 16]);
    let refused = world.try_connect(&stranger).await.err();
    assert_eq!(refused, Some(ConnectError::Unknown));
    // A link is no resume token.
    let link = ResumeToken::parse(world.links[LAN].as_str()).unwrap();
    let refused = world.try_connect(&link).await.err();
    assert_eq!(refused, Some(ConnectError::Unknown));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_left_must_join_again() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let page = world.connect(&joined.resume).await;
    page.connected.say(Said::Leave).await;
    let refused = world.try_connect(&joined.resume).await.err();
    assert_eq!(refused, Some(ConnectError::Ended(EndReason::Left)));
    world.enter(LAN).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_cut_off_and_keeps_its_seat() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let mut slow = world.connect(&joined.resume).await;
    let sinh = world.enter(SINH).await;
    for microphone in [false, true].repeat(OUTBOX_MESSAGES) {
        sinh.connected
            .say(Said::Media {
                microphone,
                camera: true,
            })
            .await;
    }
    slow.receiver.overflowed().await;
    slow.connected.disconnect().await;
    assert_eq!(world.present().await, [seat(LAN), seat(SINH)]);
    let mut again = world.connect(&joined.resume).await;
    assert!(matches!(again.next().await, ServerMessage::Welcome { .. }));
}

#[tokio::test(start_paused = true)]
async fn sockets_are_counted_and_bounded() {
    let world = World::with(Settings {
        max_websockets: 1,
        ..Settings::default()
    })
    .await;
    let first = world.service.try_websocket().unwrap();
    assert!(world.service.try_websocket().is_none());
    assert_eq!(world.service.counts().websockets, 1);
    drop(first);
    assert_eq!(world.service.counts().websockets, 0);
}
