//! What people of a clinic are to it, and what its hospital systems may do.

use std::fmt;

/// What a person is to the clinic. In a consultation they have a role of that, besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StaffRole {
    /// Treats or advises.
    Practitioner,
    /// Books, calls, looks after who waits.
    Coordinator,
    /// Translates.
    Interpreter,
    /// Makes accounts and keys, and takes them back.
    Administrator,
}

impl StaffRole {
    /// Every role.
    pub const ALL: [Self; 4] = [
        Self::Practitioner,
        Self::Coordinator,
        Self::Interpreter,
        Self::Administrator,
    ];
}

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Practitioner => "practitioner",
            Self::Coordinator => "coordinator",
            Self::Interpreter => "interpreter",
            Self::Administrator => "administrator",
        })
    }
}

/// One thing that an API key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Sees appointments.
    AppointmentsRead,
    /// Makes, moves and cancels appointments.
    AppointmentsWrite,
    /// Reads records in the form of FHIR.
    RecordsRead,
    /// Says where webhooks go, and sees which did not arrive.
    Webhooks,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [
        Self::AppointmentsRead,
        Self::AppointmentsWrite,
        Self::RecordsRead,
        Self::Webhooks,
    ];
}
