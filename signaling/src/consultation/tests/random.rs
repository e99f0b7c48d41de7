mod commands;

use proptest::prelude::*;

use super::*;
use commands::{any_command, any_moment, any_opening, any_time};

/// All that is left of whoever was erased: that somebody came, and when.
fn erased(seat: &SeatState) -> SeatState {
    SeatState {
        presence: Presence::Absent,
        admission: Admission::None,
        waiting_since: None,
        link: None,
        link_revoked: true,
        erased: true,
        resume: None,
        previous_resume: None,
        ..seat.clone()
    }
}

/// What holds of any state.
fn check_state(state: &State) -> Result<(), TestCaseError> {
    let admitted = state.seats().iter();
    let admitted = admitted.filter(|seat| state.standing(seat.id) == Standing::Admitted);
    prop_assert!(admitted.count() <= usize::from(PRESENT_LIMIT));
    prop_assert!(state.seats().len() <= SEATS_MAX);
    for (number, seat) in (1..).zip(state.seats()) {
        prop_assert_eq!(seat.id, SeatId(number));
        prop_assert_eq!(seat.waiting_since.is_some(), seat.is_waiting());
        let is_here = seat.is_waiting() || seat.is_admitted();
        prop_assert!(is_here || !seat.is_present());
        prop_assert!(!seat.is_present() || state.phase().is_live());
        prop_assert!(!seat.is_present() || seat.came.is_some());
        prop_assert!(!seat.is_present() || !seat.link_revoked);
        prop_assert!(!seat.erased || *seat == erased(seat));
        prop_assert!(seat.previous_resume.is_none() || seat.resume.is_some());
    }
    check_phase(state)?;
    check_parts(state)?;
    check_consent(state)
}

fn check_phase(state: &State) -> Result<(), TestCaseError> {
    let phase = state.phase();
    prop_assert_eq!(
        phase == Phase::InProgress,
        phase.is_live() && state.begun().is_some()
    );
    let is_over = phase != Phase::Unopened && !phase.is_live();
    prop_assert_eq!(state.end().is_some(), is_over);
    if phase == Phase::Scheduled {
        prop_assert!(state.time().is_some());
        prop_assert_eq!(state.present().next(), None);
    }
    if matches!(phase, Phase::Cancelled | Phase::NoShow) {
        prop_assert!(state.time().is_some() && state.begun().is_none());
    }
    if let Some(time) = state.time() {
        prop_assert!((LENGTH_MIN..=LENGTH_MAX).contains(&time.length));
    }
    // Its turn comes while the patient's side waits, and none of it was let in.
    let turns = queue_of([(RoomId(1), state)]);
    let side = state.seats().iter();
    let side = side.filter(|seat| seat.role.is_of_the_patient());
    let is_in = side.clone().any(SeatState::is_admitted);
    let waits = side.clone().any(SeatState::is_waiting);
    prop_assert_eq!(turns.len() == 1, phase.is_live() && waits && !is_in);
    Ok(())
}

fn check_parts(state: &State) -> Result<(), TestCaseError> {
    let role = |seat| state.seat(seat).map(|seat| seat.role);
    let parts = state.seats().iter().map(|seat| state.part(seat.id));
    let treating = parts.filter(|part| *part == Some(Part::Treating)).count();
    let practitioners = state.seats().iter();
    let mut practitioners = practitioners.filter(|seat| seat.role == Role::Practitioner);
    prop_assert_eq!(treating, usize::from(practitioners.next().is_some()));
    if let Some(seat) = state.representative() {
        prop_assert_eq!(role(seat), Some(Role::Companion));
    }
    for seat in state.seats() {
        let interprets = state.interpreting(seat.id).is_some();
        prop_assert!(!interprets || seat.role == Role::Interpreter);
    }
    Ok(())
}

fn check_consent(state: &State) -> Result<(), TestCaseError> {
    let refuses = |seat: &SeatState, scope| {
        let status = state.consent(seat.id, scope);
        matches!(status, Some(ConsentStatus::Withdrawn { .. }))
    };
    let patients = || {
        state
            .seats()
            .iter()
            .filter(|seat| seat.role == Role::Patient)
    };
    for seat in state.seats() {
        let is_refused = refuses(seat, Scope::CareByVideo)
            || seat.role == Role::Interpreter
                && patients().any(|patient| refuses(patient, Scope::InterpreterPresent))
            || seat.role == Role::Observer
                && patients().any(|patient| refuses(patient, Scope::ObserverPresent));
        let flows = state.standing(seat.id) == Standing::Admitted;
        prop_assert!(!(flows && is_refused));
        prop_assert_eq!(
            flows,
            state.phase().is_live() && seat.is_present() && seat.is_admitted() && !is_refused
        );
    }
    Ok(())
}

/// What holds of any state between commands: an invitation lasts as long as what it is for.
fn check_links(state: &State) -> Result<(), TestCaseError> {
    for link in state.seats().iter().filter_map(|seat| seat.link) {
        let ends = state.time().map(BookedTime::ends);
        prop_assert!(ends.is_none_or(|ends| link.expires >= ends));
    }
    Ok(())
}

/// What holds of any step in the life, the parts and the papers.
fn check_day(
    before: &State,
    Event { at, fact }: &Event,
    after: &State,
) -> Result<(), TestCaseError> {
    let (old, new) = (before.phase(), after.phase());
    let is_reopened = matches!(fact, Fact::Schedule(ScheduleFact::Reopened { .. }));
    prop_assert!(!old.is_live() || new != Phase::Unopened);
    prop_assert!(before.end().is_none() || after.end() == before.end() || is_reopened);
    prop_assert!(before.begun().is_none() || after.begun() == before.begun());
    for paper in [Paper::Notes, Paper::Summary] {
        let newest = |state: &State| match state.signing(paper, PaperVersion(1)) {
            Signing::Signed(signature) => signature.version,
            Signing::Draft | Signing::Amended(_) => PaperVersion(0),
        };
        prop_assert!(newest(before) <= newest(after));
    }
    match fact {
        // Nobody else's seat feels it.
        Fact::Parts(PartsFact::Transferred { seat, .. }) => {
            let others = |state: &State| -> Vec<SeatState> {
                let seats = state.seats().iter().filter(|place| place.id != *seat);
                seats.cloned().collect()
            };
            prop_assert_eq!(others(before), others(after));
            let person = |state: &State| state.seat(*seat).map(|seat| seat.person);
            prop_assert!(person(before) < person(after));
        }
        Fact::Schedule(ScheduleFact::Lapsed { how }) => {
            prop_assert!(before.lapses().is_some_and(|from| from <= *at));
            prop_assert!(before.begun().is_none() || *how == Lapse::Left);
        }
        Fact::Consent(ConsentFact::Given(consent)) => {
            prop_assert!(!consent.scopes.is_empty());
        }
        Fact::Consent(ConsentFact::Withdrawn { scopes, .. }) => {
            prop_assert!(!scopes.is_empty());
        }
        _ => {}
    }
    Ok(())
}

/// What holds of any step from one state to the next.
fn check_step(before: &State, event: &Event, after: &State) -> Result<(), TestCaseError> {
    let fact = &event.fact;
    for seat in after.seats() {
        let old = before.seat(seat.id);
        let was_admitted = old.is_some_and(SeatState::is_admitted);
        let was_present = old.is_some_and(SeatState::is_present);
        if seat.is_admitted() && !was_admitted {
            let by_practitioner = matches!(fact, Fact::Admitted { seat: admitted, by: Some(by) }
            if *admitted == seat.id
            && before.seat(*by).is_some_and(|by| {
                let is_out = matches!(by.admission, Admission::Denied | Admission::Removed);
                by.role == Role::Practitioner && !is_out
            }));
            let by_clinic = matches!(fact, Fact::Admitted { seat: admitted, by: None }
            if *admitted == seat.id);
            let by_role = matches!(fact, Fact::Joined { .. }) && seat.role.enters_directly();
            prop_assert!(by_practitioner || by_clinic || by_role, "{:?}", fact);
        }
        if before.locked() && seat.is_present() && !was_present {
            // A lock lets nobody new in; who waited or was let in comes back.
            let was_new = old.is_none_or(|old| old.admission == Admission::None);
            prop_assert!(!was_new, "{:?}", fact);
        }
    }
    let ids =
        |state: &State| -> Vec<SeatId> { state.waiting().iter().map(|seat| seat.id).collect() };
    let (mut old, mut new) = (ids(before), ids(after));
    let went: Vec<_> = old.iter().copied().filter(|id| !new.contains(id)).collect();
    let came: Vec<_> = new.iter().copied().filter(|id| !old.contains(id)).collect();
    old.retain(|id| !went.contains(id));
    new.retain(|id| !came.contains(id));
    prop_assert_eq!(old, new, "{:?}", fact);
    check_day(before, event, after)
}

/// What is left of random commands: a log as it may be.
pub(crate) fn any_log() -> impl Strategy<Value = Vec<Event>> {
    let commands = prop::collection::vec((any_command(), any_moment()), 0..60);
    ((any_opening(), any_time()), commands).prop_map(|(opening, commands)| {
        let mut log = Vec::new();
        for (command, now) in std::iter::once(opening).chain(commands) {
            log.extend(decide(&replay(&log), command, now).unwrap_or_default());
        }
        log
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn whatever_is_told_the_rules_hold(
        opening in (any_opening(), any_time()),
        commands in prop::collection::vec((any_command(), any_moment()), 0..80)
    ) {
        let mut state = State::default();
        let mut log: Vec<Event> = Vec::new();
        let mut history = vec![state.clone()];
        for (command, now) in std::iter::once(opening).chain(commands) {
            let Ok(events) = decide(&state, command.clone(), now) else {
                continue;
            };
            for event in events {
                prop_assert!(log.last().is_none_or(|last: &Event| last.at <= event.at));
                let before = state.clone();
                state = apply(state, &event);
                check_state(&state)?;
                check_step(&before, &event, &state)?;
                log.push(event);
                history.push(state.clone());
            }
            check_links(&state)?;
            // Said twice, it happens once; a join is a new page each time, a delay a new one.
            let repeats = matches!(
                command,
                Command::Invite(_)
                    | Command::Relink { .. }
                    | Command::Join { .. }
                    | Command::Parts(PartsCommand::Transfer { .. })
                    | Command::Queue(QueueCommand::TellLate { .. })
            );
            if !repeats && let Ok(again) = decide(&state, command, now) {
                prop_assert_eq!(again, Vec::new());
            }
        }
        for (length, then) in history.iter().enumerate() {
            prop_assert_eq!(&replay(&log[..length]), then);
        }
    }
}
