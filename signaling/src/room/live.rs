//! The room itself: what it owns, how it changes its log, when it wakes and when it may rest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Refused;
use super::chat::Chat;
use super::failed::Keeping;
use super::papers::Papers;
use super::place::{MediaLink, Place};
use crate::board::Shown;
use crate::consultation::{self as domain, Command, Event, RuleError, State};
use crate::ids::{RoomId, SeatId};
use crate::protocol::{EndReason, RejoinReason};
use crate::service::{PresentCount, Shared};
use crate::store::{Batch, StoreError, Version};

/// How long an empty room stays in memory: until each seat's allowance of joins is whole again.
pub(crate) const EMPTY_ROOM_KEPT: Duration = Duration::from_secs(30);
/// How soon an empty room that somebody still holds on to looks again, and how long one stays
/// that only was looked at.
const RETIRE_AGAIN: Duration = Duration::from_secs(1);

/// A live room.
pub(crate) struct Room {
    pub(super) id: RoomId,
    pub(super) shared: Arc<Shared>,
    pub(super) state: State,
    pub(super) places: Vec<Place>,
    pub(super) chat: Chat,
    pub(super) papers: Papers,
    pub(super) connections_made: u64,
    /// On its clinic's board, once something happened here.
    pub(super) shown: Option<Shown>,
    pub(super) keeping: Keeping,
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
        let present = shared.counts.present();
        let mut room = Self {
            id,
            shared,
            state: State::default(),
            places: Vec::new(),
            chat: Chat::default(),
            papers: Papers::default(),
            connections_made: 0,
            shown: None,
            keeping: Keeping::default(),
            version: Version::default(),
            present,
            // Whoever opened the room may have given up before saying anything.
            retire_at: Some(now + RETIRE_AGAIN),
        };
        room.reload(now).await?;
        for place in &mut room.places {
            if room.state.is_present(place.seat) {
                place.outlived();
                let reason = RejoinReason::ServerRestarted;
                place.set_media(MediaLink::Lost { reason });
                place.settle(true, now);
            }
        }
        Ok(room)
    }

    /// Takes the log, the names, the chat and what seats send from the store; keeps sockets and
    /// transports.
    async fn reload(&mut self, now: Instant) -> Result<(), StoreError> {
        let Some(stored) = self.shared.store.load(self.id).await? else {
            if self.version != Version::default() {
                let what = "the store has lost this room: people go on talking, nothing else works";
                tracing::error!(room = %self.id, what);
            }
            return Ok(());
        };
        self.version = stored.version;
        self.state = domain::replay(&stored.events);
        self.chat = Chat::restored(&stored.chat);
        self.papers = Papers::restored(stored.papers.clone());
        let sends = |seat| {
            let mut media = stored.media.iter();
            media.find(|record| record.seat == seat).copied()
        };
        let mut known = std::mem::take(&mut self.places);
        for person in stored.people_now(&self.state).into_iter().cloned() {
            let seat = person.seat;
            let live = known.iter().position(|place| place.seat == seat);
            let failed = stored.failed_of(seat);
            let mut place = if let Some(index) = live {
                let mut place = known.swap_remove(index);
                place.person = person;
                place.sends = sends(seat).unwrap_or(place.sends);
                place
            } else {
                Place::new(person, sends(seat), now)
            };
            // What was not written yet is more than what was.
            let known = [place.failed, failed].into_iter().flatten();
            place.failed = known.max_by_key(|failed| failed.count);
            self.places.push(place);
        }
        for mut place in known {
            self.shared.media.leave(self.id, place.seat);
            place.end(EndReason::Revoked);
        }
        self.present.set(self.state.present().count());
        Ok(())
    }

    /// Judges a command by the rules.
    pub(super) fn decide(&self, command: Command) -> Result<Vec<Event>, RuleError> {
        domain::decide(&self.state, command, self.shared.settings.clock.now())
    }

    /// Makes it so: in the store, then here.
    pub(super) async fn carry_out(
        &mut self,
        command: Command,
        beside: Batch,
        now: Instant,
    ) -> Result<Vec<Event>, Refused> {
        let plan = |_: &Self| Ok((command.clone(), beside.clone()));
        self.carry_out_as(plan, now).await
    }

    /// As [`Self::carry_out`], where what is to be done depends on what is so. If somebody else
    /// changed the log meanwhile, the room is read again and it is tried once more, by what is so
    /// now.
    pub(super) async fn carry_out_as(
        &mut self,
        plan: impl Fn(&Self) -> Result<(Command, Batch), Refused>,
        now: Instant,
    ) -> Result<Vec<Event>, Refused> {
        let (command, beside) = plan(self)?;
        let events = self.decide(command)?;
        match self.append(events.clone(), beside).await {
            Err(StoreError::Conflict { .. }) => {}
            appended => return Ok(appended.map(|()| events)?),
        }
        self.read_again(now).await?;
        let (command, beside) = plan(self)?;
        let events = self.decide(command)?;
        let appended = self.append(events.clone(), beside).await;
        Ok(appended.map(|()| events)?)
    }

    /// Stores what is no event: chat, and what seats send. What that is depends on what is so; as
    /// in [`Self::carry_out_as`], it is found out anew if somebody else wrote meanwhile.
    pub(super) async fn keep<T>(
        &mut self,
        plan: impl Fn(&Self) -> (Batch, T),
        now: Instant,
    ) -> Result<T, Refused> {
        let (beside, planned) = plan(self);
        match self.append(Vec::new(), beside).await {
            Err(StoreError::Conflict { .. }) => {}
            appended => return Ok(appended.map(|()| planned)?),
        }
        self.read_again(now).await?;
        let (beside, planned) = plan(self);
        let appended = self.append(Vec::new(), beside).await;
        Ok(appended.map(|()| planned)?)
    }

    async fn read_again(&mut self, now: Instant) -> Result<(), StoreError> {
        tracing::warn!(room = %self.id, "somebody else wrote to this room's log");
        let newest = self.chat.newest();
        let read = self.reload(now).await;
        read.inspect_err(|error| self.complain(error))?;
        self.reconcile();
        for record in self.chat.after(newest) {
            self.tell_chat(&record, |_| true);
        }
        Ok(())
    }

    async fn append(&mut self, events: Vec<Event>, beside: Batch) -> Result<(), StoreError> {
        // What is so already is nobody's doing, and moves nothing.
        let happened = !events.is_empty();
        let mut batch = Batch {
            events: events.clone(),
            actor: beside.actor.filter(|_| happened),
            booked: beside.booked.clone().filter(|_| happened),
            ..beside
        };
        if batch == Batch::default() {
            return Ok(());
        }
        batch.clinic = self.state.clinic();
        let people = batch.people.clone();
        let appended = self.shared.store.append(self.id, self.version, batch).await;
        self.version = appended.inspect_err(|error| {
            self.complain(error);
        })?;
        self.state = events
            .iter()
            .fold(std::mem::take(&mut self.state), domain::apply);
        self.present.set(self.state.present().count());
        if happened && self.state.clinic().is_some() {
            self.shared.news.notify_one();
        }
        for person in people {
            if let Some(place) = self.place(person.seat) {
                place.person = person;
            }
        }
        Ok(())
    }

    fn complain(&self, error: &StoreError) {
        tracing::error!(room = %self.id, %error, "the room's log could not be read or written");
    }

    pub(super) fn place(&mut self, seat: SeatId) -> Option<&mut Place> {
        self.places.iter_mut().find(|place| place.seat == seat)
    }

    /// Brings everything that follows from what is so now into line with it. Call after every
    /// input.
    pub(super) fn settle(&mut self, now: Instant) {
        for place in &mut self.places {
            place.settle(self.state.is_present(place.seat), now);
        }
        self.tell_changes();
        self.call_to_the_front();
        self.show();
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let away = self.shared.settings.away_timeout;
        let places = self.places.iter().filter_map(|place| place.deadline(away));
        let keep = self.keeping.due();
        places.chain(self.retire_at).chain(keep).min()
    }

    /// Whether the room's task may end now; call after every input and timeout.
    pub(super) fn may_retire(&mut self, now: Instant) -> bool {
        let empty = self.keeping.due().is_none()
            && self.state.present().next().is_none()
            && self.places.iter().all(|place| place.attached.is_none());
        if !empty {
            self.retire_at = None;
            return false;
        }
        if !self.state.phase().is_live() {
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
