//! Looking at appointments: one, a list of them, a day and who waits.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::shown::{queue_entry, shown};
use super::{AppointmentError, Requester};
use crate::board::{Date, Entry, View};
use crate::consultation::Minutes;
use crate::ids::{RoomId, Timestamp};
use crate::protocol::{Appointment, Day};
use crate::room::Wish;
use crate::service::Service;
use crate::store::{Calendar, Dated};

/// How long whoever waits for news waits before they are told that there are none: less than
/// proxies have patience.
const PATIENCE: Duration = Duration::from_secs(25);

impl Service {
    /// One appointment.
    pub(crate) async fn appointment(
        &self,
        by: Requester,
        room: RoomId,
    ) -> Result<Appointment, AppointmentError> {
        let entry = self.find(by, room).await?;
        Ok(self.show(&entry))
    }

    /// The appointments that begin at these times, behind `after`; and behind which there are
    /// more.
    pub(crate) async fn appointments(
        &self,
        by: Requester,
        times: Range<Timestamp>,
        after: Option<Dated>,
        limit: usize,
    ) -> Result<(Vec<Appointment>, Option<Dated>), AppointmentError> {
        let of = match by.view {
            View::Clinic => Calendar::Clinic(by.clinic),
            View::Own(account) => Calendar::Account(account),
        };
        let store = &self.0.shared.store;
        let one_more = limit.saturating_add(1);
        let mut dated = store.calendar(of, times, after, one_more).await?;
        let has_more = dated.len() > limit;
        dated.truncate(limit);
        let next = dated.last().copied().filter(|_| has_more);
        let mut appointments = Vec::with_capacity(dated.len());
        for Dated { room, .. } in dated {
            match self.appointment(by, room).await {
                Ok(appointment) => appointments.push(appointment),
                // Deleted or handed on meanwhile.
                Err(AppointmentError::Unknown) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((appointments, next))
    }

    /// A day, today's if nothing is said. With the revision that somebody has seen it waits until
    /// there is another, not for long.
    pub(crate) async fn day(
        &self,
        by: Requester,
        date: Option<Date>,
        since: Option<u64>,
    ) -> Result<Day, AppointmentError> {
        let Requester { clinic, view, .. } = by;
        let boards = &self.0.shared.boards;
        if let Some(since) = since {
            boards.wait_for_news(clinic, view, since, PATIENCE).await;
            // Else whoever is told at once that nothing is new asks again at once.
            if self.0.shared.is_draining() {
                return Err(AppointmentError::Draining);
            }
        }
        let date = date.unwrap_or_else(|| boards.today());
        let page = boards.page(clinic, view, date).await?;
        let now = self.0.shared.settings.clock.now();
        let appointments = page.appointments.iter();
        Ok(Day {
            date,
            revision: page.revision,
            now,
            appointments: appointments.map(|entry| shown(entry, now)).collect(),
            queue: page.queue.iter().map(queue_entry).collect(),
        })
    }

    /// Tells everybody who waits for one practitioner today, or is about to, that it gets late; or
    /// everybody who was told so that it does not. Answers in how many appointments.
    pub(crate) async fn late_today(
        &self,
        by: Requester,
        delay: Option<Minutes>,
    ) -> Result<u32, AppointmentError> {
        if by.view == View::Clinic {
            return Err(AppointmentError::NoDay);
        }
        let shared = &self.0.shared;
        let today = shared.boards.today();
        let page = shared.boards.page(by.clinic, by.view, today).await?;
        let until = delay.map(|delay| shared.settings.clock.now().plus(delay.as_duration()));
        let is_concerned = |entry: &Entry| {
            let waits = entry.state.turn(entry.room).is_some();
            let is_near = || entry.begins().is_some_and(|begins| Some(begins) <= until);
            entry.state.phase().is_ahead()
                && match delay {
                    Some(_) => waits || is_near(),
                    None => entry.state.late().is_some(),
                }
        };
        let mut told = 0;
        for entry in page.appointments {
            if !is_concerned(&entry) {
                continue;
            }
            match self.act(by, entry.room, Wish::TellLate(delay)).await {
                Ok(_) => told += 1,
                // A delay that cannot be told to anybody is refused for all of them; one that has
                // begun or was called off meanwhile concerns nobody.
                Err(AppointmentError::Rule(rule)) if rule.code() != "malformed" => {}
                Err(AppointmentError::Unknown) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(told)
    }

    /// An appointment, if it is there for whoever asks.
    pub(super) async fn find(
        &self,
        by: Requester,
        room: RoomId,
    ) -> Result<Arc<Entry>, AppointmentError> {
        let found = self.0.shared.boards.entry(by.clinic, room).await?;
        let entry = found.ok_or(AppointmentError::Unknown)?;
        match by.view {
            View::Own(account) if entry.seat_of(account).is_none() => {
                Err(AppointmentError::Unknown)
            }
            View::Clinic | View::Own(_) => Ok(entry),
        }
    }

    /// As the wire has it.
    pub(super) fn show(&self, entry: &Entry) -> Appointment {
        shown(entry, self.0.shared.settings.clock.now())
    }
}
