//! Booking: a time for some people, with links and codes that open their seats.

use std::fmt;
use std::time::Duration;

use super::{AppointmentError, Requester};
use crate::accounts::{AccountId, ClinicId};
use crate::auth::{random, random_link, random_room};
use crate::board::{Entry, View};
use crate::consultation::{
    self as domain, BookedTime, Command, Interpreting, Invitation, Licence, PartsCommand,
    PriorityClass, QueueCommand, Role, ScheduleCommand, State,
};
use crate::contact::Contact;
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::message::Language;
use crate::opaque::SeatCode;
use crate::protocol::{Booked, BookedPerson};
use crate::room::{Opening, wire_role};
use crate::service::{PersonError, Service};
use crate::store::{
    Actor, Batch, Calendars, PersonRecord, RequestRecord, StoreError, StoredRoom, Told, Version,
};
use crate::text::{DisplayName, LanguageCode, LicenceNumber};

/// How much longer than to the end of the booked time a link is good: a morning that runs late.
const GOOD_AFTER: Duration = Duration::from_hours(2);
/// How long a repeated request gets the answer of the first.
const REPEATED: Duration = Duration::from_hours(24);
/// What stands for the seat of a request's key: no seat has the number.
const NO_SEAT: SeatId = SeatId(0);
/// How often a code is drawn anew that somebody has. With as many as a million in use one in a
/// hundred draws is lost, so that this never runs out by chance.
const DRAWS: usize = 20;

/// What is to be booked.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) time: BookedTime,
    /// By seat.
    pub(crate) people: Vec<Newcomer>,
    pub(crate) priority: Option<PriorityClass>,
    /// If it comes again, it is the same booking.
    pub(crate) repeat: Option<Repeat>,
}

/// By what a repeated request is known.
///
/// **Invariant:** its `Debug` shows nothing: both are a hospital's words.
#[derive(Clone)]
pub(crate) struct Repeat {
    pub(crate) key: RepeatKey,
    /// What the request says, so that a key that is used twice is found out.
    pub(crate) body: Vec<u8>,
}

/// Somebody who is to be invited.
#[derive(Clone, Debug)]
pub(crate) struct Newcomer {
    pub(crate) name: DisplayName,
    pub(crate) role: Role,
    pub(crate) account: Option<AccountId>,
    pub(crate) contact: Contact,
    pub(crate) languages: Option<[LanguageCode; 2]>,
    pub(crate) licence: Option<LicenceNumber>,
    /// In which messages to them are written.
    pub(crate) language: Option<Language>,
}

/// What a hospital system calls a request, to repeat it: 1 to 64 visible ASCII characters.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RepeatKey(String);

/// A text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("idempotency-key must be 1 to 64 visible ASCII characters, got {got} bytes")]
pub(crate) struct RepeatKeyError {
    got: usize,
}

impl fmt::Debug for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Repeat(…)")
    }
}

impl fmt::Debug for RepeatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RepeatKey(…)")
    }
}

impl RepeatKey {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, RepeatKeyError> {
        let got = text.len();
        let is_visible = text.iter().all(u8::is_ascii_graphic);
        match std::str::from_utf8(text) {
            Ok(text) if is_visible && (1..=64).contains(&got) => Ok(Self(text.to_owned())),
            _ => Err(RepeatKeyError { got }),
        }
    }
}

impl Service {
    /// Books a time. The links and codes are kept sealed, so that they can be sent again.
    pub(crate) async fn book(
        &self,
        by: Requester,
        booking: Booking,
    ) -> Result<Booked, AppointmentError> {
        if self.0.shared.is_draining() {
            return Err(AppointmentError::Draining);
        }
        check(by, &booking.people)?;
        // One after the other: of two with the same key one is the repetition, and no two draw the
        // same code.
        let _turn = self.0.booking.lock().await;
        let now = self.0.shared.settings.clock.now();
        if let Some(repeat) = &booking.repeat
            && let Some(booked) = self.booked_before(by, repeat, now).await?
        {
            return Ok(booked);
        }
        let room = match &booking.repeat {
            Some(repeat) => self.requested_room(by, &repeat.key, now),
            None => random_room()?,
        };
        let mut openings = Vec::new();
        for (seat, person) in numbered(&booking.people) {
            let expires = good_until(booking.time, now);
            openings.push(self.opening(seat, person.role, expires).await?);
        }
        let events = decide(by.clinic, &booking, &openings, now)?;
        let batch = Batch {
            events,
            ..self.beside(by, &booking, &openings, now)
        };
        let state = domain::replay(&batch.events);
        let stored = StoredRoom {
            version: Version::default(),
            events: batch.events.clone(),
            actors: Vec::new(),
            people: batch.people.clone(),
            invitations: batch.invitations.clone(),
            request: batch.request,
            told: Told::default(),
            chat: Vec::new(),
            papers: Vec::new(),
            media: Vec::new(),
            failed: Vec::new(),
        };
        let shared = &self.0.shared;
        let appended = shared.store.append(room, Version::default(), batch).await;
        if matches!(appended, Err(StoreError::Conflict { .. }))
            && let Some(repeat) = &booking.repeat
            && let Some(booked) = self.booked_before(by, repeat, now).await?
        {
            // Another server of this store was quicker, or what this one wrote before its Redis
            // went away had arrived after all.
            return Ok(booked);
        }
        // A random id that is taken already, once in 2^64, is refused by the version.
        appended?;
        shared.news.notify_one();
        shared.boards.put(by.clinic, Entry::stored(room, &stored));
        tracing::info!(%room, by = ?by.actor, seats = openings.len(), "booked");
        Ok(booked(room, &state, &stored))
    }

    /// What the same request made before; `None` if it never came, or long ago.
    async fn booked_before(
        &self,
        by: Requester,
        Repeat { key, body }: &Repeat,
        now: Timestamp,
    ) -> Result<Option<Booked>, AppointmentError> {
        let shared = &self.0.shared;
        for day in [today(now), today(now).saturating_sub(1)] {
            let name = self.request_name(by, key, day);
            let Some((room, _)) = shared.store.find(name).await? else {
                continue;
            };
            let Some(stored) = shared.store.load(room).await? else {
                continue;
            };
            let Some(request) = stored.request.filter(|it| now < it.at.plus(REPEATED)) else {
                continue;
            };
            if request.body != shared.settings.booking_key.body(body) {
                return Err(AppointmentError::KeyReused);
            }
            let state = domain::replay(&stored.events);
            return Ok(Some(booked(room, &state, &stored)));
        }
        Ok(None)
    }

    /// What is stored beside the events.
    fn beside(
        &self,
        by: Requester,
        booking: &Booking,
        openings: &[Opening],
        now: Timestamp,
    ) -> Batch {
        let people = numbered(&booking.people).map(|(seat, person)| PersonRecord {
            account: person.account,
            contact: person.contact.clone(),
            licence: person.licence.clone(),
            language: person.language,
            ..PersonRecord::new(seat, person.name.clone(), person.languages.clone())
        });
        let mut batch = Batch {
            actor: Some(by.actor),
            clinic: Some(by.clinic),
            booked: Some(Calendars {
                clinic: by.clinic,
                begins: booking.time.begins,
                staff: booking
                    .people
                    .iter()
                    .filter_map(|one| one.account)
                    .collect(),
                no_longer: Vec::new(),
            }),
            people: people.collect(),
            ..Batch::default()
        };
        for opening in openings {
            let Batch {
                tokens,
                invitations,
                ..
            } = opening.beside(1);
            batch.tokens.extend(tokens);
            batch.invitations.extend(invitations);
        }
        if let Some(Repeat { key, body }) = &booking.repeat {
            let name = self.request_name(by, key, today(now));
            batch.tokens.push((name, NO_SEAT));
            let body = self.0.shared.settings.booking_key.body(body);
            batch.request = Some(RequestRecord { at: now, body });
        }
        batch
    }

    /// A name is taken for good, and what was said a day ago is not asked for any more.
    fn request_name(&self, by: Requester, key: &RepeatKey, day: u64) -> TokenHash {
        let booking_key = &self.0.shared.settings.booking_key;
        booking_key.request(by.clinic, &whose(by, key), day)
    }

    /// A room of the request's own, so that two servers that get it at once cannot both book it.
    fn requested_room(&self, by: Requester, key: &RepeatKey, now: Timestamp) -> RoomId {
        let booking_key = &self.0.shared.settings.booking_key;
        booking_key.room(by.clinic, &whose(by, key), today(now))
    }

    /// A new link, and for the patient's side a code that nobody has.
    pub(super) async fn opening(
        &self,
        seat: SeatId,
        role: Role,
        expires: Timestamp,
    ) -> Result<Opening, AppointmentError> {
        let code = if role.is_of_the_patient() {
            Some(self.draw_code().await?)
        } else {
            None
        };
        Ok(Opening {
            seat,
            link: random_link()?,
            expires,
            code,
        })
    }

    async fn draw_code(&self) -> Result<(SeatCode, TokenHash), AppointmentError> {
        let shared = &self.0.shared;
        for _ in 0..DRAWS {
            let code = SeatCode::from_bytes(random()?);
            let hash = shared.settings.booking_key.code(&code);
            if shared.store.find(hash).await?.is_none() {
                return Ok((code, hash));
            }
        }
        tracing::error!("no code is free");
        Err(AppointmentError::Internal)
    }
}

/// A hospital's two systems may call two requests the same.
fn whose(by: Requester, RepeatKey(key): &RepeatKey) -> String {
    match by.actor {
        Actor::Account(account) => format!("account {account} {key}"),
        Actor::Key(id) => format!("key {id} {key}"),
        Actor::Server => format!("server {key}"),
    }
}

/// Until when what is made now is good.
pub(super) fn good_until(time: BookedTime, now: Timestamp) -> Timestamp {
    time.ends().max(now).plus(GOOD_AFTER)
}

fn check(by: Requester, people: &[Newcomer]) -> Result<(), AppointmentError> {
    for (index, person) in people.iter().enumerate() {
        let refused = |error| Err(AppointmentError::Person { index, error });
        match &person.languages {
            Some(_) if person.role != Role::Interpreter => {
                return refused(PersonError::NoInterpreter);
            }
            Some([one, other]) if one == other => return refused(PersonError::SameLanguage),
            // What an interpreter is licensed to do is said of two languages.
            None if person.licence.is_some() => return refused(PersonError::NothingLicensed),
            Some(_) | None => {}
        }
    }
    let View::Own(account) = by.view else {
        return Ok(());
    };
    let is_own = |person: &Newcomer| person.account == Some(account);
    if people.iter().any(is_own) {
        return Ok(());
    }
    Err(AppointmentError::NotOwn)
}

fn decide(
    clinic: ClinicId,
    booking: &Booking,
    openings: &[Opening],
    now: Timestamp,
) -> Result<Vec<domain::Event>, domain::RuleError> {
    let seats = booking.people.iter().zip(openings);
    let seats = seats.map(|(person, opening)| Invitation {
        role: person.role,
        link: Some(opening.state()),
    });
    let book = Command::Schedule(ScheduleCommand::Book {
        clinic,
        time: booking.time,
        seats: seats.collect(),
    });
    let by = None;
    let priority = booking.priority.map(|class| {
        let class = Some(class);
        Command::Queue(QueueCommand::SetPriority { class, by })
    });
    let interpreting = numbered(&booking.people).filter_map(|(seat, person)| {
        let interpreting = Interpreting {
            languages: person.languages.clone()?,
            licence: match person.licence {
                Some(_) => Licence::Given,
                None => Licence::NotGiven,
            },
        };
        Some(Command::Parts(PartsCommand::Interpret {
            seat,
            interpreting,
            by,
        }))
    });
    let mut events = Vec::new();
    for command in std::iter::once(book).chain(priority).chain(interpreting) {
        let state = domain::replay(&events);
        events.extend(domain::decide(&state, command, now)?);
    }
    Ok(events)
}

/// How everybody gets in who has no account.
fn booked(appointment: RoomId, state: &State, stored: &StoredRoom) -> Booked {
    let people = stored.people_now(state);
    let has_account = |seat| {
        let mut people = people.iter();
        people.any(|person| person.seat == seat && person.account.is_some())
    };
    let invitations = stored.invitations.iter();
    let people = invitations.filter_map(|invitation| {
        let link = Some(&invitation.link).filter(|_| !has_account(invitation.seat));
        Some(BookedPerson {
            seat: invitation.seat,
            role: wire_role(state.seat(invitation.seat)?.role),
            link: link.cloned(),
            code: invitation.code.clone(),
        })
    });
    Booked {
        appointment,
        people: people.collect(),
    }
}

fn numbered(people: &[Newcomer]) -> impl Iterator<Item = (SeatId, &Newcomer)> {
    (1..).map(SeatId).zip(people)
}

/// Which day it is, all over the world the same.
const fn today(now: Timestamp) -> u64 {
    now.0 / (24 * 3_600 * 1_000)
}
