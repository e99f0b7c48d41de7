//! The Redis behind the rooms goes away in the middle of a consultation, and comes back. A real
//! one, and so in real time.

use tokio::time::{Instant, timeout};

use super::*;
use crate::media_port::Standing;
use crate::protocol::{Admission, ErrorCode};
use crate::store::RoomStore;
use crate::store::redis::tests::server::{Settings as RedisSettings, TestRedis};
use crate::text::{ChatRef, ChatText};

/// Within this time after the return of Redis all goes on.
const BACK: Duration = Duration::from_secs(2);

async fn world_on(redis: &TestRedis) -> World {
    let store = Store::open_redis(&redis.address(), redis.keys(), Timestamp(5))
        .await
        .unwrap();
    World::over(store, Settings::default()).await
}

fn chat(r#ref: &str) -> Said {
    Said::Chat {
        r#ref: ChatRef::parse(r#ref).unwrap(),
        text: ChatText::parse("Chờ một chút nhé").unwrap(),
        to: None,
    }
}

/// Waits until the server takes people again.
async fn ready(world: &World) {
    let ready = async {
        while world.service.ready().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(BACK, ready)
        .await
        .expect("Redis is back, and so must be the rooms");
}

/// Hears until this page's own message comes back to it: everything before it is heard, too.
async fn hears(page: &mut Page, r#ref: &str) {
    loop {
        if let ServerMessage::Chat(entry) = page.next().await
            && entry
                .r#ref
                .as_ref()
                .is_none_or(|heard| heard.as_str() == r#ref)
        {
            return;
        }
    }
}

#[tokio::test]
async fn a_consultation_goes_on_while_its_redis_is_away_and_agrees_again_when_it_is_back() {
    let mut redis = TestRedis::start(RedisSettings::Safe);
    let world = world_on(&redis).await;
    let (mut lan, mut sinh) = world.two_in().await;
    world.join(SON).await;
    world.present().await;
    lan.drain();
    sinh.drain();
    let media = world.media.calls();
    let seats = world.media.seats(world.room);

    redis.stop();
    let began = Instant::now();
    lan.says(chat("first")).await;
    lan.is_refused(ErrorCode::StoreAway).await;
    lan.says(Said::Admit { seat: seat(SON) }).await;
    let words = lan.is_refused(ErrorCode::StoreAway).await;
    assert_eq!(
        words,
        "nothing can be stored at this moment; it will work again soon"
    );
    sinh.says(Said::Hand { raised: true }).await;
    sinh.is_refused(ErrorCode::StoreAway).await;
    let refused = world.try_join(MAI).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::StoreAway);
    let ready_now = world.service.ready().await.unwrap_err().to_string();
    assert_eq!(ready_now, "the store does not answer; the log says why");
    let none = CreateRoomRequest {
        people: Vec::new(),
        expires_in: LinkLifetime::default(),
    };
    assert!(world.service.create_room(none).await.is_err());
    // Nobody waits long for a refusal, and nobody else heard of what was not done.
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(sinh.drain(), []);
    assert_eq!(
        world.media.calls(),
        media,
        "voice and pictures were left alone"
    );
    assert_eq!(world.media.seats(world.room), seats);

    redis.start_again();
    ready(&world).await;
    lan.says(chat("second")).await;
    lan.says(Said::Admit { seat: seat(SON) }).await;
    sinh.says(Said::Hand { raised: true }).await;
    hears(&mut lan, "second").await;
    hears(&mut sinh, "second").await;
    assert!(world.present().await.contains(&seat(SON)));

    // What is stored is what people see: nothing of the refused, all of what was done.
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let said: Vec<_> = stored.chat.iter().map(|said| said.r#ref.as_str()).collect();
    assert_eq!(said, ["second"]);
    let world = world.restarted();
    let son = world.join(SON).await;
    let own = son.seats.iter().find(|seat| seat.seat == son.you).unwrap();
    assert_eq!(own.admission, Admission::Admitted);
    assert!(
        son.seats
            .iter()
            .any(|other| other.seat == seat(SINH) && other.hand)
    );
}

/// The answers of a Redis that stands still are lost; what was asked is done once or not at all.
#[tokio::test]
async fn a_redis_that_stands_still_leaves_nothing_half_done() {
    let redis = TestRedis::start(RedisSettings::Safe);
    let world = world_on(&redis).await;
    let (mut lan, mut sinh) = world.two_in().await;
    redis.pause();
    lan.says(chat("lost")).await;
    lan.is_refused(ErrorCode::StoreAway).await;
    redis.resume();
    ready(&world).await;
    // As pages do with what got no receipt.
    lan.says(chat("lost")).await;
    lan.says(chat("next")).await;
    hears(&mut lan, "lost").await;
    hears(&mut lan, "next").await;
    let heard = sinh.drain();
    assert!(heard.len() <= 2, "{heard:?}");
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let said: Vec<_> = stored.chat.iter().map(|said| said.r#ref.as_str()).collect();
    assert_eq!(said, ["lost", "next"]);
}

/// It is restored from an older copy: the room goes by what is there, and nobody is let in twice.
#[tokio::test]
async fn a_room_goes_by_what_an_older_redis_has() {
    let mut redis = TestRedis::start(RedisSettings::Safe);
    let world = world_on(&redis).await;
    let (mut lan, sinh) = world.two_in().await;
    redis.stop();
    let copy = redis.copy();
    redis.start_again();
    ready(&world).await;
    lan.says(Said::Remove { seat: seat(SINH) }).await;
    world.present().await;
    sinh.ends_with(EndReason::Removed).await;
    redis.kill();
    redis.restore(&copy);
    redis.start_again();
    ready(&world).await;
    lan.drain();
    lan.says(Said::Lock { locked: true }).await;
    world.present().await;
    assert!(
        lan.drain()
            .contains(&ServerMessage::LockChanged { locked: true })
    );
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let state = crate::consultation::replay(&stored.events);
    assert!(state.locked());
    assert!(
        world.present().await.contains(&seat(SINH)),
        "as the older copy says"
    );
}

/// Ending the talk of people because a database was emptied would help nobody.
#[tokio::test]
async fn people_go_on_talking_in_a_room_that_redis_has_lost_and_nothing_else_is_done() {
    let mut redis = TestRedis::start(RedisSettings::Safe);
    let world = world_on(&redis).await;
    let (mut lan, mut sinh) = world.two_in().await;
    let seats = world.media.seats(world.room);
    redis.kill();
    redis.lose();
    redis.start_again();
    ready(&world).await;
    lan.says(chat("first")).await;
    lan.is_refused(ErrorCode::Internal).await;
    lan.says(Said::Remove { seat: seat(SINH) }).await;
    lan.is_refused(ErrorCode::Internal).await;
    let refused = world.try_join(SON).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::LinkUnknown);
    assert_eq!(sinh.drain(), []);
    assert_eq!(world.media.seats(world.room), seats);
    let hears = |person| world.media.standing(world.room, seat(person));
    assert_eq!([LAN, SINH].map(hears), [Some(Standing::Admitted); 2]);
}
