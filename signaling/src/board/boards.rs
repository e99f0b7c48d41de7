//! The boards of all clinics: read a day at a time, and waking whoever waits for news.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::clinic::Read;
use super::{Ahead, Board, Date, Entry, Page, View};
use crate::accounts::ClinicId;
use crate::clock::Clock;
use crate::ids::{RoomId, Timestamp};
use crate::store::{Calendar, RoomStore, StoreError};

/// Marks of a calendar that are read in one go.
const READ_MARKS: usize = 500;
/// Rooms that are read from the store at once: enough to hide a network's round trip.
const READ_ROOMS: usize = 16;
/// How long somebody who waits for news waits for more of it: when fifty people come at eight
/// o'clock, a page is drawn five times a second and not fifty.
const MORE_NEWS: Duration = Duration::from_millis(200);

/// What every clinic of a server sees of its day.
pub(crate) struct Boards {
    store: Arc<dyn RoomStore>,
    clock: Clock,
    ahead: Ahead,
    first_revision: u64,
    clinics: Mutex<HashMap<ClinicId, Arc<Clinic>>>,
    /// The server is about to stop: nobody waits any more.
    stops: watch::Sender<bool>,
}

struct Clinic {
    board: Mutex<Board>,
    /// Somebody reads a day; whoever wants the same one finds it read.
    reading: tokio::sync::Mutex<()>,
    news: watch::Sender<()>,
}

/// A live room on its clinic's board, for as long as it is live.
pub(crate) struct Shown {
    clinic: Arc<Clinic>,
    room: RoomId,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.clinic.lock().rests(self.room);
    }
}

impl Shown {
    /// How the room is now.
    pub(crate) fn put(&self, entry: Entry) {
        self.clinic.put(entry);
    }
}

impl Clinic {
    fn lock(&self) -> MutexGuard<'_, Board> {
        // Nothing under this lock panics half-way through a change.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, entry: Entry) {
        if self.lock().put(entry) {
            self.news.send_replace(());
        }
    }
}

impl Boards {
    /// Empty ones, over a store.
    pub(crate) fn new(store: Arc<dyn RoomStore>, clock: Clock, ahead: Ahead) -> Self {
        Self {
            store,
            // One more with each change: a clinic does not see a thousand a second, so an earlier
            // process has not come as far.
            first_revision: clock.now().0,
            clock,
            ahead,
            clinics: Mutex::default(),
            stops: watch::Sender::new(false),
        }
    }

    /// A live room gets its place on a board.
    pub(crate) fn show(&self, clinic: ClinicId, room: RoomId) -> Shown {
        let clinic = self.clinic(clinic);
        clinic.lock().appears(room);
        Shown { clinic, room }
    }

    /// An appointment that is not live.
    pub(crate) fn put(&self, clinic: ClinicId, entry: Entry) {
        self.clinic(clinic).put(entry);
    }

    /// An appointment is deleted.
    pub(crate) fn forget(&self, room: RoomId) {
        let clinics: Vec<_> = self.lock().values().cloned().collect();
        for clinic in clinics {
            if clinic.lock().forget(room) {
                clinic.news.send_replace(());
            }
        }
    }

    /// How an appointment is; `None` if the clinic has no such appointment.
    pub(crate) async fn entry(
        &self,
        clinic: ClinicId,
        room: RoomId,
    ) -> Result<Option<Arc<Entry>>, StoreError> {
        let known = self.clinic(clinic).lock().entry(room);
        if known.is_some() {
            return Ok(known);
        }
        let Some(stored) = self.store.load(room).await? else {
            return Ok(None);
        };
        let entry = Entry::stored(room, &stored);
        if entry.state.clinic() != Some(clinic) {
            return Ok(None);
        }
        Ok(Some(Arc::new(entry)))
    }

    /// The day that it is.
    pub(crate) fn today(&self) -> Date {
        Date::at(self.clock.now(), self.ahead)
    }

    /// What somebody sees of a day.
    pub(crate) async fn page(
        &self,
        clinic: ClinicId,
        view: View,
        date: Date,
    ) -> Result<Page, StoreError> {
        // Whoever waits has come for today, whichever day is looked at.
        self.read(clinic, self.today()).await?;
        self.read(clinic, date).await?;
        Ok(self.clinic(clinic).lock().page(view, date))
    }

    /// Lets nobody wait any more.
    pub(crate) fn stop(&self) {
        self.stops.send_replace(true);
    }

    /// Waits until what somebody sees is not of this revision any more, so long at most.
    pub(crate) async fn wait_for_news(
        &self,
        clinic: ClinicId,
        view: View,
        since: u64,
        patience: Duration,
    ) {
        let clinic = self.clinic(clinic);
        let until = Instant::now() + patience;
        let mut news = clinic.news.subscribe();
        let mut stops = self.stops.subscribe();
        while clinic.lock().revision(view) == since {
            tokio::select! {
                _ = news.changed() => {
                    if clinic.lock().revision(view) != since {
                        sleep(MORE_NEWS).await;
                    }
                }
                () = stopped(&mut stops) => return,
                () = sleep_until(until) => return,
            }
        }
    }

    /// Reads a day, if it is not known.
    async fn read(&self, clinic: ClinicId, date: Date) -> Result<(), StoreError> {
        let on = self.clinic(clinic);
        if on.lock().knows(date) {
            return Ok(());
        }
        let _turn = on.reading.lock().await;
        if on.lock().knows(date) {
            return Ok(());
        }
        let times = date.times(self.ahead);
        on.lock().reading_begins();
        let mut reading = Reading {
            clinic: Arc::clone(&on),
            read: None,
        };
        let entries = self.entries(clinic, times.clone()).await?;
        reading.read = Some(Read {
            date,
            times,
            entries,
        });
        Ok(())
    }

    async fn entries(
        &self,
        clinic: ClinicId,
        times: Range<Timestamp>,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut rooms = Vec::new();
        loop {
            let after = rooms.last().copied();
            let of = Calendar::Clinic(clinic);
            let page = self.store.calendar(of, times.clone(), after, READ_MARKS);
            let page = page.await?;
            if page.is_empty() {
                break;
            }
            rooms.extend(page);
        }
        let read = rooms.into_iter().map(|dated| {
            let (room, loaded) = (dated.room, self.store.load(dated.room));
            async move {
                // Deleted meanwhile, or a mark that leads elsewhere.
                let stored = loaded.await?;
                let entry = stored.map(|stored| Entry::stored(room, &stored));
                Ok::<_, StoreError>(entry.filter(|entry| entry.state.clinic() == Some(clinic)))
            }
        });
        let read = stream::iter(read).buffered(READ_ROOMS);
        let entries: Vec<_> = read.try_collect().await?;
        Ok(entries.into_iter().flatten().collect())
    }

    fn clinic(&self, clinic: ClinicId) -> Arc<Clinic> {
        let mut clinics = self.lock();
        let known = clinics.entry(clinic).or_insert_with(|| {
            Arc::new(Clinic {
                board: Mutex::new(Board::new(self.first_revision)),
                reading: tokio::sync::Mutex::default(),
                news: watch::Sender::new(()),
            })
        });
        Arc::clone(known)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClinicId, Arc<Clinic>>> {
        self.clinics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn stopped(stops: &mut watch::Receiver<bool>) {
    // Without a sender nobody is left to stop anything.
    stops.wait_for(|stops| *stops).await.ok();
}

/// Ends the reading also where it fails, or where nobody waits for it any more.
struct Reading {
    clinic: Arc<Clinic>,
    read: Option<Read>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.clinic.lock().reading_ends(self.read.take());
    }
}
