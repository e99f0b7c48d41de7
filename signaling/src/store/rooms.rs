//! Rooms in a journal: events are its entries, what people are called and wrote are its records,
//! sealed.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::chain::said;
use super::codec::{decode_event, encode_event};
use super::deletions;
use super::journal::{
    List, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Version, Write,
};
use super::records::{
    decode_media, decode_message, decode_person, encode_media, encode_message, encode_person,
};
use super::seals::{Personal, Seals};
use super::{Batch, RetentionClass, RoomStore, Store, StoreError, StoredRoom};
use crate::consultation::Fact;
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
                    Seals::erase(&stored, seat.0.into(), &mut write);
                }
            }
            let place = (stream, expected);
            let mut keys = seals.seal(&*journal, place, personal, &mut write).await?;
            journal.append(stream, expected, write).await?;
            for seat in &batch.erased {
                keys.remove(&seat.0.into());
            }
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
        let marked = self.journal.marked_before(List::EndedRooms, time.0, limit);
        async move {
            let streams = marked.await?;
            Ok(streams.iter().map(|stream| RoomId(stream.id)).collect())
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
        write.push(stream, &encode_event(event)?);
        if matches!(event.fact, Fact::Ended { .. }) {
            write.marks.push((List::EndedRooms, event.at.0));
        }
    }
    let mut personal = Vec::new();
    let mut to_seal = |kind, number: u64, seat: SeatId, plain| {
        personal.push(Personal {
            key: RecordKey { kind, number },
            subject: seat.0.into(),
            plain,
        });
    };
    for person in &batch.people {
        let (seat, plain) = (person.seat, encode_person(person)?);
        to_seal(RecordKind::Person, seat.0.into(), seat, plain);
    }
    for message in &batch.chat {
        let plain = encode_message(message)?;
        to_seal(RecordKind::Message, message.id, message.seat, plain);
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
    let tokens = batch.tokens.iter();
    write.names = tokens
        .map(|(token, seat)| (token.0, u64::from(seat.0)))
        .collect();
    Ok((write, personal))
}

fn read(room: RoomId, stored: &StoredStream) -> Result<StoredRoom, StoreError> {
    let unreadable = |reason| move |_| StoreError::Unreadable { room, reason };
    let entries = stored.entries.iter();
    let events = entries.map(|entry| decode_event(said(entry)));
    let mut read = StoredRoom {
        version: stored.version,
        events: events
            .collect::<Result<_, _>>()
            .map_err(unreadable("an event"))?,
        people: Vec::new(),
        chat: Vec::new(),
        media: Vec::new(),
    };
    for (RecordKey { kind, number }, bytes) in &stored.records {
        match kind {
            RecordKind::Person => {
                let person = decode_person(seat(room, *number)?, bytes);
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
            // Taken out when the others were opened.
            RecordKind::Key => {}
            RecordKind::Profile
            | RecordKind::Password
            | RecordKind::Totp
            | RecordKind::SessionUse
            | RecordKind::KeyUse
            | RecordKind::AccountKeys
            | RecordKind::ClinicName => {
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
