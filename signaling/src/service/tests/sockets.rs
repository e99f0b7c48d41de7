use super::*;
use crate::protocol::ChatEntry;
use crate::protocol::{ErrorCode, TurnKind};
use crate::room::OUTBOX_MESSAGES;
use crate::text::{ChatRef, ChatText};

fn chat(r#ref: &str, text: &str) -> Said {
    Said::Chat {
        r#ref: ChatRef::parse(r#ref).unwrap(),
        text: ChatText::parse(text).unwrap(),
        to: None,
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
    let mut mai = world.enter(MAI).await;
    let joined = lan.sees().await;
    assert_eq!((joined.seat, joined.present), (seat(MAI), true));
    lan.sees().await; // the socket
    let (microphone, camera) = (false, true);
    mai.says(Said::Media { microphone, camera }).await;
    let muted = lan.sees().await;
    assert_eq!((muted.microphone, muted.camera), (false, true));
    mai.says(Said::Hand { raised: true }).await;
    assert!(lan.sees().await.hand);
    // A page knows its own state best: no echo.
    assert_eq!(mai.drain(), []);
    mai.says(Said::Leave).await;
    mai.ends_with(EndReason::Left).await;
    let left = lan.sees().await;
    assert_eq!(
        (left.seat, left.present, left.hand),
        (seat(MAI), false, false)
    );
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
}

#[tokio::test(start_paused = true)]
async fn chat_reaches_all_and_is_its_senders_receipt() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    sinh.says(chat("m1", "Chào bác sĩ")).await;
    let heard = next_chat(&mut lan).await;
    assert_eq!(heard.text.as_str(), "Chào bác sĩ");
    assert_eq!((heard.id, heard.seat, heard.with), (1, seat(SINH), None));
    assert_eq!((heard.at, &heard.r#ref), (Timestamp(1_000), &None));
    let receipt = next_chat(&mut sinh).await;
    assert_eq!(receipt.r#ref.unwrap().as_str(), "m1");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_reference_gets_its_receipt_again_and_reaches_nobody_else() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    for _ in 0..2 {
        sinh.says(chat("m1", "một")).await;
    }
    sinh.says(chat("m2", "hai")).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
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
    lan.says(chat("m1", "Mời vào")).await;
    next_chat(&mut lan).await;
    let joined = world.join(MAI).await;
    let mut mai = world.connect(&joined.resume).await;
    let ServerMessage::Welcome {
        you, chat, seats, ..
    } = mai.next().await
    else {
        panic!("welcome was expected")
    };
    assert_eq!((you, seats.len()), (seat(MAI), 4));
    assert_eq!(chat.len(), 1);
    assert_eq!(chat[0].r#ref, None);
}

#[tokio::test(start_paused = true)]
async fn who_waits_and_the_practitioners_write_to_each_other_alone() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut mai = world.enter(MAI).await;
    let mut sinh = world.enter(SINH).await;
    lan.says(chat("all", "Chị Mai nghe rõ không?")).await;
    sinh.says(chat("m1", "Tôi đến rồi")).await;
    let to = Some(seat(SINH));
    lan.says(Said::Chat {
        r#ref: ChatRef::parse("m2").unwrap(),
        text: ChatText::parse("Bác chờ một chút").unwrap(),
        to,
    })
    .await;
    world.present().await;
    let read = |page: &mut Page| {
        let heard = page.drain().into_iter();
        heard
            .filter_map(|message| match message {
                ServerMessage::Chat(entry) => Some((entry.id, entry.with)),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(read(&mut lan), [(1, None), (2, to), (3, to)]);
    assert_eq!(read(&mut mai), [(1, None)]);
    assert_eq!(read(&mut sinh), [(2, to), (3, to)]);
    // Let in, he reads what was said to all meanwhile.
    lan.says(Said::Admit { seat: seat(SINH) }).await;
    world.present().await;
    assert_eq!(read(&mut sinh), [(1, None)]);
}

#[tokio::test(start_paused = true)]
async fn a_wish_to_all_is_seen_by_all_who_are_in() {
    let world = World::new().await;
    let (mut lan, _sinh) = world.two_in().await;
    let mut mai = world.enter(MAI).await;
    let mut son = world.enter(SON).await;
    world.present().await;
    lan.drain();
    let kind = TurnKind::Slower;
    mai.says(Said::Turn { kind }).await;
    let turn = ServerMessage::Turn {
        seat: seat(MAI),
        kind,
        at: Timestamp(1_000),
    };
    assert_eq!(lan.next().await, turn);
    mai.drain();
    son.says(Said::Turn { kind }).await;
    son.is_refused(ErrorCode::WrongState).await;
    assert_eq!(lan.drain(), []);
}

#[tokio::test(start_paused = true)]
async fn losing_a_socket_removes_nobody() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    world.up(SINH).await;
    world
        .media
        .set_heard(world.room, seat(SINH), Some(Duration::ZERO));
    sinh.connected.disconnect().await;
    world.up(LAN).await;
    world.passes(Duration::from_hours(1)).await;
    assert_eq!(world.present().await, [seat(LAN), seat(SINH)]);
    // The others noticed nothing.
    assert_eq!(lan.drain(), []);
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
async fn a_page_that_left_may_sit_down_again() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let page = world.connect(&joined.resume).await;
    page.says(Said::Leave).await;
    let refused = world.try_connect(&joined.resume).await.err();
    assert_eq!(refused, Some(ConnectError::Ended(EndReason::Left)));
    let again = world.resume(&joined.resume).await;
    world.welcomed(&again.resume).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_cut_off_and_keeps_its_seat() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let mut slow = world.connect(&joined.resume).await;
    let sinh = world.enter(MAI).await;
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
    assert_eq!(world.present().await, [seat(LAN), seat(MAI)]);
    world.welcomed(&joined.resume).await;
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
