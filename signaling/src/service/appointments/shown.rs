//! Appointments as the wire has them.

use crate::board::{Entry, Guest};
use crate::consultation::{self as domain, EndKind, State, Turn};
use crate::ids::Timestamp;
use crate::protocol::{
    Appointment, AppointmentEnd, AppointmentPerson, CancelReason, FailedJoins as WireFailedJoins,
    Lapse, LateNotice, Part, Phase, Priority, PriorityClass, QueueEntry, Why,
};
use crate::room::{wire_admission, wire_role};
use crate::store::JoinFailure;

pub(super) fn shown(entry: &Entry, now: Timestamp) -> Appointment {
    let state = &entry.state;
    let time = state.time();
    let people = entry.people.iter();
    Appointment {
        appointment: entry.room,
        begins: time.map(|time| time.begins),
        minutes: time.map(|time| time.length.0),
        phase: phase(state, now),
        priority: state.priority().map(priority),
        late: state.late().map(|late| LateNotice {
            minutes: late.delay.0,
            at: late.at,
        }),
        begun: state.begun(),
        end: state.end().map(|end| AppointmentEnd {
            at: end.at,
            reason: match end.kind {
                EndKind::Cancelled(reason) => Some(cancel_reason(reason)),
                EndKind::Ended | EndKind::NoShow | EndKind::Lapsed(_) => None,
            },
            lapse: match end.kind {
                EndKind::Lapsed(how) => Some(lapse(how)),
                EndKind::Ended | EndKind::NoShow | EndKind::Cancelled(_) => None,
            },
        }),
        people: people.filter_map(|guest| person(state, guest)).collect(),
    }
}

pub(super) fn queue_entry(turn: &Turn) -> QueueEntry {
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    QueueEntry {
        appointment: turn.room,
        seat: turn.seat,
        since: turn.since,
        why: match turn.why {
            domain::Why::Arrival => Why::Arrival,
            domain::Why::Law { class, overtakes } => Why::Law {
                class: priority_class(class),
                overtakes: count(overtakes),
            },
            domain::Why::Overtaken { by } => Why::Overtaken { by: count(by) },
        },
        priority: turn.priority.map(priority),
    }
}

fn person(state: &State, guest: &Guest) -> Option<AppointmentPerson> {
    let record = &guest.record;
    let seat = state.seat(record.seat)?;
    let part = match state.part(seat.id) {
        Some(domain::Part::Treating) => Some(Part::Treating),
        Some(domain::Part::Advising) => Some(Part::Advising),
        None if state.representative() == Some(seat.id) => Some(Part::Representing),
        None if state.interpreting(seat.id).is_some() => Some(Part::Interpreting),
        None => None,
    };
    Some(AppointmentPerson {
        seat: seat.id,
        role: wire_role(seat.role),
        name: record.name.clone(),
        account: record.account,
        part,
        languages: record.languages.clone(),
        licence: record.licence.clone(),
        language: record.told_in().into(),
        admission: wire_admission(seat.admission),
        present: seat.is_present(),
        waiting_since: seat.waiting_since,
        connection: guest.connection,
        network: guest.network,
        failed_joins: guest.failed.map(|failed| WireFailedJoins {
            count: failed.count,
            at: failed.at,
            code: match failed.last {
                JoinFailure::Refused(code) => Some(code),
                JoinFailure::Transport => None,
            },
        }),
    })
}

fn phase(state: &State, now: Timestamp) -> Phase {
    match state.phase_at(now) {
        domain::Phase::Scheduled => Phase::Scheduled,
        domain::Phase::Unopened | domain::Phase::Open => Phase::Open,
        domain::Phase::InProgress => Phase::InProgress,
        domain::Phase::Ended => Phase::Ended,
        domain::Phase::Cancelled => Phase::Cancelled,
        domain::Phase::NoShow => Phase::NoShow,
    }
}

const fn priority(priority: domain::Priority) -> Priority {
    Priority {
        class: priority_class(priority.class),
    }
}

const fn priority_class(class: domain::PriorityClass) -> PriorityClass {
    match class {
        domain::PriorityClass::Emergency => PriorityClass::Emergency,
        domain::PriorityClass::ChildUnderSix => PriorityClass::ChildUnderSix,
        domain::PriorityClass::Pregnant => PriorityClass::Pregnant,
        domain::PriorityClass::SevereDisability => PriorityClass::SevereDisability,
        domain::PriorityClass::SeventyFive => PriorityClass::SeventyFive,
        domain::PriorityClass::Merit => PriorityClass::Merit,
    }
}

const fn lapse(lapse: domain::Lapse) -> Lapse {
    match lapse {
        domain::Lapse::Left => Lapse::Left,
        domain::Lapse::Unseen => Lapse::Unseen,
        domain::Lapse::Unused => Lapse::Unused,
    }
}

const fn cancel_reason(reason: domain::CancelReason) -> CancelReason {
    match reason {
        domain::CancelReason::Patient => CancelReason::Patient,
        domain::CancelReason::Practitioner => CancelReason::Practitioner,
        domain::CancelReason::Interpreter => CancelReason::Interpreter,
        domain::CancelReason::Technical => CancelReason::Technical,
        domain::CancelReason::Mistake => CancelReason::Mistake,
        domain::CancelReason::Other => CancelReason::Other,
    }
}
