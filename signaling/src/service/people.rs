//! Who may be invited.

use crate::consultation as domain;
use crate::protocol::{Person, Role};

/// Somebody who cannot be invited as they were described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// Only interpreters translate.
    #[error("languages are for interpreters only")]
    NoInterpreter,
    /// There is nothing to translate.
    #[error("languages must be two different ones")]
    SameLanguage,
    /// A licence without the languages that it is for.
    #[error("licence is for interpreters with languages only")]
    NothingLicensed,
}

/// Whether this person can be invited.
pub(super) fn check(person: &Person) -> Result<(), PersonError> {
    match &person.languages {
        Some(_) if person.role != Role::Interpreter => Err(PersonError::NoInterpreter),
        Some([one, other]) if one == other => Err(PersonError::SameLanguage),
        Some(_) | None => Ok(()),
    }
}

pub(crate) const fn domain_role(role: Role) -> domain::Role {
    match role {
        Role::Practitioner => domain::Role::Practitioner,
        Role::Patient => domain::Role::Patient,
        Role::Interpreter => domain::Role::Interpreter,
        Role::Companion => domain::Role::Companion,
        Role::Observer => domain::Role::Observer,
    }
}
