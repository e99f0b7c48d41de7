//! Who is seen first by law.

use std::fmt;

use crate::ids::{SeatId, Timestamp};

/// Why somebody is to be seen before others: the classes of Vietnam's Law 15/2023/QH15 on medical
/// examination and treatment, article 3(2), and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PriorityClass {
    /// In a state of emergency.
    Emergency,
    /// A child under six.
    ChildUnderSix,
    /// Pregnant.
    Pregnant,
    /// A severe or extremely severe disability.
    SevereDisability,
    /// Seventy-five or older.
    SeventyFive,
    /// A person with merit to the revolution.
    Merit,
}

impl PriorityClass {
    /// Every class, in the order of the law.
    pub const ALL: [Self; 6] = [
        Self::Emergency,
        Self::ChildUnderSix,
        Self::Pregnant,
        Self::SevereDisability,
        Self::SeventyFive,
        Self::Merit,
    ];

    /// Its place: the lower, the sooner. The law ranks none above another; that an emergency does
    /// not wait for a birthday is medicine's own rule. Of one rank whoever came first is first.
    pub(super) const fn rank(self) -> Rank {
        match self {
            Self::Emergency => Rank::Emergency,
            Self::ChildUnderSix
            | Self::Pregnant
            | Self::SevereDisability
            | Self::SeventyFive
            | Self::Merit => Rank::ByLaw,
        }
    }
}

impl fmt::Display for PriorityClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Emergency => "emergency",
            Self::ChildUnderSix => "child under six",
            Self::Pregnant => "pregnant",
            Self::SevereDisability => "severe disability",
            Self::SeventyFive => "seventy-five or older",
            Self::Merit => "with merit",
        })
    }
}

/// The order of the queue, before arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Emergency,
    ByLaw,
    Arrival,
}

/// A class and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Priority {
    /// Which.
    pub class: PriorityClass,
    /// The practitioner; `None`: the clinic.
    pub by: Option<SeatId>,
    /// Since when.
    pub at: Timestamp,
}
