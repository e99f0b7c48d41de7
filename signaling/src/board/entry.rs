//! One appointment, as its clinic sees it.

use crate::accounts::AccountId;
use crate::consultation::{self as domain, State, Turn};
use crate::ids::{RoomId, SeatId, Timestamp};
use crate::protocol::{ConnectionState, NetworkLevel};
use crate::store::{FailedJoins, PersonRecord, StoredRoom};

/// An appointment and its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) room: RoomId,
    pub(crate) state: State,
    /// By seat; whoever was erased is not among them.
    pub(crate) people: Vec<Guest>,
}

/// Somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guest {
    pub(crate) record: PersonRecord,
    pub(crate) connection: ConnectionState,
    pub(crate) network: Option<NetworkLevel>,
    /// Joins of theirs that did not come about.
    pub(crate) failed: Option<FailedJoins>,
}

impl Entry {
    /// Of a room that is not live: whoever sits there sat there when an earlier process ended.
    pub(crate) fn stored(room: RoomId, stored: &StoredRoom) -> Self {
        let state = domain::replay(&stored.events);
        let people = stored.people_now(&state).into_iter();
        let people = people.map(|record| Guest {
            record: record.clone(),
            connection: if state.is_present(record.seat) {
                ConnectionState::Lost
            } else {
                ConnectionState::None
            },
            network: None,
            failed: stored.failed_of(record.seat),
        });
        let people = people.collect();
        Self {
            room,
            state,
            people,
        }
    }

    /// When it begins.
    pub(crate) fn begins(&self) -> Option<Timestamp> {
        self.state.time().map(|time| time.begins)
    }

    /// Whose accounts have seats in it.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let people = self.people.iter();
        people.filter_map(|guest| guest.record.account)
    }

    /// The seat of an account.
    pub(crate) fn seat_of(&self, account: AccountId) -> Option<SeatId> {
        let mut people = self.people.iter();
        let own = people.find(|guest| guest.record.account == Some(account));
        own.map(|guest| guest.record.seat)
    }

    /// Whose account it is that has this seat.
    pub(crate) fn account_of(&self, seat: SeatId) -> Option<AccountId> {
        let mut people = self.people.iter();
        let there = people.find(|guest| guest.record.seat == seat);
        there.and_then(|guest| guest.record.account)
    }

    pub(super) fn turn(&self) -> Option<Turn> {
        self.state.turn(self.room)
    }
}
