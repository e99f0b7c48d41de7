//! Destroying what is kept of one person.

use super::Service;
use crate::consultation::ErasureReason;
use crate::ids::{RoomId, SeatId};
use crate::room::{Input, LinkChangeError};

impl Service {
    /// Destroys what is kept of one person: name, languages, what they wrote. Whoever sits there
    /// is out, and no link leads there again. Twice is fine.
    pub async fn erase(
        &self,
        room: RoomId,
        seat: SeatId,
        reason: ErasureReason,
    ) -> Result<(), LinkChangeError> {
        let mailbox = self.mailbox(room)?;
        let erased = mailbox
            .ask(|reply| Input::Erase {
                seat,
                reason,
                reply,
            })
            .await;
        Ok(erased.ok_or(LinkChangeError::Internal)??)
    }
}
