//! What people are beyond their role, as practitioners say it in the room.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use crate::consultation::{self as domain, Command, PartsCommand, Role, SeatState};
use crate::protocol::Part;
use crate::store::Batch;

impl Room {
    /// Everybody is told by what they see of the seats from here on.
    pub(super) async fn say_part(
        &mut self,
        command: PartsCommand,
        now: Instant,
    ) -> Result<(), Refused> {
        let command = Command::Parts(command);
        let events = self.carry_out(command, Batch::default(), now).await?;
        self.told(&events);
        Ok(())
    }

    /// What is worth saying of this person: who treats, where several could; who speaks for the
    /// patient.
    pub(super) fn part(&self, seat: &SeatState) -> Option<Part> {
        let seats = self.state.seats().iter();
        let practitioners = seats.filter(|one| one.role == Role::Practitioner).count();
        match self.state.part(seat.id).filter(|_| practitioners > 1) {
            Some(domain::Part::Treating) => Some(Part::Treating),
            Some(domain::Part::Advising) => Some(Part::Advising),
            None if self.state.representative() == Some(seat.id) => Some(Part::Representing),
            None => None,
        }
    }
}
