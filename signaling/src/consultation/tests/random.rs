use proptest::prelude::*;

use super::*;

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(&Role::ALL[..])
}

fn any_link() -> impl Strategy<Value = LinkState> {
    (0_u8..4, 0_u64..5_000).prop_map(|(hash, expires)| link(token(hash), Timestamp(expires)))
}

fn any_invitation() -> impl Strategy<Value = Invitation> {
    (any_role(), prop::option::of(any_link())).prop_map(|(role, link)| Invitation { role, link })
}

fn any_command() -> impl Strategy<Value = Command> {
    let seat = || (1_u16..9).prop_map(SeatId);
    // Mostly the seat that is a practitioner's, so that acts get through.
    let by = || prop_oneof![4 => Just(DOCTOR), 1 => seat()];
    let hash = || (0_u8..4).prop_map(token);
    let cause = prop::sample::select(vec![LeaveCause::Own, LeaveCause::Away, LeaveCause::Drain]);
    let pass = prop_oneof![
        2 => hash().prop_map(Pass::Link),
        1 => hash().prop_map(Pass::Resume),
    ];
    prop_oneof![
        1 => prop::collection::vec(any_invitation(), 0..10).prop_map(|seats| Command::Open { seats }),
        1 => any_invitation().prop_map(Command::Invite),
        1 => (seat(), any_link()).prop_map(|(seat, link)| Command::Relink { seat, link }),
        1 => seat().prop_map(|seat| Command::RevokeLink { seat }),
        6 => Just(Command::Join { seat: DOCTOR, resume: token(9), pass: Pass::Link(token(0)) }),
        16 => (seat(), hash(), pass).prop_map(
            |(seat, resume, pass)| Command::Join { seat, resume, pass }),
        2 => seat().prop_map(|seat| Command::Confirm { seat }),
        8 => (seat(), cause).prop_map(|(seat, cause)| Command::Leave { seat, cause }),
        8 => (seat(), by()).prop_map(|(seat, by)| Command::Admit { seat, by }),
        3 => (seat(), by()).prop_map(|(seat, by)| Command::Deny { seat, by }),
        3 => (seat(), by()).prop_map(|(seat, by)| Command::Hold { seat, by }),
        3 => (seat(), by()).prop_map(|(seat, by)| Command::Remove { seat, by }),
        3 => (any::<bool>(), by()).prop_map(|(locked, by)| Command::Lock { locked, by }),
        1 => prop::option::of(seat()).prop_map(|by| Command::End { by }),
    ]
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
        prop_assert!(!seat.is_present() || state.phase() == Phase::Open);
        prop_assert!(!seat.is_present() || !seat.link_revoked);
        prop_assert!(seat.previous_resume.is_none() || seat.resume.is_some());
    }
    Ok(())
}

/// What holds of any step from one state to the next.
fn check_step(before: &State, fact: &Fact, after: &State) -> Result<(), TestCaseError> {
    for seat in after.seats() {
        let old = before.seat(seat.id);
        let was_admitted = old.is_some_and(SeatState::is_admitted);
        let was_present = old.is_some_and(SeatState::is_present);
        if seat.is_admitted() && !was_admitted {
            let by_practitioner = matches!(fact, Fact::Admitted { seat: admitted, by: Some(by) }
                if *admitted == seat.id
                && before.standing(*by) == Standing::Admitted
                && before.seat(*by).is_some_and(|by| by.role == Role::Practitioner));
            let by_role = matches!(fact, Fact::Joined { .. }) && seat.role.enters_directly();
            prop_assert!(by_practitioner || by_role, "{:?}", fact);
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
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn whatever_is_told_the_rules_hold(
        more in prop::collection::vec(any_invitation(), 1..8),
        commands in prop::collection::vec((any_command(), 0_u64..5_000), 0..80)
    ) {
        // Seat 1 is a practitioner's: random rooms without one would let nobody in.
        let mut seats = vec![invitation(Role::Practitioner)];
        seats.extend(more);
        let opening = (Command::Open { seats }, 0);
        let mut state = State::default();
        let mut log: Vec<Event> = Vec::new();
        let mut history = vec![state.clone()];
        for (command, now) in std::iter::once(opening).chain(commands) {
            let Ok(events) = decide(&state, command.clone(), Timestamp(now)) else {
                continue;
            };
            for event in events {
                prop_assert!(log.last().is_none_or(|last: &Event| last.at <= event.at));
                let before = state.clone();
                state = apply(state, &event);
                check_state(&state)?;
                check_step(&before, &event.fact, &state)?;
                log.push(event);
                history.push(state.clone());
            }
            // Said twice, it happens once; a join is a new page each time.
            let repeats = matches!(
                command,
                Command::Open { .. } | Command::Invite(_) | Command::Relink { .. } | Command::Join { .. }
            );
            if !repeats && let Ok(again) = decide(&state, command, Timestamp(now)) {
                prop_assert_eq!(again, Vec::new());
            }
        }
        for (length, then) in history.iter().enumerate() {
            prop_assert_eq!(&replay(&log[..length]), then);
        }
    }
}
