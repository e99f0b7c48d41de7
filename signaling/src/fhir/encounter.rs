//! What took place: who was let in and there, from when to when.

use serde_json::{Value, json};

use super::appointment::is_patient_there;
use super::coding::{ACT_CODE, coding, without_absent};
use super::{Record, people};
use crate::consultation::{Event, Phase, SeatState, Standing, State, apply};
use crate::ids::{SeatId, Timestamp};
use crate::utc::instant;

/// `None`: it never was opened.
pub(super) fn encounter(record: &Record<'_>) -> Option<Value> {
    let state = record.state();
    if state.phase() == Phase::Unopened {
        return None;
    }
    let period = state.begun().map(
        |begun| json!({"start": instant(begun), "end": state.end().map(|end| instant(end.at))}),
    );
    let appointment = state
        .time()
        .map(|_| json!({"reference": format!("Appointment/{}", record.room)}));
    let participants = participants(record, &state);
    let individuals = participants.iter().map(|one| &one["individual"]);
    Some(without_absent(json!({
        "resourceType": "Encounter",
        "id": record.room.to_string(),
        "contained": people::all_licensed(record, individuals),
        "status": status(&state),
        "class": coding(ACT_CODE, "VR", "virtual"),
        "subject": people::patient(record, &state),
        "participant": participants,
        "appointment": [appointment],
        "period": period,
        "serviceProvider": people::clinic(record),
    })))
}

fn status(state: &State) -> &'static str {
    match state.phase() {
        Phase::Open if is_patient_there(state) => "arrived",
        Phase::Unopened | Phase::Scheduled | Phase::Open => "planned",
        Phase::InProgress => "in-progress",
        Phase::Ended if state.begun().is_some() => "finished",
        Phase::Ended | Phase::Cancelled | Phase::NoShow => "cancelled",
    }
}

/// One stay of one person, between which they heard and were heard.
#[derive(Clone, Copy)]
struct Stay {
    seat: SeatId,
    person: u16,
    from: Timestamp,
    until: Option<Timestamp>,
}

/// Everybody but the patient, each stay by itself; who was never there, without a time.
fn participants(record: &Record<'_>, state: &State) -> Vec<Value> {
    let stays = stays(record.log);
    let others = state
        .seats()
        .iter()
        .filter(|seat| seat.role != crate::consultation::Role::Patient);
    let told = others.flat_map(|seat| {
        let of_seat = stays.iter().filter(|stay| stay.seat == seat.id);
        let mut told: Vec<_> = of_seat
            .map(|stay| {
                let period = json!({"start": instant(stay.from), "end": stay.until.map(instant)});
                participant(record, state, seat, stay.person, &period)
            })
            .collect();
        if told.is_empty() {
            told.push(participant(record, state, seat, seat.person, &Value::Null));
        }
        told
    });
    told.collect()
}

fn participant(
    record: &Record<'_>,
    state: &State,
    seat: &SeatState,
    person: u16,
    period: &Value,
) -> Value {
    json!({
        "type": [people::part(state, seat)],
        "period": period,
        "individual": people::licensed(record, seat, person),
    })
}

/// Read off the log by telling it once more: whoever is let in and there after an event stays until an event changes
/// that, or the person.
fn stays(log: &[Event]) -> Vec<Stay> {
    let mut state = State::default();
    let mut stays: Vec<Stay> = Vec::new();
    for event in log {
        state = apply(state, event);
        for seat in state.seats() {
            let is_here = state.standing(seat.id) == Standing::Admitted;
            let open = stays
                .iter_mut()
                .find(|stay| stay.seat == seat.id && stay.until.is_none());
            match open {
                Some(stay) if !is_here || stay.person != seat.person => stay.until = Some(event.at),
                Some(_) => continue,
                None => {}
            }
            if is_here {
                stays.push(Stay {
                    seat: seat.id,
                    person: seat.person,
                    from: event.at,
                    until: None,
                });
            }
        }
    }
    stays
}
