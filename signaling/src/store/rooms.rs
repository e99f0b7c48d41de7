//! Rooms in a journal: events are its entries, what people are called and wrote are its records,
//! sealed.

use std::ops::Range;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::chain::said;
use super::codec::{decode_event, encode_event};
use super::failed::{decode_failed, encode_failed};
use super::journal::{
    List, Mark, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Version, Write,
};
use super::papers::{self, decode_paper, encode_paper};
use super::people::{self, is_of};
use super::records::{
    decode_invitation, decode_media, decode_message, decode_person, decode_request, decode_told,
    encode_invitation, encode_media, encode_message, encode_person, encode_request, encode_told,
};
use super::seals::{Personal, Seals};
use super::{Batch, RetentionClass, RoomStore, Store, StoreError, StoredRoom};
use super::{Calendar, Dated, Told, deletions};
use crate::accounts::ClinicId;
use crate::consultation::{Event, Fact, ScheduleFact};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};

impl RoomStore for Store {
    fn append(
        &self,
        room: RoomId,
        expected: Version,
        batch: Batch,
    ) -> BoxFuture<'static, Result<Version, StoreError>> {
        let (journal, seals) = (Arc::clone(&self.journal), Arc::clone(&self.seals));
        async move {
            let stream = stream(room);
            let written = written(stream, expected, &batch).map_err(StoreError::failed)?;
            let (mut write, personal) = written;
            let version = write.version;
            if !batch.erased.is_empty()
                && let Some(stored) = journal.load_for_write(stream).await?
            {
                for seat in &batch.erased {
                    Seals::erase(&stored, *seat, &mut write);
                }
            }
            let place = (stream, expected);
            let mut keys = seals.seal(&*journal, place, personal, &mut write).await?;
            journal.append(stream, expected, write).await?;
            keys.retain(|subject, _| !batch.erased.iter().any(|seat| is_of(*subject, *seat)));
            seals.remember(stream, keys);
            Ok(version)
        }
        .boxed()
    }

    fn load(&self, room: RoomId) -> BoxFuture<'static, Result<Option<StoredRoom>, StoreError>> {
        let loaded = self.journal.load(stream(room));
        let seals = Arc::clone(&self.seals);
        async move {
            let Some(mut stored) = loaded.await? else {
                seals.forget(stream(room));
                return Ok(None);
            };
            seals.open(stream(room), &mut stored)?;
            read(room, &stored).map(Some)
        }
        .boxed()
    }

    fn find(
        &self,
        token: TokenHash,
    ) -> BoxFuture<'static, Result<Option<(RoomId, SeatId)>, StoreError>> {
        let found = self.journal.find(token.0);
        async move {
            let Some(target) = found.await? else {
                return Ok(None);
            };
            let room = RoomId(target.stream.id);
            let seat = seat(room, target.number)?;
            Ok(Some((room, seat)))
        }
        .boxed()
    }

    fn ended_before(
        &self,
        time: Timestamp,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<RoomId>, StoreError>> {
        let marked = self
            .journal
            .marked(List::EndedRooms, 0..time.0, None, limit);
        async move {
            let marks = marked.await?;
            Ok(marks.iter().map(|mark| RoomId(mark.stream.id)).collect())
        }
        .boxed()
    }

    fn open_rooms(
        &self,
        until: Timestamp,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        let times = 0..until.0.saturating_add(1);
        self.dated(List::OpenRooms, times, after, limit)
    }

    fn look_again(
        &self,
        room: RoomId,
        version: Version,
        at: Timestamp,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        let write = Write {
            version,
            marks: vec![(List::OpenRooms, Some(at.0))],
            ..Write::default()
        };
        self.journal.append(stream(room), version, write)
    }

    fn calendar(
        &self,
        of: Calendar,
        times: Range<Timestamp>,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        let list = match of {
            Calendar::Clinic(clinic) => List::OfClinic(clinic.0),
            Calendar::Account(account) => List::OfAccount(account.0),
        };
        self.dated(list, times.start.0..times.end.0, after, limit)
    }

    fn outbox(
        &self,
        clinic: ClinicId,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        self.dated(List::Outbox(clinic.0), 0..u64::MAX, after, limit)
    }

    fn note_told(
        &self,
        room: RoomId,
        clinic: ClinicId,
        version: Version,
        told: Told,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        let is_all = told.length.min(told.announced) >= version.length;
        let write = encode_told(told).map(|bytes| Write {
            version,
            records: vec![(TOLD, Some(bytes))],
            marks: is_all
                .then_some((List::Outbox(clinic.0), None))
                .into_iter()
                .collect(),
            ..Write::default()
        });
        let journal = Arc::clone(&self.journal);
        async move {
            let write = write.map_err(StoreError::failed)?;
            journal.append(stream(room), version, write).await
        }
        .boxed()
    }

    fn delete(
        &self,
        rooms: Vec<RoomId>,
        retention: RetentionClass,
        at: Timestamp,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        let (journal, seals) = (Arc::clone(&self.journal), Arc::clone(&self.seals));
        async move {
            for room in &rooms {
                seals.forget(stream(*room));
            }
            deletions::delete(&*journal, rooms, retention, at).await
        }
        .boxed()
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.journal.check()
    }
}

impl Store {
    fn dated(
        &self,
        list: List,
        times: Range<u64>,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        let after = after.map(|Dated { at, room }| Mark {
            time: at.0,
            stream: stream(room),
        });
        let marked = self.journal.marked(list, times, after, limit);
        async move {
            let marks = marked.await?.into_iter();
            let dated = |mark: Mark| Dated {
                at: Timestamp(mark.time),
                room: RoomId(mark.stream.id),
            };
            Ok(marks.map(dated).collect())
        }
        .boxed()
    }
}

const TOLD: RecordKey = RecordKey {
    kind: RecordKind::Told,
    number: 0,
};

/// Where a room is kept.
pub(super) const fn stream(room: RoomId) -> StreamId {
    StreamId {
        kind: StreamKind::Room,
        id: room.0,
    }
}

/// What a batch writes, and what of it is to be sealed first.
fn written(
    stream: StreamId,
    expected: Version,
    batch: &Batch,
) -> Result<(Write, Vec<Personal>), serde_json::Error> {
    let mut write = Write {
        version: expected,
        ..Write::default()
    };
    for event in &batch.events {
        write.push(stream, &encode_event(event, batch.actor)?);
    }
    write.marks = marks(batch);
    let mut personal = Vec::new();
    let mut to_seal = |kind, number: u64, subject, plain| {
        personal.push(Personal {
            key: RecordKey { kind, number },
            subject,
            plain,
        });
    };
    for person in &batch.people {
        let number = people::number(person.seat, person.person);
        to_seal(RecordKind::Person, number, number, encode_person(person)?);
    }
    for invitation in &batch.invitations {
        let (seat, plain) = (invitation.seat, encode_invitation(invitation)?);
        let subject = people::number(seat, invitation.person);
        to_seal(RecordKind::Invitation, seat.0.into(), subject, plain);
    }
    for message in &batch.chat {
        // An erasure takes all of a seat's people, so that it need not be known which one wrote.
        let (subject, plain) = (message.seat.0.into(), encode_message(message)?);
        to_seal(RecordKind::Message, message.id, subject, plain);
    }
    for paper in &batch.papers {
        let (number, plain) = (papers::number(paper), encode_paper(paper)?);
        to_seal(RecordKind::Paper, number, paper.about.0.into(), plain);
    }
    let mut keep = |kind, number: u64, bytes| {
        write.records.push((RecordKey { kind, number }, bytes));
    };
    for id in &batch.chat_forgotten {
        keep(RecordKind::Message, *id, None);
    }
    for media in &batch.media {
        let number = u64::from(media.seat.0);
        keep(RecordKind::Media, number, Some(encode_media(*media)?));
    }
    for (seat, failed) in &batch.failed {
        let number = u64::from(seat.0);
        keep(
            RecordKind::FailedJoins,
            number,
            Some(encode_failed(*failed)?),
        );
    }
    if let Some(request) = batch.request {
        keep(RecordKind::Request, 0, Some(encode_request(request)?));
    }
    let tokens = batch.tokens.iter();
    write.names = tokens
        .map(|(token, seat)| (token.0, u64::from(seat.0)))
        .collect();
    Ok((write, personal))
}

/// In which lists it stands from here on, and in which not any more.
fn marks(batch: &Batch) -> Vec<(List, Option<u64>)> {
    let mut marks = Vec::new();
    for event in &batch.events {
        match event.fact {
            Fact::Ended { .. } => {
                marks.push((List::EndedRooms, Some(event.at.0)));
                marks.push((List::OpenRooms, None));
            }
            Fact::Opened { .. } => {
                let closes = batch.events.iter().filter_map(closes).max();
                let look = closes.unwrap_or(event.at).max(event.at);
                marks.push((List::OpenRooms, Some(look.0)));
            }
            Fact::Schedule(
                ScheduleFact::Booked { time, .. } | ScheduleFact::Rescheduled { time, .. },
            ) => marks.push((List::OpenRooms, Some(time.lapses().0))),
            // Else the sweep would delete what people are in.
            Fact::Schedule(ScheduleFact::Reopened { .. }) => {
                marks.push((List::EndedRooms, None));
                marks.push((List::OpenRooms, Some(event.at.0)));
            }
            _ => {}
        }
    }
    if let (Some(clinic), Some(last)) = (batch.clinic, batch.events.last()) {
        marks.push((List::Outbox(clinic.0), Some(last.at.0)));
    }
    if let Some(booked) = &batch.booked {
        let begins = Some(booked.begins.0);
        let gone = booked.no_longer.iter();
        marks.extend(gone.map(|account| (List::OfAccount(account.0), None)));
        marks.push((List::OfClinic(booked.clinic.0), begins));
        let staff = booked.staff.iter();
        marks.extend(staff.map(|account| (List::OfAccount(account.0), begins)));
    }
    marks
}

/// Until when a link that is made here brings somebody in.
const fn closes(event: &Event) -> Option<Timestamp> {
    match event.fact {
        Fact::Invited {
            link: Some(link), ..
        } => Some(link.expires),
        _ => None,
    }
}

fn read(room: RoomId, stored: &StoredStream) -> Result<StoredRoom, StoreError> {
    let unreadable = |reason| move |_| StoreError::Unreadable { room, reason };
    let entries = stored.entries.iter();
    let entries = entries.map(|entry| decode_event(said(entry)));
    let entries: Result<Vec<_>, _> = entries.collect();
    let (events, actors) = entries.map_err(unreadable("an event"))?.into_iter().unzip();
    let mut read = StoredRoom {
        version: stored.version,
        events,
        actors,
        people: Vec::new(),
        invitations: Vec::new(),
        request: None,
        told: Told::default(),
        chat: Vec::new(),
        media: Vec::new(),
        failed: Vec::new(),
        papers: Vec::new(),
    };
    for (RecordKey { kind, number }, bytes) in &stored.records {
        match kind {
            RecordKind::Person => {
                let reason = "the number of a person";
                let unknown = StoreError::Unreadable { room, reason };
                let whose = people::from_number(*number).ok_or(unknown)?;
                let person = decode_person(whose, bytes);
                read.people.push(person.map_err(unreadable("a record"))?);
            }
            RecordKind::Message => {
                let message = decode_message(*number, bytes);
                read.chat.push(message.map_err(unreadable("a message"))?);
            }
            RecordKind::Media => {
                let media = decode_media(seat(room, *number)?, bytes);
                read.media.push(media.map_err(unreadable("a mute state"))?);
            }
            RecordKind::FailedJoins => {
                let failed = decode_failed(bytes).map_err(unreadable("failed joins"))?;
                read.failed.push((seat(room, *number)?, failed));
            }
            RecordKind::Invitation => {
                let invitation = decode_invitation(seat(room, *number)?, bytes);
                read.invitations
                    .push(invitation.map_err(unreadable("an invitation"))?);
            }
            RecordKind::Request => {
                let request = decode_request(bytes);
                read.request = Some(request.map_err(unreadable("a request"))?);
            }
            RecordKind::Told => {
                let told = decode_told(bytes);
                read.told = told.map_err(unreadable("how far it was told"))?;
            }
            RecordKind::Paper => {
                let reason = "the number of a paper";
                let unknown = StoreError::Unreadable { room, reason };
                let paper = decode_paper(*number, bytes).ok_or(unknown)?;
                read.papers.push(paper.map_err(unreadable("a paper"))?);
            }
            // Taken out when the others were opened.
            RecordKind::Key => {}
            RecordKind::Profile
            | RecordKind::Password
            | RecordKind::Totp
            | RecordKind::SessionUse
            | RecordKind::KeyUse
            | RecordKind::AccountKeys
            | RecordKind::ClinicName
            | RecordKind::Webhook
            | RecordKind::WebhookUse
            | RecordKind::Delivery => {
                let reason = "a record that rooms do not have";
                return Err(StoreError::Unreadable { room, reason });
            }
        }
    }
    Ok(read)
}

fn seat(room: RoomId, number: u64) -> Result<SeatId, StoreError> {
    let reason = "the number of a seat";
    let seat = u16::try_from(number).map_err(|_| StoreError::Unreadable { room, reason })?;
    Ok(SeatId(seat))
}
