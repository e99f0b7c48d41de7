//! Why the policy refuses.

use super::super::{Admission, Role};
use super::{Action, When};

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// This role may not, at any time.
    #[error("{action} is not for the role {role}")]
    Role {
        /// What.
        action: Action,
        /// Whose.
        role: Role,
    },
    /// Nobody may do this to themselves.
    #[error("{action} is for others, not for oneself")]
    Oneself {
        /// What.
        action: Action,
    },
    /// This role may, but not now.
    #[error("{action} is for those who are {when}, and this seat is {admission}")]
    Moment {
        /// What.
        action: Action,
        /// When it may.
        when: When,
        /// What it is.
        admission: Admission,
    },
    /// Not to this seat now.
    #[error("{action} is for a seat that is {}, and that one is {admission}", list(.allowed))]
    Target {
        /// What.
        action: Action,
        /// What the seat may be.
        allowed: &'static [Admission],
        /// What it is.
        admission: Admission,
    },
    /// Nobody sits there.
    #[error("{action} is for a seat that somebody sits in, and that one is empty")]
    Empty {
        /// What.
        action: Action,
    },
}

impl PolicyError {
    /// Never allowed, as opposed to not now.
    pub const fn is_forbidden(self) -> bool {
        match self {
            Self::Role { .. } | Self::Oneself { .. } => true,
            Self::Moment { .. } | Self::Target { .. } | Self::Empty { .. } => false,
        }
    }

    /// The stable code.
    pub const fn code(self) -> &'static str {
        if self.is_forbidden() {
            "forbidden"
        } else {
            "wrong_state"
        }
    }
}

/// "waiting, held or admitted".
fn list(admissions: &[Admission]) -> String {
    let words: Vec<_> = admissions.iter().map(ToString::to_string).collect();
    match words.split_last() {
        None => "nobody's".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} or {last}", first.join(", ")),
    }
}
