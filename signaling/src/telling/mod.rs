//! Telling people outside the page what became of their appointments.
//!
//! Whatever happens to an appointment puts it into its clinic's outbox, in the same write
//! ([`crate::store::RoomStore::outbox`]). The teller goes through the outboxes, puts what [webhooks](crate::webhook) are
//! told into their queues, hands each message to people over, and only then writes down how far it has told: what a
//! crash cut off is told again, and nothing is left out.
//!
//! **Invariants** (`tests.rs`)
//! - what was booked, moved, called off or told late reaches everybody who left a way to be reached, once the messenger
//!   takes it, whatever is wrong with other appointments;
//! - whoever was erased, or has no contact, is told nothing;
//! - while nobody takes messages webhooks are told, and the other way round.

mod news;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::accounts::{AccountError, Accounts, Clinic};
use crate::calendar::Revision;
use crate::clock::Clock;
use crate::consultation::{State, replay};
use crate::ids::{RoomId, Timestamp};
use crate::message::{Address, Kind, Message, Messenger, MessengerError, Notice, attachment};
use crate::store::{Calendar, Dated, PersonRecord, RoomStore, StoreError, StoredRoom, Told};
use crate::webhook::{WebhookError, Webhooks};
use news::{News, REMIND_BEFORE, news, reminder};

/// How often everything is looked at though nobody said that there is news: the next hour, to remind people of it, and
/// what another server of the same store has put into an outbox.
const EVERY: Duration = Duration::from_secs(30);
/// How soon it is tried again where telling failed: people wait for a link while somebody talks to them on the telephone.
const AGAIN: Duration = Duration::from_secs(2);
/// Appointments that are read from an outbox or a calendar at once.
const PAGE: usize = 100;

/// Goes through the outboxes of all clinics.
pub struct Teller {
    store: Arc<dyn RoomStore>,
    accounts: Arc<Accounts>,
    messenger: Arc<dyn Messenger>,
    webhooks: Webhooks,
    clock: Clock,
    /// Where the page is, such as `https://kham.example.vn`.
    base: String,
}

/// Why a round was not finished; the next one goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum TellingError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The list of clinics.
    #[error(transparent)]
    Clinics(#[from] AccountError),
    /// Whoever takes the messages.
    #[error(transparent)]
    Messenger(#[from] MessengerError),
    /// The queues of webhooks.
    #[error(transparent)]
    Webhooks(#[from] WebhookError),
}

/// What a round could not tell: the first of what went wrong. What is wrong with one appointment keeps no other from
/// being told, and what is wrong at one clinic no other clinic.
#[derive(Default)]
struct LeftOut(Option<TellingError>);

impl LeftOut {
    fn note(&mut self, told: Result<(), TellingError>) {
        if let Err(error) = told {
            self.0.get_or_insert(error);
        }
    }

    /// Goes on past what is wrong with one appointment alone: it cannot be read.
    fn pass(&mut self, told: Result<(), TellingError>) -> Result<(), TellingError> {
        use StoreError::{Unknown, Unreadable};
        match told {
            Err(TellingError::Store(Unreadable { .. } | Unknown { .. })) => {
                self.note(told);
                Ok(())
            }
            told => told,
        }
    }

    fn end(self) -> Result<(), TellingError> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Who is told nothing more of a clinic's outbox in this round: it failed once, and is tried again in the next.
#[derive(Default)]
struct Stopped {
    people: bool,
    webhooks: bool,
}

impl Teller {
    /// A teller of everything in this store.
    pub fn new(
        store: Arc<dyn RoomStore>,
        accounts: Arc<Accounts>,
        (messenger, webhooks): (Arc<dyn Messenger>, Webhooks),
        clock: Clock,
        base: String,
    ) -> Self {
        Self {
            store,
            accounts,
            messenger,
            webhooks,
            clock,
            base,
        }
    }

    /// Tells for ever; at once, when `news` are put into an outbox.
    pub async fn run(self, news: Arc<Notify>) {
        let mut is_well = true;
        loop {
            let patience = if is_well { EVERY } else { AGAIN };
            let told = match timeout(patience, news.notified()).await {
                Ok(()) => self.empty_outboxes().await,
                Err(_elapsed) => self.round().await,
            };
            // Once, not at every try: an operator reads it.
            match &told {
                Err(error) if is_well => tracing::error!(%error, "messages to people wait"),
                Ok(()) if !is_well => tracing::info!("messages to people go out again"),
                Err(_) | Ok(()) => {}
            }
            is_well = told.is_ok();
        }
    }

    /// Tells what there is to tell now.
    pub async fn round(&self) -> Result<(), TellingError> {
        let mut left = LeftOut::default();
        self.go_through_outboxes(&mut left).await?;
        for clinic in self.accounts.clinics().await? {
            let reminded = self.remind(&clinic, &mut left).await;
            left.note(reminded);
        }
        left.end()
    }

    async fn empty_outboxes(&self) -> Result<(), TellingError> {
        let mut left = LeftOut::default();
        self.go_through_outboxes(&mut left).await?;
        left.end()
    }

    async fn go_through_outboxes(&self, left: &mut LeftOut) -> Result<(), TellingError> {
        for clinic in self.accounts.clinics().await? {
            let emptied = self.empty_outbox(&clinic, left).await;
            left.note(emptied);
        }
        Ok(())
    }

    async fn empty_outbox(&self, clinic: &Clinic, left: &mut LeftOut) -> Result<(), TellingError> {
        let mut stopped = Stopped::default();
        let mut after = None;
        loop {
            let page = self.store.outbox(clinic.id, after, PAGE).await?;
            for Dated { room, .. } in &page {
                let told = self.tell(clinic, *room, &mut stopped, left).await;
                left.pass(told)?;
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(*last),
                _ => return Ok(()),
            }
        }
    }

    /// Webhooks first: that ends in the store, while nobody knows what a messenger meets. Neither waits for the other.
    async fn tell(
        &self,
        clinic: &Clinic,
        room: RoomId,
        stopped: &mut Stopped,
        left: &mut LeftOut,
    ) -> Result<(), TellingError> {
        let Some(stored) = self.store.load(room).await? else {
            return Ok(());
        };
        let length = stored.version.length;
        let mut told = stored.told;
        if !stopped.webhooks {
            let (events, announced) = (&stored.events, told.announced);
            let announced = self.webhooks.announce(clinic.id, room, events, announced);
            match announced.await {
                Ok(()) => told.announced = length,
                Err(error) => {
                    stopped.webhooks = true;
                    left.note(Err(error.into()));
                }
            }
        }
        if !stopped.people {
            match self.tell_people(clinic, room, &stored).await {
                Ok(()) => told.length = length,
                Err(error) => {
                    stopped.people = true;
                    left.note(Err(error));
                }
            }
        }
        if told == stored.told && (stopped.people || stopped.webhooks) {
            return Ok(());
        }
        self.write_down(clinic, room, &stored, told).await
    }

    async fn tell_people(
        &self,
        clinic: &Clinic,
        room: RoomId,
        stored: &StoredRoom,
    ) -> Result<(), TellingError> {
        let state = replay(&stored.events);
        let before = usize::try_from(stored.told.length).unwrap_or(usize::MAX);
        for news in news(&stored.events, before, &state) {
            self.hand_over(clinic, room, stored, &state, news).await?;
        }
        Ok(())
    }

    async fn remind(&self, clinic: &Clinic, left: &mut LeftOut) -> Result<(), TellingError> {
        let now = self.clock.now();
        // A list is of what begins before its end.
        let times = now..now.plus(REMIND_BEFORE + Duration::from_millis(1));
        let mut after = None;
        loop {
            let of = Calendar::Clinic(clinic.id);
            let page = self.store.calendar(of, times.clone(), after, PAGE).await?;
            for Dated { room, .. } in &page {
                left.pass(self.remind_of(clinic, *room, now).await)?;
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(*last),
                _ => return Ok(()),
            }
        }
    }

    async fn remind_of(
        &self,
        clinic: &Clinic,
        room: RoomId,
        now: Timestamp,
    ) -> Result<(), TellingError> {
        let Some(stored) = self.store.load(room).await? else {
            return Ok(());
        };
        // What is in the outbox still comes first, and with it the mark of the outbox.
        if stored.told.length < stored.version.length {
            return Ok(());
        }
        let state = replay(&stored.events);
        let Some(news) = reminder(&stored.events, stored.told.reminded, &state, now) else {
            return Ok(());
        };
        self.hand_over(clinic, room, &stored, &state, news).await?;
        let told = Told {
            reminded: state.time().map(|time| time.begins),
            ..stored.told
        };
        self.write_down(clinic, room, &stored, told).await
    }

    /// Where somebody was quicker there is more to tell, and the next round tells it.
    async fn write_down(
        &self,
        clinic: &Clinic,
        room: RoomId,
        stored: &StoredRoom,
        told: Told,
    ) -> Result<(), TellingError> {
        match self
            .store
            .note_told(room, clinic.id, stored.version, told)
            .await
        {
            Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn hand_over(
        &self,
        clinic: &Clinic,
        room: RoomId,
        stored: &StoredRoom,
        state: &State,
        news: News,
    ) -> Result<(), TellingError> {
        let Some(revision) = Revision::of(&stored.events) else {
            return Ok(());
        };
        for person in stored.people_now(state) {
            let Some(place) = state
                .seat(person.seat)
                .filter(|place| news.to.is(place.id, place.role))
            else {
                continue;
            };
            let invitation = stored.invitation(state, place.id);
            let opens = matches!(news.kind, Kind::Booked | Kind::Moved | Kind::Reminder);
            let invitation = invitation.filter(|_| opens);
            let link = invitation.map(|known| format!("{}/#{}", self.base, known.link.as_str()));
            let code = invitation.and_then(|known| known.code.as_ref());
            let notice = Notice {
                kind: news.kind,
                language: person.told_in(),
                clinic: clinic.name.as_str(),
                begins: revision.time.begins,
                link: link.as_deref(),
                code: code.map(crate::opaque::SeatCode::as_str),
            };
            for to in addresses(person) {
                let entry = attachment(&notice, room, revision, &self.base, &to);
                let at = self.clock.now();
                let message =
                    Message::new(&notice, (room, place.id, news.place), at, to, Some(entry));
                self.messenger.send(message).await?;
            }
        }
        Ok(())
    }
}

fn addresses(person: &PersonRecord) -> impl Iterator<Item = Address> {
    let phone = person.contact.phone.as_ref();
    let phone = phone.map(|phone| Address::Phone(phone.as_str().to_owned()));
    let email = person.contact.email.as_ref();
    let email = email.map(|email| Address::Email(email.as_str().to_owned()));
    phone.into_iter().chain(email)
}
