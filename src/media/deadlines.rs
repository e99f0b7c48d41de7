//! The one timer queue of a shard.
//!
//! A heap with lazy deletion: a deadline that moves later costs nothing until its old entry comes
//! up, one that moves earlier adds an entry. Most deadlines move later, packet after packet.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

use super::ids::RoomId;

/// When each room next needs attention.
#[derive(Debug, Default)]
pub struct Deadlines {
    heap: BinaryHeap<Reverse<(Instant, RoomId)>>,
    /// The earliest heap entry of each room.
    scheduled: HashMap<RoomId, Instant>,
}

impl Deadlines {
    /// Says when a room next needs attention; replaces what was said before.
    pub fn set(&mut self, room: RoomId, at: Instant) {
        let is_covered = self
            .scheduled
            .get(&room)
            .is_some_and(|scheduled| *scheduled <= at);
        if !is_covered {
            self.scheduled.insert(room, at);
            self.heap.push(Reverse((at, room)));
        }
    }

    /// Forgets a room. Its heap entries fall out as they come up.
    pub fn remove(&mut self, room: RoomId) {
        self.scheduled.remove(&room);
        if self.scheduled.is_empty() {
            self.heap.clear();
        }
    }

    /// A lower bound of the next deadline.
    pub fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes a room whose entry has come up. Its real deadline may be later: the caller looks, and
    /// calls [`Deadlines::set`] again.
    pub fn pop_due(&mut self, now: Instant) -> Option<RoomId> {
        while self.next().is_some_and(|at| at <= now) {
            let Reverse((at, room)) = self.heap.pop()?;
            if self.scheduled.get(&room) == Some(&at) {
                self.scheduled.remove(&room);
                return Some(room);
            }
        }
        None
    }

    /// Entries held.
    pub fn entries(&self) -> usize {
        self.heap.len()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_room_comes_up_once_at_its_earliest_deadline() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut deadlines = Deadlines::default();
        deadlines.set(RoomId(1), at(50));
        deadlines.set(RoomId(1), at(90));
        deadlines.set(RoomId(1), at(20));
        deadlines.set(RoomId(2), at(30));
        assert_eq!(deadlines.next(), Some(at(20)));
        assert_eq!(deadlines.pop_due(at(10)), None);
        assert_eq!(deadlines.pop_due(at(100)), Some(RoomId(1)));
        assert_eq!(deadlines.pop_due(at(100)), Some(RoomId(2)));
        assert_eq!(deadlines.pop_due(at(100)), None);
        assert_eq!(deadlines.entries(), 0);
    }

    #[test]
    fn a_removed_room_never_comes_up() {
        let start = Instant::now();
        let mut deadlines = Deadlines::default();
        deadlines.set(RoomId(1), start);
        deadlines.set(RoomId(2), start);
        deadlines.remove(RoomId(1));
        assert_eq!(deadlines.pop_due(start), Some(RoomId(2)));
        assert_eq!(deadlines.pop_due(start), None);
    }
}
