//! Why a command is refused.

use super::policy::PolicyError;
use super::{
    ACTS_MAX, Action, CHANGES_MAX, JOINS_MAX, LENGTH_MAX, LENGTH_MIN, Minutes, PRESENT_LIMIT,
    PaperVersion, Phase, Role, SEATS_MAX, SEATS_MIN, SIGNATURES_MAX,
};
use crate::ids::{SeatId, Timestamp};

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// `Open` came twice.
    #[error("the consultation is open already")]
    AlreadyOpen,
    /// Too few or too many seats.
    #[error("a consultation has {SEATS_MIN} to {SEATS_MAX} people, got {got}")]
    SeatCount {
        /// How many were asked for.
        got: usize,
    },
    /// It never was.
    #[error("the consultation is not open")]
    NotOpen,
    /// It is over.
    #[error("the consultation has ended")]
    Ended,
    /// No such seat.
    #[error("there is no seat {seat}")]
    UnknownSeat {
        /// The number.
        seat: SeatId,
    },
    /// Past its time, and nobody sits there.
    #[error("the link expired at {} ms since 1970", expires.0)]
    LinkExpired {
        /// When.
        expires: Timestamp,
    },
    /// Taken back, or replaced by a newer one.
    #[error("the link was taken back or replaced by a newer one")]
    LinkRevoked,
    /// No page speaks for the seat by any token; the link may still open it.
    #[error("no page holds this seat by a resume token any more")]
    TokenUnknown,
    /// Another page has the seat.
    #[error("another page took the seat over")]
    TakenOver,
    /// Was not let in.
    #[error("a practitioner did not let this seat in")]
    Denied,
    /// Was taken out.
    #[error("a practitioner removed this seat")]
    Removed,
    /// Nobody new gets in.
    #[error("the consultation is locked, and this seat was not admitted before")]
    Locked,
    /// As many as can be admitted and present are.
    #[error("room is full: {PRESENT_LIMIT} participants at most")]
    Full,
    /// See [`JOINS_MAX`].
    #[error("the consultation was joined {JOINS_MAX} times, and that is the most")]
    TooManyJoins,
    /// See [`ACTS_MAX`].
    #[error("practitioners admitted and locked {ACTS_MAX} times, and that is the most")]
    TooManyActs,
    /// See [`CHANGES_MAX`].
    #[error("the consultation was changed {CHANGES_MAX} times, and that is the most")]
    TooManyChanges,
    /// See [`SIGNATURES_MAX`].
    #[error("this was signed off {SIGNATURES_MAX} times, and that is the most")]
    TooManySignatures,
    /// A booked time too short or too long.
    #[error("an appointment takes {LENGTH_MIN} to {LENGTH_MAX}, got {got}")]
    Length {
        /// What was asked for.
        got: Minutes,
    },
    /// A booked time too long ago, or too far ahead.
    #[error("an appointment begins from {} to {} ms since 1970, got {}", earliest.0, latest.0, begins.0)]
    Begins {
        /// What was asked for.
        begins: Timestamp,
        /// The first that is allowed.
        earliest: Timestamp,
        /// The last.
        latest: Timestamp,
    },
    /// A delay that nobody tells or waits for.
    #[error("a delay is {} to {LENGTH_MAX}, got {got}", Minutes(1))]
    Delay {
        /// What was asked for.
        got: Minutes,
    },
    /// It was opened without a time.
    #[error("the consultation has no booked time")]
    NotBooked,
    /// It was called off.
    #[error("the appointment was cancelled")]
    Cancelled,
    /// It was called missed.
    #[error("the appointment is over: the patient did not come")]
    NoShow,
    /// Too late to be done to it.
    #[error("{action} is for a consultation that has not begun, and this one is {phase}")]
    Begun {
        /// What.
        action: Action,
        /// What it is.
        phase: Phase,
    },
    /// A summary of nothing.
    #[error("a summary is of a consultation that took place, and this one has not begun")]
    NotBegun,
    /// People may still come.
    #[error("an appointment may be called missed from {} ms since 1970 on", from.0)]
    TooEarly {
        /// When.
        from: Timestamp,
    },
    /// Nobody is missing.
    #[error("no patient and no companion is invited, so nobody can fail to come")]
    NobodyExpected,
    /// Nobody is missing.
    #[error("seat {seat} came, so the appointment was not missed")]
    SomebodyCame {
        /// Who.
        seat: SeatId,
    },
    /// The end is final.
    #[error("an end may be taken back until {} ms since 1970", until.0)]
    TooLate {
        /// Until when it was not.
        until: Timestamp,
    },
    /// The end is not a practitioner's to take back.
    #[error("the clinic ended this, and a practitioner cannot reopen it")]
    EndedByClinic,
    /// Not handed over by whoever has it.
    #[error("only the practitioner who treats hands the treatment on")]
    NotTreating,
    /// One at a time.
    #[error("seat {by} speaks for the patient already, and one person at a time does")]
    Represented {
        /// Who.
        by: SeatId,
    },
    /// Something that is for people of one role.
    #[error("this is for the role {wanted}, and seat {seat} is a {role}")]
    OtherRole {
        /// The number.
        seat: SeatId,
        /// What it should be.
        wanted: Role,
        /// What it is.
        role: Role,
    },
    /// Nothing to interpret.
    #[error("an interpreter interprets between two different languages")]
    OneLanguage,
    /// An empty consent, or withdrawal.
    #[error("a consent names at least one scope, got none")]
    NothingTicked,
    /// Somebody else's consent.
    #[error("seat {by} may not consent for seat {subject}: that one and its representative may")]
    NotTheirs {
        /// Who tried.
        by: SeatId,
        /// Whose it is.
        subject: SeatId,
    },
    /// Does not speak for the patient.
    #[error("seat {seat} is not the patient's representative")]
    NotRepresenting {
        /// The number.
        seat: SeatId,
    },
    /// Nothing may flow, so nobody is let in.
    #[error("seat {subject} has withdrawn the consent that this needs")]
    ConsentWithdrawn {
        /// Whose.
        subject: SeatId,
    },
    /// Versions are numbered from 1.
    #[error("versions are numbered from 1, got 0")]
    PaperVersion,
    /// What is signed stays as it is.
    #[error("version {} is signed: another one must be newer", signed.0)]
    SignedAlready {
        /// The newest that is.
        signed: PaperVersion,
    },
    /// Nobody sits in the seat that is to do something.
    #[error("seat {seat} is empty")]
    NotPresent {
        /// The number.
        seat: SeatId,
    },
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl RuleError {
    /// The stable code, one of the wire's error codes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyOpen => "internal",
            Self::SeatCount { .. }
            | Self::Length { .. }
            | Self::Begins { .. }
            | Self::Delay { .. }
            | Self::OneLanguage
            | Self::NothingTicked
            | Self::PaperVersion => "malformed",
            Self::NotOpen | Self::UnknownSeat { .. } | Self::TokenUnknown => "link_unknown",
            Self::Ended => "ended",
            Self::LinkExpired { .. } => "link_expired",
            Self::LinkRevoked => "link_revoked",
            Self::TakenOver => "taken_over",
            Self::Denied => "denied",
            Self::Removed => "removed",
            Self::Locked => "locked",
            Self::Full => "room_full",
            Self::TooManyJoins
            | Self::TooManyActs
            | Self::TooManyChanges
            | Self::TooManySignatures => "rate_limited",
            Self::NotPresent { .. }
            | Self::Begun { .. }
            | Self::NotBegun
            | Self::NobodyExpected
            | Self::SomebodyCame { .. }
            | Self::OtherRole { .. } => "wrong_state",
            Self::NotBooked => "not_booked",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
            Self::TooEarly { .. } => "too_early",
            Self::TooLate { .. } => "too_late",
            Self::Represented { .. } => "only_one",
            Self::EndedByClinic
            | Self::NotTreating
            | Self::NotTheirs { .. }
            | Self::NotRepresenting { .. } => "forbidden",
            Self::ConsentWithdrawn { .. } => "consent_withdrawn",
            Self::SignedAlready { .. } => "signed_already",
            Self::Policy(error) => error.code(),
        }
    }
}
