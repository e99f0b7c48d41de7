//! A room's chat: numbered, bounded, each message once, some of it between a few. Pure.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use crate::ids::{SeatId, Timestamp};
use crate::protocol::ChatEntry;
use crate::store::ChatRecord;
use crate::text::{ChatRef, ChatText};

/// Messages kept for those who come later. Beyond it: the oldest of the longest conversation is
/// forgotten, so that whoever waits and writes without end pushes out nobody's words but theirs.
pub(crate) const HISTORY_MESSAGES: usize = 200;
/// Text kept, bytes: what a welcome may weigh on a link of 100 kbit/s without being felt for
/// more than five seconds. Beyond it: as above.
pub(crate) const HISTORY_BYTES: usize = 64 * 1024;

/// What was said.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    entries: VecDeque<ChatRecord>,
    last: u64,
}

/// Something that somebody wants to say.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) seat: SeatId,
    /// Between the practitioners and this person only.
    pub(crate) with: Option<SeatId>,
    pub(crate) r#ref: ChatRef,
    pub(crate) text: ChatText,
    pub(crate) at: Timestamp,
}

/// What becomes of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Posting {
    /// It is new; to be stored, and then to be [taken](Chat::take).
    New {
        record: ChatRecord,
        /// What has no room beside it.
        forgotten: Vec<u64>,
    },
    /// It was said already: only its sender gets it, once more.
    Repeated(ChatRecord),
}

impl Chat {
    /// As it was stored.
    pub(crate) fn restored(records: &[ChatRecord]) -> Self {
        Self {
            last: records.iter().map(|record| record.id).max().unwrap_or(0),
            entries: records.iter().cloned().collect(),
        }
    }

    /// What a message leads to, unless this seat said it under this reference before. Changes
    /// nothing yet.
    pub(crate) fn prepare(&self, draft: Draft) -> Posting {
        let known = self
            .entries
            .iter()
            .find(|entry| entry.seat == draft.seat && entry.r#ref == draft.r#ref);
        if let Some(entry) = known {
            return Posting::Repeated(entry.clone());
        }
        let record = ChatRecord {
            id: self.last.saturating_add(1),
            seat: draft.seat,
            with: draft.with,
            at: draft.at,
            r#ref: draft.r#ref,
            text: draft.text,
        };
        let forgotten = self.without_room(&record);
        Posting::New { record, forgotten }
    }

    /// Takes a new message that is stored now.
    pub(crate) fn take(&mut self, record: ChatRecord, forgotten: &[u64]) {
        self.last = self.last.max(record.id);
        self.entries.retain(|entry| !forgotten.contains(&entry.id));
        self.entries.push_back(record);
    }

    /// Forgets what a person wrote.
    pub(crate) fn forget(&mut self, seat: SeatId) {
        self.entries.retain(|entry| entry.seat != seat);
    }

    /// The number of the newest message that there ever was.
    pub(crate) fn newest(&self) -> u64 {
        self.last
    }

    /// The messages after this one.
    pub(crate) fn after(&self, number: u64) -> Vec<ChatRecord> {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.id > number).cloned().collect()
    }

    /// What must go so that this has room.
    fn without_room(&self, record: &ChatRecord) -> Vec<u64> {
        let mut kept: Vec<&ChatRecord> = self.entries.iter().chain([record]).collect();
        let mut forgotten = Vec::new();
        let bytes = |kept: &[&ChatRecord]| kept.iter().map(|entry| weight(entry)).sum::<usize>();
        while kept.len() > HISTORY_MESSAGES || bytes(&kept) > HISTORY_BYTES {
            let longest = longest_conversation(&kept);
            let oldest = kept.iter().position(|entry| entry.with == longest);
            let Some(place) = oldest else {
                break;
            };
            forgotten.push(kept.remove(place).id);
        }
        forgotten
    }

    /// What somebody may read, oldest first.
    pub(crate) fn history(&self, reader: Reader) -> Vec<ChatEntry> {
        let entries = self.entries.iter();
        let entries = entries.filter(|entry| reader.may_read(entry.with));
        entries.map(|entry| reader.sees(entry)).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn weight(entry: &ChatRecord) -> usize {
    entry.text.as_str().len()
}

/// The conversation that takes the most room; of equal ones, the one of all.
fn longest_conversation(kept: &[&ChatRecord]) -> Option<SeatId> {
    let mut sizes: HashMap<Option<SeatId>, usize> = HashMap::new();
    for entry in kept {
        // Each message costs something beside its text.
        *sizes.entry(entry.with).or_default() += weight(entry) + HISTORY_BYTES / HISTORY_MESSAGES;
    }
    let longest = sizes
        .into_iter()
        .max_by_key(|(with, size)| (*size, with.is_none(), *with));
    longest.and_then(|(with, _)| with)
}

/// Somebody who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) seat: SeatId,
    pub(crate) is_admitted: bool,
    pub(crate) is_practitioner: bool,
}

impl Reader {
    /// Whether a message of this conversation is for this reader.
    pub(crate) fn may_read(self, with: Option<SeatId>) -> bool {
        match with {
            None => self.is_admitted,
            Some(seat) => seat == self.seat || (self.is_practitioner && self.is_admitted),
        }
    }

    /// The message as this reader gets it: a reference is its sender's own affair.
    pub(crate) fn sees(self, record: &ChatRecord) -> ChatEntry {
        ChatEntry {
            id: record.id,
            r#ref: (record.seat == self.seat).then(|| record.r#ref.clone()),
            seat: record.seat,
            text: record.text.clone(),
            with: record.with,
            at: record.at,
        }
    }
}
