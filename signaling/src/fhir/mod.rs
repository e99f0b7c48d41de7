//! Consultations as hospital systems read them: FHIR R4 (4.0.1), read only.
//!
//! Pure functions from the log of one consultation to resources; nothing is kept in this form. A booked consultation is
//! an Appointment and an Encounter of the same id, `{room}`. What people agreed to and what happened are a Consent and an
//! `AuditEvent` each, `{room}-{n}`, where `n` is the place in the log, from 1: a log only grows, so ids stay.
//!
//! **Invariants**
//! - every resource is valid by HL7's own schema (`tests/api/fhir.test.mjs`, on what `every_log_is_told_in_fhir` writes);
//! - people are named in bodies only, never in addresses, and whoever was erased is named nowhere
//!   (`who_was_erased_is_named_nowhere`).
//!
//! People have no resources of their own: this server keeps no register of patients. References to them are *logical*
//! (R4, 2.3.0.2): an identifier of the seat and its person, and the name as it is shown in the consultation.

mod appointment;
mod audit;
mod capability;
mod coding;
mod consent;
mod date;
mod encounter;
mod outcome;
mod people;
mod searchset;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use capability::capability;
pub use date::{DateError, DateRange};
pub use outcome::outcome;
pub use searchset::{Page, searchset};

use crate::accounts::{AccountId, ClinicId};
use crate::consultation::{Event, Fact, RecordKind, State, replay};
use crate::ids::{RoomId, SeatId};
use crate::store::Actor;
use crate::text::{DisplayName, LicenceNumber};

/// The media type of every answer.
pub const MEDIA_TYPE: &str = "application/fhir+json";
/// The version of FHIR that is spoken.
pub const VERSION: &str = "4.0.1";

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The booked time.
    Appointment,
    /// What took place in it.
    Encounter,
    /// Something that somebody agreed to, or did not.
    Consent,
    /// Something that happened.
    AuditEvent,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Appointment,
        Self::Encounter,
        Self::Consent,
        Self::AuditEvent,
    ];

    /// As FHIR names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appointment => "Appointment",
            Self::Encounter => "Encounter",
            Self::Consent => "Consent",
            Self::AuditEvent => "AuditEvent",
        }
    }
}

impl From<Kind> for RecordKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Appointment => Self::Appointment,
            Kind::Encounter => Self::Encounter,
            Kind::Consent => Self::Consents,
            Kind::AuditEvent => Self::Trail,
        }
    }
}

/// A person who has, or had, a seat.
#[derive(Clone, Debug)]
pub struct Known {
    /// Which seat.
    pub seat: SeatId,
    /// Which of the seat's people, from 1.
    pub person: u16,
    /// As they are shown in the consultation.
    pub name: DisplayName,
    /// The account of somebody who works here.
    pub account: Option<AccountId>,
    /// The number of the licence by which an interpreter interprets.
    pub licence: Option<LicenceNumber>,
}

/// Whose consultation it is.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// Its id.
    pub id: ClinicId,
    /// Its name.
    pub name: String,
}

/// Everything that is told of one consultation.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// Which.
    pub room: RoomId,
    /// Whose.
    pub clinic: &'a Clinic,
    /// Its log, from the beginning.
    pub log: &'a [Event],
    /// For whom each entry of it was done, where nobody in a seat did it; what is not there nobody said.
    pub actors: &'a [Option<Actor>],
    /// Those of its people who are known still.
    pub people: &'a [Known],
    /// Where this server is reached, such as `https://kham.example.vn`; the codes of our own are named after it.
    pub base: &'a str,
}

impl Record<'_> {
    fn state(&self) -> State {
        replay(self.log)
    }

    /// Whoever was erased is so in what happened before, too.
    fn is_erased(&self, whose: SeatId) -> bool {
        let mut facts = self.log.iter().map(|event| &event.fact);
        facts.any(|fact| matches!(fact, Fact::Erased { seat, .. } if *seat == whose))
    }

    /// The resources of one kind, in the order of the log. An Appointment only exists where a time was booked.
    pub fn all(&self, kind: Kind) -> Vec<Value> {
        match kind {
            Kind::Appointment => appointment::appointment(self).into_iter().collect(),
            Kind::Encounter => encounter::encounter(self).into_iter().collect(),
            Kind::Consent => consent::consents(self),
            Kind::AuditEvent => audit::audit_events(self),
        }
    }

    /// The one with this id.
    pub fn one(&self, kind: Kind, id: ResourceId) -> Option<Value> {
        let wanted = id.to_string();
        let mut all = self.all(kind).into_iter();
        all.find(|resource| resource.get("id").and_then(Value::as_str) == Some(&wanted))
    }
}

/// The id of a resource: of the consultation itself, or of a place in its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceId {
    /// Which consultation.
    pub room: RoomId,
    /// From 1; `None`: all of it.
    pub place: Option<usize>,
}

impl ResourceId {
    /// Reads an id; `None`: nothing has it.
    pub fn parse(kind: Kind, text: &str) -> Option<Self> {
        let (room, place) = match kind {
            Kind::Appointment | Kind::Encounter => (text, None),
            Kind::Consent | Kind::AuditEvent => {
                let (room, place) = text.split_once('-')?;
                let canonical =
                    place.bytes().all(|digit| digit.is_ascii_digit()) && !place.starts_with('0');
                let place = place.parse().ok().filter(|_| canonical)?;
                (room, Some(place))
            }
        };
        let room = room.parse().ok()?;
        Some(Self { room, place })
    }
}

impl std::fmt::Display for ResourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            None => write!(f, "{}", self.room),
            Some(place) => write!(f, "{}-{place}", self.room),
        }
    }
}
