use super::*;
use crate::protocol::{EndReason, RejoinReason};

const AWAY: Duration = Duration::from_mins(2);

#[tokio::test(start_paused = true)]
async fn a_page_whose_transport_died_is_asked_to_rejoin_and_keeps_its_seat() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.next().await; // seatJoined
    world.up(SINH).await;
    world.lost(SINH).await;
    let reason = RejoinReason::TransportLost;
    assert_eq!(sinh.next().await, ServerMessage::Rejoin { reason });
    world.passes(AWAY / 2).await;
    let again = world.join(SINH).await;
    world.up(SINH).await;
    world.up(LAN).await;
    // The page connects with its new token; its old socket learns that it is over.
    let mut page = world.connect(&again.resume).await;
    assert!(matches!(page.next().await, ServerMessage::Welcome { .. }));
    sinh.ends_with(EndReason::TakenOver).await;
    world.passes(AWAY * 10).await;
    assert_eq!(world.present().await, [seat(LAN), seat(SINH)]);
}

#[tokio::test(start_paused = true)]
async fn a_rejoining_page_may_keep_its_socket_for_a_while() {
    let world = World::new().await;
    let mut sinh = world.enter(SINH).await;
    world.lost(SINH).await;
    sinh.next().await; // rejoin
    world.join(SINH).await;
    let said = crate::connection::Said::Leave;
    sinh.connected.say(said).await;
    sinh.ends_with(EndReason::Left).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_without_a_socket_is_asked_when_it_connects() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    world.lost(LAN).await;
    let mut page = world.connect(&joined.resume).await;
    assert!(matches!(page.next().await, ServerMessage::Welcome { .. }));
    let reason = RejoinReason::TransportLost;
    assert_eq!(page.next().await, ServerMessage::Rejoin { reason });
}

#[tokio::test(start_paused = true)]
async fn whoever_stays_away_for_two_minutes_has_left() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    world.up(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.next().await; // seatJoined
    world.up(SINH).await;
    world.lost(SINH).await;
    sinh.next().await; // rejoin
    world.passes(Duration::from_secs(119)).await;
    assert_eq!(world.present().await.len(), 2);
    world.passes(Duration::from_secs(2)).await;
    assert_eq!(
        lan.next().await,
        ServerMessage::SeatLeft { seat: seat(SINH) }
    );
    sinh.ends_with(EndReason::Left).await;
    assert_eq!(world.present().await, [seat(LAN)]);
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_never_comes_up_holds_no_seat_for_ever() {
    let world = World::new().await;
    world.join(LAN).await;
    world.passes(AWAY + Duration::from_secs(1)).await;
    assert_eq!(world.present().await, []);
    assert_eq!(world.media.room_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_restarted_shard_asks_everybody_in_its_rooms() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.next().await; // seatJoined
    let rooms = vec![world.room, RoomId(7)];
    world
        .service
        .handle_media_event(MediaEvent::RoomsLost { rooms })
        .await;
    let reason = RejoinReason::ServerRestarted;
    for page in [&mut lan, &mut sinh] {
        assert_eq!(page.next().await, ServerMessage::Rejoin { reason });
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_word_about_somebody_who_left_changes_nothing() {
    let world = World::new().await;
    let lan = world.enter(LAN).await;
    world.up(LAN).await;
    let sinh = world.enter(SINH).await;
    sinh.connected.say(crate::connection::Said::Leave).await;
    world.up(SINH).await;
    world.lost(SINH).await;
    assert_eq!(world.present().await, [seat(LAN)]);
    drop(lan);
}
