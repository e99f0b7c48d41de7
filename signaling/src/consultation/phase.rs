//! Where in its life a consultation is.

use std::fmt;

use super::{CancelReason, Lapse};
use crate::ids::{SeatId, Timestamp};

/// Where in its life a consultation is, as [`super::State::phase`] reads it from what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Never opened, never booked.
    #[default]
    Unopened,
    /// Booked, and nobody has come yet. [`super::State::phase_at`] calls it open when its time
    /// is near.
    Scheduled,
    /// People come and go.
    Open,
    /// A patient and a practitioner have met.
    InProgress,
    /// Over.
    Ended,
    /// Called off before it began.
    Cancelled,
    /// Over, because the patient's side never came.
    NoShow,
}

impl Phase {
    /// People may come: everything between the opening and the end.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Scheduled | Self::Open | Self::InProgress)
    }

    /// It has not begun, and still may.
    pub const fn is_ahead(self) -> bool {
        matches!(self, Self::Scheduled | Self::Open)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unopened => "not open",
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::InProgress => "in progress",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
            Self::NoShow => "a no-show",
        })
    }
}

/// Whether people may come at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Life {
    /// Not yet.
    #[default]
    Unopened,
    /// Yes.
    Live,
    /// Not any more.
    Over(End),
}

/// How it came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// In which way.
    pub kind: EndKind,
    /// When.
    pub at: Timestamp,
    /// By whom; `None`: the clinic, or whoever runs the server.
    pub by: Option<SeatId>,
}

impl From<EndKind> for Phase {
    fn from(kind: EndKind) -> Self {
        match kind {
            EndKind::Ended | EndKind::Lapsed(_) => Self::Ended,
            EndKind::Cancelled(_) => Self::Cancelled,
            EndKind::NoShow => Self::NoShow,
        }
    }
}

/// The ways of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndKind {
    /// A practitioner ended it, or whoever runs the server.
    Ended,
    /// Called off before it began, and why.
    Cancelled(CancelReason),
    /// Nobody ended it, and it was long over.
    Lapsed(Lapse),
    /// The patient's side never came.
    NoShow,
}
