//! Opening a store with its master keys: they are the right ones, and everything is sealed.
//!
//! The stream of keys says in its log which master keys came and when everything was sealed
//! with the newest one; beside it, for each key that is still needed, is a text for trying it
//! out. So a missing or wrong key is found when the server starts, and not at the bedside.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::chain::said;
use super::journal::{
    Journal, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Version, Write,
};
use super::keys::{KeyId, KeysError, MasterKeys};
use super::records::decode_message;
use super::seals::{Seals, Subject};
use crate::ids::{RoomId, Timestamp};

/// Where it says so.
pub(super) const KEYS: StreamId = StreamId {
    kind: StreamKind::Keys,
    id: 0,
};

/// Streams that are looked at in one go.
pub(super) const PAGE: usize = 1_000;

/// How often it is tried beside other servers of the same store; each try is lost to one of them.
const TRIES: usize = 8;

#[derive(Serialize, Deserialize)]
struct KeyEvent {
    at: Timestamp,
    fact: KeyFact,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum KeyFact {
    /// A master key came.
    Introduced { key: String },
    /// Everything is sealed, every key wrapped with this one; earlier ones are not needed.
    Settled { key: String },
}

/// The keys of the file, if they are those of the store; a new file for a store that never had
/// keys. Then seals what is plain, and wraps with the newest key what an earlier one wraps.
pub(super) async fn unlock(
    journal: &dyn Journal,
    file: &Path,
    now: Timestamp,
) -> Result<Seals, StoreError> {
    let mut tries = 1;
    loop {
        let stored = journal.load(KEYS).await?.unwrap_or_default();
        let seals = match judge(&stored, file)? {
            Some(master) => Seals::new(master),
            None => Seals::new(MasterKeys::make(file)?),
        };
        match settle(journal, &seals, &stored, now).await {
            Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
            settled => return settled.map(|()| seals),
        }
    }
}

/// The keys of the file, tried out. `None`: there is no file, and the store never had keys.
pub(super) fn judge(stored: &StoredStream, file: &Path) -> Result<Option<MasterKeys>, StoreError> {
    let checks = stored.records.iter();
    let mut checks = checks.filter(|(key, _)| key.kind == RecordKind::Key);
    let path = || file.to_owned();
    let Some(master) = MasterKeys::read(file)? else {
        return match checks.next() {
            Some(_) => Err(KeysError::FileMissing { path: path() }.into()),
            None => Ok(None),
        };
    };
    for (record, check) in checks {
        let id = KeyId(record.number);
        let key = || id.to_string();
        let known = master.get(id).ok_or_else(|| KeysError::KeyMissing {
            path: path(),
            key: key(),
        })?;
        known
            .open(&bound(id), check)
            .map_err(|_| KeysError::Changed { key: key() })?;
    }
    Ok(Some(master))
}

async fn settle(
    journal: &dyn Journal,
    seals: &Seals,
    stored: &StoredStream,
    now: Timestamp,
) -> Result<(), StoreError> {
    let newest = seals.master().newest();
    let last = stored.entries.last().map(|entry| said(entry));
    let last = last.and_then(|entry| serde_json::from_slice::<KeyEvent>(entry).ok());
    if let Some(KeyFact::Settled { key }) = last.map(|event| event.fact)
        && key == newest.id.to_string()
    {
        return Ok(());
    }
    let version = introduce(journal, seals, stored, now).await?;
    settle_streams(journal, seals).await?;
    let key = newest.id.to_string();
    let mut write = event(version, now, KeyFact::Settled { key })?;
    let earlier = stored.records.iter().map(|(key, _)| *key);
    let earlier = earlier.filter(|key| *key != check_of(newest.id));
    write.records.extend(earlier.map(|key| (key, None)));
    keep(journal, version, write).await?;
    Ok(())
}

/// From here on the store needs the newest key, too.
pub(super) async fn introduce(
    journal: &dyn Journal,
    seals: &Seals,
    stored: &StoredStream,
    now: Timestamp,
) -> Result<Version, StoreError> {
    let newest = seals.master().newest();
    let check = check_of(newest.id);
    if stored.records.iter().any(|(key, _)| *key == check) {
        return Ok(stored.version);
    }
    let sealed = newest.seal(&bound(newest.id), b"the right key");
    let sealed = sealed.map_err(StoreError::failed)?;
    let key = newest.id.to_string();
    let mut write = event(stored.version, now, KeyFact::Introduced { key })?;
    write.records.push((check, Some(sealed)));
    keep(journal, stored.version, write).await
}

async fn settle_streams(journal: &dyn Journal, seals: &Seals) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = journal.streams(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        for stream in page.into_iter().filter(|stream| *stream != KEYS) {
            let Some(stored) = journal.load(stream).await? else {
                continue;
            };
            let records =
                seals.settle(stream, &stored, |key, plain| subject_of(stream, key, plain))?;
            if records.is_empty() {
                continue;
            }
            let version = stored.version;
            let write = Write {
                version,
                records,
                ..Write::default()
            };
            journal.append(stream, version, write).await?;
        }
    }
}

/// Whom a plain record of a room is about.
fn subject_of(stream: StreamId, key: RecordKey, plain: &[u8]) -> Result<Subject, StoreError> {
    match key.kind {
        RecordKind::Message => {
            let message = decode_message(key.number, plain);
            let message = message.map_err(|_| StoreError::Unreadable {
                room: RoomId(stream.id),
                reason: "a message",
            })?;
            Ok(message.seat.0.into())
        }
        // Papers were never kept plain.
        RecordKind::Person
        | RecordKind::Paper
        | RecordKind::Media
        | RecordKind::FailedJoins
        | RecordKind::Invitation
        | RecordKind::Request
        | RecordKind::Told
        | RecordKind::Profile
        | RecordKind::Password
        | RecordKind::Totp
        | RecordKind::SessionUse
        | RecordKind::KeyUse
        | RecordKind::AccountKeys
        | RecordKind::ClinicName
        | RecordKind::Webhook
        | RecordKind::WebhookUse
        | RecordKind::Delivery
        | RecordKind::Key => Ok(key.number),
    }
}

fn event(version: Version, at: Timestamp, fact: KeyFact) -> Result<Write, StoreError> {
    let entry = serde_json::to_vec(&KeyEvent { at, fact }).map_err(StoreError::failed)?;
    let mut write = Write {
        version,
        ..Write::default()
    };
    write.push(KEYS, &entry);
    Ok(write)
}

async fn keep(
    journal: &dyn Journal,
    expected: Version,
    write: Write,
) -> Result<Version, StoreError> {
    let version = write.version;
    journal.append(KEYS, expected, write).await?;
    Ok(version)
}

const fn check_of(id: KeyId) -> RecordKey {
    RecordKey {
        kind: RecordKind::Key,
        number: id.0,
    }
}

fn bound(id: KeyId) -> Vec<u8> {
    [&b"check"[..], &id.0.to_be_bytes()].concat()
}
