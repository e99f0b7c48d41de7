//! Destroying what is kept of one person.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use crate::consultation::{Command, ErasureReason};
use crate::ids::SeatId;
use crate::store::Batch;

impl Room {
    /// The key of the person's records, and with it their name, their languages and what they
    /// wrote, in one write with the event that says so. Whoever sits there is out. To the others
    /// the seat is gone; they have their own words still.
    pub(super) async fn erase(
        &mut self,
        seat: SeatId,
        reason: ErasureReason,
        now: Instant,
    ) -> Result<(), Refused> {
        let beside = Batch {
            erased: vec![seat],
            ..Batch::default()
        };
        let command = Command::Erase { seat, reason };
        let events = self.carry_out(command, beside, now).await?;
        // Also if it was done before: what is kept is destroyed again, and it costs nothing.
        self.empty(seat);
        self.places.retain(|place| place.seat != seat);
        self.chat.forget(seat);
        self.papers.forget(seat);
        if !events.is_empty() {
            tracing::info!(room = %self.id, %seat, ?reason, "erased");
        }
        Ok(())
    }
}
