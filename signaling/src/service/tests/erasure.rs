//! One person's words and name destroyed, in a room that goes on.

use super::*;
use crate::consultation::{ErasureReason, Fact, replay};
use crate::protocol::ErrorCode;
use crate::store::RoomStore;
use crate::text::{ChatRef, ChatText};

impl World {
    async fn erase(&self, person: usize) -> Result<(), LinkChangeError> {
        let reason = ErasureReason::Request;
        self.service.erase(self.room, seat(person), reason).await
    }

    /// What is said in the room, as the store has it.
    async fn said(&self) -> Vec<String> {
        let room = self.store.load(self.room).await.unwrap().unwrap();
        let texts = room.chat.iter().map(|said| said.text.as_str().to_owned());
        texts.collect()
    }
}

fn chat(r#ref: &str, text: &str) -> Said {
    Said::Chat {
        r#ref: ChatRef::parse(r#ref).unwrap(),
        text: ChatText::parse(text).unwrap(),
        to: None,
    }
}

#[tokio::test(start_paused = true)]
async fn an_erased_person_is_out_and_gone_and_the_others_go_on() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    sinh.says(chat("m1", "đau")).await;
    lan.says(chat("m2", "nghỉ")).await;
    world.present().await;
    lan.drain();
    sinh.drain();
    world.erase(SINH).await.unwrap();
    sinh.ends_with(EndReason::Revoked).await;
    let gone = ServerMessage::SeatGone { seat: seat(SINH) };
    assert_eq!(lan.next().await, gone);
    assert_eq!(world.present().await, [seat(LAN)]);
    assert_eq!(world.said().await, ["nghỉ"]);
    let error = world.try_join(SINH).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkUnknown);
    lan.says(chat("m3", "tiếp")).await;
    world.present().await;
    assert_eq!(world.said().await, ["nghỉ", "tiếp"]);
    // Whoever comes now hears of nobody who is gone.
    let joined = world.resume(&world.take_over(LAN).await.resume).await;
    assert!(joined.seats.iter().all(|place| place.seat != seat(SINH)));
}

#[tokio::test(start_paused = true)]
async fn the_log_says_once_that_it_was_done_and_why() {
    let world = World::new().await;
    world.two_in().await;
    for _again in 0..2 {
        world.erase(SINH).await.unwrap();
    }
    let room = world.store.load(world.room).await.unwrap().unwrap();
    let erasures = room.events.iter().filter(|event| {
        event.fact
            == Fact::Erased {
                seat: seat(SINH),
                by: None,
                reason: ErasureReason::Request,
            }
    });
    assert_eq!(erasures.count(), 1);
    assert!(!replay(&room.events).is_present(seat(SINH)));
    assert!(room.people.iter().all(|person| person.seat != seat(SINH)));
    let names: Vec<_> = room.people.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, [NAMES[LAN], NAMES[MAI], NAMES[SON]]);
}

#[tokio::test(start_paused = true)]
async fn nothing_of_them_comes_back_with_a_restart_or_a_new_link() {
    let world = World::new().await;
    world.two_in().await;
    world.erase(SINH).await.unwrap();
    let world = world.restarted();
    let error = world.try_join(SINH).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkUnknown);
    let lifetime = LinkLifetime::default();
    let relinked = world
        .service
        .new_link(world.room, seat(SINH), lifetime)
        .await;
    assert_eq!(relinked.unwrap_err().code(), ErrorCode::LinkUnknown);
}

#[tokio::test(start_paused = true)]
async fn a_consultation_that_has_ended_can_be_erased_and_one_that_never_was_cannot() {
    let world = World::new().await;
    world.two_in().await;
    world.service.end_room(world.room).await.unwrap();
    world.erase(SINH).await.unwrap();
    let room = world.store.load(world.room).await.unwrap().unwrap();
    assert!(room.people.iter().all(|person| person.seat != seat(SINH)));
    let reason = ErasureReason::Order;
    for (room, seat) in [(RoomId(1), seat(SINH)), (world.room, SeatId(9))] {
        let refused = world.service.erase(room, seat, reason).await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::LinkUnknown);
    }
}
