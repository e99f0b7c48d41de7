//! A media plane without media: answers every offer, remembers what it was asked.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{
    JoinMedia, JoinMediaError, JoinedMedia, MediaPort, Rid, SendPlan, SlotAssignment, Standing,
};
use crate::ids::{RoomId, SeatId};

/// One call made to the port, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `join`
    Join {
        /// The room.
        room: RoomId,
        /// The seat.
        seat: SeatId,
        /// As whom.
        standing: Standing,
    },
    /// `leave`
    Leave(RoomId, SeatId),
    /// `end`
    End(RoomId),
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    rooms: BTreeMap<RoomId, BTreeSet<SeatId>>,
    failures: VecDeque<JoinMediaError>,
    held: Option<Vec<oneshot::Sender<()>>>,
}

/// The fake. Joins succeed at once unless told otherwise.
#[derive(Default)]
pub struct FakeMedia {
    state: Mutex<State>,
}

impl FakeMedia {
    /// A fake with no rooms.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next join ends in this error.
    pub fn fail_next(&self, error: JoinMediaError) {
        self.lock().failures.push_back(error);
    }

    /// From here joins wait for [`Self::release`].
    pub fn hold(&self) {
        self.lock().held.get_or_insert_default();
    }

    /// Lets all held joins go on, and later ones through.
    pub fn release(&self) {
        self.lock().held = None; // a dropped sender wakes its join
    }

    /// How many joins wait for [`Self::release`].
    pub fn held(&self) -> usize {
        self.lock().held.as_ref().map_or(0, Vec::len)
    }

    /// All calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Who has a transport in this room.
    pub fn seats(&self, room: RoomId) -> Vec<SeatId> {
        let state = self.lock();
        state
            .rooms
            .get(&room)
            .map(|seats| seats.iter().copied().collect())
            .unwrap_or_default()
    }

    /// Rooms with a transport in them: 0 when everything that started has ended.
    pub fn room_count(&self) -> usize {
        self.lock().rooms.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MediaPort for FakeMedia {
    fn join(&self, join: JoinMedia) -> BoxFuture<'static, Result<JoinedMedia, JoinMediaError>> {
        let mut state = self.lock();
        state.calls.push(Call::Join {
            room: join.room,
            seat: join.seat,
            standing: join.standing,
        });
        let result = match state.failures.pop_front() {
            Some(error) => Err(error),
            None => Ok(seat_down(&mut state, &join)),
        };
        let gate = state.held.as_mut().map(|held| {
            let (sender, receiver) = oneshot::channel();
            held.push(sender);
            receiver
        });
        async move {
            if let Some(gate) = gate {
                gate.await.ok(); // released either way
            }
            result
        }
        .boxed()
    }

    fn leave(&self, room: RoomId, seat: SeatId) {
        let mut state = self.lock();
        state.calls.push(Call::Leave(room, seat));
        if let Some(seats) = state.rooms.get_mut(&room) {
            seats.remove(&seat);
            if seats.is_empty() {
                state.rooms.remove(&room);
            }
        }
    }

    fn end(&self, room: RoomId) {
        let mut state = self.lock();
        state.calls.push(Call::End(room));
        state.rooms.remove(&room);
    }

    fn debug_room(&self, room: RoomId) -> BoxFuture<'static, Option<serde_json::Value>> {
        let exists = self.lock().rooms.contains_key(&room);
        let seats = self.seats(room);
        async move { exists.then(|| serde_json::json!({ "transports": seats })) }.boxed()
    }
}

/// Slots go to the others in the order of their seats.
fn seat_down(state: &mut State, join: &JoinMedia) -> JoinedMedia {
    let seats = state.rooms.entry(join.room).or_default();
    seats.insert(join.seat);
    let others = seats.iter().copied().filter(|seat| *seat != join.seat);
    let slots: Vec<_> = (0..2)
        .zip(others)
        .map(|(slot, seat)| SlotAssignment {
            slot,
            epoch: 1,
            seat,
        })
        .collect();
    let heard = !slots.is_empty() && join.standing == Standing::Admitted;
    JoinedMedia {
        answer: format!("v=0 fake answer for seat {}", join.seat),
        slots,
        senders: SendPlan {
            microphone: heard,
            encodings: if heard { vec![Rid::Q] } else { Vec::new() },
        },
    }
}
