//! The table, written out: each row is checked against every role and every single scope.

use std::collections::BTreeSet;

use super::*;

/// Which roles, then which scopes.
const TABLE: [(StaffAction, &[StaffRole], &[Scope]); 8] = {
    use Scope::{AppointmentsRead, AppointmentsWrite, RecordsRead, Webhooks};
    use StaffAction::{
        BookAppointments, ManageStaff, ManageWebhooks, ReadRecords, SeeAudit, SeeClinicDay,
        SeeOwnDay, SeeStaff,
    };
    use StaffRole::{Administrator, Coordinator, Interpreter, Practitioner};
    [
        (
            BookAppointments,
            &[Practitioner, Coordinator],
            &[AppointmentsWrite],
        ),
        (SeeClinicDay, &[Coordinator], &[AppointmentsRead]),
        (SeeOwnDay, &[Practitioner, Interpreter], &[]),
        (SeeStaff, &StaffRole::ALL, &[AppointmentsWrite]),
        (ManageStaff, &[Administrator], &[]),
        (ReadRecords, &[], &[RecordsRead]),
        (ManageWebhooks, &[Administrator], &[Webhooks]),
        (SeeAudit, &[Administrator], &[]),
    ]
};

#[test]
fn every_role_and_every_scope_may_what_the_table_says_and_nothing_else() {
    assert_eq!(TABLE.map(|(action, _, _)| action), StaffAction::ALL);
    for (action, roles, scopes) in TABLE {
        for role in StaffRole::ALL {
            assert_eq!(
                action.is_for(role),
                roles.contains(&role),
                "{action:?} {role}"
            );
        }
        for scope in Scope::ALL {
            let alone = BTreeSet::from([scope]);
            assert_eq!(
                action.is_in(&alone),
                scopes.contains(&scope),
                "{action:?} {scope:?}"
            );
        }
        assert!(
            !action.is_in(&BTreeSet::new()),
            "{action:?} without any scope"
        );
    }
}

#[test]
fn a_key_with_every_scope_makes_no_accounts_and_reads_no_trail() {
    let all = BTreeSet::from(Scope::ALL);
    assert!(!StaffAction::ManageStaff.is_in(&all));
    assert!(!StaffAction::SeeAudit.is_in(&all));
}

#[test]
fn an_administrator_sees_no_patient() {
    use StaffAction::{BookAppointments, ReadRecords, SeeClinicDay, SeeOwnDay};
    for action in [BookAppointments, SeeClinicDay, SeeOwnDay, ReadRecords] {
        assert!(!action.is_for(StaffRole::Administrator), "{action:?}");
    }
}
