//! Joins that did not come about: shown to the clinic at once, and kept beside the log now and then, so that a restart does
//! not hide who needs a call.

use std::time::{Duration, Instant};

use super::live::Room;
use super::place::{MediaLink, Place};
use super::{JoinError, Offer, Ticket};
use crate::ids::SeatId;
use crate::protocol::{ErrorCode, JoinResponse};
use crate::store::{Batch, FailedJoins, JoinFailure};

/// How often they are written at most: whoever tries for hours with a link that does not open costs a small write a
/// minute, and a server that is killed forgets a minute of their tries.
pub(super) const KEEP_EVERY: Duration = Duration::from_mins(1);

/// When failed joins are to be written.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// Not yet written, and to be then.
    due: Option<Instant>,
    /// When some were written last.
    kept: Option<Instant>,
}

impl Keeping {
    /// When [`Room::keep_failed_joins`] wants to be called; until then the room does not rest.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.due
    }

    fn wanted(&mut self, now: Instant) {
        let earliest = self.kept.map_or(now, |kept| kept + KEEP_EVERY);
        self.due.get_or_insert(earliest.max(now));
    }

    const fn done(&mut self, now: Instant) {
        self.due = None;
        self.kept = Some(now);
    }
}

impl Room {
    /// As [`Self::join`]; a refusal is noted, which their clinic may want to help with.
    pub(super) async fn try_join(
        &mut self,
        seat: SeatId,
        ticket: Ticket,
        offer: Offer,
        now: Instant,
    ) -> Result<JoinResponse, JoinError> {
        let joined = self.join(seat, ticket, offer, now).await;
        if let Err(error) = &joined
            // A question to the person, and no refusal.
            && error.code() != ErrorCode::SeatTaken
        {
            self.join_failed(seat, JoinFailure::Refused(error.code()), now);
        }
        joined
    }

    /// A transport is lost: did it ever come up?
    pub(super) fn note_lost(&mut self, seat: SeatId, before: MediaLink, now: Instant) {
        if before == MediaLink::Connecting {
            self.join_failed(seat, JoinFailure::Transport, now);
        }
    }

    fn join_failed(&mut self, seat: SeatId, why: JoinFailure, now: Instant) {
        // Without a clinic nobody sees it.
        if self.state.clinic().is_none() {
            return;
        }
        let at = self.shared.settings.clock.now();
        if let Some(place) = self.place(seat) {
            place.failed = Some(FailedJoins::and(place.failed, why, at));
            self.keeping.wanted(now);
        }
    }

    /// Writes them, if it is time.
    pub(super) async fn keep_failed_joins(&mut self, now: Instant) {
        if self.keeping.due.is_some_and(|due| due <= now) {
            self.keep_failed_joins_now(now).await;
        }
    }

    /// Writes them, if there are any that were not written. Where that fails they are shown still, and written with the next.
    pub(super) async fn keep_failed_joins_now(&mut self, now: Instant) {
        if self.keeping.due.is_none() {
            return;
        }
        self.keeping.done(now);
        let failed = |room: &Self| {
            let of = |place: &Place| place.failed.map(|failed| (place.seat, failed));
            let beside = Batch {
                failed: room.places.iter().filter_map(of).collect(),
                ..Batch::default()
            };
            (beside, ())
        };
        // What keeps it from being written is in the log already.
        self.keep(failed, now).await.ok();
    }
}
