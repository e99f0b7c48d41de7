//! What those who wait are told of a delay.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use crate::consultation::{self as domain, Command, Minutes, QueueCommand};
use crate::ids::SeatId;
use crate::protocol::LateNotice;
use crate::store::Batch;

impl Room {
    /// Everybody is told by what they see of the room from here on.
    pub(super) async fn tell_late(
        &mut self,
        delay: Option<Minutes>,
        by: SeatId,
        now: Instant,
    ) -> Result<(), Refused> {
        let by = Some(by);
        let command = Command::Queue(QueueCommand::TellLate { delay, by });
        self.carry_out(command, Batch::default(), now).await?;
        Ok(())
    }

    /// As the wire says it.
    pub(super) fn late(&self) -> Option<LateNotice> {
        self.state
            .late()
            .map(|domain::Late { delay, at }| LateNotice {
                minutes: delay.0,
                at,
            })
    }
}
