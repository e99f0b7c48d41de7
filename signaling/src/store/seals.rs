//! Personal text under the key of whom it is about, so that destroying one key erases one person.
//!
//! Each subject of a stream has a random data key, a record of its own ([`RecordKind::Key`])
//! wrapped by a master key that is not in the store. What is sealed is bound to its stream, kind,
//! number and subject: a record that was moved does not open.
//!
//! **Invariant:** a record whose key is gone is gone, for every method.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::error::Unspecified;

use super::StoreError;
use super::journal::{Journal, RecordKey, RecordKind, StoredStream, StreamId, Version, Write};
use super::keys::{Cipher, KEY_BYTES, KeyId, MasterKeys, random_key};
use super::people::is_of;
use crate::ids::{RoomId, SeatId};

/// The form of sealed records and of wrapped keys: their first byte. Plain records of formats 1
/// and 2 begin with `{`.
const FORM: u8 = 1;
/// As JSON begins.
const PLAIN: u8 = b'{';

/// Streams whose keys are remembered: as many as there are live rooms. Beyond it all are
/// forgotten, and each is read again when it is written to.
const STREAMS_REMEMBERED: usize = 10_000;

/// Whom a record is about, within its stream; of a room, the [person](super::people::number).
pub(super) type Subject = u64;

/// A record that must not be read by whoever has the store alone.
pub(super) struct Personal {
    pub(super) key: RecordKey,
    pub(super) subject: Subject,
    pub(super) plain: Vec<u8>,
}

/// Records to be written.
type Changes = Vec<(RecordKey, Option<Vec<u8>>)>;

type Keys = HashMap<Subject, Arc<Cipher>>;

/// Seals and opens the personal records of a store.
pub(super) struct Seals {
    master: MasterKeys,
    remembered: Mutex<HashMap<StreamId, Keys>>,
}

impl Seals {
    pub(super) fn new(master: MasterKeys) -> Self {
        Self {
            master,
            remembered: Mutex::default(),
        }
    }

    /// Puts records into a write, sealed; with the keys of subjects that have none yet. The
    /// answer is to be [remembered](Self::remember) once the write is stored.
    pub(super) async fn seal(
        &self,
        journal: &dyn Journal,
        (stream, expected): (StreamId, Version),
        personal: Vec<Personal>,
        write: &mut Write,
    ) -> Result<Keys, StoreError> {
        let mut keys = Keys::new();
        // A stream that begins has no keys, whatever another one with its id had.
        if expected != Version::default() {
            keys = self.remembered(stream);
            if personal.iter().any(|one| !keys.contains_key(&one.subject))
                && let Some(mut stored) = journal.load_for_write(stream).await?
            {
                keys = self.open(stream, &mut stored)?;
            }
        }
        for Personal {
            key,
            subject,
            plain,
        } in personal
        {
            let cipher = self.key(&mut keys, stream, subject, &mut write.records)?;
            let sealed = seal(&cipher, stream, key, subject, &plain)?;
            write.records.push((key, Some(sealed)));
        }
        Ok(keys)
    }

    /// Takes the keys out of what was loaded and opens what they seal. What has no key any more
    /// is left out.
    pub(super) fn open(
        &self,
        stream: StreamId,
        stored: &mut StoredStream,
    ) -> Result<Keys, StoreError> {
        let mut keys = Keys::new();
        for (key, wrapped) in &stored.records {
            if key.kind == RecordKind::Key {
                let cipher = self.unwrap_key(stream, key.number, wrapped)?;
                keys.insert(key.number, Arc::new(cipher));
            }
        }
        let records = std::mem::take(&mut stored.records);
        for (key, bytes) in records {
            match key.kind {
                RecordKind::Key => {}
                // What accounts keep, their store seals itself.
                RecordKind::Media
                | RecordKind::FailedJoins
                | RecordKind::Request
                | RecordKind::Told
                | RecordKind::Profile
                | RecordKind::Password
                | RecordKind::Totp
                | RecordKind::SessionUse
                | RecordKind::KeyUse
                | RecordKind::Webhook
                | RecordKind::WebhookUse
                | RecordKind::Delivery => stored.records.push((key, bytes)),
                RecordKind::Person
                | RecordKind::Message
                | RecordKind::Invitation
                | RecordKind::Paper
                | RecordKind::AccountKeys
                | RecordKind::ClinicName => {
                    let parts = parts(&bytes).ok_or(unreadable(stream, NOT_SEALED))?;
                    let Some(cipher) = keys.get(&parts.subject) else {
                        continue;
                    };
                    let bound = bound_record(stream, key, parts.subject);
                    let plain = cipher.open(&bound, parts.sealed);
                    let plain = plain.map_err(|_| unreadable(stream, NOT_OPEN))?;
                    stored.records.push((key, plain));
                }
            }
        }
        self.remember(stream, keys.clone());
        Ok(keys)
    }

    /// What an erasure takes out: the keys of all who had the seat, and everything sealed with them.
    pub(super) fn erase(stored: &StoredStream, seat: SeatId, write: &mut Write) {
        for (key, bytes) in &stored.records {
            let is_theirs = match key.kind {
                RecordKind::Key | RecordKind::Media | RecordKind::FailedJoins => {
                    is_of(key.number, seat)
                }
                RecordKind::Request
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
                | RecordKind::Delivery => false,
                RecordKind::Person
                | RecordKind::Message
                | RecordKind::Invitation
                | RecordKind::Paper => parts(bytes).is_some_and(|parts| is_of(parts.subject, seat)),
            };
            if is_theirs {
                write.records.push((*key, None));
            }
        }
    }

    /// What is left to do until every record of a stream is sealed, and every key wrapped with
    /// the newest master key: the records that change. `subject` tells whom a plain one is about.
    pub(super) fn settle(
        &self,
        stream: StreamId,
        stored: &StoredStream,
        subject: impl Fn(RecordKey, &[u8]) -> Result<Subject, StoreError>,
    ) -> Result<Changes, StoreError> {
        let mut changed = Vec::new();
        let mut keys = Keys::new();
        for (key, wrapped) in &stored.records {
            if key.kind == RecordKind::Key {
                let (master, bytes) = self.unwrap_bytes(stream, key.number, wrapped)?;
                let cipher = Cipher::new(&bytes).map_err(StoreError::failed)?;
                keys.insert(key.number, Arc::new(cipher));
                if master != self.master.newest().id {
                    changed.push((*key, Some(self.wrap(stream, key.number, &bytes)?)));
                }
            }
        }
        for (key, bytes) in &stored.records {
            let is_plain = matches!(
                key.kind,
                RecordKind::Media
                    | RecordKind::FailedJoins
                    | RecordKind::Request
                    | RecordKind::Told
                    | RecordKind::Delivery
            );
            if bytes.first() != Some(&PLAIN) || is_plain {
                continue;
            }
            let subject = subject(*key, bytes)?;
            let cipher = self.key(&mut keys, stream, subject, &mut changed)?;
            let sealed = seal(&cipher, stream, *key, subject, bytes)?;
            changed.push((*key, Some(sealed)));
        }
        Ok(changed)
    }

    pub(super) const fn master(&self) -> &MasterKeys {
        &self.master
    }

    pub(super) fn remember(&self, stream: StreamId, keys: Keys) {
        let mut remembered = self.lock();
        if remembered.len() >= STREAMS_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(stream, keys);
    }

    pub(super) fn forget(&self, stream: StreamId) {
        self.lock().remove(&stream);
    }

    fn remembered(&self, stream: StreamId) -> Keys {
        self.lock().get(&stream).cloned().unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<StreamId, Keys>> {
        // Nothing under this lock panics half-way through a change.
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The subject's key; a new one, with its record, if there is none.
    fn key(
        &self,
        keys: &mut Keys,
        stream: StreamId,
        subject: Subject,
        records: &mut Changes,
    ) -> Result<Arc<Cipher>, StoreError> {
        if let Some(known) = keys.get(&subject) {
            return Ok(Arc::clone(known));
        }
        let bytes = random_key().map_err(StoreError::failed)?;
        let record = self.wrap(stream, subject, &bytes)?;
        records.push((key_of(subject), Some(record)));
        let made = Arc::new(Cipher::new(&bytes).map_err(StoreError::failed)?);
        keys.insert(subject, Arc::clone(&made));
        Ok(made)
    }

    fn wrap(
        &self,
        stream: StreamId,
        subject: Subject,
        bytes: &[u8; KEY_BYTES],
    ) -> Result<Vec<u8>, StoreError> {
        let master = self.master.newest();
        let wrapped = master.seal(&bound_key(stream, subject), bytes);
        let wrapped = wrapped.map_err(StoreError::failed)?;
        Ok([&[FORM], &master.id.0.to_be_bytes()[..], &wrapped].concat())
    }

    fn unwrap_key(
        &self,
        stream: StreamId,
        subject: Subject,
        record: &[u8],
    ) -> Result<Cipher, StoreError> {
        let (_master, bytes) = self.unwrap_bytes(stream, subject, record)?;
        Cipher::new(&bytes).map_err(StoreError::failed)
    }

    /// Which master key wraps it, and the key itself.
    fn unwrap_bytes(
        &self,
        stream: StreamId,
        subject: Subject,
        record: &[u8],
    ) -> Result<(KeyId, [u8; KEY_BYTES]), StoreError> {
        let parts = parts(record).ok_or(unreadable(stream, NOT_SEALED))?;
        let id = KeyId(parts.subject);
        let master = self.master.get(id).ok_or(unreadable(stream, NO_MASTER))?;
        let bytes = master.open(&bound_key(stream, subject), parts.sealed);
        let bytes = bytes.map_err(|Unspecified| unreadable(stream, NOT_OPEN))?;
        let bytes = bytes.first_chunk().copied();
        Ok((id, bytes.ok_or(unreadable(stream, NOT_OPEN))?))
    }
}

const NOT_SEALED: &str = "a record that is not sealed";
const NOT_OPEN: &str = "a sealed record was changed or moved";
const NO_MASTER: &str = "a key is wrapped with a master key that is not in the key file";

/// A sealed record, or a wrapped key.
struct Parts<'a> {
    /// Of a record its subject, of a key the master key's id.
    subject: u64,
    sealed: &'a [u8],
}

fn parts(record: &[u8]) -> Option<Parts<'_>> {
    let (form, rest) = record.split_first()?;
    let (subject, sealed) = rest.split_first_chunk()?;
    let subject = u64::from_be_bytes(*subject);
    (*form == FORM).then_some(Parts { subject, sealed })
}

fn seal(
    cipher: &Cipher,
    stream: StreamId,
    key: RecordKey,
    subject: Subject,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let sealed = cipher.seal(&bound_record(stream, key, subject), plain);
    let sealed = sealed.map_err(StoreError::failed)?;
    Ok([&[FORM], &subject.to_be_bytes()[..], &sealed].concat())
}

const fn key_of(subject: Subject) -> RecordKey {
    RecordKey {
        kind: RecordKind::Key,
        number: subject,
    }
}

/// Where a record belongs; numbers of fixed length, so that no two read the same.
fn bound_record(stream: StreamId, key: RecordKey, subject: Subject) -> Vec<u8> {
    [
        &b"record"[..],
        &[stream.kind as u8],
        &stream.id.to_be_bytes(),
        &[key.kind as u8],
        &key.number.to_be_bytes(),
        &subject.to_be_bytes(),
    ]
    .concat()
}

/// Whose a key is.
fn bound_key(stream: StreamId, subject: Subject) -> Vec<u8> {
    [
        &b"key"[..],
        &[stream.kind as u8],
        &stream.id.to_be_bytes(),
        &subject.to_be_bytes(),
    ]
    .concat()
}

const fn unreadable(stream: StreamId, reason: &'static str) -> StoreError {
    let room = RoomId(stream.id);
    StoreError::Unreadable { room, reason }
}
