//! The service: what the HTTP routes, the sockets and the server's composition call.
//!
//! It finds the room that something is about and hands it over; what then happens is decided in
//! [`crate::room`]. Split by reason to change: rooms, joins, repeated attempts, what an address
//! may do, counts.

mod addresses;
mod appointments;
mod attempts;
mod codes;
mod counts;
mod drain;
mod erasure;
mod first_check;
mod joins;
mod lapsing;
mod people;
mod records;
mod rooms;
mod settings;
mod sockets;
#[cfg(test)]
mod tests;
mod visits;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

pub(crate) use appointments::{
    AppointmentError, Booking, Change, Newcomer, Repeat, RepeatKey, Requester,
};
pub use codes::{CodeError, Codes};
pub use counts::Counts;
pub(crate) use counts::{Counters, PresentCount, WebSocketCount};
pub use drain::NotReady;
pub use people::PersonError;
pub(crate) use people::domain_role;
pub use rooms::CreateRoomError;
pub use settings::Settings;
pub(crate) use sockets::{ConnectError, Connected};
pub(crate) use visits::{Credential, VisitError};

use crate::board::Boards;
use crate::media_port::{MediaEvent, MediaPort};
use crate::per_address::PerAddress;
use crate::room::{Input, MediaChange, Registry};
use crate::store::RoomStore;
use attempts::Attempts;

/// What every room needs.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn RoomStore>,
    pub(crate) media: Arc<dyn MediaPort>,
    pub(crate) settings: Settings,
    pub(crate) counts: Counters,
    pub(crate) boards: Boards,
    /// Something was put into a clinic's outbox.
    pub(crate) news: Arc<Notify>,
    draining: AtomicBool,
}

impl Shared {
    /// No new people, only those who come back.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

struct Inner {
    shared: Arc<Shared>,
    rooms: Arc<Registry>,
    attempts: Attempts,
    wrong_ids: PerAddress,
    visits: PerAddress,
    codes: Codes,
    /// Appointments are booked one after the other.
    booking: tokio::sync::Mutex<()>,
}

/// Signaling as a whole. Clones are the same service.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

impl Service {
    /// A service with no live rooms; they come from the store when somebody joins.
    pub fn new(store: Arc<dyn RoomStore>, media: Arc<dyn MediaPort>, settings: Settings) -> Self {
        let (clock, ahead) = (settings.clock.clone(), settings.ahead);
        let shared = Arc::new(Shared {
            boards: Boards::new(Arc::clone(&store), clock, ahead),
            store,
            media,
            settings,
            counts: Counters::default(),
            news: Arc::default(),
            draining: AtomicBool::new(false),
        });
        Self(Arc::new(Inner {
            shared,
            rooms: Arc::default(),
            attempts: Attempts::default(),
            wrong_ids: PerAddress::new(addresses::WRONG_IDS),
            visits: PerAddress::new(addresses::VISITS),
            codes: Codes::default(),
            booking: tokio::sync::Mutex::default(),
        }))
    }

    /// Takes what the media plane says to the rooms that it is about. Rooms that are not live
    /// have nobody to tell.
    pub async fn handle_media_event(&self, event: MediaEvent) {
        match event {
            MediaEvent::TransportUp { room, seat } => {
                self.tell_media(room, MediaChange::Up(seat)).await;
            }
            MediaEvent::TransportLost { room, seat } => {
                self.tell_media(room, MediaChange::Lost(seat)).await;
            }
            MediaEvent::RoomsLost { rooms } => {
                for room in rooms {
                    self.tell_media(room, MediaChange::AllLost).await;
                }
            }
        }
    }

    async fn tell_media(&self, room: crate::ids::RoomId, change: MediaChange) {
        if let Some(mailbox) = self.0.rooms.find(room) {
            mailbox.send(Input::Media(change)).await;
        }
    }

    /// Wakes whoever tells people what became of their appointments, when there is something to tell.
    pub fn news(&self) -> Arc<Notify> {
        Arc::clone(&self.0.shared.news)
    }

    /// The time of day, by the server's clock.
    pub(crate) fn now(&self) -> crate::ids::Timestamp {
        self.0.shared.settings.clock.now()
    }

    /// Numbers for metrics; nothing about anybody.
    pub fn counts(&self) -> Counts {
        self.0.shared.counts.read(self.0.rooms.len())
    }

    /// How many sockets there are, for tests that wait for them to go.
    #[cfg(test)]
    pub(crate) fn watch_websockets(&self) -> tokio::sync::watch::Receiver<usize> {
        self.0.shared.counts.watch_websockets()
    }
}
