//! Rooms in a journal: events are its entries, what people are called and wrote are its records.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::codec::{decode_event, encode_event};
use super::journal::{
    List, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Version, Write,
};
use super::records::{
    decode_media, decode_message, decode_person, encode_media, encode_message, encode_person,
};
use super::{Batch, RoomStore, Store, StoreError, StoredRoom};
use crate::consultation::Fact;
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};

impl RoomStore for Store {
    fn append(
        &self,
        room: RoomId,
        expected: Version,
        batch: Batch,
    ) -> BoxFuture<'static, Result<Version, StoreError>> {
        let journal = Arc::clone(&self.journal);
        async move {
            let stream = stream(room);
            let write = written(stream, expected, &batch).map_err(StoreError::failed)?;
            let version = write.version;
            journal.append(stream, expected, write).await?;
            Ok(version)
        }
        .boxed()
    }

    fn load(&self, room: RoomId) -> BoxFuture<'static, Result<Option<StoredRoom>, StoreError>> {
        let loaded = self.journal.load(stream(room));
        async move {
            let stored = loaded.await?;
            stored.map(|stored| read(room, &stored)).transpose()
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

    fn delete(&self, room: RoomId) -> BoxFuture<'static, Result<(), StoreError>> {
        self.journal.delete(stream(room))
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.journal.check()
    }
}

const fn stream(room: RoomId) -> StreamId {
    StreamId {
        kind: StreamKind::Room,
        id: room.0,
    }
}

fn written(stream: StreamId, expected: Version, batch: &Batch) -> Result<Write, serde_json::Error> {
    let mut write = Write {
        version: expected,
        ..Write::default()
    };
    for event in &batch.events {
        let entry = encode_event(event)?;
        write.version = write.version.after(stream, &entry);
        write.entries.push(entry);
        if matches!(event.fact, Fact::Ended { .. }) {
            write.marks.push((List::EndedRooms, event.at.0));
        }
    }
    let mut keep = |kind, number: u64, bytes| {
        write.records.push((RecordKey { kind, number }, bytes));
    };
    for person in &batch.people {
        let number = u64::from(person.seat.0);
        keep(RecordKind::Person, number, Some(encode_person(person)?));
    }
    for message in &batch.chat {
        keep(
            RecordKind::Message,
            message.id,
            Some(encode_message(message)?),
        );
    }
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
    Ok(write)
}

fn read(room: RoomId, stored: &StoredStream) -> Result<StoredRoom, StoreError> {
    let unreadable = |reason| move |_| StoreError::Unreadable { room, reason };
    let events = stored.entries.iter().map(|entry| decode_event(entry));
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
        }
    }
    Ok(read)
}

fn seat(room: RoomId, number: u64) -> Result<SeatId, StoreError> {
    let reason = "the number of a seat";
    let seat = u16::try_from(number).map_err(|_| StoreError::Unreadable { room, reason })?;
    Ok(SeatId(seat))
}
