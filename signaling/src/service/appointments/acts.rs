//! Changing an appointment, and getting into one.

use super::booking::good_until;
use super::{AppointmentError, Requester};
use crate::accounts::AccountId;
use crate::board::{Entry, View};
use crate::consultation::{
    self as domain, BookedTime, CancelReason, Minutes, PriorityClass, RuleError,
};
use crate::ids::{RoomId, SeatId};
use crate::opaque::LinkToken;
use crate::protocol::{Appointment, SeatLink};
use crate::room::{Act, Colleague, Input, Opening, Wish};
use crate::service::Service;
use crate::text::DisplayName;

/// A change that a clinic wants.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Another time; the links move with it.
    Reschedule(BookedTime),
    /// It will not take place.
    Cancel(CancelReason),
    /// It did not take place: the patient's side never came.
    NoShow,
    /// The end was a mistake.
    Reopen,
    /// It is over.
    End,
    /// To be seen first by law, or not any more.
    SetPriority(Option<PriorityClass>),
    /// Those who wait are told that it begins late, or not after all.
    TellLate(Option<Minutes>),
    /// Let somebody in.
    Admit(SeatId),
    /// A practitioner's seat is a colleague's from here on.
    Transfer(SeatId, AccountId, DisplayName),
}

impl Service {
    /// Changes an appointment. Answers how it is then.
    pub(crate) async fn change(
        &self,
        by: Requester,
        room: RoomId,
        change: Change,
    ) -> Result<Appointment, AppointmentError> {
        let known = self.find(by, room).await?;
        let wish = match change {
            Change::Reschedule(time) => Wish::Reschedule(time),
            Change::Cancel(reason) => Wish::Cancel(reason),
            Change::NoShow => Wish::NoShow,
            Change::Reopen => Wish::Reopen,
            Change::End => Wish::End,
            Change::SetPriority(class) => Wish::SetPriority(class),
            Change::TellLate(delay) => Wish::TellLate(delay),
            Change::Admit(seat) => Wish::Admit(seat),
            Change::Transfer(seat, account, name) => {
                let opening = self.opening_of(&known, seat).await?;
                Wish::Transfer(opening, Colleague { account, name })
            }
        };
        let entry = self.act(by, room, wish).await?;
        Ok(self.show(&entry))
    }

    /// A new link for a seat, and a new code; what opened it before does not any more, and whoever
    /// sits there stays. Nobody is given the way into the seat of somebody with an account: they
    /// could hear, write and sign as that person.
    pub(crate) async fn new_seat_link(
        &self,
        by: Requester,
        room: RoomId,
        seat: SeatId,
    ) -> Result<SeatLink, AppointmentError> {
        let known = self.find(by, room).await?;
        if known.account_of(seat).is_some() {
            return Err(AppointmentError::HasAccount);
        }
        self.relink(by, room, &known, seat).await
    }

    async fn relink(
        &self,
        by: Requester,
        room: RoomId,
        known: &Entry,
        seat: SeatId,
    ) -> Result<SeatLink, AppointmentError> {
        // No two draw the same code.
        let _turn = self.0.booking.lock().await;
        let opening = self.opening_of(known, seat).await?;
        let link = SeatLink {
            link: opening.link.clone(),
            code: opening.code.as_ref().map(|(code, _)| code.clone()),
        };
        self.act(by, room, Wish::Relink(opening)).await?;
        Ok(link)
    }

    /// The way of somebody with an account into their own seat.
    pub(crate) async fn enter(
        &self,
        by: Requester,
        room: RoomId,
    ) -> Result<LinkToken, AppointmentError> {
        let known = self.find(by, room).await?;
        let View::Own(account) = by.view else {
            return Err(AppointmentError::Unknown);
        };
        let seat = known.seat_of(account).ok_or(AppointmentError::Unknown)?;
        let shared = &self.0.shared;
        let stored = shared.store.load(room).await?;
        let stored = stored.ok_or(AppointmentError::Unknown)?;
        let state = domain::replay(&stored.events);
        let now = shared.settings.clock.now();
        let link = stored.invitation(&state, seat);
        let is_good = state
            .seat(seat)
            .and_then(|place| place.link)
            .is_some_and(|link| now < link.expires);
        match link.filter(|_| is_good) {
            Some(invitation) => Ok(invitation.link.clone()),
            None => Ok(self.relink(by, room, &known, seat).await?.link),
        }
    }

    /// Does something through the appointment's room.
    pub(in crate::service) async fn act(
        &self,
        by: Requester,
        room: RoomId,
        wish: Wish,
    ) -> Result<Entry, AppointmentError> {
        let Requester {
            clinic,
            view,
            actor,
        } = by;
        let shared = &self.0.shared;
        let limit = shared.settings.max_rooms;
        let mailbox = self.0.rooms.open(room, shared);
        let mailbox = mailbox.map_err(|_| AppointmentError::Overloaded { limit })?;
        let act = Box::new(Act {
            clinic,
            view,
            actor,
            wish,
        });
        let done = mailbox.ask(|reply| Input::Act { act, reply }).await;
        Ok(done.ok_or(AppointmentError::Internal)??)
    }

    async fn opening_of(&self, known: &Entry, seat: SeatId) -> Result<Opening, AppointmentError> {
        let place = known.state.seat(seat).filter(|place| !place.erased);
        let place = place.ok_or(RuleError::UnknownSeat { seat })?;
        let now = self.0.shared.settings.clock.now();
        let time = known.state.time().ok_or(RuleError::NotBooked)?;
        self.opening(seat, place.role, good_until(time, now)).await
    }
}
