//! From a wish about the booked time to what happens.

use super::{BookedTime, CancelReason, REOPEN_GRACE, ScheduleCommand, ScheduleFact, lapse};
use crate::accounts::ClinicId;
use crate::consultation::decide::{Facts, invitations, seat_count};
use crate::consultation::permit::{clinic_or, live};
use crate::consultation::phase::Life;
use crate::consultation::{Action, EndKind, Fact, Invitation, LinkState, Phase, RuleError, State};
use crate::ids::{SeatId, Timestamp};

pub(in crate::consultation) fn decide(
    state: &State,
    command: ScheduleCommand,
    now: Timestamp,
) -> Facts {
    match command {
        ScheduleCommand::Book {
            clinic,
            time,
            seats,
        } => book(state, clinic, time, &seats, now),
        ScheduleCommand::Reschedule { time, by } => reschedule(state, time, by, now),
        ScheduleCommand::Cancel { reason, by } => cancel(state, reason, by),
        ScheduleCommand::NoShow { by } => no_show(state, by, now),
        ScheduleCommand::Lapse => Ok(lapse::decide(state, now)),
        ScheduleCommand::Reopen { by } => reopen(state, by, now),
    }
}

fn book(
    state: &State,
    clinic: ClinicId,
    time: BookedTime,
    seats: &[Invitation],
    now: Timestamp,
) -> Facts {
    if state.phase() != Phase::Unopened {
        return Err(RuleError::AlreadyOpen);
    }
    seat_count(seats.len())?;
    time.check(now)?;
    let roles = seats.iter().map(|seat| seat.role).collect();
    let booked = Fact::Schedule(ScheduleFact::Booked {
        clinic,
        time,
        seats: roles,
    });
    let links = invitations(seats, Some(time));
    Ok(std::iter::once(booked).chain(links).collect())
}

fn reschedule(state: &State, time: BookedTime, by: Option<SeatId>, now: Timestamp) -> Facts {
    let booked = ahead(state, by, Action::Reschedule)?;
    time.check(now)?;
    if time == booked {
        return Ok(Vec::new());
    }
    state.not_too_many_changes()?;
    let moved = state.seats().iter().filter_map(|place| {
        let link = Some(moved(place.link?, booked, time));
        let (seat, role) = (place.id, place.role);
        Some(Fact::Invited { seat, role, link })
    });
    let rescheduled = Fact::Schedule(ScheduleFact::Rescheduled { time, by });
    Ok(moved.chain([rescheduled]).collect())
}

/// The same link, good for as long after its time as before.
fn moved(link: LinkState, from: BookedTime, to: BookedTime) -> LinkState {
    let beyond = link.expires.0.saturating_sub(from.begins.0);
    let expires = Timestamp(to.begins.0.saturating_add(beyond));
    LinkState { expires, ..link }.lasting(Some(to))
}

fn cancel(state: &State, reason: CancelReason, by: Option<SeatId>) -> Facts {
    if state.phase() == Phase::Cancelled {
        return Ok(Vec::new());
    }
    ahead(state, by, Action::Cancel)?;
    let cancelled = Fact::Schedule(ScheduleFact::Cancelled { reason, by });
    Ok(vec![cancelled, Fact::Ended { by }])
}

fn no_show(state: &State, by: Option<SeatId>, now: Timestamp) -> Facts {
    if state.phase() == Phase::NoShow {
        return Ok(Vec::new());
    }
    let booked = ahead(state, by, Action::NoShow)?;
    let from = booked.missed_from();
    if now < from {
        return Err(RuleError::TooEarly { from });
    }
    let seats = state.seats().iter();
    let mut expected = seats.filter(|seat| seat.role.is_of_the_patient());
    if expected.clone().next().is_none() {
        return Err(RuleError::NobodyExpected);
    }
    if let Some(came) = expected.find(|seat| seat.came.is_some()) {
        return Err(RuleError::SomebodyCame { seat: came.id });
    }
    let missed = Fact::Schedule(ScheduleFact::NoShow { by });
    Ok(vec![missed, Fact::Ended { by }])
}

fn reopen(state: &State, by: Option<SeatId>, now: Timestamp) -> Facts {
    clinic_or(state, by, Action::Reopen)?;
    let end = match state.schedule.life {
        Life::Unopened => return Err(RuleError::NotOpen),
        Life::Live => return Ok(Vec::new()),
        Life::Over(end) => end,
    };
    // What the clinic has called off, nobody in a seat calls on again. What lapsed nobody has called off.
    let is_nobodys = matches!(end.kind, EndKind::Lapsed(_));
    if by.is_some() && end.by.is_none() && !is_nobodys {
        return Err(RuleError::EndedByClinic);
    }
    let until = end.at.plus(REOPEN_GRACE);
    if now >= until {
        return Err(RuleError::TooLate { until });
    }
    state.not_too_many_changes()?;
    Ok(vec![Fact::Schedule(ScheduleFact::Reopened { by })])
}

/// The booked time, if the consultation has one and has not begun.
fn ahead(state: &State, by: Option<SeatId>, action: Action) -> Result<BookedTime, RuleError> {
    clinic_or(state, by, action)?;
    live(state)?;
    let time = state.schedule.time.ok_or(RuleError::NotBooked)?;
    let phase = state.phase();
    if !phase.is_ahead() {
        return Err(RuleError::Begun { action, phase });
    }
    Ok(time)
}

impl RuleError {
    /// What a link meets after the end.
    pub(in crate::consultation) const fn over(kind: EndKind) -> Self {
        match kind {
            EndKind::Ended | EndKind::Lapsed(_) => Self::Ended,
            EndKind::Cancelled(_) => Self::Cancelled,
            EndKind::NoShow => Self::NoShow,
        }
    }
}
