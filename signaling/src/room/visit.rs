//! A consultation as one of its people may look at it, and what may be said without a socket, also
//! after the end: papers are written and signed, consent is withdrawn.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use super::view::wire_role;
use crate::connection::Said;
use crate::consultation::{Action, Paper, Pass, Phase, Role, Stay, attendance, may, may_visit};
use crate::ids::SeatId;
use crate::protocol::{
    self as wire, PROTOCOL_VERSION, PaperState, VisitPerson, VisitResponse, VisitStay,
};
use crate::store::StoredRoom;

impl Room {
    /// What this person may see of it, by their link or token, once `say` is done.
    pub(super) async fn visit(
        &mut self,
        (seat, pass): (SeatId, Pass),
        say: Option<Said>,
        now: Instant,
    ) -> Result<VisitResponse, Refused> {
        let time = self.shared.settings.clock.now();
        may_visit(&self.state, seat, pass, time)?;
        match say {
            None => {}
            Some(Said::WritePaper { paper, base, text }) => {
                self.write_paper((paper, base, text), seat, now).await?;
            }
            Some(Said::SignOff { paper, version }) => {
                self.sign_off(paper, version, seat, now).await?;
            }
            Some(Said::WithdrawConsent { subject, scopes }) => {
                self.withdraw(subject, scopes, seat, now).await?;
            }
            Some(_) => return Err(Refused::NeedsSocket),
        }
        self.visit_as_seen(seat).await
    }

    async fn visit_as_seen(&self, seat: SeatId) -> Result<VisitResponse, Refused> {
        let stored = self.shared.store.load(self.id).await?;
        let stays = stored.as_ref().map(|stored| attendance(&stored.events));
        let people = people(&stays.unwrap_or_default());
        let people = people.into_iter().filter_map(|(seat, person, stays)| {
            self.visitor((seat, person), stays, stored.as_ref())
        });
        let writes = may(&self.state, seat, Action::Write).is_ok();
        let role = self.state.seat(seat).map(|seat| seat.role);
        let is_patients = role == Some(Role::Patient) || self.state.representative() == Some(seat);
        let papers = [Paper::Notes, Paper::Summary].into_iter();
        let papers = papers.filter_map(|paper| self.paper_state(paper));
        let mut consents = self.consents_for(seat).known;
        if writes {
            let seats = self.state.seats().iter();
            consents = seats.flat_map(|seat| self.known_of(seat.id)).collect();
        }
        Ok(VisitResponse {
            version: PROTOCOL_VERSION,
            you: seat,
            clinic: self.shared.settings.clinic.clone(),
            phase: phase(self.state.phase()),
            begun: self.state.begun(),
            ended: self.state.end().map(|end| end.at),
            people: people.collect(),
            consents,
            summary: self.signed_summary().filter(|_| writes || is_patients),
            papers: papers.filter(|_| writes).collect(),
        })
    }

    /// The newest version that somebody answers for, whatever was written since.
    fn signed_summary(&self) -> Option<PaperState> {
        let signed = self.papers.signed(Paper::Summary)?;
        let state = self.paper_state(Paper::Summary)?;
        Some(PaperState {
            version: signed.version.0,
            at: signed.at,
            by: signed.by,
            text: signed.text.clone(),
            ..state
        })
    }

    /// Of a seat that changed hands each person is one of their own.
    fn visitor(
        &self,
        (seat, person): (SeatId, u16),
        stays: Vec<VisitStay>,
        stored: Option<&StoredRoom>,
    ) -> Option<VisitPerson> {
        let role = self.state.seat(seat)?.role;
        let people = stored.map_or(&[][..], |stored| &stored.people);
        let known = people
            .iter()
            .filter(|one| one.seat == seat && one.person <= person);
        let known = known.max_by_key(|one| one.person);
        Some(VisitPerson {
            seat,
            name: known.map(|one| one.name.clone()),
            role: wire_role(role),
            languages: known.and_then(|one| one.languages.clone()),
            stays,
        })
    }
}

/// The stays of each person, people in the order in which they first came in.
fn people(stays: &[Stay]) -> Vec<(SeatId, u16, Vec<VisitStay>)> {
    let mut people: Vec<(SeatId, u16, Vec<VisitStay>)> = Vec::new();
    for Stay {
        seat,
        person,
        from,
        until,
    } in stays
    {
        let stay = VisitStay {
            from: *from,
            until: *until,
        };
        let known = people.iter_mut();
        let mut known = known.filter(|(of, who, _)| of == seat && who == person);
        match known.next() {
            Some((_, _, all)) => all.push(stay),
            None => people.push((*seat, *person, vec![stay])),
        }
    }
    people
}

const fn phase(phase: Phase) -> wire::Phase {
    match phase {
        Phase::Scheduled => wire::Phase::Scheduled,
        // Nobody has a link to what was never opened.
        Phase::Unopened | Phase::Open => wire::Phase::Open,
        Phase::InProgress => wire::Phase::InProgress,
        Phase::Ended => wire::Phase::Ended,
        Phase::Cancelled => wire::Phase::Cancelled,
        Phase::NoShow => wire::Phase::NoShow,
    }
}
