use super::*;
use crate::protocol::{ConnectionState, NetworkLevel, RejoinReason};

const AWAY: Duration = Duration::from_mins(2);

#[tokio::test(start_paused = true)]
async fn a_page_whose_transport_died_is_asked_to_rejoin_and_keeps_its_seat() {
    let world = World::new().await;
    let (lan, _) = world.two_in().await;
    let resume = world.take_over(SINH).await.resume.clone();
    let mut sinh = world.welcomed(&resume).await;
    world.up(SINH).await;
    world.lost(SINH).await;
    let reason = RejoinReason::TransportLost;
    assert_eq!(sinh.next().await, ServerMessage::Rejoin { reason });
    world.passes(AWAY / 2).await;
    let again = world.resume(&resume).await;
    world.up(SINH).await;
    // The page connects with its new token; its old socket goes without a word.
    let mut page = world.connect(&again.resume).await;
    assert!(matches!(page.next().await, ServerMessage::Welcome { .. }));
    assert!(sinh.is_closed().await);
    world.passes(AWAY * 10).await;
    assert_eq!(world.present().await, [seat(LAN), seat(SINH)]);
    drop(lan);
}

#[tokio::test(start_paused = true)]
async fn a_rejoining_page_may_keep_its_socket_for_a_while() {
    let world = World::new().await;
    let joined = world.join(SINH).await;
    let mut sinh = world.welcomed(&joined.resume).await;
    world.lost(SINH).await;
    sinh.next().await; // rejoin
    world.resume(&joined.resume).await;
    sinh.says(Said::Leave).await;
    sinh.ends_with(EndReason::Left).await;
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_dies_again_is_asked_for_again() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let mut lan = world.welcomed(&joined.resume).await;
    let reason = RejoinReason::TransportLost;
    let mut resume = joined.resume.clone();
    for _ in 0..3 {
        world.lost(LAN).await;
        assert_eq!(lan.next().await, ServerMessage::Rejoin { reason });
        resume = world.resume(&resume).await.resume.clone();
    }
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
    let (mut lan, sinh) = world.two_in().await;
    world.up(SINH).await;
    sinh.connected.disconnect().await;
    world.lost(SINH).await;
    let seen = lan.sees().await;
    assert_eq!(
        (seen.present, seen.connection),
        (true, ConnectionState::Lost)
    );
    world.passes(Duration::from_secs(119)).await;
    assert_eq!(world.present().await.len(), 2);
    world.passes(Duration::from_secs(2)).await;
    let seen = lan.sees().await;
    assert_eq!(
        (seen.present, seen.connection),
        (false, ConnectionState::None)
    );
    assert_eq!(world.present().await, [seat(LAN)]);
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
}

#[tokio::test(start_paused = true)]
async fn a_socket_or_media_is_enough_to_keep_the_seat() {
    let world = World::new().await;
    let (lan, sinh) = world.two_in().await;
    // Sính has a socket and no media; Lan media and no socket.
    world.lost(SINH).await;
    world.up(LAN).await;
    world
        .media
        .set_heard(world.room, seat(LAN), Some(Duration::ZERO));
    lan.connected.disconnect().await;
    world.passes(AWAY * 10).await;
    assert_eq!(world.present().await, [seat(LAN), seat(SINH)]);
    drop(sinh);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_vanished_is_shown_as_lost_long_before_its_transport_is_given_up() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    world.up(SINH).await;
    world
        .media
        .set_heard(world.room, seat(SINH), Some(Duration::from_secs(9)));
    sinh.connected.disconnect().await;
    world.passes(Duration::from_secs(6)).await;
    assert_eq!(lan.drain(), []);
    world
        .media
        .set_heard(world.room, seat(SINH), Some(Duration::from_secs(14)));
    world.passes(Duration::from_secs(5)).await;
    assert_eq!(lan.sees().await.connection, ConnectionState::Lost);
    // It was a tunnel.
    world
        .media
        .set_heard(world.room, seat(SINH), Some(Duration::ZERO));
    world.passes(Duration::from_secs(5)).await;
    assert_eq!(lan.sees().await.connection, ConnectionState::Up);
    // And then the battery.
    world.media.set_heard(world.room, seat(SINH), None);
    world.passes(Duration::from_secs(5)).await;
    assert_eq!(lan.sees().await.connection, ConnectionState::Lost);
    world.passes(AWAY).await;
    assert_eq!(lan.sees().await.connection, ConnectionState::None);
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_expected_of_a_network_is_told_to_the_others_while_it_is_there() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    for network in [NetworkLevel::Poor, NetworkLevel::Fair, NetworkLevel::Good] {
        sinh.says(Said::Connection { network }).await;
        let seat = lan.sees().await;
        assert_eq!(
            (seat.connection, seat.network),
            (ConnectionState::Up, Some(network))
        );
    }
    world.present().await;
    assert_eq!(sinh.drain(), []);
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
    let (mut lan, mut sinh) = world.two_in().await;
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
    let (lan, sinh) = world.two_in().await;
    sinh.says(Said::Leave).await;
    world.up(SINH).await;
    world.lost(SINH).await;
    assert_eq!(world.present().await, [seat(LAN)]);
    drop(lan);
}
