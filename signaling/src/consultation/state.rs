//! What is so, after the events so far.

use super::{PRESENT_LIMIT, Role, SeatState, Standing};
use crate::ids::{SeatId, Timestamp};

/// A consultation. The default is one that was never opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub(super) phase: Phase,
    pub(super) seats: Vec<SeatState>,
    pub(super) locked: bool,
    pub(super) joins: u32,
    pub(super) acts: u32,
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

impl State {
    /// Where in its life it is.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Nobody new gets in, not even to wait.
    pub const fn locked(&self) -> bool {
        self.locked
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

    /// The seats that somebody sits in, admitted or not.
    pub fn present(&self) -> impl Iterator<Item = SeatId> {
        self.seats
            .iter()
            .filter(|seat| seat.is_present())
            .map(|seat| seat.id)
    }

    /// The routing decision: whose media flows. The media core enforces what this says.
    pub fn standing(&self, id: SeatId) -> Standing {
        let is_in = |seat: &SeatState| seat.is_present() && seat.is_admitted();
        if self.phase == Phase::Open && self.seat(id).is_some_and(is_in) {
            Standing::Admitted
        } else {
            Standing::Waiting
        }
    }

    /// Who waits, the longest wait first; also those who are away for the moment, because they
    /// keep their place. Of two who came in the same millisecond the lower seat is first.
    pub fn waiting(&self) -> Vec<&SeatState> {
        let open = self.phase == Phase::Open;
        let mut waiting: Vec<_> = self
            .seats
            .iter()
            .filter(|seat| open && seat.is_waiting())
            .collect();
        waiting.sort_by_key(|seat| (seat.waiting_since, seat.id));
        waiting
    }

    /// How many people who are there now wait longer than this one; `None` if it does not wait.
    /// Those who are away do not count: nobody should believe to wait for a ghost.
    pub fn ahead_of(&self, id: SeatId) -> Option<usize> {
        let waiting = self.waiting();
        let place = waiting.iter().position(|seat| seat.id == id)?;
        let ahead = waiting.into_iter().take(place);
        Some(ahead.filter(|seat| seat.is_present()).count())
    }

    /// The number that one more seat gets.
    pub fn next_seat(&self) -> Option<SeatId> {
        let count = u16::try_from(self.seats.len()).ok()?;
        count.checked_add(1).map(SeatId)
    }

    /// Some other practitioner is admitted, there or not.
    pub(super) fn leads_without(&self, id: SeatId) -> bool {
        self.seats
            .iter()
            .any(|seat| seat.id != id && seat.role == Role::Practitioner && seat.is_admitted())
    }

    /// As many are admitted and present as a page has receive slots for, itself included.
    pub(super) fn is_full(&self) -> bool {
        let present = self
            .seats
            .iter()
            .filter(|seat| seat.is_present() && seat.is_admitted());
        present.count() >= usize::from(PRESENT_LIMIT)
    }
}
