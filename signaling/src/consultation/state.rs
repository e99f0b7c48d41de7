//! What is so, after the events so far.

use super::{Role, Standing};
use crate::ids::{SeatId, Timestamp, TokenHash};

/// A consultation. The default is one that was never opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub(super) phase: Phase,
    pub(super) seats: Vec<SeatState>,
    pub(super) joins: u32,
    pub(super) last: Timestamp,
}

/// Where in its life a consultation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Never opened.
    #[default]
    Unopened,
    /// People come and go.
    Open,
    /// Over.
    Ended,
}

/// One seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatState {
    /// Its number.
    pub id: SeatId,
    /// What its person is.
    pub role: Role,
    /// Whether somebody sits in it.
    pub presence: Presence,
    /// Hash of the token that speaks for it; stays when its person leaves.
    pub resume: Option<TokenHash>,
}

impl SeatState {
    /// Somebody sits in it.
    pub const fn is_present(&self) -> bool {
        matches!(self.presence, Presence::Present { .. })
    }
}

/// Whether somebody sits in a seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Nobody.
    #[default]
    Absent,
    /// Its person.
    Present {
        /// Whether the media flows.
        standing: Standing,
    },
}

impl State {
    /// Where in its life it is.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// All seats, in order.
    pub fn seats(&self) -> &[SeatState] {
        &self.seats
    }

    /// One seat.
    pub fn seat(&self, id: SeatId) -> Option<&SeatState> {
        self.seats.iter().find(|seat| seat.id == id)
    }

    /// Somebody sits in this seat.
    pub fn is_present(&self, id: SeatId) -> bool {
        self.seat(id).is_some_and(SeatState::is_present)
    }

    /// The seats that somebody sits in.
    pub fn present(&self) -> impl Iterator<Item = SeatId> {
        self.seats
            .iter()
            .filter(|seat| seat.is_present())
            .map(|seat| seat.id)
    }
}
