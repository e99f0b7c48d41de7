//! Joins that did not come about.

use super::*;
use crate::media_port::JoinMediaError;
use crate::protocol::FailedJoins;

impl World {
    /// The practitioner's page makes an offer that nobody can answer.
    async fn fails(&self, booked: &Booked) {
        let reason = "no codec".to_owned();
        let failure = JoinMediaError::OfferInvalid { reason };
        self.media.fail_next(failure);
        self.tries(booked, PRACTITIONER).await.unwrap_err();
    }

    async fn failed(&self, room: RoomId) -> Option<FailedJoins> {
        self.look(room).await.people[0].failed_joins
    }

    /// How many of them a restart would find.
    async fn failed_kept(&self, room: RoomId) -> Option<u32> {
        let stored = self.store.load(room).await.unwrap().unwrap();
        stored.failed_of(PRACTITIONER).map(|failed| failed.count)
    }
}

#[tokio::test(start_paused = true)]
async fn failed_joins_are_known_after_a_restart_and_counted_on() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    world.fails(&booked).await;
    world.passes(Duration::from_millis(1)).await;
    let at = EIGHT.minus(minutes(30));
    let code = Some(ErrorCode::OfferInvalid);
    // Killed: whatever was not written is lost.
    let world = world.restarted();
    let failed = world.failed(room).await;
    assert_eq!(failed, Some(FailedJoins { count: 1, at, code }));
    let day = world.today(desk(CLINIC)).await;
    assert_eq!(day.appointments[0].people[0].failed_joins, failed);
    world.is(EIGHT);
    world.fails(&booked).await;
    let (count, at) = (2, EIGHT);
    let failed = world.failed(room).await;
    assert_eq!(failed, Some(FailedJoins { count, at, code }));
}

#[tokio::test(start_paused = true)]
async fn whoever_tries_and_tries_costs_a_write_a_minute() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    for _ in 0..9 {
        world.fails(&booked).await;
        world.passes(Duration::from_secs(5)).await;
    }
    assert_eq!(world.failed(room).await.map(|failed| failed.count), Some(9));
    assert_eq!(world.failed_kept(room).await, Some(1));
    // The room does not rest before they are written.
    world.passes(Duration::from_secs(20)).await;
    assert_eq!(world.failed_kept(room).await, Some(9));
    world.passes(Duration::from_mins(2)).await;
    assert_eq!(world.service.counts().rooms_live, 0);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_writes_what_it_knows_of_them() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    world.fails(&booked).await;
    world.passes(Duration::from_secs(1)).await;
    world.fails(&booked).await;
    assert_eq!(world.failed_kept(booked.appointment).await, Some(1));
    world.service.drain(Duration::ZERO).await;
    assert_eq!(world.failed_kept(booked.appointment).await, Some(2));
}
