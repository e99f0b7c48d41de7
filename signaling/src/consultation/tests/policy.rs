//! The table against the words that it was made from, and the rules against the table.

use super::super::policy::{
    Action, POLICY, PolicyError, Reach, TARGETS, Target, When, cells, check, check_target, when,
};
use super::*;

const ACTIONS: [Action; 30] = [
    Action::Media,
    Action::Connection,
    Action::Hand,
    Action::Leave,
    Action::Chat,
    Action::ChatTo,
    Action::Turn,
    Action::Admit,
    Action::Deny,
    Action::Hold,
    Action::Remove,
    Action::AskMute,
    Action::Lock,
    Action::OpenCard,
    Action::End,
    Action::Reschedule,
    Action::Cancel,
    Action::NoShow,
    Action::Reopen,
    Action::Priority,
    Action::Late,
    Action::Treat,
    Action::Transfer,
    Action::Interpret,
    Action::Represent,
    Action::Consent,
    Action::Withdraw,
    Action::HearConsent,
    Action::Write,
    Action::SignOff,
];

/// The moment of the matrix: a quarter of an hour after the booked time, so that anything may be
/// done to it.
const NOW: Timestamp = Timestamp(10_000_000);

/// The policy once more, in other words.
fn expected(action: Action, role: Role, admission: Admission) -> Result<(), &'static str> {
    use Action as A;
    let is_admitted = admission == Admission::Admitted;
    let is_here = is_admitted || admission.is_waiting();
    let is_not_out = is_here || admission == Admission::None;
    let (may_ever, is_now) = match action {
        A::Media | A::Connection | A::Leave | A::Consent => (true, is_here),
        A::Withdraw => (true, is_not_out),
        A::Hand => (true, is_admitted),
        A::Chat => (role != Role::Observer, is_here),
        A::Turn => (role != Role::Observer, is_admitted),
        A::ChatTo
        | A::Deny
        | A::Hold
        | A::Remove
        | A::AskMute
        | A::Lock
        | A::OpenCard
        | A::HearConsent => (role == Role::Practitioner, is_admitted),
        A::Admit
        | A::End
        | A::Reschedule
        | A::Cancel
        | A::NoShow
        | A::Reopen
        | A::Priority
        | A::Late
        | A::Treat
        | A::Transfer
        | A::Interpret
        | A::Represent
        | A::Write
        | A::SignOff => (role == Role::Practitioner, is_not_out),
    };
    match (may_ever, is_now) {
        (false, _) => Err("forbidden"),
        (true, false) => Err("wrong_state"),
        (true, true) => Ok(()),
    }
}

fn expected_target(action: Action, target: Target) -> Result<(), &'static str> {
    use {Action as A, Admission as S};
    let admission = target.admission;
    let (not_oneself, fits) = match action {
        A::Admit => (false, admission != S::Admitted),
        A::Deny | A::OpenCard => (false, admission.is_waiting()),
        A::Hold => (false, admission == S::Waiting),
        A::Remove | A::ChatTo => (true, admission.is_waiting() || admission == S::Admitted),
        A::AskMute => (true, admission == S::Admitted && target.is_present),
        A::HearConsent => {
            let is_here = admission.is_waiting() || admission == S::Admitted;
            (true, is_here && target.is_present)
        }
        A::Treat | A::Transfer | A::Interpret | A::Represent => {
            (false, !matches!(admission, S::Denied | S::Removed))
        }
        // These are done to nobody.
        _ => (true, false),
    };
    if not_oneself && target.is_self {
        return Err("forbidden");
    }
    if fits { Ok(()) } else { Err("wrong_state") }
}

#[test]
fn the_table_has_every_action_once_and_says_what_it_should() {
    for action in ACTIONS {
        let rows = POLICY.iter().filter(|rule| rule.action == action).count();
        assert_eq!(rows, 1, "{action}");
        let rows = TARGETS.iter().filter(|rule| rule.action == action).count();
        assert!(rows <= 1, "{action}");
        for role in Role::ALL {
            for admission in Admission::ALL {
                let checked = check(action, role, admission).map_err(PolicyError::code);
                let cell = format!("{action} {role} {admission}");
                assert_eq!(checked, expected(action, role, admission), "{cell}");
            }
        }
    }
    assert_eq!(ACTIONS.len(), POLICY.len());
    assert_eq!(cells().count(), POLICY.len() * Role::ALL.len() * 6);
    for (action, role, admission, may) in cells() {
        assert_eq!(check(action, role, admission).is_ok(), may);
    }
}

fn targets() -> impl Iterator<Item = Target> {
    Admission::ALL.into_iter().flat_map(|admission| {
        [(false, false), (false, true), (true, false), (true, true)].map(|(is_present, is_self)| {
            Target {
                admission,
                is_present,
                is_self,
            }
        })
    })
}

#[test]
fn the_targets_are_what_they_should_be() {
    for action in ACTIONS {
        for target in targets() {
            let checked = check_target(action, target).map_err(PolicyError::code);
            let expected = expected_target(action, target);
            assert_eq!(checked, expected, "{action} {target:?}");
        }
    }
}

/// What somebody has to be for something to be done to them.
fn role_of_target(action: Action) -> Option<Role> {
    match action {
        Action::Treat | Action::Transfer => Some(Role::Practitioner),
        Action::Interpret => Some(Role::Interpreter),
        Action::Represent => Some(Role::Companion),
        _ => None,
    }
}

/// A booked consultation of an actor in seat 1 and a target in seat 2, both in any state that
/// there is.
fn state_of(roles: [Role; 2], actor: Admission, target: Admission, is_present: bool) -> State {
    let mut state = Story::of_five().state();
    state.schedule.time = Some(BookedTime {
        begins: NOW.minus(NO_SHOW_GRACE),
        length: Minutes(30),
    });
    for (seat, role, admission) in [(0, roles[0], actor), (1, roles[1], target)] {
        let place = &mut state.seats[seat];
        place.role = role;
        place.admission = admission;
        place.waiting_since = admission.is_waiting().then_some(Timestamp(1));
        place.presence = Presence::Present;
    }
    if !is_present {
        state.seats[1].presence = Presence::Absent;
    }
    state
}

/// Whether it is so already.
fn is_done(state: &State, action: Action, seat: SeatId, by: SeatId) -> bool {
    let admission = state.seat(seat).unwrap().admission;
    match action {
        Action::Admit => admission == Admission::Admitted,
        Action::Deny => admission == Admission::Denied,
        Action::Hold => admission == Admission::Held,
        Action::Remove => admission == Admission::Removed,
        Action::Treat => state.treating() == Some(seat) && state.part(by).is_some(),
        // Nothing of these rooms has ended.
        Action::Reopen => true,
        _ => false,
    }
}

/// The command of an action.
fn command(action: Action, seat: SeatId, by: SeatId) -> Option<Command> {
    let author = Some(by);
    Some(match action {
        Action::Admit => Command::Admit { seat, by: Some(by) },
        Action::Deny => Command::Deny { seat, by },
        Action::Hold => Command::Hold { seat, by },
        Action::Remove => Command::Remove { seat, by },
        Action::Lock => Command::Lock { locked: true, by },
        Action::End => Command::End { by: author },
        Action::Leave => Command::Leave {
            seat: by,
            cause: LeaveCause::Own,
        },
        Action::Reschedule => reschedule(NOW.plus(OPENS_BEFORE), author),
        Action::Cancel => cancel(CancelReason::Patient, author),
        Action::NoShow => no_show(author),
        Action::Reopen => reopen(author),
        Action::Priority => priority(Some(PriorityClass::Pregnant), author),
        Action::Late => late(Some(Minutes(10)), author),
        Action::Treat => treat(seat, author),
        Action::Transfer => transfer(seat, link(token(7), EXPIRES), author),
        Action::Interpret => interpret(seat, ["vi", "ko"], author),
        Action::Represent => represent(Some(seat), author),
        Action::Consent => tapped(by, by, &[Scope::CareByVideo]),
        Action::Withdraw => withdraw(by, &[Scope::CareByVideo], author),
        Action::HearConsent => spoken(seat, by, &[Scope::Recording]),
        Action::SignOff => sign_off(Paper::Notes, 1, 1, by),
        // These change nothing that the log keeps.
        Action::Media
        | Action::Connection
        | Action::Hand
        | Action::Chat
        | Action::ChatTo
        | Action::Turn
        | Action::AskMute
        | Action::OpenCard
        | Action::Write => return None,
    })
}

#[test]
fn the_rules_let_through_what_the_table_does_and_nothing_else() {
    let (by, other) = (SeatId(1), SeatId(2));
    let everything = cells().flat_map(|cell| targets().map(move |target| (cell, target)));
    for ((action, role, admission, may_act), target) in everything {
        let is_present = target.is_present;
        let wanted = role_of_target(action);
        let roles = [role, wanted.unwrap_or(Role::Patient)];
        let state = state_of(roles, admission, target.admission, is_present);
        let seat = if target.is_self { by } else { other };
        let cell = format!("{action} by {role} {admission} to {target:?}");
        assert_eq!(may(&state, by, action).is_ok(), may_act, "{cell}");

        let actual = Target {
            admission: state.seat(seat).unwrap().admission,
            is_present: state.is_present(seat),
            is_self: target.is_self,
        };
        let has_target = TARGETS.iter().any(|rule| rule.action == action);
        let may_reach = !has_target || check_target(action, actual).is_ok();
        let fits = wanted.is_none_or(|role| state.seat(seat).unwrap().role == role);
        if has_target {
            let reached = may_to(&state, by, action, seat).is_ok();
            assert_eq!(reached, may_act && may_reach, "{cell}");
        }

        let Some(command) = command(action, seat, by) else {
            continue;
        };
        let decided = decide(&state, command, NOW);
        let is_done = is_done(&state, action, seat, by);
        match decided {
            Ok(facts) if facts.is_empty() => assert!(may_act && is_done, "{cell}"),
            Ok(_) => assert!(may_act && may_reach && fits && !is_done, "{cell}"),
            Err(_) => assert!(!may_act || !fits || !may_reach && !is_done, "{cell}"),
        }
    }
}

#[test]
fn an_empty_seat_does_only_what_its_person_may_do_at_any_time() {
    for (action, role, admission, may_act) in cells() {
        let roles = [role, Role::Patient];
        let mut state = state_of(roles, admission, Admission::None, false);
        state.seats[0].presence = Presence::Absent;
        let is_ever = when(action, role) == When::Ever;
        let result = may(&state, SeatId(1), action);
        assert_eq!(result.is_ok(), is_ever && may_act, "{action} {role}");
        let ended = Event {
            at: NOW,
            fact: Fact::Ended { by: None },
        };
        let ended = apply(state, &ended);
        assert_eq!(may(&ended, SeatId(1), action).is_ok(), is_ever && may_act);
    }
}

/// The table as PROTOCOL.md has it.
fn markdown() -> String {
    let heads = Role::ALL.map(|role| role.to_string()).join(" | ");
    let mut lines = vec![
        format!("| Type | {heads} | To whom |"),
        "|---|---|---|---|---|---|---|".to_owned(),
    ];
    for rule in &POLICY {
        let action = match rule.action {
            Action::ChatTo => "`chat` with `to`".to_owned(),
            action => format!("`{action}`"),
        };
        let cells = Role::ALL.map(|role| match rule.when(role) {
            When::No => "–",
            When::In => "admitted",
            When::Here => "here",
            When::Ever => "ever",
        });
        let target = TARGETS.iter().find(|target| target.action == rule.action);
        let target = target.map_or_else(String::new, |target| {
            let admissions = target.admissions.iter().map(|one| format!("`{one}`"));
            let reach = match target.reach {
                Reach::Anybody => "",
                Reach::Others => "; not oneself",
                Reach::OthersPresent => "; present, not oneself",
            };
            admissions.collect::<Vec<_>>().join(", ") + reach
        });
        lines.push(format!("| {action} | {} | {target} |", cells.join(" | ")));
    }
    lines.join("\n")
}

#[test]
fn the_document_carries_the_same_table() {
    let document = include_str!("../../../../PROTOCOL.md");
    let table = markdown();
    assert!(
        document.contains(&table),
        "PROTOCOL.md must hold this table:\n\n{table}"
    );
}
