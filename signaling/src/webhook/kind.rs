//! What a webhook can be told of.

use std::fmt;

/// Something that happens to an appointment, as far as a hospital's systems care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// It was made.
    Booked,
    /// It has another time.
    Rescheduled,
    /// It was called off.
    Cancelled,
    /// The patient did not come.
    NoShow,
    /// A patient and a practitioner met.
    Begun,
    /// It is over.
    Ended,
    /// Its end, or that it was called off or missed, was taken back.
    Reopened,
    /// A practitioner's seat is a colleague's.
    Transferred,
    /// Somebody answers for a version of the summary.
    SummarySigned,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Booked,
        Self::Rescheduled,
        Self::Cancelled,
        Self::NoShow,
        Self::Begun,
        Self::Ended,
        Self::Reopened,
        Self::Transferred,
        Self::SummarySigned,
    ];

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Rescheduled => "rescheduled",
            Self::Cancelled => "cancelled",
            Self::NoShow => "noShow",
            Self::Begun => "begun",
            Self::Ended => "ended",
            Self::Reopened => "reopened",
            Self::Transferred => "transferred",
            Self::SummarySigned => "summarySigned",
        }
    }

    /// The kind with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
