//! A clinic's appointments: booked, changed and looked at from outside, while people are in them.

mod booking;
mod day;
mod failed;
mod lapsing;
mod random;

use super::*;
use crate::accounts::{AccountId, ClinicId};
use crate::board::View;
use crate::consultation::{self as domain, BookedTime, Minutes};
use crate::contact::Contact;
use crate::opaque::SeatCode;
use crate::protocol::{Admission, Appointment, Booked, Day, ErrorCode, Phase};
use crate::service::{
    AppointmentError, Booking, Change, CodeError, Newcomer, Repeat, RepeatKey, Requester,
};
use crate::store::{Actor, RoomStore};

const CLINIC: ClinicId = ClinicId(1);
const OTHER: ClinicId = ClinicId(2);
const DOCTOR: AccountId = AccountId(0xa1);
const COLLEAGUE: AccountId = AccountId(0xa2);
const DESK: AccountId = AccountId(0xc1);
/// Eight o'clock in the morning of 22 November 2026 in Vietnam.
const EIGHT: Timestamp = Timestamp(1_795_309_200_000);
const PRACTITIONER: SeatId = SeatId(1);
const PATIENT: SeatId = SeatId(2);

fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

/// Somebody who sees the clinic's day.
fn desk(clinic: ClinicId) -> Requester {
    Requester {
        clinic,
        view: View::Clinic,
        actor: Actor::Account(DESK),
    }
}

/// Somebody who sees their own.
fn own(account: AccountId) -> Requester {
    Requester {
        clinic: CLINIC,
        view: View::Own(account),
        actor: Actor::Account(account),
    }
}

fn newcomer(name: &str, role: domain::Role, account: Option<AccountId>) -> Newcomer {
    Newcomer {
        name: DisplayName::parse(name).unwrap(),
        role,
        account,
        contact: Contact::default(),
        languages: None,
        licence: None,
        language: None,
    }
}

/// A practitioner and a patient, so long after eight.
fn consultation(of: AccountId, after: Duration) -> Booking {
    Booking {
        time: BookedTime {
            begins: EIGHT.plus(after),
            length: Minutes(15),
        },
        people: vec![
            newcomer("Bác sĩ Lan", domain::Role::Practitioner, Some(of)),
            newcomer("Cụ Sính", domain::Role::Patient, None),
        ],
        priority: None,
        repeat: None,
    }
}

/// A server on the morning of that day, half past seven.
async fn morning() -> World {
    let world = World::new().await;
    world.is(EIGHT.minus(minutes(30)));
    world
}

impl World {
    fn is(&self, time: Timestamp) {
        self.time.store(time.0, Ordering::Relaxed);
    }

    async fn book(&self, booking: Booking) -> Booked {
        self.service.book(desk(CLINIC), booking).await.unwrap()
    }

    async fn change(
        &self,
        by: Requester,
        room: RoomId,
        change: Change,
    ) -> Result<Appointment, AppointmentError> {
        self.service.change(by, room, change).await
    }

    /// Somebody of an appointment comes by their link, and connects.
    async fn comes(&self, booked: &Booked, seat: SeatId) -> Page {
        let joined = self.tries(booked, seat).await.unwrap();
        self.welcomed(&joined.resume).await
    }

    async fn tries(&self, booked: &Booked, seat: SeatId) -> Result<Arc<JoinResponse>, JoinError> {
        let person = booked.people.iter().find(|one| one.seat == seat).unwrap();
        match &person.link {
            Some(link) => self.opens(link).await,
            None => self.opens(&self.link(booked.appointment, seat).await).await,
        }
    }

    /// What opens the seat now, also where nobody is told.
    async fn link(&self, room: RoomId, seat: SeatId) -> LinkToken {
        let stored = self.store.load(room).await.unwrap().unwrap();
        let state = domain::replay(&stored.events);
        stored.invitation(&state, seat).unwrap().link.clone()
    }

    async fn opens(&self, link: &LinkToken) -> Result<Arc<JoinResponse>, JoinError> {
        let request = JoinRequest {
            link: link.clone().into(),
            ..self.request(LAN)
        };
        self.service.join(request, ADDRESS).await
    }

    async fn today(&self, by: Requester) -> Day {
        self.service.day(by, None, None).await.unwrap()
    }

    async fn look(&self, room: RoomId) -> Appointment {
        self.service.appointment(desk(CLINIC), room).await.unwrap()
    }

    /// The standing that the media plane has.
    fn hears(&self, room: RoomId, seat: SeatId) -> Option<domain::Standing> {
        self.media.standing(room, seat)
    }
}

fn rooms(day: &Day) -> Vec<RoomId> {
    let appointments = day.appointments.iter();
    appointments.map(|one| one.appointment).collect()
}

fn queue(day: &Day) -> Vec<RoomId> {
    day.queue.iter().map(|one| one.appointment).collect()
}
