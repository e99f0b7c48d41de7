//! Who may do what: one table for people and for hospital systems. Pure.
//!
//! It says what a role is for, nothing about whose appointment it is: of another clinic nothing
//! is there, and one's own day is one's own. An administrator runs the accounts and sees no
//! patient; somebody who does both has two accounts.

use std::collections::BTreeSet;

use super::{Scope, StaffRole};

/// Something that staff or a hospital system does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StaffAction {
    /// Makes, moves and cancels appointments.
    BookAppointments,
    /// Sees all appointments of the clinic, and who waits.
    SeeClinicDay,
    /// Sees the appointments that one is in oneself.
    SeeOwnDay,
    /// Sees who works at the clinic: to book a colleague, to hand a patient over.
    SeeStaff,
    /// Makes accounts and keys, and takes them back.
    ManageStaff,
    /// Reads records in the form of FHIR.
    ReadRecords,
    /// Says where webhooks go, and sees which did not arrive.
    ManageWebhooks,
    /// Reads the trail of who signed in and who changed whose account.
    SeeAudit,
}

impl StaffAction {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::BookAppointments,
        Self::SeeClinicDay,
        Self::SeeOwnDay,
        Self::SeeStaff,
        Self::ManageStaff,
        Self::ReadRecords,
        Self::ManageWebhooks,
        Self::SeeAudit,
    ];

    /// Whether a person of this role may.
    pub const fn is_for(self, role: StaffRole) -> bool {
        use StaffRole::{Administrator, Coordinator, Interpreter, Practitioner};
        match self {
            Self::BookAppointments => matches!(role, Practitioner | Coordinator),
            Self::SeeClinicDay => matches!(role, Coordinator),
            Self::SeeOwnDay => matches!(role, Practitioner | Interpreter),
            Self::SeeStaff => true,
            Self::ManageStaff | Self::ManageWebhooks | Self::SeeAudit => {
                matches!(role, Administrator)
            }
            Self::ReadRecords => false,
        }
    }

    /// What an API key must be good for; `None`: no key may.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            // Whoever books has to say who treats.
            Self::BookAppointments | Self::SeeStaff => Some(Scope::AppointmentsWrite),
            Self::SeeClinicDay => Some(Scope::AppointmentsRead),
            Self::ReadRecords => Some(Scope::RecordsRead),
            Self::ManageWebhooks => Some(Scope::Webhooks),
            Self::SeeOwnDay | Self::ManageStaff | Self::SeeAudit => None,
        }
    }

    /// Whether a key with these scopes may.
    pub fn is_in(self, scopes: &BTreeSet<Scope>) -> bool {
        self.scope().is_some_and(|scope| scopes.contains(&scope))
    }
}
