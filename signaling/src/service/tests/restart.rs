use super::*;
use crate::protocol::RejoinReason;

#[tokio::test(start_paused = true)]
async fn after_a_restart_people_come_back_to_their_seats() {
    let world = World::new().await;
    let lan = world.join(LAN).await;
    let sinh = world.join(SINH).await;
    let world = world.restarted();
    let mut page = world.connect(&lan.resume).await;
    let ServerMessage::Welcome { you, seats, .. } = page.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(you, seat(LAN));
    let present: Vec<_> = seats.iter().filter(|seat| seat.present).collect();
    assert_eq!(present.len(), 2);
    assert_eq!(present[1].name.as_str(), NAMES[SINH]);
    let reason = RejoinReason::ServerRestarted;
    assert_eq!(page.next().await, ServerMessage::Rejoin { reason });
    world.join(LAN).await;
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
    world.connect(&sinh.resume).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_whoever_does_not_come_back_frees_the_place() {
    let world = World::new().await;
    for person in [LAN, SINH, MAI] {
        world.join(person).await;
    }
    let world = world.restarted();
    assert!(world.try_join(SON).await.is_err());
    world.join(LAN).await;
    world.up(LAN).await;
    world.passes(Duration::from_secs(121)).await;
    assert_eq!(world.present().await, [seat(LAN)]);
    world.join(SON).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_an_old_page_still_learns_that_it_was_replaced() {
    let world = World::new().await;
    let phone = world.join(LAN).await;
    world.join(LAN).await;
    let world = world.restarted();
    let refused = world.try_connect(&phone.resume).await.err();
    let reason = crate::protocol::EndReason::TakenOver;
    assert_eq!(refused, Some(ConnectError::Ended(reason)));
}
