//! One clinic's board. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use super::{Date, Entry};
use crate::accounts::AccountId;
use crate::consultation::{Turn, in_order};
use crate::ids::{RoomId, Timestamp};
use crate::store::Dated;

/// Days kept at once: a week back and a week ahead, and two. Beyond it: the one that nobody has
/// looked at for longest is read again when somebody does.
pub(super) const DAYS_KEPT: usize = 16;

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum View {
    /// Somebody who sees everything of the clinic.
    Clinic,
    /// Somebody who sees the appointments that they have a seat in.
    Own(AccountId),
}

/// A page: everything of one day that somebody may see, and who waits.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) revision: u64,
    /// By time.
    pub(crate) appointments: Vec<Arc<Entry>>,
    /// The next one first.
    pub(crate) queue: Arc<[Turn]>,
}

/// What is known of a clinic.
#[derive(Debug)]
pub(crate) struct Board {
    first_revision: u64,
    revision: u64,
    /// Of the days below, and of live rooms.
    entries: HashMap<RoomId, Arc<Entry>>,
    /// Rooms that say by themselves how they are, and how many of them: one may end while another
    /// begins.
    live: HashMap<RoomId, u32>,
    days: HashMap<Date, Day>,
    looks: u64,
    /// Somebody reads a day: what ends to be live meanwhile is newer than what they read.
    is_reading: bool,
    waiting: BTreeMap<RoomId, Turn>,
    /// The queue as each has seen it, until it changes.
    queues: HashMap<View, Arc<[Turn]>>,
    /// The revision in which something changed last for somebody.
    latest: HashMap<AccountId, u64>,
}

/// A day as the store has it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) date: Date,
    pub(crate) times: Range<Timestamp>,
    pub(crate) entries: Vec<Entry>,
}

/// Which appointments a day has.
#[derive(Debug)]
struct Day {
    times: Range<Timestamp>,
    all: BTreeSet<Dated>,
    own: HashMap<AccountId, BTreeSet<Dated>>,
    looked_at: u64,
}

impl Board {
    /// With revisions from this one on: greater than any that an earlier process told.
    pub(crate) fn new(first_revision: u64) -> Self {
        Self {
            first_revision,
            revision: first_revision,
            entries: HashMap::new(),
            live: HashMap::new(),
            days: HashMap::new(),
            looks: 0,
            is_reading: false,
            waiting: BTreeMap::new(),
            queues: HashMap::new(),
            latest: HashMap::new(),
        }
    }

    /// Which page somebody would see now.
    pub(crate) fn revision(&self, view: View) -> u64 {
        match view {
            View::Clinic => self.revision,
            View::Own(account) => {
                let latest = self.latest.get(&account).copied();
                latest.unwrap_or(self.first_revision)
            }
        }
    }

    /// How an appointment is from here on. Answers whether that is news.
    pub(crate) fn put(&mut self, entry: Entry) -> bool {
        let before = self.entries.get(&entry.room).cloned();
        if before.as_deref() == Some(&entry) {
            return false;
        }
        let room = entry.room;
        self.changed(before.as_deref(), Some(&entry));
        self.hold(Arc::new(entry), before.as_deref());
        self.let_go_unless_kept(room);
        true
    }

    /// A room begins to say how it is.
    pub(crate) fn appears(&mut self, room: RoomId) {
        *self.live.entry(room).or_default() += 1;
    }

    /// A room does not say any more how it is.
    pub(crate) fn rests(&mut self, room: RoomId) {
        if let Some(count) = self.live.get_mut(&room) {
            *count -= 1;
            if *count == 0 {
                self.live.remove(&room);
            }
        }
        self.let_go_unless_kept(room);
    }

    /// An appointment is deleted.
    pub(crate) fn forget(&mut self, room: RoomId) -> bool {
        let Some(before) = self.entries.get(&room).cloned() else {
            return false;
        };
        self.changed(Some(&before), None);
        self.let_go(room);
        true
    }

    /// An appointment that is on the board.
    pub(crate) fn entry(&self, room: RoomId) -> Option<Arc<Entry>> {
        self.entries.get(&room).cloned()
    }

    /// Whether a day is known; that it is looked at keeps it known.
    pub(crate) fn knows(&mut self, date: Date) -> bool {
        self.looks += 1;
        let day = self.days.get_mut(&date);
        day.map(|day| day.looked_at = self.looks).is_some()
    }

    /// Somebody reads a day from the store.
    pub(crate) const fn reading_begins(&mut self) {
        self.is_reading = true;
    }

    /// The day was read; what is known already is newer. Without a day it could not be read.
    pub(crate) fn reading_ends(&mut self, read: Option<Read>) {
        self.is_reading = false;
        if let Some(Read {
            date,
            times,
            entries,
        }) = read
        {
            if self.days.len() >= DAYS_KEPT {
                let days = self.days.iter();
                let oldest = days.min_by_key(|(_, day)| day.looked_at);
                if let Some(oldest) = oldest.map(|(date, _)| *date) {
                    self.days.remove(&oldest);
                }
            }
            let day = Day {
                times,
                all: BTreeSet::new(),
                own: HashMap::new(),
                looked_at: self.looks,
            };
            self.days.insert(date, day);
            let known: Vec<_> = self.entries.values().cloned().collect();
            let read = entries.into_iter().map(Arc::new);
            let is_new = |entry: &Arc<Entry>| !self.entries.contains_key(&entry.room);
            let read: Vec<_> = read.filter(is_new).collect();
            for entry in known.into_iter().chain(read) {
                self.hold(entry, None);
            }
        }
        let rooms: Vec<_> = self.entries.keys().copied().collect();
        for room in rooms {
            self.let_go_unless_kept(room);
        }
    }

    /// What somebody sees of a day that is known, and who waits for them.
    pub(crate) fn page(&mut self, view: View, date: Date) -> Page {
        let day = self.days.get(&date);
        let dated = day.and_then(|day| match view {
            View::Clinic => Some(&day.all),
            View::Own(account) => day.own.get(&account),
        });
        let entries = dated.into_iter().flatten();
        let entries = entries.filter_map(|dated| self.entries.get(&dated.room));
        let appointments = entries.cloned().collect();
        Page {
            revision: self.revision(view),
            appointments,
            queue: self.queue(view),
        }
    }

    fn queue(&mut self, view: View) -> Arc<[Turn]> {
        if let Some(known) = self.queues.get(&view) {
            return Arc::clone(known);
        }
        let is_seen = |room: RoomId| match view {
            View::Clinic => true,
            View::Own(account) => {
                let entry = self.entries.get(&room);
                entry.is_some_and(|entry| entry.seat_of(account).is_some())
            }
        };
        let turns = self.waiting.values().copied();
        let turns = turns.filter(|turn| is_seen(turn.room)).collect();
        let queue: Arc<[Turn]> = in_order(turns).into();
        self.queues.insert(view, Arc::clone(&queue));
        queue
    }

    /// Another page for whoever sees it, or saw it before.
    fn changed(&mut self, before: Option<&Entry>, now: Option<&Entry>) {
        self.revision += 1;
        let seers = before.into_iter().chain(now).flat_map(Entry::accounts);
        for account in seers {
            self.latest.insert(account, self.revision);
        }
    }

    /// Puts an entry where it belongs, and takes it from where it belonged.
    fn hold(&mut self, entry: Arc<Entry>, before: Option<&Entry>) {
        if let Some(before) = before {
            self.unlist(before);
        }
        let turn = entry.turn();
        let old = match turn {
            Some(turn) => self.waiting.insert(entry.room, turn),
            None => self.waiting.remove(&entry.room),
        };
        let seers = before.map(|before| before.accounts().collect());
        let has_other_seers = seers != Some(entry.accounts().collect::<Vec<_>>());
        if old != turn || (turn.is_some() && has_other_seers) {
            self.queues.clear();
        }
        if let Some(at) = entry.begins() {
            let room = entry.room;
            for day in self.days.values_mut().filter(|day| day.times.contains(&at)) {
                day.all.insert(Dated { at, room });
                for account in entry.accounts() {
                    let own = day.own.entry(account).or_default();
                    own.insert(Dated { at, room });
                }
            }
        }
        self.entries.insert(entry.room, entry);
    }

    /// While a day is read everything is kept: it is newer than what was read.
    fn let_go_unless_kept(&mut self, room: RoomId) {
        if !self.is_reading && !self.is_kept(room) {
            self.let_go(room);
        }
    }

    fn let_go(&mut self, room: RoomId) {
        if let Some(entry) = self.entries.remove(&room) {
            self.unlist(&entry);
        }
        if self.waiting.remove(&room).is_some() {
            self.queues.clear();
        }
    }

    fn unlist(&mut self, entry: &Entry) {
        let Some(at) = entry.begins() else {
            return;
        };
        let dated = Dated {
            at,
            room: entry.room,
        };
        for day in self.days.values_mut().filter(|day| day.times.contains(&at)) {
            day.all.remove(&dated);
            for account in entry.accounts() {
                if let Some(own) = day.own.get_mut(&account) {
                    own.remove(&dated);
                }
            }
        }
    }

    /// It is on a page, or says by itself how it is.
    fn is_kept(&self, room: RoomId) -> bool {
        let begins = self.entries.get(&room).and_then(|entry| entry.begins());
        let is_listed = begins.is_some_and(|at| {
            let mut days = self.days.values();
            days.any(|day| day.times.contains(&at))
        });
        is_listed || self.live.contains_key(&room)
    }
}
