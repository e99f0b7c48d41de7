//! The section "Staff" of PROTOCOL.md is what the types and the table of rights say.

use super::tests::{examples, same, section};
use super::*;
use crate::accounts::{self, StaffAction};

#[test]
fn the_examples_for_staff_are_real() {
    let examples = examples("\n## Staff");
    let request: SignInRequest = serde_json::from_str(examples[0]).unwrap();
    assert_eq!(request.sign_in_name, "lan@benhvien.vn");
    let response: SessionResponse = serde_json::from_str(examples[1]).unwrap();
    same(examples[1], &response);
}

#[test]
fn the_document_says_who_may_what() {
    let words = [
        (
            StaffAction::BookAppointments,
            "make, move, cancel appointments",
        ),
        (
            StaffAction::SeeClinicDay,
            "see all appointments of the clinic",
        ),
        (StaffAction::SeeOwnDay, "see the own appointments"),
        (StaffAction::SeeStaff, "see who works here"),
        (StaffAction::ManageStaff, "accounts and keys"),
        (StaffAction::ReadRecords, "records as FHIR"),
        (StaffAction::ManageWebhooks, "webhooks"),
        (StaffAction::SeeAudit, "the trail"),
    ];
    assert_eq!(words.map(|(action, _)| action), StaffAction::ALL);
    let rows = words.map(|(action, words)| {
        let cells =
            accounts::StaffRole::ALL.map(|role| if action.is_for(role) { "yes" } else { "–" });
        let scope = action.scope().map(|scope| {
            let scope = serde_json::to_value(Scope::from(scope)).unwrap();
            format!("`{}`", scope.as_str().unwrap())
        });
        let scope = scope.unwrap_or_else(|| "–".to_owned());
        format!("| {words} | {} | {scope} |", cells.join(" | "))
    });
    let document = section("\n## Staff");
    for row in rows {
        assert!(document.contains(&format!("\n{row}\n")), "{row}");
    }
}

#[test]
fn the_document_names_every_kind_of_audit_entry() {
    let kinds = [
        AuditKind::FirstAdministratorOffered,
        AuditKind::AccountCreated,
        AuditKind::AccountConfirmed,
        AuditKind::RoleChanged,
        AuditKind::AccountDisabled,
        AuditKind::AccountEnabled,
        AuditKind::AccountRemoved,
        AuditKind::KeyMade,
        AuditKind::KeyRevoked,
        AuditKind::WebhookMade,
        AuditKind::WebhookRemoved,
        AuditKind::Invited,
        AuditKind::PasswordSet,
        AuditKind::SecondFactorAdded,
        AuditKind::SecondFactorRemoved,
        AuditKind::SignedIn,
        AuditKind::SignInFailed,
        AuditKind::SignedOut,
        AuditKind::SessionEnded,
    ];
    let words = kinds.map(|kind| {
        let kind = serde_json::to_value(kind).unwrap();
        kind.as_str().unwrap().to_owned()
    });
    let listed = format!("`kind` is one of `{}`.", words.join(" "));
    assert!(section("\n## Staff").contains(&listed), "{listed}");
}
