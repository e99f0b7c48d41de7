//! The room as each person may see it, and what is told when that changes.
//!
//! There is one place that tells: after every input each page's view is made anew and compared
//! with what the page knows. So nothing is forgotten to be told, and nothing told twice.
//!
//! **Invariant:** who is not admitted sees its own seat and the practitioners, and of those their
//! names, and whether they are there.

use super::chat::Reader;
use super::live::Room;
use super::papers::PaperSeen;
use super::place::Place;
use crate::consultation::{self as domain, SeatState};
use crate::ids::SeatId;
use crate::protocol::{Admission, Consents, LateNotice, Role, Seat, ServerMessage};

/// What a page knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) seats: Vec<Seat>,
    pub(crate) locked: bool,
    pub(crate) late: Option<LateNotice>,
    pub(crate) consents: Consents,
    pub(crate) papers: Vec<PaperSeen>,
}

impl Room {
    /// Every seat that this person may see.
    pub(super) fn seats_for(&self, viewer: SeatId) -> Vec<Seat> {
        let sees_all = self.state.standing(viewer) == domain::Standing::Admitted;
        let places = self.places.iter();
        places
            .filter_map(|place| {
                let seat = self.state.seat(place.seat)?;
                if sees_all || place.seat == viewer {
                    Some(self.whole_view(place, seat, viewer))
                } else if seat.role == domain::Role::Practitioner {
                    Some(from_outside(place, seat))
                } else {
                    None
                }
            })
            .collect()
    }

    /// What a page that connects now knows.
    pub(super) fn seen_by(&self, viewer: SeatId) -> Seen {
        Seen {
            seats: self.seats_for(viewer),
            locked: self.state.locked(),
            late: self.late(),
            consents: self.consents_for(viewer),
            papers: self.papers_seen_by(viewer),
        }
    }

    fn whole_view(&self, place: &Place, seat: &SeatState, viewer: SeatId) -> Seat {
        let is_present = seat.is_present();
        let ahead = self.state.ahead_of(seat.id);
        let ahead = ahead.filter(|_| seat.id == viewer);
        Seat {
            seat: seat.id,
            name: place.person.name.clone(),
            role: wire_role(seat.role),
            languages: place.person.languages.clone(),
            part: self.part(seat),
            admission: wire_admission(seat.admission),
            waiting_since: seat.waiting_since,
            ahead: ahead.map(|ahead| u16::try_from(ahead).unwrap_or(u16::MAX)),
            present: is_present,
            connection: place.connection(is_present),
            network: place.network(is_present),
            microphone: place.sends.microphone,
            camera: place.sends.camera,
            hand: place.sends.hand,
        }
    }

    /// Whoever reads the chat from this seat.
    pub(super) fn reader(&self, seat: SeatId) -> Reader {
        let role = self.state.seat(seat).map(|seat| seat.role);
        Reader {
            seat,
            is_admitted: self.state.standing(seat) == domain::Standing::Admitted,
            is_practitioner: role == Some(domain::Role::Practitioner),
        }
    }

    /// Tells every connected page what changed for it.
    pub(super) fn tell_changes(&mut self) {
        let attached = self.places.iter().filter(|place| place.attached.is_some());
        let views: Vec<_> = attached
            .map(|place| (place.seat, self.seen_by(place.seat)))
            .collect();
        for (viewer, now) in views {
            let known = self.places.iter().find(|place| place.seat == viewer);
            let known = known.and_then(|place| place.attached.as_ref());
            let known = known.map_or(&[][..], |attached| &attached.seen.papers);
            let papers = self.paper_news(known, &now.papers);
            let Some(attached) = self.place(viewer).and_then(|place| place.attached.as_mut())
            else {
                continue;
            };
            let before = std::mem::replace(&mut attached.seen, now);
            for message in news(viewer, &before, &attached.seen) {
                attached.outbox.send(message);
            }
            for message in papers {
                attached.outbox.send(message);
            }
        }
    }
}

/// What to tell a page that knew one thing and should know the other.
fn news(viewer: SeatId, before: &Seen, now: &Seen) -> Vec<ServerMessage> {
    let mut news = Vec::new();
    if before.locked != now.locked {
        let locked = now.locked;
        news.push(ServerMessage::LockChanged { locked });
    }
    if before.late != now.late {
        let late = now.late;
        news.push(ServerMessage::Late { late });
    }
    if before.consents != now.consents {
        news.push(ServerMessage::Consents(now.consents.clone()));
    }
    for seat in &now.seats {
        let known = before.seats.iter().find(|known| known.seat == seat.seat);
        if !known.is_some_and(|known| is_old_news(viewer, known, seat)) {
            news.push(ServerMessage::SeatChanged { seat: seat.clone() });
        }
    }
    for known in &before.seats {
        if !now.seats.iter().any(|seat| seat.seat == known.seat) {
            news.push(ServerMessage::SeatGone { seat: known.seat });
        }
    }
    news
}

/// A page knows best what it sends itself and how its own network is; an echo that comes late
/// would undo what the person did meanwhile.
fn is_old_news(viewer: SeatId, known: &Seat, seat: &Seat) -> bool {
    if seat.seat != viewer {
        return known == seat;
    }
    let outside = |seat: &Seat| {
        let waits = (seat.waiting_since, seat.ahead);
        (seat.admission, waits, seat.present, seat.part)
    };
    outside(known) == outside(seat)
}

/// A practitioner, as somebody who is not let in sees them.
fn from_outside(place: &Place, seat: &SeatState) -> Seat {
    let is_present = seat.is_present();
    Seat {
        seat: seat.id,
        name: place.person.name.clone(),
        role: wire_role(seat.role),
        languages: None,
        part: None,
        admission: wire_admission(seat.admission),
        waiting_since: None,
        ahead: None,
        present: is_present,
        connection: place.connection(is_present),
        network: None,
        microphone: true,
        camera: true,
        hand: false,
    }
}

pub(crate) const fn wire_role(role: domain::Role) -> Role {
    match role {
        domain::Role::Practitioner => Role::Practitioner,
        domain::Role::Patient => Role::Patient,
        domain::Role::Interpreter => Role::Interpreter,
        domain::Role::Companion => Role::Companion,
        domain::Role::Observer => Role::Observer,
    }
}

pub(crate) const fn wire_admission(admission: domain::Admission) -> Admission {
    match admission {
        domain::Admission::None => Admission::None,
        domain::Admission::Waiting => Admission::Waiting,
        domain::Admission::Held => Admission::Held,
        domain::Admission::Admitted => Admission::Admitted,
        domain::Admission::Denied => Admission::Denied,
        domain::Admission::Removed => Admission::Removed,
    }
}
