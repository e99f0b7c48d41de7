//! From a wish to what happens.

use super::permit::{may_redeem, may_resume, open_seat};
use super::policy::{self, Action};
use super::{
    Command, Event, Fact, Invitation, JOINS_MAX, LeaveCause, Pass, Phase, RuleError, SEATS_MAX,
    SEATS_MIN, Standing, State, acts,
};
use crate::ids::{SeatId, Timestamp, TokenHash};

type Facts = Result<Vec<Fact>, RuleError>;

/// What the command leads to. No event: it is so already.
pub fn decide(state: &State, command: Command, now: Timestamp) -> Result<Vec<Event>, RuleError> {
    let facts = match command {
        Command::Open { seats } => open(state, &seats),
        Command::Invite(invitation) => invite(state, invitation),
        Command::Relink { seat, link } => open_seat(state, seat).map(|place| {
            let (role, link) = (place.role, Some(link));
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
        Command::End { by } => acts::end(state, by),
    }?;
    // A clock that was set back must not reorder the log.
    let at = now.max(state.last);
    Ok(facts.into_iter().map(|fact| Event { at, fact }).collect())
}

fn open(state: &State, seats: &[Invitation]) -> Facts {
    if state.phase != Phase::Unopened {
        return Err(RuleError::AlreadyOpen);
    }
    if !(SEATS_MIN..=SEATS_MAX).contains(&seats.len()) {
        return Err(RuleError::SeatCount { got: seats.len() });
    }
    let opened = Fact::Opened {
        seats: seats.iter().map(|seat| seat.role).collect(),
    };
    let numbered = (1..).map(SeatId).zip(seats);
    let invited = numbered.filter(|(_, invitation)| invitation.link.is_some());
    let invited = invited.map(|(seat, Invitation { role, link })| Fact::Invited {
        seat,
        role: *role,
        link: *link,
    });
    Ok(std::iter::once(opened).chain(invited).collect())
}

fn invite(state: &State, Invitation { role, link }: Invitation) -> Facts {
    if state.phase == Phase::Ended {
        return Err(RuleError::Ended);
    }
    let got = state.seats.len().saturating_add(1);
    let Some(seat) = state.next_seat().filter(|_| got <= SEATS_MAX) else {
        return Err(RuleError::SeatCount { got });
    };
    // Where nobody was invited yet, the first one opens the consultation; the others follow.
    let seats = Vec::new();
    let opened = (state.phase == Phase::Unopened).then_some(Fact::Opened { seats });
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
    let standing = if place.may_enter() {
        Standing::Admitted
    } else {
        Standing::Waiting
    };
    // Coming back to one's own seat is never one too many, and neither is waiting.
    let is_in = state.standing(seat) == Standing::Admitted;
    if standing == Standing::Admitted && !is_in && state.is_full() {
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
