//! Logical references to people, and what they are in a consultation.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::coding::{IDENTIFIER_TYPE, PARTICIPANT_TYPE, PARTICIPATION, concept, with};
use super::{Known, Record};
use crate::accounts::KeyId;
use crate::consultation::{Part, Role, SeatState, State};
use crate::ids::SeatId;

/// The kind of resource that somebody would be, if this server kept one of them.
const fn kind(role: Role) -> &'static str {
    match role {
        Role::Patient => "Patient",
        Role::Companion => "RelatedPerson",
        Role::Practitioner | Role::Interpreter | Role::Observer => "Practitioner",
    }
}

/// The person who has the seat in this state.
pub(super) fn holder(record: &Record<'_>, state: &State, seat: SeatId) -> Value {
    match state.seat(seat) {
        Some(place) => person(record, place, place.person),
        None => json!({"display": format!("seat {seat}")}),
    }
}

fn known<'a>(record: &'a Record<'_>, seat: SeatId, person: u16) -> Option<&'a Known> {
    let is_it = |known: &&Known| (known.seat, known.person) == (seat, person);
    let known = record.people.iter().find(is_it);
    known.filter(|_| !record.is_erased(seat))
}

/// Those whose licence to practise was shown and whom [`licensed`] refers to in one of these references, to be
/// contained beside them.
pub(super) fn all_licensed<'v>(
    record: &Record<'_>,
    references: impl Iterator<Item = &'v Value>,
) -> Vec<Value> {
    let inside: BTreeSet<_> = references
        .filter_map(|reference| reference["reference"].as_str()?.strip_prefix('#'))
        .collect();
    let people = record.people.iter().filter_map(|known| {
        let id = contained(known.seat, known.person);
        let number = known.licence.as_ref().filter(|_| inside.contains(id.as_str()))?;
        let identifier = json!({
            "type": concept(IDENTIFIER_TYPE, "LN", "License number"),
            "value": number.as_str(),
        });
        Some(json!({
            "resourceType": "Practitioner",
            "id": id,
            "name": [{"text": known.name.as_str()}],
            "qualification": [{"identifier": [identifier], "code": {"text": "Licence to practise"}}],
        }))
    });
    people.collect()
}

/// One of a seat's people, with their licence, where one was shown and is contained in the same resource.
pub(super) fn licensed(record: &Record<'_>, place: &SeatState, number: u16) -> Value {
    let reference = person(record, place, number);
    match known(record, place.id, number) {
        Some(Known {
            licence: Some(_), ..
        }) => {
            let inside = format!("#{}", contained(place.id, number));
            with(reference, [("reference", inside.into())])
        }
        Some(_) | None => reference,
    }
}

fn contained(seat: SeatId, person: u16) -> String {
    format!("seat-{seat}-{person}")
}

/// One of a seat's people. Without a name if nobody knows it any more.
pub(super) fn person(record: &Record<'_>, place: &SeatState, person: u16) -> Value {
    let seat = place.id;
    let known = known(record, seat, person);
    let identifier = match known.and_then(|known| known.account) {
        Some(account) => {
            json!({"system": format!("{}/fhir/account", record.base), "value": account.to_string()})
        }
        None => json!({
            "system": format!("{}/fhir/seat", record.base),
            "value": format!("{}-{seat}-{person}", record.room),
        }),
    };
    let name = known.map(|known| String::from(known.name.clone()));
    json!({"type": kind(place.role), "identifier": identifier, "display": name})
}

/// The clinic, or whoever runs the server for it.
pub(super) fn clinic(record: &Record<'_>) -> Value {
    json!({
        "type": "Organization",
        "identifier": {
            "system": format!("{}/fhir/clinic", record.base),
            "value": record.clinic.id.to_string(),
        },
        "display": record.clinic.name,
    })
}

/// A program of the hospital's, by the key that it came with.
pub(super) fn system(record: &Record<'_>, key: KeyId) -> Value {
    json!({
        "type": "Device",
        "identifier": {"system": format!("{}/fhir/key", record.base), "value": key.to_string()},
    })
}

/// This server, where it does something by itself.
pub(super) fn server(record: &Record<'_>) -> Value {
    json!({
        "type": "Device",
        "identifier": {"system": format!("{}/fhir/server", record.base), "value": record.base},
        "display": "Nhịp Cầu",
    })
}

/// What somebody is in the consultation, as participants are typed.
pub(super) fn part(state: &State, place: &SeatState) -> Value {
    let (system, code, display) = match place.role {
        Role::Practitioner if state.part(place.id) == Some(Part::Treating) => {
            (PARTICIPATION, "PPRF", "primary performer")
        }
        Role::Practitioner => (PARTICIPATION, "CON", "consultant"),
        Role::Interpreter => (PARTICIPANT_TYPE, "translator", "Translator"),
        Role::Companion => (PARTICIPATION, "ESC", "escort"),
        Role::Patient | Role::Observer => (PARTICIPATION, "PART", "Participation"),
    };
    concept(system, code, display)
}

/// Whom it is about: the first patient.
pub(super) fn patient(record: &Record<'_>, state: &State) -> Option<Value> {
    let place = state
        .seats()
        .iter()
        .find(|seat| seat.role == Role::Patient)?;
    Some(person(record, place, place.person))
}
