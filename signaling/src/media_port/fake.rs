//! A media plane without media: answers every offer, remembers what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{
    JoinMedia, JoinMediaError, JoinedMedia, MediaPort, Network, Rid, SendPlan, SlotAssignment,
    Standing,
};
use crate::ice::IceCredentials;
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
        /// What the page saw of its network.
        network: Option<Network>,
        /// What it has chosen for this side of the transport.
        credentials: Option<IceCredentials>,
    },
    /// `set_standing`
    SetStanding(RoomId, SeatId, Standing),
    /// `leave`
    Leave(RoomId, SeatId),
    /// `end`
    End(RoomId),
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    rooms: BTreeMap<RoomId, BTreeMap<SeatId, Standing>>,
    /// How long ago each of these seats was heard; the others never were.
    heard: BTreeMap<(RoomId, SeatId), Duration>,
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
            .map(|seats| seats.keys().copied().collect())
            .unwrap_or_default()
    }

    /// What the transport of this seat was last told; `None` without a transport.
    pub fn standing(&self, room: RoomId, seat: SeatId) -> Option<Standing> {
        self.lock().rooms.get(&room)?.get(&seat).copied()
    }

    /// From here this seat was heard so long ago; `None`: not at all.
    pub fn set_heard(&self, room: RoomId, seat: SeatId, ago: Option<Duration>) {
        let mut state = self.lock();
        match ago {
            Some(ago) => state.heard.insert((room, seat), ago),
            None => state.heard.remove(&(room, seat)),
        };
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
            network: join.network,
            credentials: join.credentials.clone(),
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

    fn set_standing(&self, room: RoomId, seat: SeatId, standing: Standing) {
        let mut state = self.lock();
        state.calls.push(Call::SetStanding(room, seat, standing));
        let seats = state.rooms.get_mut(&room);
        if let Some(known) = seats.and_then(|seats| seats.get_mut(&seat)) {
            *known = standing;
        }
    }

    fn is_heard(&self, room: RoomId, seat: SeatId, within: Duration) -> BoxFuture<'static, bool> {
        let state = self.lock();
        let is_heard = state
            .heard
            .get(&(room, seat))
            .is_some_and(|ago| *ago <= within);
        async move { is_heard }.boxed()
    }

    fn leave(&self, room: RoomId, seat: SeatId) {
        let mut state = self.lock();
        state.calls.push(Call::Leave(room, seat));
        state.heard.remove(&(room, seat));
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
        state.heard.retain(|(heard, _), _| *heard != room);
        state.rooms.remove(&room);
    }

    fn debug_room(&self, room: RoomId) -> BoxFuture<'static, Option<serde_json::Value>> {
        let exists = self.lock().rooms.contains_key(&room);
        let seats = self.seats(room);
        async move { exists.then(|| serde_json::json!({ "transports": seats })) }.boxed()
    }
}

/// Slots go to the others who are let in, in the order of their seats; whoever waits gets none and
/// sends nothing.
fn seat_down(state: &mut State, join: &JoinMedia) -> JoinedMedia {
    let seats = state.rooms.entry(join.room).or_default();
    seats.insert(join.seat, join.standing);
    let is_let_in = join.standing == Standing::Admitted;
    let others = seats.iter().filter(|(seat, standing)| {
        is_let_in && **seat != join.seat && **standing == Standing::Admitted
    });
    let slots: Vec<_> = (0..2)
        .zip(others)
        .map(|(slot, (seat, _))| SlotAssignment {
            slot,
            epoch: 1,
            seat: *seat,
        })
        .collect();
    let heard = !slots.is_empty();
    JoinedMedia {
        answer: format!("v=0 fake answer for seat {}", join.seat),
        slots,
        senders: SendPlan {
            microphone: heard,
            encodings: if heard { vec![Rid::Q] } else { Vec::new() },
        },
    }
}
