//! A room's chat: numbered, bounded, each message once. Pure.

use std::collections::VecDeque;

use crate::ids::{SeatId, Timestamp};
use crate::protocol::ChatEntry;
use crate::text::{ChatRef, ChatText};

/// Messages kept for those who come later. Beyond it: the oldest is forgotten.
pub(crate) const HISTORY_MESSAGES: usize = 200;
/// Text kept, bytes: what a welcome may weigh on a link of 100 kbit/s without being felt for
/// more than five seconds. Beyond it: the oldest is forgotten.
pub(crate) const HISTORY_BYTES: usize = 64 * 1024;

/// What was said.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    entries: VecDeque<ChatEntry>,
    bytes: usize,
    last: u64,
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It is new: everybody gets it.
    New(ChatEntry),
    /// It was there: only its sender gets it, once more.
    Repeated(ChatEntry),
}

impl Chat {
    /// Takes a message, unless this seat said it under this reference before.
    pub(crate) fn post(
        &mut self,
        seat: SeatId,
        r#ref: ChatRef,
        text: ChatText,
        at: Timestamp,
    ) -> Posted {
        let known = self
            .entries
            .iter()
            .find(|entry| entry.seat == seat && entry.r#ref.as_ref() == Some(&r#ref));
        if let Some(entry) = known {
            return Posted::Repeated(entry.clone());
        }
        self.last = self.last.saturating_add(1);
        let entry = ChatEntry {
            id: self.last,
            r#ref: Some(r#ref),
            seat,
            text,
            at,
        };
        self.bytes += entry.text.as_str().len();
        self.entries.push_back(entry.clone());
        while self.entries.len() > HISTORY_MESSAGES || self.bytes > HISTORY_BYTES {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= oldest.text.as_str().len();
        }
        Posted::New(entry)
    }

    /// What a page that connects is told: references only of its own messages.
    pub(crate) fn history_for(&self, seat: SeatId) -> Vec<ChatEntry> {
        self.entries
            .iter()
            .map(|entry| seen_by(entry, seat))
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

/// The entry as this seat gets it: a reference is its sender's own affair.
pub(crate) fn seen_by(entry: &ChatEntry, seat: SeatId) -> ChatEntry {
    let mut entry = entry.clone();
    if entry.seat != seat {
        entry.r#ref = None;
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAN: SeatId = SeatId(1);
    const SINH: SeatId = SeatId(2);

    fn post(chat: &mut Chat, seat: SeatId, r#ref: &str, text: &str) -> Posted {
        chat.post(
            seat,
            ChatRef::parse(r#ref).unwrap(),
            ChatText::parse(text).unwrap(),
            Timestamp(1),
        )
    }

    #[test]
    fn a_repeated_reference_repeats_nothing() {
        let mut chat = Chat::default();
        let Posted::New(first) = post(&mut chat, LAN, "a", "một") else {
            panic!("first is new")
        };
        assert_eq!(post(&mut chat, LAN, "a", "hai"), Posted::Repeated(first));
        assert_eq!(chat.len(), 1);
    }

    #[test]
    fn two_seats_may_choose_the_same_reference() {
        let mut chat = Chat::default();
        post(&mut chat, LAN, "a", "một");
        assert!(matches!(post(&mut chat, SINH, "a", "hai"), Posted::New(_)));
    }

    #[test]
    fn a_reference_is_shown_to_its_sender_only() {
        let mut chat = Chat::default();
        post(&mut chat, LAN, "a", "một");
        assert!(chat.history_for(LAN)[0].r#ref.is_some());
        assert!(chat.history_for(SINH)[0].r#ref.is_none());
    }

    #[test]
    fn forgets_the_oldest_beyond_its_bounds() {
        let mut chat = Chat::default();
        for number in 0..250 {
            post(&mut chat, LAN, &number.to_string(), "x");
        }
        let ids: Vec<_> = chat.history_for(LAN).iter().map(|entry| entry.id).collect();
        assert_eq!(ids, (51..=250).collect::<Vec<_>>());
        for number in 0..40 {
            post(&mut chat, SINH, &number.to_string(), &"x".repeat(2_000));
        }
        let bytes: usize = chat
            .history_for(LAN)
            .iter()
            .map(|entry| entry.text.as_str().len())
            .sum();
        assert_eq!(bytes, 32 * 2_000);
    }
}
