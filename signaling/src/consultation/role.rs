//! Roles and standing: who somebody is here, and whether their media flows.

use std::fmt;

/// What a person is in the consultation. It comes from the invitation and decides permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Leads the consultation.
    Practitioner,
    /// Whom it is about.
    Patient,
    /// Translates.
    Interpreter,
    /// Family or a village health worker beside the patient.
    Companion,
    /// Watches: a trainee, a supervisor.
    Observer,
}

impl Role {
    /// Every role, in the order of the policy's columns.
    pub const ALL: [Self; 5] = [
        Self::Practitioner,
        Self::Patient,
        Self::Interpreter,
        Self::Companion,
        Self::Observer,
    ];

    /// Comes for the patient's sake: a small child comes with a companion, and may never take a
    /// seat of its own.
    pub const fn is_of_the_patient(self) -> bool {
        match self {
            Self::Patient | Self::Companion => true,
            Self::Practitioner | Self::Interpreter | Self::Observer => false,
        }
    }

    /// Is let in by the invitation itself; the others wait until a practitioner admits them.
    pub const fn enters_directly(self) -> bool {
        match self {
            Self::Practitioner | Self::Interpreter => true,
            Self::Patient | Self::Companion | Self::Observer => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Practitioner => "practitioner",
            Self::Patient => "patient",
            Self::Interpreter => "interpreter",
            Self::Companion => "companion",
            Self::Observer => "observer",
        })
    }
}

/// Whether a seat's media is forwarded. The media core enforces it; this crate decides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Connected, but not one packet goes either way. The default: nobody is let in by omission.
    #[default]
    Waiting,
    /// Hears and sees the others that are admitted, and is heard and seen by them.
    Admitted,
}
