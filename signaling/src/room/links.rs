//! A seat's link: what it is for, a new one, none any more; and seats for signed invitations.

use std::time::Instant;

use super::live::Room;
use super::place::Place;
use super::{Invited, JoinError, Refused, Ticket};
use crate::consultation::{Command, Fact, Invitation, LinkState, Role, RuleError};
use crate::ids::{SeatId, TokenHash};
use crate::protocol::{InvitationResponse, PROTOCOL_VERSION, Person};
use crate::store::{Batch, PersonRecord};

use super::view::wire_role;

impl Room {
    /// What the link is for. Spends nothing. A lock keeps nobody from looking.
    pub(super) async fn invitation(
        &self,
        seat: SeatId,
        link: TokenHash,
    ) -> Result<InvitationResponse, JoinError> {
        let takeover = false;
        match self.check(seat, &Ticket::Link { link, takeover }) {
            Ok(()) | Err(JoinError::Rule(RuleError::Locked)) => {}
            Err(error) => return Err(error),
        }
        let place = self.places.iter().find(|place| place.seat == seat);
        let place = place.ok_or(JoinError::LinkUnknown)?;
        let role = self.state.seat(seat).map(|seat| seat.role);
        let role = role.ok_or(JoinError::LinkUnknown)?;
        Ok(InvitationResponse {
            version: PROTOCOL_VERSION,
            you: Person {
                name: place.person.name.clone(),
                role: wire_role(role),
                languages: place.person.languages.clone(),
            },
            practitioners: self.practitioners(),
            clinic: self.shared.settings.clinic.clone(),
            taken: self.is_living(seat).await,
        })
    }

    fn practitioners(&self) -> Vec<crate::text::DisplayName> {
        let leads = |place: &&Place| {
            let seat = self.state.seat(place.seat);
            seat.is_some_and(|seat| seat.role == Role::Practitioner)
        };
        let places = self.places.iter().filter(leads);
        places.map(|place| place.person.name.clone()).collect()
    }

    /// A new link; the old one dies, and whoever sits there stays.
    pub(super) async fn relink(
        &mut self,
        seat: SeatId,
        link: LinkState,
        now: Instant,
    ) -> Result<(), Refused> {
        let beside = Batch {
            tokens: vec![(link.hash, seat)],
            ..Batch::default()
        };
        let command = Command::Relink { seat, link };
        self.carry_out(command, beside, now).await?;
        tracing::info!(room = %self.id, %seat, "new link");
        Ok(())
    }

    /// No link any more; whoever sits there is out.
    pub(super) async fn revoke(&mut self, seat: SeatId, now: Instant) -> Result<(), Refused> {
        let beside = self.cleared(seat);
        let command = Command::RevokeLink { seat };
        let events = self.carry_out(command, beside, now).await?;
        if !events.is_empty() {
            self.empty(seat);
            tracing::info!(room = %self.id, %seat, "link revoked");
        }
        Ok(())
    }

    /// The seat of a signed invitation; its first use makes it, and the room if need be.
    pub(super) async fn invite(
        &mut self,
        invited: Invited,
        now: Instant,
    ) -> Result<SeatId, Refused> {
        let Invited { person, role, link } = invited;
        // Another request may have been faster.
        let found = self.shared.store.find(link).await?;
        if let Some((room, seat)) = found
            && room == self.id
        {
            return Ok(seat);
        }
        let record = |seat| PersonRecord::new(seat, person.name.clone(), person.languages.clone());
        let plan = |room: &Self| {
            let seat = room.state.next_seat().ok_or(Refused::Store)?;
            let beside = Batch {
                people: vec![record(seat)],
                tokens: vec![(link, seat)],
                ..Batch::default()
            };
            let invitation = Invitation { role, link: None };
            Ok((Command::Invite(invitation), beside))
        };
        let events = self.carry_out_as(plan, now).await?;
        let seat = events.iter().find_map(|event| match event.fact {
            Fact::Invited { seat, .. } => Some(seat),
            _ => None,
        });
        let seat = seat.ok_or(Refused::Store)?;
        if self.place(seat).is_none() {
            self.places.push(Place::new(record(seat), None, now));
        }
        tracing::info!(room = %self.id, %seat, "invited by a signed token");
        Ok(seat)
    }
}
