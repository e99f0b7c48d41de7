//! Ways out: one person leaves, the server stops, the consultation ends.

use std::time::Instant;

use super::live::Room;
use super::place::Place;
use super::{EndRoomError, Refused};
use crate::consultation::{Action, Command, LeaveCause, RuleError, ScheduleCommand, may};
use crate::ids::SeatId;
use crate::protocol::EndReason;
use crate::store::{Actor, Batch};

impl Room {
    /// The one way by which a person leaves a seat. Their media stops first, whatever the store
    /// says: whoever leaves must not be heard any more.
    pub(super) async fn leave(
        &mut self,
        seat: SeatId,
        cause: LeaveCause,
        now: Instant,
    ) -> Result<(), Refused> {
        if cause == LeaveCause::Own {
            may(&self.state, seat, Action::Leave)?;
        }
        let beside = self.cleared(seat);
        self.shared.media.leave(self.id, seat);
        if let Some(place) = self.place(seat) {
            place.end(end_reason(cause));
        }
        let command = Command::Leave { seat, cause };
        let left = self.carry_out(command, beside, now).await;
        let Some(place) = self.place(seat) else {
            return Ok(());
        };
        place.clear();
        if left.is_err() {
            // The log still has them there; it is tried again when they have been away for long.
            place.begin_absence_anew(now);
            return Ok(());
        }
        tracing::info!(room = %self.id, %seat, ?cause, "left");
        Ok(())
    }

    /// Everybody out; the links work again on the next server.
    pub(super) async fn drain(&mut self, now: Instant) {
        self.keep_failed_joins_now(now).await;
        let present: Vec<_> = self.state.present().collect();
        if present.is_empty() {
            return;
        }
        self.shared.media.end(self.id);
        let cause = LeaveCause::Drain;
        for seat in present {
            // If it cannot be written, the next server finds the seat taken and asks to rejoin.
            let command = Command::Leave { seat, cause };
            self.carry_out(command, Batch::default(), now).await.ok();
        }
        for place in &mut self.places {
            place.end(EndReason::Drain);
            place.clear();
        }
    }

    /// Over, for good: by a practitioner, or by whoever runs the server.
    pub(super) async fn end(&mut self, by: Option<SeatId>, now: Instant) -> Result<(), Refused> {
        let command = Command::End { by };
        let ended = self.carry_out(command, Batch::default(), now).await?;
        if !ended.is_empty() {
            self.close();
            tracing::info!(room = %self.id, "ended");
        }
        Ok(())
    }

    /// As [`Self::end`], where nobody does: only if nobody is there, and the rules say that it is long over. Answers whether
    /// it is over now.
    pub(super) async fn lapse(&mut self, now: Instant) -> Result<bool, Refused> {
        if self.places.iter().any(Place::is_there) {
            return Ok(false);
        }
        let lapse = |_: &Self| {
            let beside = Batch {
                actor: Some(Actor::Server),
                ..Batch::default()
            };
            Ok((Command::Schedule(ScheduleCommand::Lapse), beside))
        };
        let events = self.carry_out_as(lapse, now).await?;
        self.told(&events);
        if !events.is_empty() {
            tracing::info!(room = %self.id, "nobody ended it: over");
        }
        Ok(!self.state.phase().is_live())
    }

    /// As [`Self::end`], for the operator.
    pub(super) async fn end_for_good(&mut self, now: Instant) -> Result<(), EndRoomError> {
        self.end(None, now).await.map_err(|refused| match refused {
            Refused::Rule(RuleError::NotOpen) => EndRoomError::Unknown,
            Refused::StoreAway => EndRoomError::StoreAway,
            _ => EndRoomError::Internal,
        })
    }

    /// Everybody out of a consultation that is over.
    pub(super) fn close(&mut self) {
        self.shared.media.end(self.id);
        for place in &mut self.places {
            place.end(EndReason::Closed);
            place.clear();
        }
    }
}

const fn end_reason(cause: LeaveCause) -> EndReason {
    match cause {
        LeaveCause::Own | LeaveCause::Away => EndReason::Left,
        LeaveCause::Drain => EndReason::Drain,
    }
}
