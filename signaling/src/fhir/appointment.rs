//! The booked time.

use serde_json::{Value, json};

use super::coding::{CANCELLATION, concept, without_absent};
use super::{Record, people};
use crate::consultation::{CancelReason, EndKind, Lapse, Phase, SeatState, State};
use crate::utc::instant;

/// `None`: no time was booked.
pub(super) fn appointment(record: &Record<'_>) -> Option<Value> {
    let state = record.state();
    let time = state.time()?;
    let created = record.log.first().map(|event| instant(event.at));
    let participants = state
        .seats()
        .iter()
        .map(|seat| participant(record, &state, seat));
    let reason = state.end().and_then(|end| match end.kind {
        EndKind::Cancelled(reason) => Some(why(reason)),
        // They were there, and nobody saw them.
        EndKind::Lapsed(Lapse::Unseen) => Some(why(CancelReason::Practitioner)),
        EndKind::Ended | EndKind::NoShow | EndKind::Lapsed(_) => None,
    });
    Some(without_absent(json!({
        "resourceType": "Appointment",
        "id": record.room.to_string(),
        "status": status(&state),
        "cancelationReason": reason,
        // Used as in iCalendar: 1 is the highest. Who comes first by law is never an ordinary case.
        "priority": state.priority().map(|_| 1),
        "start": instant(time.begins),
        "end": instant(time.ends()),
        "minutesDuration": time.length.0,
        "created": created,
        "participant": participants.collect::<Vec<_>>(),
    })))
}

/// The consultation's phase, as appointments have it. `arrived` once somebody of the patient's side is there.
fn status(state: &State) -> &'static str {
    match state.phase() {
        Phase::Unopened => "proposed",
        Phase::Open if is_patient_there(state) => "arrived",
        Phase::Scheduled | Phase::Open => "booked",
        Phase::InProgress => "checked-in",
        // Ended before patient and practitioner met: nothing was fulfilled.
        Phase::Ended if state.begun().is_none() => "cancelled",
        Phase::Ended => "fulfilled",
        Phase::Cancelled => "cancelled",
        Phase::NoShow => "noshow",
    }
}

pub(super) fn is_patient_there(state: &State) -> bool {
    let mut there = state.seats().iter().filter(|seat| seat.is_present());
    there.any(|seat| seat.role.is_of_the_patient())
}

fn participant(record: &Record<'_>, state: &State, seat: &SeatState) -> Value {
    let has_answered = !seat.role.is_of_the_patient() || seat.came.is_some();
    let status = if has_answered {
        "accepted"
    } else {
        "needs-action"
    };
    json!({
        "type": [people::part(state, seat)],
        "actor": people::person(record, seat, seat.person),
        "required": "required",
        "status": status,
    })
}

fn why(reason: CancelReason) -> Value {
    let (code, display) = match reason {
        CancelReason::Patient => ("pat", "Patient"),
        CancelReason::Practitioner => ("prov", "Provider"),
        CancelReason::Interpreter => ("oth-int", "Other: No Interpreter Available"),
        CancelReason::Mistake => ("oth-err", "Other: Error"),
        CancelReason::Technical | CancelReason::Other => ("other", "Other"),
    };
    concept(CANCELLATION, code, display)
}
