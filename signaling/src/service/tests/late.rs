//! What those who wait are told of a delay.

use super::*;
use crate::consultation::Minutes;
use crate::protocol::{ErrorCode, LateNotice};

const fn late(minutes: u16, at: u64) -> LateNotice {
    let at = Timestamp(at);
    LateNotice { minutes, at }
}

const fn says(minutes: Option<u16>) -> Said {
    let delay = match minutes {
        Some(minutes) => Some(Minutes(minutes)),
        None => None,
    };
    Said::Late { delay }
}

async fn heard(page: &mut Page) -> Option<LateNotice> {
    match page.next().await {
        ServerMessage::Late { late } => late,
        other => panic!("late was expected, got {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_told_of_a_delay_and_that_it_is_over() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    world.present().await;
    lan.drain();
    world.time.store(5_000, Ordering::Relaxed);
    lan.says(says(Some(10))).await;
    assert_eq!(heard(&mut sinh).await, Some(late(10, 5_000)));
    assert_eq!(heard(&mut lan).await, Some(late(10, 5_000)));
    // Said again ten minutes later it is news.
    world.time.store(605_000, Ordering::Relaxed);
    lan.says(says(Some(10))).await;
    assert_eq!(heard(&mut sinh).await, Some(late(10, 605_000)));
    lan.says(says(None)).await;
    assert_eq!(heard(&mut sinh).await, None);
    lan.says(says(None)).await;
    world.present().await;
    assert_eq!(sinh.drain(), []);
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_it_was_said_is_told_with_the_answer_also_after_a_restart() {
    let world = World::new().await;
    let lan = world.enter(LAN).await;
    lan.says(says(Some(15))).await;
    world.present().await;
    let world = world.restarted();
    let joined = world.join(SINH).await;
    assert_eq!(joined.late, Some(late(15, 1_000)));
    assert_eq!(
        world.resume(&joined.resume).await.late,
        Some(late(15, 1_000))
    );
    let mut sinh = world.connect(&joined.resume).await;
    let ServerMessage::Welcome { late: told, .. } = sinh.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(told, Some(late(15, 1_000)));
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_over_when_the_two_have_met() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    lan.says(says(Some(5))).await;
    assert_eq!(heard(&mut sinh).await, Some(late(5, 1_000)));
    lan.says(Said::Admit { seat: seat(SINH) }).await;
    assert_eq!(heard(&mut sinh).await, None);
    world.present().await;
    lan.drain();
    lan.says(says(Some(5))).await;
    lan.is_refused(ErrorCode::WrongState).await;
}

#[tokio::test(start_paused = true)]
async fn a_delay_of_nothing_or_of_half_a_day_is_refused_with_the_range() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    for minutes in [0, 241] {
        lan.says(says(Some(minutes))).await;
        let words = lan.is_refused(ErrorCode::Malformed).await;
        assert!(words.contains("240"), "{words}");
        assert!(words.contains(&minutes.to_string()), "{words}");
    }
}
