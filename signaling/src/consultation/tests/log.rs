//! Logs as stores in the field have them.

use super::*;

fn at(at: u64, fact: Fact) -> Event {
    Event {
        at: Timestamp(at),
        fact,
    }
}

fn joined(seat: SeatId, standing: Standing) -> Fact {
    Fact::Joined {
        seat,
        standing,
        resume: token(1),
        resumed_with: None,
    }
}

/// Format 1 let in whoever was invited, and knew neither links nor admission.
#[test]
fn people_of_an_older_log_stay_admitted() {
    let log = [
        at(
            1,
            Fact::Opened {
                seats: vec![Role::Practitioner, Role::Patient, Role::Companion],
            },
        ),
        at(2, joined(PATIENT, Standing::Admitted)),
    ];
    let state = replay(&log);
    assert_eq!(state.standing(PATIENT), Standing::Admitted);
    let now = Timestamp(u64::MAX);
    assert_eq!(may_redeem(&state, PATIENT, token(9), now), Ok(()));
    assert_eq!(may_resume(&state, PATIENT, token(1)), Ok(()));
    assert_eq!(state.seat(SeatId(3)).unwrap().admission, Admission::None);
}

#[test]
fn a_log_that_no_rule_made_still_lets_nobody_in() {
    let mut log = Story::begun().log;
    log.push(at(9_000, joined(PATIENT, Standing::Waiting)));
    let (seat, by) = (PATIENT, Some(DOCTOR));
    log.push(at(9_001, Fact::Removed { seat, by }));
    log.push(at(9_002, joined(PATIENT, Standing::Admitted)));
    let state = replay(&log);
    assert_eq!(state.standing(PATIENT), Standing::Waiting);
    assert!(!state.is_present(PATIENT));
}

#[test]
fn an_invitation_with_a_number_to_come_makes_no_hole() {
    let mut log = Story::begun().log;
    log.push(at(
        9_000,
        Fact::Invited {
            seat: SeatId(7),
            role: Role::Patient,
            link: None,
        },
    ));
    assert_eq!(replay(&log).seats().len(), 5);
}
