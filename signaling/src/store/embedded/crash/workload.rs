//! Some days of a small clinic, as its store sees them, and what must be found after each step.

use std::collections::{BTreeMap, BTreeSet};

use super::disk::Disk;
use super::queue::{Claims, Queue, TURNS, Turn};
use crate::accounts::{AccountId, ClinicId};
use crate::consultation::{BookedTime, Minutes, ScheduleFact};
use crate::consultation::{Event, Fact, Paper, PaperVersion, Role, Standing};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::store::codec::encode_event;
use crate::store::journal::{StreamId, StreamKind};
use crate::store::papers;
use crate::store::{
    Batch, Calendar, Calendars, ChatRecord, Dated, Kept, MediaRecord, PaperRecord, PersonRecord,
    RetentionClass, RoomStore, Store, StoreError, StoredRoom, Told, Version,
};
use crate::text::PaperText;
use crate::text::{ChatRef, ChatText, DisplayName};

/// Rooms that are spoken in at the same time.
const ROOMS: u64 = 6;
/// Whose appointments some of them are, and who has a seat in those.
const CLINIC: ClinicId = ClinicId(77);
const LAN: AccountId = AccountId(78);
/// A room whose chat is larger than the file at its start, so that the file must grow.
const LONG: RoomId = RoomId(7);
/// An appointment.
const BOOKED: RoomId = RoomId(8);
/// Every room that a test asks for; the last is never opened by the workload.
pub(super) const ALL_ROOMS: std::ops::RangeInclusive<u64> = 1..=9;
/// Messages of 1,999 characters: one commit of 0.8 MB, in a file that starts with 1 MB.
const LONG_CHAT: u64 = 300;

/// One thing the clinic does.
pub(super) enum Step {
    Append(RoomId, Box<Batch>),
    Delete(RoomId),
    /// Something becomes of a delivery to a webhook.
    Deliver(u64, Turn),
    /// The server stops in order and starts again.
    Restart,
}

/// All that a store can be asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    rooms: BTreeMap<RoomId, StoredRoom>,
    tokens: BTreeMap<[u8; 32], (RoomId, SeatId)>,
    ended: Vec<RoomId>,
    /// The clinic's calendar; Lan's is the same.
    calendar: BTreeSet<Dated>,
    outbox: BTreeSet<Dated>,
    queue: Queue,
}

/// The steps, and the world before the first and after each.
pub(super) struct Workload {
    pub(super) steps: Vec<Step>,
    pub(super) worlds: Vec<World>,
}

impl Workload {
    pub(super) fn new() -> Self {
        let steps = steps();
        let mut worlds = vec![World::default()];
        for step in &steps {
            let before = worlds.last().unwrap();
            worlds.push(before.after(step));
        }
        Self { steps, worlds }
    }

    /// Does all steps on a disk. Answers the store, and how much had been asked of the disk when
    /// each step was answered.
    pub(super) async fn run(&self, disk: &Disk) -> (Store, Vec<usize>) {
        let mut store = super::open(disk).unwrap();
        let mut answered = vec![disk.asked()];
        let mut claims = Claims::new();
        for (step, world) in self.steps.iter().zip(&self.worlds) {
            match step {
                Step::Append(room, batch) => {
                    let version = world.version(*room);
                    let batch = (**batch).clone();
                    store.append(*room, version, batch).await.unwrap();
                }
                Step::Delete(room) => {
                    let (rooms, at) = (vec![*room], Timestamp(9_000));
                    let deleted = store.delete(rooms, RetentionClass::Consultation, at).await;
                    deleted.unwrap();
                }
                Step::Deliver(place, turn) => {
                    let turned = world.queue.turn(&store, (*place, *turn), &mut claims);
                    turned.await.unwrap();
                }
                Step::Restart => {
                    drop(store);
                    store = super::open(disk).unwrap();
                }
            }
            answered.push(disk.asked());
        }
        (store, answered)
    }
}

impl World {
    pub(super) fn version(&self, room: RoomId) -> Version {
        self.rooms
            .get(&room)
            .map_or_else(Version::default, |room| room.version)
    }

    /// What must be found after a step.
    pub(super) fn after(&self, step: &Step) -> Self {
        let mut world = self.clone();
        match step {
            Step::Append(room, batch) => world.append(*room, batch),
            Step::Delete(room) => {
                world.rooms.remove(room);
                world.tokens.retain(|_, (of, _)| of != room);
                world.calendar.retain(|dated| dated.room != *room);
                world.outbox.retain(|dated| dated.room != *room);
            }
            Step::Deliver(place, turn) => world.queue = world.queue.after(*place, *turn),
            Step::Restart => {}
        }
        let mut ends = BTreeSet::new();
        for (room, stored) in &world.rooms {
            for event in &stored.events {
                match event.fact {
                    Fact::Ended { .. } => {
                        ends.insert((event.at.0, *room));
                    }
                    Fact::Schedule(ScheduleFact::Reopened { .. }) => {
                        ends.retain(|(_at, of)| of != room);
                    }
                    _ => {}
                }
            }
        }
        world.ended = ends.into_iter().map(|(_at, room)| room).collect();
        world
    }

    fn append(&mut self, room: RoomId, batch: &Batch) {
        let stored = self.rooms.entry(room).or_insert_with(|| StoredRoom {
            version: Version::default(),
            events: Vec::new(),
            actors: Vec::new(),
            people: Vec::new(),
            invitations: Vec::new(),
            request: None,
            told: Told::default(),
            chat: Vec::new(),
            media: Vec::new(),
            failed: Vec::new(),
            papers: Vec::new(),
        });
        stored.events.extend(batch.events.iter().cloned());
        stored.actors.resize(stored.events.len(), None);
        let stream = StreamId {
            kind: StreamKind::Room,
            id: room.0,
        };
        for event in &batch.events {
            let entry = encode_event(event, None).unwrap();
            stored.version = stored.version.after(stream, &entry);
        }
        replace(&mut stored.people, &batch.people, |person| person.seat);
        replace(&mut stored.chat, &batch.chat, |message| message.id);
        let gone = |message: &ChatRecord| batch.chat_forgotten.contains(&message.id);
        stored.chat.retain(|message| !gone(message));
        replace(&mut stored.media, &batch.media, |state| state.seat);
        replace(&mut stored.papers, &batch.papers, papers::number);
        for (token, seat) in &batch.tokens {
            self.tokens.insert(token.0, (room, *seat));
        }
        if let Some(booked) = &batch.booked {
            let at = booked.begins;
            self.calendar.retain(|dated| dated.room != room);
            self.calendar.insert(Dated { at, room });
        }
        if let (Some(_), Some(last)) = (batch.clinic, batch.events.last()) {
            let at = last.at;
            self.outbox.retain(|dated| dated.room != room);
            self.outbox.insert(Dated { at, room });
        }
    }

    /// All that a store knows of the rooms and tokens of the workload.
    pub(super) async fn read(store: &Store, workload: &Workload) -> Result<Self, StoreError> {
        let mut world = Self::default();
        let mut tokens = BTreeSet::new();
        for step in &workload.steps {
            if let Step::Append(_, batch) = step {
                tokens.extend(batch.tokens.iter().map(|(token, _seat)| token.0));
            }
        }
        for room in ALL_ROOMS.map(RoomId) {
            if let Some(stored) = store.load(room).await? {
                world.rooms.insert(room, stored);
            }
        }
        for token in tokens {
            if let Some(found) = store.find(TokenHash(token)).await? {
                world.tokens.insert(token, found);
            }
        }
        world.ended = store.ended_before(Timestamp(u64::MAX), usize::MAX).await?;
        let times = || Timestamp(0)..Timestamp(u64::MAX);
        let calendar = async |of| store.calendar(of, times(), None, usize::MAX).await;
        let of_clinic = calendar(Calendar::Clinic(CLINIC)).await?;
        assert_eq!(calendar(Calendar::Account(LAN)).await?, of_clinic);
        world.calendar = of_clinic.into_iter().collect();
        let outbox = store.outbox(CLINIC, None, usize::MAX).await?;
        world.outbox = outbox.into_iter().collect();
        world.queue = Queue::read(store).await?;
        Ok(world)
    }

    /// Where another world differs, in a line.
    pub(super) fn difference(&self, other: &Self) -> String {
        let rooms: BTreeSet<_> = self.rooms.keys().chain(other.rooms.keys()).collect();
        let rooms = rooms
            .into_iter()
            .filter(|room| self.rooms.get(room) != other.rooms.get(room))
            .map(|room| room.0);
        let (rooms, tokens) = (rooms.collect::<Vec<_>>(), self.tokens != other.tokens);
        let lists = |world: &Self| {
            let calendar = world.calendar.clone();
            let queue = world.queue.clone();
            (world.ended.clone(), calendar, world.outbox.clone(), queue)
        };
        let lists = lists(self) != lists(other);
        format!("rooms {rooms:?} differ, tokens differ: {tokens}, lists differ: {lists}")
    }
}

fn replace<T: Clone, K: Ord>(old: &mut Vec<T>, new: &[T], key: impl Fn(&T) -> K) {
    old.retain(|item| !new.iter().any(|other| key(other) == key(item)));
    old.extend(new.iter().cloned());
    old.sort_by_key(key);
}

fn append(room: RoomId, batch: Batch) -> Step {
    Step::Append(room, Box::new(batch))
}

fn steps() -> Vec<Step> {
    let rooms = || (1..=ROOMS).map(RoomId);
    let mut steps = Vec::new();
    steps.extend(rooms().map(opening));
    steps.push(Step::Restart);
    for round in 0..4 {
        steps.extend(rooms().map(|room| talk(room, round)));
    }
    steps.push(long());
    let mut turns = TURNS
        .map(|(place, turn)| Step::Deliver(place, turn))
        .into_iter();
    steps.extend(turns.by_ref().take(5));
    steps.push(talk(RoomId(3), 4));
    steps.push(Step::Delete(LONG));
    steps.extend([RoomId(1), RoomId(2)].map(end));
    steps.push(Step::Restart);
    steps.extend(turns);
    steps.push(Step::Delete(RoomId(1)));
    steps.push(talk(RoomId(4), 5));
    steps.push(opening(RoomId(1)));
    steps.push(talk(RoomId(1), 6));
    steps.push(reopen(RoomId(2)));
    steps.push(book(BOOKED, 20_000));
    steps.push(book(BOOKED, 30_000));
    steps.push(Step::Restart);
    steps.push(end(BOOKED));
    steps.push(reopen(BOOKED));
    steps.extend(rooms().skip(2).map(end));
    steps.push(Step::Delete(RoomId(5)));
    steps
}

fn fact(at: u64, fact: Fact) -> Event {
    let at = Timestamp(at);
    Event { at, fact }
}

fn token(room: RoomId, number: u8) -> TokenHash {
    let mut bytes = [number; 32];
    bytes[..8].copy_from_slice(&room.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    TokenHash(bytes)
}

fn opening(room: RoomId) -> Step {
    let person =
        |seat, name: &str| PersonRecord::new(SeatId(seat), DisplayName::parse(name).unwrap(), None);
    let seats = vec![Role::Practitioner, Role::Patient];
    append(
        room,
        Batch {
            events: vec![fact(room.0, Fact::Opened { seats })],
            people: vec![person(1, "Bác sĩ Lan"), person(2, "Cụ Sính")],
            tokens: vec![(token(room, 1), SeatId(1)), (token(room, 2), SeatId(2))],
            ..Batch::default()
        },
    )
}

/// Somebody comes back, two messages are written, an old one is taken back, hands go up.
fn talk(room: RoomId, round: u8) -> Step {
    let at = 1_000 * (1 + u64::from(round)) + room.0;
    let seat = SeatId(2);
    let resume = token(room, 10 + round);
    let joined = Fact::Joined {
        seat,
        standing: Standing::Admitted,
        resume,
        resumed_with: None,
    };
    let first = u64::from(round) * 2;
    let characters = 40 + usize::from(round) * 90;
    append(
        room,
        Batch {
            events: vec![fact(at, joined), fact(at + 1, Fact::Confirmed { seat })],
            tokens: vec![(resume, seat)],
            chat: vec![
                message(first, characters),
                message(first + 1, characters * 2),
            ],
            chat_forgotten: first.checked_sub(1).into_iter().collect(),
            papers: vec![PaperRecord {
                paper: Paper::Notes,
                kept: Kept::Newest,
                version: PaperVersion(1 + u32::from(round)),
                at: Timestamp(at),
                by: SeatId(1),
                person: 1,
                about: seat,
                text: PaperText("ho ".repeat(characters)),
            }],
            media: vec![MediaRecord {
                seat,
                microphone: round.is_multiple_of(2),
                camera: false,
                hand: !round.is_multiple_of(2),
            }],
            ..Batch::default()
        },
    )
}

fn message(id: u64, characters: usize) -> ChatRecord {
    ChatRecord {
        id,
        seat: SeatId(2),
        with: None,
        at: Timestamp(id),
        r#ref: ChatRef::parse(&format!("m{id}")).unwrap(),
        text: ChatText::parse(
            &"ốm quá, "
                .chars()
                .cycle()
                .take(characters)
                .collect::<String>(),
        )
        .unwrap(),
    }
}

fn long() -> Step {
    let Step::Append(_, mut batch) = opening(LONG) else {
        unreachable!("an opening is an append");
    };
    batch.chat = (0..LONG_CHAT).map(|id| message(id, 1_999)).collect();
    Step::Append(LONG, batch)
}

/// The appointment of a clinic, made or moved.
fn book(room: RoomId, begins: u64) -> Step {
    let time = BookedTime {
        begins: Timestamp(begins),
        length: Minutes(30),
    };
    let booked = Fact::Schedule(ScheduleFact::Booked {
        clinic: CLINIC,
        time,
        seats: vec![Role::Practitioner, Role::Patient],
    });
    append(
        room,
        Batch {
            events: vec![fact(begins / 2, booked)],
            clinic: Some(CLINIC),
            booked: Some(Calendars {
                clinic: CLINIC,
                begins: time.begins,
                staff: vec![LAN],
                no_longer: Vec::new(),
            }),
            ..Batch::default()
        },
    )
}

fn reopen(room: RoomId) -> Step {
    let reopened = Fact::Schedule(ScheduleFact::Reopened { by: None });
    append(
        room,
        Batch {
            events: vec![fact(16_000, reopened)],
            ..Batch::default()
        },
    )
}

fn end(room: RoomId) -> Step {
    let at = 10_000 - room.0; // the last that was opened ends first
    append(
        room,
        Batch {
            events: vec![fact(at, Fact::Ended { by: None })],
            ..Batch::default()
        },
    )
}
