//! Reading, and taking away.

use std::ops::Range;

use redis::aio::MultiplexedConnection;
use redis::{FromRedisValue, Pipeline, RedisResult};

use super::Inner;
use super::append::Unsettled;
use super::keys::{self, Damaged, MARK_BYTES, Sorted};
use super::problem::Unanswered;
use crate::store::StoreError;
use crate::store::journal::{List, Mark, Name, RecordKey, StoredStream, StreamId, Target, Version};

/// How many of a list are looked at in one go.
const PAGE: usize = 256;

/// Version, entries, records.
type Loaded = (Option<Vec<u8>>, Vec<Vec<u8>>, Vec<(Vec<u8>, Vec<u8>)>);

impl Inner {
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        let ping = async |mut connection: MultiplexedConnection| {
            redis::cmd("PING").exec_async(&mut connection).await
        };
        Ok(self.link.call(ping).await?)
    }

    pub(super) async fn load(&self, stream: StreamId) -> Result<Option<StoredStream>, StoreError> {
        let loaded = self.look(stream).await?;
        // Whoever reads now knows what was stored.
        let known = self.unsettled().get(&stream).cloned();
        if matches!(known, Some(Unsettled::Stored)) {
            self.unsettled().remove(&stream);
        }
        Ok(loaded)
    }

    /// As [`Self::load`], for whoever has to be told of a conflict all the same.
    pub(super) async fn look(&self, stream: StreamId) -> Result<Option<StoredStream>, StoreError> {
        self.settle(stream).await?;
        let of = self.keys.stream(stream);
        let mut script = self.scripts.load.prepare_invoke();
        script.key(of.head()).key(of.entries()).key(of.records());
        let invoke = async |mut connection: MultiplexedConnection| {
            script.invoke_async(&mut connection).await
        };
        let (version, entries, records): Loaded = self.link.call(invoke).await?;
        let Some(version) = version else {
            return Ok(None);
        };
        let version = keys::read_version(&version)?;
        if u64::try_from(entries.len()).is_ok_and(|length| length != version.length) {
            let what = "the length of a log";
            return Err(Damaged { what }.into());
        }
        Ok(Some(StoredStream {
            version,
            entries,
            records: read_records(records)?,
        }))
    }

    pub(super) async fn version(&self, stream: StreamId) -> Result<Version, StoreError> {
        let mut read = redis::pipe();
        let head = self.keys.stream(stream).head();
        read.cmd("HGET").arg(head).arg("version");
        let (version,): (Option<Vec<u8>>,) = self.ask(&read).await?;
        keys::read_version(&version.unwrap_or_default())
    }

    /// As [`Self::load`] would tell.
    pub(super) async fn known_version(
        &self,
        stream: StreamId,
    ) -> Result<Option<Version>, StoreError> {
        self.settle(stream).await?;
        let mut read = redis::pipe();
        let head = self.keys.stream(stream).head();
        read.cmd("HGET").arg(head).arg("version");
        let (version,): (Option<Vec<u8>>,) = self.ask(&read).await?;
        version.as_deref().map(keys::read_version).transpose()
    }

    pub(super) async fn find(&self, name: &Name) -> Result<Option<Target>, StoreError> {
        let mut read = redis::pipe();
        read.cmd("SMEMBERS").arg(self.keys.name(name));
        let (hints,): (Vec<Vec<u8>>,) = self.ask(&read).await?;
        for hint in hints {
            let (stream, _write) = keys::read_hint(&hint)?;
            let mut read = redis::pipe();
            let names = self.keys.stream(stream).names();
            read.cmd("HGET").arg(names).arg(&name[..]);
            let (given,): (Option<Vec<u8>>,) = self.ask(&read).await?;
            let Some(given) = given else {
                continue;
            };
            let number = given.first_chunk().ok_or(Damaged { what: "a name" })?;
            let number = u64::from_be_bytes(*number);
            return Ok(Some(Target { stream, number }));
        }
        Ok(None)
    }

    pub(super) async fn marked(
        &self,
        list: List,
        times: Range<u64>,
        after: Option<Mark>,
        limit: usize,
    ) -> Result<Vec<Mark>, StoreError> {
        let sorted = Sorted::Marked(list);
        let mut found = Vec::new();
        // What has been seen already; no hint is as short as a time.
        let mut seen = times.start.to_be_bytes().to_vec();
        if let Some(Mark { time, stream }) = after {
            seen = seen.max(keys::behind(time, stream));
        }
        // Up to the time itself, which no hint of an earlier time reaches: they go on behind it.
        let end = [&b"("[..], &times.end.to_be_bytes()].concat();
        while found.len() < limit {
            let page = PAGE.min(limit - found.len());
            let mut read = redis::pipe();
            read.cmd("ZRANGEBYLEX").arg(self.keys.sorted(sorted));
            read.arg([&b"("[..], &seen].concat()).arg(&end);
            read.arg("LIMIT").arg(0).arg(page);
            let (hints,): (Vec<Vec<u8>>,) = self.ask(&read).await?;
            let is_last = hints.len() < page;
            let stand = self.stand_by(sorted, &hints).await?;
            for (hint, stands) in hints.into_iter().zip(stand) {
                let (time, stream, _write) = keys::read_mark_hint(&hint)?;
                if stands || self.settle_left_mark(sorted, &hint).await? {
                    found.push(Mark { time, stream });
                }
                seen = hint;
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    /// The streams after this one. Hints that lead nowhere are left as they are: a reader that
    /// only looks changes nothing.
    pub(super) async fn streams(
        &self,
        after: Option<StreamId>,
        limit: usize,
    ) -> Result<Vec<StreamId>, StoreError> {
        let mut found = Vec::new();
        let mut seen = after.map(|after| keys::behind(0, after));
        while found.len() < limit {
            let page = PAGE.min(limit - found.len());
            let mut read = redis::pipe();
            read.cmd("ZRANGEBYLEX")
                .arg(self.keys.sorted(Sorted::Streams));
            match &seen {
                Some(seen) => read.arg([&b"("[..], seen].concat()),
                None => read.arg("-"),
            };
            read.arg("+").arg("LIMIT").arg(0).arg(page);
            let (hints,): (Vec<Vec<u8>>,) = self.ask(&read).await?;
            let is_last = hints.len() < page;
            let stand = self.stand_by(Sorted::Streams, &hints).await?;
            for (hint, stands) in hints.into_iter().zip(stand) {
                let (_time, stream, _write) = keys::read_mark_hint(&hint)?;
                if stands {
                    found.push(stream);
                }
                seen = Some(hint);
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    /// Of each hint whether its stream itself says that it stands there.
    async fn stand_by(&self, sorted: Sorted, hints: &[Vec<u8>]) -> Result<Vec<bool>, StoreError> {
        if hints.is_empty() {
            return Ok(Vec::new());
        }
        let mut read = redis::pipe();
        let mut streams = Vec::with_capacity(hints.len());
        for hint in hints {
            let (_time, stream, _write) = keys::read_mark_hint(hint)?;
            let marks = self.keys.stream(stream).marks();
            read.cmd("HGET").arg(marks).arg(sorted.field());
            streams.push(stream);
        }
        let marks: Vec<Option<Vec<u8>>> = self.ask(&read).await?;
        let own = |(mark, stream): (Option<Vec<u8>>, StreamId)| {
            mark.and_then(|mark| mark_hint(stream, &mark).ok())
        };
        let own = marks.into_iter().zip(streams).map(own);
        let pairs = own.zip(hints);
        Ok(pairs
            .map(|(own, hint)| own.as_ref() == Some(hint))
            .collect())
    }

    /// Clears a hint that its stream did not stand by: of a write that failed or was replaced, or of a deletion that was
    /// not finished. One that is being written is made to begin anew. Answers whether it was written just then, and
    /// stands.
    pub(super) async fn settle_left_mark(
        &self,
        sorted: Sorted,
        hint: &[u8],
    ) -> Result<bool, StoreError> {
        let (_time, stream, write) = keys::read_mark_hint(hint)?;
        let mut read = redis::pipe();
        read.cmd("SMEMBERS").arg(self.keys.stream(stream).left());
        let (left,): (Vec<Vec<u8>>,) = self.ask(&read).await?;
        self.clear_left(stream, &left).await?;
        if self.was_stored(stream, &write).await? {
            // Perhaps since it was looked at, and then nothing else leads to it.
            let stand = self.stand_by(sorted, &[hint.to_vec()]).await?;
            if stand.contains(&true) {
                return Ok(true);
            }
        }
        let mut clear = redis::pipe();
        clear
            .cmd("ZREM")
            .arg(self.keys.sorted(sorted))
            .arg(hint)
            .ignore();
        self.send(&clear).await?;
        Ok(false)
    }

    pub(super) async fn delete(&self, stream: StreamId) -> Result<(), StoreError> {
        self.settle(stream).await?;
        self.unsettled().remove(&stream);
        let left = self.take_away(stream).await?;
        self.clear_left(stream, &left).await
    }

    /// From here on nothing of the stream is found. Answers what still has to be cleared.
    pub(super) async fn take_away(&self, stream: StreamId) -> Result<Vec<Vec<u8>>, StoreError> {
        let of = self.keys.stream(stream);
        let mut script = self.scripts.delete.prepare_invoke();
        for key in [
            of.head(),
            of.entries(),
            of.records(),
            of.names(),
            of.marks(),
            of.left(),
        ] {
            script.key(key);
        }
        let invoke = async |mut connection: MultiplexedConnection| {
            script.invoke_async(&mut connection).await
        };
        Ok(self.link.call(invoke).await?)
    }

    /// Clears the hints that a deletion left behind, then the list of them. In this order, so that
    /// it can be begun anew.
    async fn clear_left(&self, stream: StreamId, left: &[Vec<u8>]) -> Result<(), StoreError> {
        if left.is_empty() {
            return Ok(());
        }
        let damaged = Damaged {
            what: "a deleted stream's list",
        };
        let mut clear = redis::pipe();
        for kept in left {
            match kept.split_first().ok_or(damaged)? {
                (b'n', rest) => {
                    let (name, given) = rest.split_first_chunk().ok_or(damaged)?;
                    let write = given.get(8..).and_then(|write| write.try_into().ok());
                    let hint = keys::hint(stream, &write.ok_or(damaged)?);
                    clear
                        .cmd("SREM")
                        .arg(self.keys.name(name))
                        .arg(hint)
                        .ignore();
                }
                (_, rest) => self.clear_mark(&mut clear, stream, rest)?,
            }
        }
        self.send(&clear).await?;
        let mut forget = redis::pipe();
        forget.cmd("SREM").arg(self.keys.stream(stream).left());
        forget.arg(left).ignore();
        Ok(self.send(&forget).await?)
    }

    /// Clears the hint to a mark that the stream had: list, time, write.
    pub(super) fn clear_mark(
        &self,
        clear: &mut Pipeline,
        stream: StreamId,
        mark: &[u8],
    ) -> Result<(), StoreError> {
        let damaged = Damaged { what: "a mark" };
        let (field, mark) = mark.split_last_chunk::<MARK_BYTES>().ok_or(damaged)?;
        let sorted = Sorted::from_field(field)?;
        let hint = mark_hint(stream, mark)?;
        clear
            .cmd("ZREM")
            .arg(self.keys.sorted(sorted))
            .arg(hint)
            .ignore();
        Ok(())
    }

    async fn ask<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, Unanswered> {
        let ask = async |mut connection: MultiplexedConnection| -> RedisResult<T> {
            pipeline.query_async(&mut connection).await
        };
        self.link.call(ask).await
    }
}

/// Records as they are stored, by kind and number.
pub(super) fn read_records(
    mut records: Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<Vec<(RecordKey, Vec<u8>)>, StoreError> {
    records.sort_unstable();
    let records = records.into_iter();
    let records = records.map(|(key, bytes)| Ok((keys::read_record(&key)?, bytes)));
    records.collect()
}

/// The hint to a mark, from what the stream keeps of it: time, write.
fn mark_hint(stream: StreamId, mark: &[u8]) -> Result<Vec<u8>, Damaged> {
    let parts = mark.split_first_chunk().and_then(|(time, write)| {
        let write = write.try_into().ok()?;
        Some(keys::mark_hint(u64::from_be_bytes(*time), stream, &write))
    });
    parts.ok_or(Damaged { what: "a mark" })
}
