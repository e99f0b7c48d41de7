//! From a wish to what happens.

use super::permit::{live, may_redeem, may_resume, open_seat};
use super::policy::{self, Action};
use super::{
    BookedTime, Command, ErasureReason, Event, Fact, Invitation, JOINS_MAX, LeaveCause, Pass,
    Phase, RuleError, SEATS_MAX, SEATS_MIN, Standing, State, acts, consent, disclosure, papers,
    parts, queue, schedule,
};
use crate::ids::{SeatId, Timestamp, TokenHash};

/// What follows, or why nothing does.
pub(super) type Facts = Result<Vec<Fact>, RuleError>;

/// What the command leads to. No event: it is so already.
pub fn decide(state: &State, command: Command, now: Timestamp) -> Result<Vec<Event>, RuleError> {
    let facts = match command {
        Command::Open { seats } => open(state, &seats),
        Command::Invite(invitation) => invite(state, invitation),
        Command::Relink { seat, link } => open_seat(state, seat).map(|place| {
            let (role, link) = (place.role, Some(link.lasting(state.schedule.time)));
            vec![Fact::Invited { seat, role, link }]
        }),
        Command::RevokeLink { seat } => revoke_link(state, seat),
        Command::Join { seat, resume, pass } => join(state, seat, resume, pass, now),
        Command::Confirm { seat } => open_seat(state, seat).map(|place| {
            let confirmed = place.previous_resume.map(|_| Fact::Confirmed { seat });
            confirmed.into_iter().collect()
        }),
        Command::Leave { seat, cause } => leave(state, seat, cause),
        Command::Admit { seat, by } => acts::admit(state, seat, by),
        Command::Deny { seat, by } => acts::deny(state, seat, by),
        Command::Hold { seat, by } => acts::hold(state, seat, by),
        Command::Remove { seat, by } => acts::remove(state, seat, by),
        Command::Lock { locked, by } => acts::lock(state, locked, by),
        Command::Erase { seat, reason } => erase(state, seat, reason),
        Command::Disclose { what, to } => disclosure::decide(state, what, to, now),
        Command::End { by } => acts::end(state, by),
        Command::Schedule(command) => schedule::decide(state, command, now),
        Command::Queue(command) => queue::decide(state, command),
        Command::Parts(command) => parts::decide(state, command),
        Command::Consent(command) => consent::decide(state, command),
        Command::Paper(command) => papers::decide(state, command),
    }?;
    // A clock that was set back must not reorder the log.
    let at = now.max(state.last);
    Ok(facts.into_iter().map(|fact| Event { at, fact }).collect())
}

fn open(state: &State, seats: &[Invitation]) -> Facts {
    if state.phase() != Phase::Unopened {
        return Err(RuleError::AlreadyOpen);
    }
    seat_count(seats.len())?;
    let opened = Fact::Opened {
        seats: seats.iter().map(|seat| seat.role).collect(),
    };
    let invited = invitations(seats, None);
    Ok(std::iter::once(opened).chain(invited).collect())
}

pub(super) fn seat_count(got: usize) -> Result<(), RuleError> {
    if (SEATS_MIN..=SEATS_MAX).contains(&got) {
        return Ok(());
    }
    Err(RuleError::SeatCount { got })
}

/// The links of new seats.
pub(super) fn invitations(
    seats: &[Invitation],
    time: Option<BookedTime>,
) -> impl Iterator<Item = Fact> {
    let numbered = (1..).map(SeatId).zip(seats);
    numbered.filter_map(move |(seat, Invitation { role, link })| {
        let link = Some((*link)?.lasting(time));
        let role = *role;
        Some(Fact::Invited { seat, role, link })
    })
}

fn invite(state: &State, Invitation { role, link }: Invitation) -> Facts {
    if state.phase() != Phase::Unopened {
        live(state)?;
    }
    let got = state.seats.len().saturating_add(1);
    let Some(seat) = state.next_seat().filter(|_| got <= SEATS_MAX) else {
        return Err(RuleError::SeatCount { got });
    };
    // Where nobody was invited yet, the first one opens the consultation; the others follow.
    let seats = Vec::new();
    let opened = (state.phase() == Phase::Unopened).then_some(Fact::Opened { seats });
    let link = link.map(|link| link.lasting(state.schedule.time));
    let invited = Fact::Invited { seat, role, link };
    Ok(opened.into_iter().chain([invited]).collect())
}

fn revoke_link(state: &State, seat: SeatId) -> Facts {
    let place = open_seat(state, seat)?;
    if place.link_revoked && !place.is_present() && place.resume.is_none() {
        return Ok(Vec::new());
    }
    let mut facts = vec![Fact::LinkRevoked { seat }];
    // A lock that nobody inside can open would keep the doctor's next link out, too.
    if state.locked && !state.leads_without(seat) {
        facts.push(Fact::Unlocked { by: None });
    }
    Ok(facts)
}

/// Also of a consultation that has ended: what is kept outlives it.
fn erase(state: &State, seat: SeatId, reason: ErasureReason) -> Facts {
    if state.phase() == Phase::Unopened {
        return Err(RuleError::NotOpen);
    }
    let place = state.seat(seat).ok_or(RuleError::UnknownSeat { seat })?;
    if place.erased {
        return Ok(Vec::new());
    }
    let by = None;
    let mut facts = vec![Fact::Erased { seat, by, reason }];
    // As where a link is revoked: somebody must be able to let the next doctor in.
    if state.phase().is_live() && state.locked && !state.leads_without(seat) {
        facts.push(Fact::Unlocked { by });
    }
    Ok(facts)
}

fn join(state: &State, seat: SeatId, resume: TokenHash, pass: Pass, now: Timestamp) -> Facts {
    let resumed_with = match pass {
        Pass::Link(link) => {
            may_redeem(state, seat, link, now)?;
            None
        }
        Pass::Resume(token) => {
            may_resume(state, seat, token)?;
            Some(token)
        }
    };
    let place = open_seat(state, seat)?;
    // Somebody who withdrew their consent keeps the seat, and nothing flows.
    let standing = if place.may_enter() && state.withheld_by(place).is_none() {
        Standing::Admitted
    } else {
        Standing::Waiting
    };
    // Coming back to one's own seat is never one too many, and neither is waiting.
    let is_in = place.is_present() && place.is_admitted();
    let takes_a_slot = standing == Standing::Admitted || place.is_admitted();
    if takes_a_slot && !is_in && state.is_full() {
        return Err(RuleError::Full);
    }
    if state.joins >= JOINS_MAX {
        return Err(RuleError::TooManyJoins);
    }
    Ok(vec![Fact::Joined {
        seat,
        standing,
        resume,
        resumed_with,
    }])
}

fn leave(state: &State, seat: SeatId, cause: LeaveCause) -> Facts {
    let Some(place) = state.seat(seat).filter(|place| place.is_present()) else {
        return Ok(Vec::new());
    };
    if cause == LeaveCause::Own {
        policy::check(Action::Leave, place.role, place.admission)?;
    }
    Ok(vec![Fact::Left { seat, cause }])
}
