//! Numbers for metrics.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::protocol::ErrorCode;

/// The service in numbers, at one moment. Holds nothing about anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rooms in memory.
    pub rooms_live: usize,
    /// Seats taken in them.
    pub seats_present: usize,
    /// Sockets that said hello, or still may.
    pub websockets: usize,
    /// Joins since the start by result: `ok` or an error code. Every result is listed, also
    /// those that never came.
    pub joins: Vec<(&'static str, u64)>,
}

/// The numbers as they change.
#[derive(Debug)]
pub(crate) struct Counters {
    present: watch::Sender<usize>,
    websockets: watch::Sender<usize>,
    joins: Mutex<BTreeMap<&'static str, u64>>,
}

impl Default for Counters {
    fn default() -> Self {
        let results = ErrorCode::ALL.iter().map(|code| code.as_str());
        Self {
            present: watch::Sender::new(0),
            websockets: watch::Sender::new(0),
            joins: Mutex::new(results.chain(["ok"]).map(|result| (result, 0)).collect()),
        }
    }
}

impl Counters {
    /// One room's share of the seats present.
    pub(crate) fn present(&self) -> PresentCount {
        PresentCount {
            total: self.present.clone(),
            share: 0,
        }
    }

    /// One more WebSocket, unless there are as many as may be.
    pub(crate) fn try_websocket(&self, max: usize) -> Option<WebSocketCount> {
        let mut counted = None;
        self.websockets.send_if_modified(|count| {
            if *count >= max {
                return false;
            }
            *count += 1;
            counted = Some(WebSocketCount(self.websockets.clone()));
            true
        });
        counted
    }

    pub(crate) fn count_join(&self, result: &'static str) {
        let mut joins = self.joins.lock().unwrap_or_else(PoisonError::into_inner);
        *joins.entry(result).or_default() += 1;
    }

    pub(crate) fn watch_present(&self) -> watch::Receiver<usize> {
        self.present.subscribe()
    }

    pub(crate) fn watch_websockets(&self) -> watch::Receiver<usize> {
        self.websockets.subscribe()
    }

    pub(crate) fn read(&self, rooms_live: usize) -> Counts {
        let joins = self.joins.lock().unwrap_or_else(PoisonError::into_inner);
        Counts {
            rooms_live,
            seats_present: *self.present.borrow(),
            websockets: *self.websockets.borrow(),
            joins: joins
                .iter()
                .map(|(result, count)| (*result, *count))
                .collect(),
        }
    }
}

/// A room's share of the seats present; gone with the room.
#[derive(Debug)]
pub(crate) struct PresentCount {
    total: watch::Sender<usize>,
    share: usize,
}

impl PresentCount {
    pub(crate) fn set(&mut self, share: usize) {
        if share != self.share {
            self.total
                .send_modify(|total| *total = *total - self.share + share);
            self.share = share;
        }
    }
}

impl Drop for PresentCount {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// One WebSocket; counted until dropped.
#[derive(Debug)]
pub(crate) struct WebSocketCount(watch::Sender<usize>);

impl Drop for WebSocketCount {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
