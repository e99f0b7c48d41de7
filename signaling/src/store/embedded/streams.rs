//! Every stream of the file, a page at a time.

use redb::{Database, ReadableDatabase};

use super::super::StoreError;
use super::super::journal::StreamId;
use super::stream_of;
use super::tables::STREAMS;

/// The streams after one, in the order of kind and id.
pub(super) fn list(
    database: &Database,
    after: Option<StreamId>,
    limit: usize,
) -> Result<Vec<StreamId>, StoreError> {
    let read = database.begin_read().map_err(StoreError::failed)?;
    let streams = read.open_table(STREAMS).map_err(StoreError::failed)?;
    let listed = match after {
        Some(StreamId { kind, id }) => {
            use std::ops::Bound::{Excluded, Unbounded};
            streams.range::<(u8, u64)>((Excluded((kind as u8, id)), Unbounded))
        }
        None => streams.range::<(u8, u64)>(..),
    };
    listed
        .map_err(StoreError::failed)?
        .take(limit)
        .map(|stream| {
            let (key, _version) = stream.map_err(StoreError::failed)?;
            let (kind, id) = key.value();
            stream_of(kind, id)
        })
        .collect()
}
