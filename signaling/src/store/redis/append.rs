//! Writing: hints, then the write itself; and what becomes of a write whose answer was lost.

use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisResult};

use super::Inner;
use super::keys::{self, Sorted, WriteId};
use super::problem::Unanswered;
use crate::auth::random;
use crate::store::StoreError;
use crate::store::journal::{Name, StreamId, Version, Write};

/// How often a write is begun anew that somebody who read a list took for one left behind.
const BEGINNINGS: usize = 3;

/// How long a cancelled write is remembered, in seconds: a day. It may still wait in a Redis that
/// stands still, or in a buffer of the network; those are seconds to minutes.
const CANCELLED_SECONDS: u64 = 86_400;

/// What is known of a stream's last write, of which it is not known whether it was stored.
#[derive(Clone, Debug)]
pub(super) enum Unsettled {
    /// This one.
    Lost(Hints),
    /// It was stored, which nobody who wrote here has read since.
    Stored,
}

/// The hints of one write.
#[derive(Clone, Debug)]
pub(super) struct Hints {
    stream: StreamId,
    pub(super) write: WriteId,
    names: Vec<Name>,
    marks: Vec<(Sorted, u64)>,
}

impl Hints {
    /// Those of a write, with an id that no other has. The first write of a stream brings it into
    /// the list of all.
    pub(super) fn new(
        stream: StreamId,
        expected: Version,
        write: &Write,
    ) -> Result<Self, StoreError> {
        let is_first = expected == Version::default();
        let new = is_first.then_some((Sorted::Streams, 0));
        let marked = write.last_words().into_iter();
        let marked = marked.filter_map(|(list, time)| Some((Sorted::Marked(list), time?)));
        Ok(Self {
            stream,
            write: random().map_err(StoreError::failed)?,
            names: write.names.iter().map(|(name, _)| *name).collect(),
            marks: new.into_iter().chain(marked).collect(),
        })
    }
}

/// What came of a write.
enum Outcome {
    Stored,
    Conflict { actual: Version },
    Cancelled,
}

/// What the script answers: its word, the version before, names that the stream had already,
/// marks that are replaced.
type Answer = (String, Vec<u8>, Vec<Vec<u8>>, Vec<Vec<u8>>);

impl Inner {
    pub(super) async fn append(
        &self,
        stream: StreamId,
        expected: Version,
        write: &Write,
    ) -> Result<(), StoreError> {
        self.settle(stream).await?;
        if self.unsettled().remove(&stream).is_some() {
            // The caller was told that it may have been stored: it was, so that what the caller
            // decided on is no longer so, even where the version says nothing of it.
            let actual = self.version(stream).await?;
            return Err(StoreError::Conflict { expected, actual });
        }
        for _ in 0..BEGINNINGS {
            match self.try_append(stream, expected, write).await? {
                Outcome::Stored => return Ok(()),
                Outcome::Conflict { actual } => {
                    return Err(StoreError::Conflict { expected, actual });
                }
                Outcome::Cancelled => {}
            }
        }
        let why = "Redis is busy: a write was taken back three times".to_owned();
        Err(StoreError::Away { why })
    }

    async fn try_append(
        &self,
        stream: StreamId,
        expected: Version,
        write: &Write,
    ) -> Result<Outcome, StoreError> {
        let hints = Hints::new(stream, expected, write)?;
        match self.give(&hints).await {
            Ok(()) => {}
            Err(Unanswered::NotSent(error)) => return Err(error),
            Err(Unanswered::Refused(error) | Unanswered::Lost(error)) => {
                self.take_back(hints).await;
                return Err(error);
            }
        }
        let mut answered = self.commit(&hints, expected, write).await;
        if let Err(Unanswered::Lost(_)) = answered {
            // Under the same id: it is stored once, whichever of the two arrives.
            answered = match self.commit(&hints, expected, write).await {
                Err(again) => Err(Unanswered::Lost(again.into())),
                answered => answered,
            };
        }
        let (word, actual, known, replaced) = match answered {
            Ok(answer) => answer,
            Err(Unanswered::NotSent(error) | Unanswered::Refused(error)) => {
                self.take_back(hints).await;
                return Err(error);
            }
            Err(Unanswered::Lost(error)) => {
                self.unsettled().insert(stream, Unsettled::Lost(hints));
                return Err(StoreError::Unsettled {
                    why: error.to_string(),
                });
            }
        };
        match word.as_str() {
            "stored" => {
                self.tidy(&hints, &known, &replaced).await?;
                Ok(Outcome::Stored)
            }
            "applied" => Ok(Outcome::Stored),
            "cancelled" => Ok(Outcome::Cancelled),
            _ => {
                self.take_back(hints).await;
                let actual = keys::read_version(&actual)?;
                Ok(Outcome::Conflict { actual })
            }
        }
    }

    /// Writes the hints, so that the write can be found as soon as it is there.
    pub(super) async fn give(&self, hints: &Hints) -> Result<(), Unanswered> {
        let mut give = redis::pipe();
        for (key, hint) in self.names_of(hints) {
            give.cmd("SADD").arg(key).arg(hint).ignore();
        }
        for (key, hint) in self.marks_of(hints) {
            give.cmd("ZADD").arg(key).arg(0).arg(hint).ignore();
        }
        self.send(&give).await
    }

    /// Stores the write, if the stream has the expected version.
    pub(super) async fn commit(
        &self,
        hints: &Hints,
        expected: Version,
        write: &Write,
    ) -> Result<Answer, Unanswered> {
        let of = self.keys.stream(hints.stream);
        let mut script = self.scripts.append.prepare_invoke();
        for key in [
            of.head(),
            of.entries(),
            of.records(),
            of.names(),
            of.marks(),
            of.cancelled(&hints.write),
        ] {
            script.key(key);
        }
        script.arg(&keys::version(expected)[..]);
        script.arg(&keys::version(write.version)[..]);
        script.arg(&hints.write[..]);
        script.arg(write.entries.len());
        for entry in &write.entries {
            script.arg(entry);
        }
        let kept = || write.records.iter().filter(|(_, bytes)| bytes.is_some());
        script.arg(kept().count());
        for (key, bytes) in kept() {
            script.arg(keys::record(*key)).arg(bytes);
        }
        let forgotten = || write.records.iter().filter(|(_, bytes)| bytes.is_none());
        script.arg(forgotten().count());
        for (key, _) in forgotten() {
            script.arg(keys::record(*key));
        }
        script.arg(write.names.len());
        for (name, number) in &write.names {
            script.arg(&name[..]).arg(&number.to_be_bytes()[..]);
        }
        script.arg(hints.marks.len());
        for (sorted, time) in &hints.marks {
            script.arg(sorted.field()).arg(&time.to_be_bytes()[..]);
        }
        let mut left = write.last_words();
        left.retain(|_, time| time.is_none());
        script.arg(left.len());
        for list in left.into_keys() {
            script.arg(Sorted::Marked(list).field());
        }
        let invoke = async |mut connection: MultiplexedConnection| {
            script.invoke_async(&mut connection).await
        };
        self.link.call(invoke).await
    }

    /// Clears what a stored write has made superfluous. What fails here stays as hints that are
    /// not followed, or lead to the same stream as another.
    async fn tidy(
        &self,
        hints: &Hints,
        known: &[Vec<u8>],
        replaced: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        let mut clear = redis::pipe();
        for name in known {
            let name = name.as_slice().try_into();
            let name = name.map_err(|_| keys::Damaged { what: "a name" })?;
            let hint = keys::hint(hints.stream, &hints.write);
            clear
                .cmd("SREM")
                .arg(self.keys.name(&name))
                .arg(hint)
                .ignore();
        }
        for mark in replaced {
            self.clear_mark(&mut clear, hints.stream, mark)?;
        }
        self.send(&clear).await.ok();
        Ok(())
    }

    /// Clears the hints of a write that was not stored, now or before the stream is used again.
    async fn take_back(&self, hints: Hints) {
        let mut clear = redis::pipe();
        self.clear(&mut clear, &hints);
        if self.send(&clear).await.is_err() {
            self.unsettled()
                .insert(hints.stream, Unsettled::Lost(hints));
        }
    }

    /// Finds out what became of the stream's last write, if that is not known. Afterwards only
    /// [`Unsettled::Stored`] is left there.
    pub(super) async fn settle(&self, stream: StreamId) -> Result<(), StoreError> {
        let unsettled = self.unsettled().get(&stream).cloned();
        let Some(Unsettled::Lost(hints)) = unsettled else {
            return Ok(());
        };
        if self.was_stored(stream, &hints.write).await? {
            self.unsettled().insert(stream, Unsettled::Stored);
            return Ok(());
        }
        let mut clear = redis::pipe();
        self.clear(&mut clear, &hints);
        self.send(&clear).await?;
        self.unsettled().remove(&stream);
        Ok(())
    }

    /// Whether a write was stored. If it was not, it never will be.
    pub(super) async fn was_stored(
        &self,
        stream: StreamId,
        write: &WriteId,
    ) -> Result<bool, StoreError> {
        let of = self.keys.stream(stream);
        let mut script = self.scripts.settle.prepare_invoke();
        script.key(of.head()).key(of.cancelled(write));
        script.arg(&write[..]).arg(CANCELLED_SECONDS);
        let invoke = async |mut connection: MultiplexedConnection| {
            script.invoke_async(&mut connection).await
        };
        let (word, _version): (String, Vec<u8>) = self.link.call(invoke).await?;
        Ok(word == "applied")
    }

    fn clear(&self, clear: &mut Pipeline, hints: &Hints) {
        for (key, hint) in self.names_of(hints) {
            clear.cmd("SREM").arg(key).arg(hint).ignore();
        }
        for (key, hint) in self.marks_of(hints) {
            clear.cmd("ZREM").arg(key).arg(hint).ignore();
        }
    }

    fn names_of(&self, hints: &Hints) -> impl Iterator<Item = (String, Vec<u8>)> {
        let names = hints.names.iter();
        names.map(|name| (self.keys.name(name), keys::hint(hints.stream, &hints.write)))
    }

    fn marks_of(&self, hints: &Hints) -> impl Iterator<Item = (String, Vec<u8>)> {
        let marks = hints.marks.iter();
        marks.map(|(sorted, time)| {
            let hint = keys::mark_hint(*time, hints.stream, &hints.write);
            (self.keys.sorted(*sorted), hint)
        })
    }

    /// Sends commands that answer nothing of interest, each about one key of its own.
    pub(super) async fn send(&self, pipeline: &Pipeline) -> Result<(), Unanswered> {
        if pipeline.is_empty() {
            return Ok(());
        }
        let send = async |mut connection: MultiplexedConnection| -> RedisResult<()> {
            pipeline.exec_async(&mut connection).await
        };
        self.link.call(send).await
    }
}
