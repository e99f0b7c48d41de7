//! A seat that cannot be lost: reloads, second pages, lost answers.

use super::*;
use crate::protocol::{ErrorCode, InvitationRequest, Transport};

#[tokio::test(start_paused = true)]
async fn a_reloaded_page_comes_back_without_a_question() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    let joined = world.take_over(SINH).await;
    drop(sinh);
    let mut page = world.welcomed(&joined.resume).await;
    world.present().await;
    lan.drain();
    let again = world.resume(&joined.resume).await;
    assert_eq!((again.you, again.transport), (seat(SINH), Transport::New));
    assert_ne!(again.resume, joined.resume);
    assert!(again.senders.microphone);
    // The page that was there before the reload is gone with its new hello.
    world.welcomed(&again.resume).await;
    assert_eq!(
        page.next().await,
        ServerMessage::Ended {
            reason: EndReason::TakenOver
        }
    );
    // The others noticed nothing: one seat, never empty.
    assert_eq!(lan.drain(), []);
}

#[tokio::test(start_paused = true)]
async fn a_second_page_must_ask_first() {
    let world = World::new().await;
    let joined = world.join(SINH).await;
    let page = world.welcomed(&joined.resume).await;
    let error = world.try_join(SINH).await.unwrap_err();
    assert_eq!(
        (&error, error.code()),
        (&JoinError::SeatTaken, ErrorCode::SeatTaken)
    );
    let tablet = world.take_over(SINH).await;
    page.ends_with(EndReason::TakenOver).await;
    // The phone's token is good for nothing but being told.
    let refused = world.try_connect(&joined.resume).await.err();
    assert_eq!(refused, Some(ConnectError::Ended(EndReason::TakenOver)));
    let refused = world.try_resume(&joined.resume).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TakenOver);
    world.welcomed(&tablet.resume).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_is_living_while_it_has_a_socket_or_was_just_heard() {
    let world = World::new().await;
    world.join(SINH).await;
    // No socket, and its media was never heard.
    world.join(SINH).await;
    let heard = |ago| world.media.set_heard(world.room, seat(SINH), Some(ago));
    heard(Duration::from_secs(6));
    world.join(SINH).await;
    heard(Duration::from_secs(4));
    assert_eq!(
        world.try_join(SINH).await.unwrap_err(),
        JoinError::SeatTaken
    );
}

#[tokio::test(start_paused = true)]
async fn a_peer_connection_that_lives_is_kept_through_an_outage() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    world.up(LAN).await;
    let holding = || {
        let mut request = world.resume_request(&joined.resume);
        request.holds = true;
        world.service.resume(request, ADDRESS)
    };
    world
        .media
        .set_heard(world.room, seat(LAN), Some(Duration::from_secs(25)));
    let calls = world.media.calls();
    let kept = holding().await.unwrap();
    assert_eq!((kept.transport, &kept.answer), (Transport::Kept, &None));
    assert_eq!(kept.resume, joined.resume);
    assert_eq!(world.media.calls(), calls);
    world
        .media
        .set_heard(world.room, seat(LAN), Some(Duration::from_secs(121)));
    let fresh = holding().await.unwrap();
    assert_eq!(fresh.transport, Transport::New);
    assert_ne!(fresh.resume, joined.resume);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_loses_nobody() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let lost = world.resume(&joined.resume).await;
    // The answer never came: the page has its old token only, and tries afresh, twice.
    let lost_too = world.resume(&joined.resume).await;
    let found = world.resume(&joined.resume).await;
    let refused = world.try_resume(&lost_too.resume).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TakenOver);
    let refused = world.try_resume(&lost.resume).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TakenOver);
    // Once the page has shown its new one, the old one is dead.
    world.welcomed(&found.resume).await;
    let refused = world.try_resume(&joined.resume).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TakenOver);
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_came_up_shows_that_the_answer_came() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    world.resume(&joined.resume).await;
    world.up(LAN).await;
    let refused = world.try_resume(&joined.resume).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TakenOver);
}

#[tokio::test(start_paused = true)]
async fn the_same_attempt_to_come_back_gets_the_same_answer() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    let request = world.resume_request(&joined.resume);
    let first = world
        .service
        .resume(request.clone(), ADDRESS)
        .await
        .unwrap();
    let second = world
        .service
        .resume(request.clone(), ADDRESS)
        .await
        .unwrap();
    assert_eq!(first, second);
    assert_eq!(world.media.calls().len(), 2);
    let mut other = request;
    other.offer = "v=0 another".to_owned();
    let error = world.service.resume(other, ADDRESS).await.unwrap_err();
    assert_eq!(error, JoinError::AttemptReused);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_keeps_the_place_through_a_reload() {
    let world = World::new().await;
    let sinh = world.join(SINH).await;
    world.time.store(2_000, Ordering::Relaxed);
    world.join(SON).await;
    world.time.store(3_000, Ordering::Relaxed);
    let again = world.resume(&sinh.resume).await;
    let own = again
        .seats
        .iter()
        .find(|seat| seat.seat == again.you)
        .unwrap();
    assert_eq!(
        (own.waiting_since, own.ahead),
        (Some(Timestamp(1_000)), Some(0))
    );
}

#[tokio::test(start_paused = true)]
async fn leaving_the_waiting_room_gives_up_the_place_and_nothing_else() {
    let world = World::new().await;
    let joined = world.join(SINH).await;
    let sinh = world.welcomed(&joined.resume).await;
    sinh.says(Said::Leave).await;
    sinh.ends_with(EndReason::Left).await;
    world.time.store(2_000, Ordering::Relaxed);
    let again = world.resume(&joined.resume).await;
    let own = again
        .seats
        .iter()
        .find(|seat| seat.seat == again.you)
        .unwrap();
    assert_eq!(own.waiting_since, Some(Timestamp(2_000)));
}

#[tokio::test(start_paused = true)]
async fn looking_at_an_invitation_spends_nothing() {
    let world = World::new().await;
    let look = || {
        let request = InvitationRequest {
            version: 1,
            link: world.links[SINH].clone().into(),
        };
        world.service.invitation(request, ADDRESS)
    };
    let seen = look().await.unwrap();
    assert_eq!(seen.you.name.as_str(), NAMES[SINH]);
    assert_eq!(seen.practitioners.len(), 1);
    assert_eq!(seen.practitioners[0].as_str(), NAMES[LAN]);
    assert!(!seen.taken);
    assert_eq!(world.present().await, []);
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    assert!(look().await.unwrap().taken);
    world.present().await;
    lan.drain();
    lan.says(Said::Lock { locked: true }).await;
    look().await.unwrap();
    sinh.drain();
    lan.says(Said::Remove { seat: seat(SINH) }).await;
    sinh.ends_with(EndReason::Removed).await;
    assert_eq!(look().await.unwrap_err().code(), ErrorCode::Removed);
    lan.says(Said::End).await;
    world.present().await;
    assert_eq!(look().await.unwrap_err().code(), ErrorCode::Ended);
}
