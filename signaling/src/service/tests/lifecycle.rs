use super::*;
use crate::connection::Said;
use crate::consultation::RuleError;
use crate::protocol::{EndReason, ErrorCode};
use crate::room::EndRoomError;

#[tokio::test(start_paused = true)]
async fn a_room_is_for_two_to_eight_people() {
    let world = World::new().await;
    let person = Person {
        name: DisplayName::parse("Một").unwrap(),
        role: Role::Patient,
        languages: None,
    };
    let request = |people| CreateRoomRequest {
        people,
        expires_in: LinkLifetime::default(),
    };
    let alone = request(vec![person.clone()]);
    let alone = world.service.create_room(alone).await;
    let error = alone.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Malformed);
    let crowd = world.service.create_room(request(vec![person; 9])).await;
    assert_eq!(
        crowd.unwrap_err(),
        CreateRoomError::Rule(RuleError::SeatCount { got: 9 })
    );
}

#[tokio::test(start_paused = true)]
async fn ending_a_room_ends_it_for_everybody_and_for_good() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let mut lan = world.connect(&joined.resume).await;
    lan.next().await; // welcome
    world.service.end_room(world.room).await.unwrap();
    lan.ends_with(EndReason::Closed).await;
    assert_eq!(world.media.room_count(), 0);
    let error = world.try_join(LAN).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Ended);
    let refused = world.try_connect(&joined.resume).await.err();
    assert_eq!(refused, Some(ConnectError::Ended(EndReason::Closed)));
    world.service.end_room(world.room).await.unwrap(); // once more is fine
}

#[tokio::test(start_paused = true)]
async fn a_room_that_never_was_cannot_be_ended() {
    let world = World::new().await;
    let ended = world.service.end_room(RoomId(1)).await;
    assert_eq!(ended, Err(EndRoomError::Unknown));
}

#[tokio::test(start_paused = true)]
async fn joining_and_leaving_a_hundred_times_leaves_nothing_behind() {
    let world = World::new().await;
    for _ in 0..100 {
        let pages = [world.enter(LAN).await, world.enter(SINH).await];
        for page in pages {
            page.connected.say(Said::Leave).await;
            page.connected.disconnect().await;
        }
        world.passes(Duration::from_secs(31)).await;
    }
    let counts = world.service.counts();
    assert_eq!((counts.rooms_live, counts.seats_present), (0, 0));
    assert_eq!(counts.websockets, 0);
    assert_eq!(world.media.room_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_draining_server_takes_nobody_new_and_lets_people_come_back() {
    let world = World::new().await;
    let resume = world.join(LAN).await.resume.clone();
    let mut lan = world.welcomed(&resume).await;
    let drain = tokio::spawn({
        let service = world.service.clone();
        async move { service.drain(Duration::from_mins(5)).await }
    });
    while world.service.ready().await.is_ok() {
        tokio::task::yield_now().await;
    }
    let error = world.try_join(SINH).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Draining);
    let request = CreateRoomRequest {
        people: Vec::new(),
        expires_in: LinkLifetime::default(),
    };
    let error = world.service.create_room(request).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Draining);
    world.lost(LAN).await;
    lan.next().await; // rejoin
    world.resume(&resume).await;
    // The last one leaves before the deadline: that ends it.
    lan.connected.say(Said::Leave).await;
    let started = tokio::time::Instant::now();
    drain.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_everybody_is_told_and_the_links_stay_good() {
    let world = World::new().await;
    let lan = world.enter(LAN).await;
    world.up(LAN).await;
    let started = tokio::time::Instant::now();
    world.service.drain(Duration::from_secs(30)).await;
    assert!(started.elapsed() >= Duration::from_secs(30));
    lan.ends_with(EndReason::Drain).await;
    assert_eq!(world.media.room_count(), 0);
    let world = world.restarted();
    world.join(LAN).await;
}

#[tokio::test(start_paused = true)]
async fn ended_rooms_are_forgotten_after_their_time() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    world.service.end_room(world.room).await.unwrap();
    world.service.sweep().await;
    assert!(world.try_connect(&joined.resume).await.err() != Some(ConnectError::Unknown));
    let week = u64::try_from(Duration::from_hours(7 * 24).as_millis()).unwrap();
    world.time.fetch_add(week + 1, Ordering::Relaxed);
    world.service.sweep().await;
    let refused = world.try_connect(&joined.resume).await.err();
    assert_eq!(refused, Some(ConnectError::Unknown));
}

#[tokio::test(start_paused = true)]
async fn what_an_operator_sees_names_nobody() {
    let world = World::new().await;
    world.enter(LAN).await;
    let known = world.service.debug_room(world.room).await.unwrap();
    let text = known.to_string();
    for name in NAMES {
        assert!(!text.contains(name), "{text}");
    }
    assert_eq!(known["signaling"]["seats"][0]["media"], "connecting");
    assert_eq!(known["media"]["transports"], serde_json::json!([1]));
    assert_eq!(known["signaling"]["seats"][0]["admission"], "admitted");
    assert_eq!(world.service.debug_room(RoomId(1)).await, None);
}
