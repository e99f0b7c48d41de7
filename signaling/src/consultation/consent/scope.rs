//! What somebody can agree to, each by itself.

use std::fmt;

/// One box on the page of consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// To be cared for by video. Its text says that the server in between handles sound and
    /// picture unencrypted. Withdrawn, the person's media ends.
    CareByVideo,
    /// That an interpreter is there. Withdrawn by a patient, the interpreter's media ends.
    InterpreterPresent,
    /// That observers are there: trainees, supervisors. Withdrawn by a patient, their media ends.
    ObserverPresent,
    /// To be recorded.
    Recording,
    /// That records go to a practitioner or facility abroad.
    SharingAbroad,
    /// That what was said and seen is used to teach.
    Teaching,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::CareByVideo,
        Self::InterpreterPresent,
        Self::ObserverPresent,
        Self::Recording,
        Self::SharingAbroad,
        Self::Teaching,
    ];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CareByVideo => "care by video",
            Self::InterpreterPresent => "an interpreter present",
            Self::ObserverPresent => "an observer present",
            Self::Recording => "recording",
            Self::SharingAbroad => "sharing abroad",
            Self::Teaching => "teaching",
        })
    }
}

/// A set of scopes. The default is the empty one: nothing is ticked for anybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing is ticked.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// This one is.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// What is ticked, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .into_iter()
            .filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        let bits = scopes.into_iter().map(Scope::bit);
        Self(bits.fold(0, |set, bit| set | bit))
    }
}
