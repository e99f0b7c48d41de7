//! Somebody else writes to the room's log: the room is read again and goes on.

use super::*;
use crate::consultation::{self as domain, Command};
use crate::protocol::{Admission, ErrorCode};
use crate::store::{Batch, RoomStore};

/// Does something to the room behind its back.
async fn elsewhere(world: &World, command: Command) {
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let state = domain::replay(&stored.events);
    let now = Timestamp(1_500);
    let batch = Batch {
        events: domain::decide(&state, command, now).unwrap(),
        ..Batch::default()
    };
    let appended = world.store.append(world.room, stored.version, batch).await;
    appended.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_is_done_by_what_is_so_now() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    let by = seat(LAN);
    elsewhere(
        &world,
        Command::Remove {
            seat: seat(SINH),
            by,
        },
    )
    .await;
    lan.says(Said::Lock { locked: true }).await;
    world.present().await;
    sinh.ends_with(EndReason::Removed).await;
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
    let told = lan.drain();
    assert!(told.contains(&ServerMessage::LockChanged { locked: true }));
    let removed = told.iter().any(|message| {
        matches!(message, ServerMessage::SeatChanged { seat } if seat.admission == Admission::Removed)
    });
    assert!(removed, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_join_goes_on_over_a_conflict() {
    let world = World::new().await;
    world.enter(LAN).await;
    let by = seat(LAN);
    elsewhere(
        &world,
        Command::Admit {
            seat: seat(SINH),
            by: Some(by),
        },
    )
    .await;
    let joined = world.join(SINH).await;
    assert_eq!(joined.seats.len(), NAMES.len());
    let standing = world.media.standing(world.room, seat(SINH));
    assert_eq!(standing, Some(crate::media_port::Standing::Admitted));
}

#[tokio::test(start_paused = true)]
async fn a_chat_goes_on_over_a_conflict() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    let by = seat(LAN);
    elsewhere(&world, Command::Lock { locked: true, by }).await;
    lan.says(Said::Chat {
        r#ref: "m1".to_owned().try_into().unwrap(),
        text: "Alô".to_owned().try_into().unwrap(),
        to: None,
    })
    .await;
    world.present().await;
    let told = lan.drain();
    assert!(
        told.iter()
            .any(|message| matches!(message, ServerMessage::Chat(_))),
        "{told:?}"
    );
    drop(sinh);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_longer_allowed_is_refused_after_a_conflict() {
    let world = World::new().await;
    let (lan, mut sinh) = world.two_in().await;
    elsewhere(&world, Command::End { by: None }).await;
    lan.says(Said::Lock { locked: true }).await;
    world.present().await;
    assert_eq!(
        sinh.next().await,
        ServerMessage::Ended {
            reason: EndReason::Closed
        }
    );
    assert_eq!(
        world.try_join(SON).await.unwrap_err().code(),
        ErrorCode::Ended
    );
}

/// Another server has the same message already, and one that this server did not hear of.
#[tokio::test(start_paused = true)]
async fn what_was_said_elsewhere_is_told_and_takes_no_number_twice() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let said = |id, r#ref: &str| crate::store::ChatRecord {
        id,
        seat: seat(LAN),
        with: None,
        at: Timestamp(1_200),
        r#ref: r#ref.to_owned().try_into().unwrap(),
        text: "Alô".to_owned().try_into().unwrap(),
    };
    let batch = Batch {
        chat: vec![said(1, "other"), said(2, "same")],
        ..Batch::default()
    };
    let appended = world.store.append(world.room, stored.version, batch).await;
    appended.unwrap();
    let by = seat(LAN);
    elsewhere(&world, Command::Lock { locked: true, by }).await;
    for r#ref in ["same", "new"] {
        lan.says(Said::Chat {
            r#ref: r#ref.to_owned().try_into().unwrap(),
            text: "Alô".to_owned().try_into().unwrap(),
            to: None,
        })
        .await;
    }
    world.present().await;
    let ids = |heard: Vec<ServerMessage>| -> Vec<u64> {
        let ids = heard.iter().filter_map(|message| match message {
            ServerMessage::Chat(entry) => Some(entry.id),
            _ => None,
        });
        ids.collect()
    };
    assert_eq!(ids(sinh.drain()), [1, 2, 3]);
    // The repeated one is a receipt once more.
    assert_eq!(ids(lan.drain()), [1, 2, 2, 3]);
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let refs: Vec<_> = stored.chat.iter().map(|said| said.r#ref.as_str()).collect();
    assert_eq!(refs, ["other", "same", "new"]);
}
