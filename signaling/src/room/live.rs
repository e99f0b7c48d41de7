//! The room itself: what it owns, how it changes its log, what it looks like, when it wakes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::chat::Chat;
use super::place::{MediaLink, Place};
use crate::consultation::{self as domain, Event, Phase, RuleError, State};
use crate::ids::{RoomId, SeatId, TokenHash};
use crate::protocol::{RejoinReason, Role, Seat, ServerMessage};
use crate::service::{PresentCount, Shared};
use crate::store::{Batch, StoreError, StoredRoom, Version};
use crate::text::DisplayName;

/// How long an empty room keeps its chat in memory: somebody who dropped out comes back to it.
pub(crate) const EMPTY_ROOM_KEPT: Duration = Duration::from_mins(10);
/// How soon an empty room that somebody still holds on to looks again.
const RETIRE_AGAIN: Duration = Duration::from_secs(1);

/// A live room.
pub(crate) struct Room {
    pub(super) id: RoomId,
    pub(super) shared: Arc<Shared>,
    pub(super) state: State,
    pub(super) places: Vec<Place>,
    pub(super) chat: Chat,
    pub(super) connections_made: u64,
    version: Version,
    present: PresentCount,
    retire_at: Option<Instant>,
}

impl Room {
    /// The room as the store has it. Seats that are present there had a transport in an earlier
    /// process: it is lost, and they are asked to rejoin when they connect.
    pub(super) async fn load(
        id: RoomId,
        shared: Arc<Shared>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let stored = shared.store.load(id).await?;
        let present = shared.counts.present();
        let mut room = Self {
            id,
            shared,
            state: State::default(),
            places: Vec::new(),
            chat: Chat::default(),
            connections_made: 0,
            version: Version::default(),
            present,
            // Whoever opened the room may have given up before saying anything.
            retire_at: Some(now + RETIRE_AGAIN),
        };
        if let Some(stored) = stored {
            room.take_over(&stored, now);
        }
        Ok(room)
    }

    fn take_over(&mut self, stored: &StoredRoom, now: Instant) {
        self.version = stored.version;
        self.state = domain::replay(&stored.events);
        let mut names: HashMap<SeatId, &DisplayName> = stored
            .people
            .iter()
            .map(|person| (person.seat, &person.name))
            .collect();
        let until = now + self.shared.settings.away_timeout;
        let mut places = Vec::new();
        for seat in self.state.seats() {
            // A seat without a record had its person erased: nobody can sit there any more.
            let Some(name) = names.remove(&seat.id) else {
                continue;
            };
            let mut place = Place::new(seat.id, name.clone(), now);
            if seat.is_present() {
                place.lose_media(RejoinReason::ServerRestarted, until);
            }
            places.push(place);
        }
        self.places = places;
        self.present.set(self.state.present().count());
    }

    /// Judges a command by the rules.
    pub(super) fn decide(&self, command: domain::Command) -> Result<Vec<Event>, RuleError> {
        domain::decide(&self.state, command, self.shared.settings.clock.now())
    }

    /// Makes it so: in the store, then here.
    pub(super) async fn commit(
        &mut self,
        events: Vec<Event>,
        tokens: Vec<(TokenHash, SeatId)>,
    ) -> Result<(), StoreError> {
        if events.is_empty() && tokens.is_empty() {
            return Ok(());
        }
        let batch = Batch {
            events: events.clone(),
            people: Vec::new(),
            tokens,
        };
        let appended = self.shared.store.append(self.id, self.version, batch).await;
        self.version = appended.inspect_err(|error| {
            tracing::error!(room = %self.id, %error, "the room's log could not be written");
        })?;
        self.state = events
            .iter()
            .fold(std::mem::take(&mut self.state), domain::apply);
        self.present.set(self.state.present().count());
        Ok(())
    }

    pub(super) fn place(&mut self, seat: SeatId) -> Option<&mut Place> {
        self.places.iter_mut().find(|place| place.seat == seat)
    }

    /// Tells every connected page but that of one seat.
    pub(super) fn broadcast_except(&mut self, seat: SeatId, message: &ServerMessage) {
        for place in &mut self.places {
            if place.seat != seat {
                place.send(message.clone());
            }
        }
    }

    /// Every seat as people see it.
    pub(super) fn seats(&self) -> Vec<Seat> {
        self.places
            .iter()
            .filter_map(|place| self.view(place))
            .collect()
    }

    pub(super) fn seat_view(&self, seat: SeatId) -> Option<Seat> {
        let place = self.places.iter().find(|place| place.seat == seat)?;
        self.view(place)
    }

    fn view(&self, place: &Place) -> Option<Seat> {
        let seat = self.state.seat(place.seat)?;
        Some(Seat {
            seat: place.seat,
            name: place.name.clone(),
            role: wire_role(seat.role),
            present: seat.is_present(),
            microphone: place.microphone,
            camera: place.camera,
        })
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let places = self
            .places
            .iter()
            .filter_map(|place| place.media.deadline());
        places.chain(self.retire_at).min()
    }

    /// Gives up the seats whose media stayed away too long.
    pub(super) async fn handle_timeout(&mut self, now: Instant) {
        let overdue = |media: MediaLink| media.deadline().is_some_and(|until| until <= now);
        let seats: Vec<_> = self
            .places
            .iter()
            .filter(|place| overdue(place.media))
            .map(|place| place.seat)
            .collect();
        for seat in seats {
            self.leave(seat, domain::LeaveCause::Away, now).await;
        }
    }

    /// Whether the room's task may end now; call after every input and timeout.
    pub(super) fn may_retire(&mut self, now: Instant) -> bool {
        let empty = self.state.present().next().is_none()
            && self.places.iter().all(|place| place.attached.is_none());
        if !empty {
            self.retire_at = None;
            return false;
        }
        if self.chat.is_empty() || self.state.phase() != Phase::Open {
            self.retire_at = Some(now);
        }
        let retire_at = *self.retire_at.get_or_insert(now + EMPTY_ROOM_KEPT);
        retire_at <= now
    }

    /// It may, and somebody holds on to the mailbox: look again soon.
    pub(super) fn retire_again(&mut self, now: Instant) {
        self.retire_at = Some(now + RETIRE_AGAIN);
    }
}

const fn wire_role(role: domain::Role) -> Role {
    match role {
        domain::Role::Practitioner => Role::Practitioner,
        domain::Role::Patient => Role::Patient,
        domain::Role::Interpreter => Role::Interpreter,
        domain::Role::Companion => Role::Companion,
        domain::Role::Observer => Role::Observer,
    }
}
