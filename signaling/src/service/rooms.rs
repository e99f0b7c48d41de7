//! Opening, ending, looking at and forgetting rooms; new links for their seats.

use super::Service;
use super::people::{PersonError, check, domain_role};
use crate::auth::{RandomError, hash_link, random_link, random_room};
use crate::consultation::{self as domain, Command, Invitation, LinkState, RuleError, State};
use crate::ids::{RoomId, SeatId, Timestamp};
use crate::opaque::LinkToken;
use crate::protocol::{CreateRoomRequest, CreateRoomResponse, ErrorCode, LinkLifetime};
use crate::room::{EndRoomError, Input, LinkChangeError, Mailbox};
use crate::store::{Batch, PersonRecord, RetentionClass, Version};

/// Rooms forgotten in one go; the rest goes the next time.
const SWEEP_ROOMS: usize = 1_000;

/// Why no room was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateRoomError {
    /// The rules of a consultation.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// Somebody who cannot be invited so.
    #[error("people[{index}]: {error}")]
    Person {
        /// Which, from 0.
        index: usize,
        /// Why not.
        error: PersonError,
    },
    /// The server is about to stop.
    #[error("the server is about to stop and opens no rooms")]
    Draining,
    /// The store takes nothing at this moment.
    #[error("nothing can be stored at this moment; it will work again soon")]
    StoreAway,
    /// A fault of the server; its log says which.
    #[error("the server failed to do this; it may work again soon")]
    Internal,
}

impl CreateRoomError {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Rule(rule) => ErrorCode::from_code(rule.code()),
            Self::Person { .. } => ErrorCode::Malformed,
            Self::Draining => ErrorCode::Draining,
            Self::StoreAway => ErrorCode::StoreAway,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

impl Service {
    /// Opens a room for 2 to 8 people. The links are returned here and nowhere else.
    pub async fn create_room(
        &self,
        request: CreateRoomRequest,
    ) -> Result<CreateRoomResponse, CreateRoomError> {
        let shared = &self.0.shared;
        if shared.is_draining() {
            return Err(CreateRoomError::Draining);
        }
        for (index, person) in request.people.iter().enumerate() {
            check(person).map_err(|error| CreateRoomError::Person { index, error })?;
        }
        let failed = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "a room could not be opened");
            CreateRoomError::Internal
        };
        let room = random_room().map_err(|error| failed(&error))?;
        let mut links = Vec::new();
        let mut seats = Vec::new();
        let mut batch = Batch::default();
        for (number, person) in (1..).zip(request.people) {
            let seat = SeatId(number);
            let made = self.make_link(request.expires_in);
            let (token, link) = made.map_err(|error| failed(&error))?;
            batch.tokens.push((link.hash, seat));
            let record = PersonRecord::new(seat, person.name, person.languages);
            batch.people.push(record);
            links.push(token);
            seats.push(Invitation {
                role: domain_role(person.role),
                link: Some(link),
            });
        }
        let now = shared.settings.clock.now();
        batch.events = domain::decide(&State::default(), Command::Open { seats }, now)?;
        // An id that is taken already, once in 2^64, is refused by the version.
        let appended = shared.store.append(room, Version::default(), batch).await;
        appended.map_err(|error| {
            let failed = failed(&error);
            if error.is_away() {
                CreateRoomError::StoreAway
            } else {
                failed
            }
        })?;
        tracing::info!(%room, seats = links.len(), "opened");
        Ok(CreateRoomResponse { room, links })
    }

    /// A new link for one seat; the old one dies, and whoever sits there stays. Shown here once.
    pub async fn new_link(
        &self,
        room: RoomId,
        seat: SeatId,
        expires_in: LinkLifetime,
    ) -> Result<LinkToken, LinkChangeError> {
        let made = self.make_link(expires_in);
        let (token, link) = made.map_err(|error| {
            tracing::error!(%room, %error, "a link could not be made");
            LinkChangeError::Internal
        })?;
        let mailbox = self.mailbox(room)?;
        let changed = mailbox
            .ask(|reply| Input::Relink { seat, link, reply })
            .await;
        changed.ok_or(LinkChangeError::Internal)??;
        Ok(token)
    }

    /// Takes a seat's link and resume token back; whoever sits there is out. Twice is fine.
    pub async fn revoke_link(&self, room: RoomId, seat: SeatId) -> Result<(), LinkChangeError> {
        let mailbox = self.mailbox(room)?;
        let revoked = mailbox.ask(|reply| Input::Revoke { seat, reply }).await;
        Ok(revoked.ok_or(LinkChangeError::Internal)??)
    }

    fn make_link(&self, expires_in: LinkLifetime) -> Result<(LinkToken, LinkState), RandomError> {
        let token = random_link()?;
        let lifetime = u64::try_from(expires_in.as_duration().as_millis()).unwrap_or(u64::MAX);
        let now = self.0.shared.settings.clock.now();
        let link = LinkState {
            hash: hash_link(&token),
            expires: Timestamp(now.0.saturating_add(lifetime)),
        };
        Ok((token, link))
    }

    pub(super) fn mailbox(&self, room: RoomId) -> Result<Mailbox, LinkChangeError> {
        let limit = self.0.shared.settings.max_rooms;
        let opened = self.0.rooms.open(room, &self.0.shared);
        opened.map_err(|_| LinkChangeError::Overloaded { limit })
    }

    /// Ends a consultation for everybody, for good. Ending it twice is fine.
    pub async fn end_room(&self, room: RoomId) -> Result<(), EndRoomError> {
        let limit = self.0.shared.settings.max_rooms;
        let mailbox = self
            .0
            .rooms
            .open(room, &self.0.shared)
            .map_err(|_| EndRoomError::Overloaded { limit })?;
        let ended = mailbox.ask(|reply| Input::End { reply }).await;
        ended.unwrap_or(Err(EndRoomError::Internal))
    }

    /// What signaling and the media plane know of a live room, without names; `None` if it is
    /// not live.
    pub async fn debug_room(&self, room: RoomId) -> Option<serde_json::Value> {
        let mailbox = self.0.rooms.find(room);
        let signaling = match mailbox {
            Some(mailbox) => mailbox.ask(|reply| Input::Debug { reply }).await.flatten(),
            None => None,
        };
        let media = self.0.shared.media.debug_room(room).await;
        if signaling.is_none() && media.is_none() {
            return None;
        }
        Some(serde_json::json!({ "signaling": signaling, "media": media }))
    }

    /// Ends what nobody ends, and forgets what ended longer ago than it is kept. To be called about hourly.
    pub async fn sweep(&self) {
        self.end_what_nobody_ends().await;
        self.forget_ended().await;
    }

    /// Forgets names, log and links; the log of deletions tells of each.
    async fn forget_ended(&self) {
        let shared = &self.0.shared;
        let kept = u64::try_from(shared.settings.keep_ended.as_millis()).unwrap_or(u64::MAX);
        let before = Timestamp(shared.settings.clock.now().0.saturating_sub(kept));
        let rooms = match shared.store.ended_before(before, SWEEP_ROOMS).await {
            Ok(rooms) => rooms,
            Err(error) => {
                tracing::error!(%error, "ended rooms could not be listed");
                return;
            }
        };
        if rooms.is_empty() {
            return;
        }
        let (class, now) = (RetentionClass::Consultation, shared.settings.clock.now());
        match shared.store.delete(rooms.clone(), class, now).await {
            Ok(()) => {
                for room in rooms {
                    shared.boards.forget(room);
                    tracing::info!(%room, "forgotten");
                }
            }
            Err(error) => tracing::error!(%error, "ended rooms could not be forgotten"),
        }
    }
}
