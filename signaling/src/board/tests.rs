//! One clinic's board, by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::clinic::{DAYS_KEPT, Read};
use super::*;
use crate::accounts::{AccountId, ClinicId};
use crate::consultation::{
    self as domain, BookedTime, Command, Invitation, LinkState, Minutes, Pass, PriorityClass,
    QueueCommand, Role, ScheduleCommand, State, Why,
};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::protocol::ConnectionState;
use crate::store::{FailedJoins, JoinFailure, PersonRecord};
use crate::text::DisplayName;

const CLINIC: ClinicId = ClinicId(1);
const LAN: AccountId = AccountId(1);
const HOA: AccountId = AccountId(2);
const DOCTOR: SeatId = SeatId(1);
const PATIENT: SeatId = SeatId(2);
const MINUTE: Duration = Duration::from_mins(1);
const NOBODYS: [u64; 0] = [];

fn today() -> Date {
    "2026-11-22".parse().unwrap()
}

/// So many minutes after the clinic's midnight.
fn at(minutes: u64) -> Timestamp {
    let midnight = today().times(Ahead::VIETNAM).start;
    Timestamp(midnight.0 + minutes * 60_000)
}

/// A day or so many days before or after it.
fn day(number: u64) -> Date {
    let noon = at(12 * 60 + number * 24 * 60);
    Date::at(noon, Ahead::VIETNAM)
}

/// An appointment of a practitioner and a patient.
#[derive(Clone)]
struct Appointment(Entry);

impl Appointment {
    fn booked(room: u64, of: AccountId, begins: Timestamp) -> Self {
        let seats = [Role::Practitioner, Role::Patient].map(|role| Invitation {
            role,
            link: Some(LinkState {
                hash: TokenHash([9; 32]),
                expires: begins,
            }),
        });
        let time = BookedTime {
            begins,
            length: Minutes(15),
        };
        let person = |seat, name| {
            let name = DisplayName::parse(name).unwrap();
            Guest {
                record: PersonRecord::new(seat, name, None),
                connection: ConnectionState::None,
                network: None,
                failed: None,
            }
        };
        let mut people = vec![person(DOCTOR, "Bác sĩ"), person(PATIENT, "Bệnh nhân")];
        people[0].record.account = Some(of);
        let booked = Self(Entry {
            room: RoomId(room),
            state: State::default(),
            people,
        });
        let book = ScheduleCommand::Book {
            clinic: CLINIC,
            time,
            seats: seats.into(),
        };
        booked.then(Command::Schedule(book), begins.minus(60 * MINUTE))
    }

    fn then(mut self, command: Command, now: Timestamp) -> Self {
        let events = domain::decide(&self.0.state, command, now).unwrap();
        self.0.state = events.iter().fold(self.0.state, domain::apply);
        self
    }

    fn waits_since(self, now: Timestamp) -> Self {
        let join = Command::Join {
            seat: PATIENT,
            resume: TokenHash([8; 32]),
            pass: Pass::Link(TokenHash([9; 32])),
        };
        self.then(join, now)
    }

    fn failed_to_join(mut self, at: Timestamp) -> Self {
        let last = JoinFailure::Transport;
        self.0.people[1].failed = Some(FailedJoins { count: 1, at, last });
        self
    }

    fn with(self, class: PriorityClass, now: Timestamp) -> Self {
        let class = Some(class);
        let set = QueueCommand::SetPriority { class, by: None };
        self.then(Command::Queue(set), now)
    }

    fn moved(self, begins: Timestamp) -> Self {
        let now = begins.minus(60 * MINUTE);
        let length = Minutes(15);
        let time = BookedTime { begins, length };
        let moved = ScheduleCommand::Reschedule { time, by: None };
        self.then(Command::Schedule(moved), now)
    }

    fn handed_to(mut self, account: AccountId) -> Self {
        self.0.people[0].record.account = Some(account);
        self
    }
}

/// A board that has read this day.
fn board(read: impl IntoIterator<Item = Appointment>) -> Board {
    let mut board = Board::new(1_000);
    reads(&mut board, today(), read);
    board
}

fn reads(board: &mut Board, date: Date, read: impl IntoIterator<Item = Appointment>) {
    board.reading_begins();
    board.reading_ends(Some(Read {
        date,
        times: date.times(Ahead::VIETNAM),
        entries: read.into_iter().map(|one| one.0).collect(),
    }));
    assert!(board.knows(date));
}

fn rooms(page: &Page) -> Vec<u64> {
    let appointments = page.appointments.iter();
    appointments.map(|entry| entry.room.0).collect()
}

fn queue(page: &Page) -> Vec<u64> {
    page.queue.iter().map(|turn| turn.room.0).collect()
}

#[test]
fn a_page_shows_a_day_by_time_and_only_what_one_may_see() {
    let mut board = board([
        Appointment::booked(1, LAN, at(600)),
        Appointment::booked(2, HOA, at(500)),
        Appointment::booked(3, LAN, at(480)),
    ]);
    let other = Appointment::booked(4, LAN, at(600 + 24 * 60));
    board.put(other.0);
    assert_eq!(rooms(&board.page(View::Clinic, today())), [3, 2, 1]);
    assert_eq!(rooms(&board.page(View::Own(LAN), today())), [3, 1]);
    assert_eq!(
        rooms(&board.page(View::Own(AccountId(9)), today())),
        NOBODYS
    );
}

#[test]
fn an_appointment_moves_from_day_to_day_and_hand_to_hand() {
    let appointment = Appointment::booked(1, LAN, at(600));
    let mut board = board([appointment.clone()]);
    reads(&mut board, day(1), []);
    let of = |board: &mut Board, view, date| rooms(&board.page(view, date));
    board.put(appointment.clone().handed_to(HOA).0);
    assert_eq!(of(&mut board, View::Own(LAN), today()), NOBODYS);
    assert_eq!(of(&mut board, View::Own(HOA), today()), [1]);
    board.put(appointment.moved(at(700 + 24 * 60)).0);
    assert_eq!(of(&mut board, View::Clinic, today()), NOBODYS);
    assert_eq!(of(&mut board, View::Own(LAN), day(1)), [1]);
    assert_eq!(of(&mut board, View::Own(HOA), day(1)), NOBODYS);
}

#[test]
fn the_queue_is_that_of_the_rules_and_ones_own_is_of_ones_own_patients() {
    let mut board = board([
        Appointment::booked(1, LAN, at(600)).waits_since(at(590)),
        Appointment::booked(2, HOA, at(600)).waits_since(at(580)),
        Appointment::booked(3, LAN, at(600)),
    ]);
    assert_eq!(queue(&board.page(View::Clinic, today())), [2, 1]);
    let late = Appointment::booked(3, LAN, at(600)).waits_since(at(595));
    board.put(late.clone().0);
    assert_eq!(queue(&board.page(View::Clinic, today())), [2, 1, 3]);
    board.put(late.with(PriorityClass::Emergency, at(596)).0);
    let page = board.page(View::Clinic, today());
    assert_eq!(queue(&page), [3, 2, 1]);
    let class = PriorityClass::Emergency;
    assert_eq!(
        page.queue[0].why,
        Why::Law {
            class,
            overtakes: 2
        }
    );
    let own = board.page(View::Own(LAN), today());
    assert_eq!(queue(&own), [3, 1]);
    assert_eq!(
        own.queue[0].why,
        Why::Law {
            class,
            overtakes: 1
        }
    );
    board.forget(RoomId(3));
    assert_eq!(queue(&board.page(View::Clinic, today())), [2, 1]);
}

/// Two hundred who wait are not sorted anew for each of fifty pages.
#[test]
fn the_queue_is_sorted_when_it_changes_and_not_when_somebody_looks() {
    let waits = Appointment::booked(1, LAN, at(600)).waits_since(at(590));
    let mut board = board([waits.clone(), Appointment::booked(2, HOA, at(700))]);
    let first = board.page(View::Clinic, today()).queue;
    // Somebody's network is another, and somebody else's appointment is moved.
    let mut other = waits.clone();
    other.0.people[1].connection = ConnectionState::Up;
    assert!(board.put(other.0));
    board.put(Appointment::booked(2, HOA, at(700)).moved(at(720)).0);
    assert!(Arc::ptr_eq(
        &first,
        &board.page(View::Clinic, today()).queue
    ));
    board.put(Appointment::booked(2, HOA, at(700)).waits_since(at(690)).0);
    assert_eq!(queue(&board.page(View::Clinic, today())), [1, 2]);
}

#[test]
fn a_revision_is_news_for_whom_something_changed() {
    let appointment = Appointment::booked(1, LAN, at(600));
    let mut board = board([appointment.clone(), Appointment::booked(2, HOA, at(600))]);
    let revisions = |board: &Board| {
        let views = [View::Clinic, View::Own(LAN), View::Own(HOA)];
        views.map(|view| board.revision(view))
    };
    assert_eq!(revisions(&board), [1_000; 3]);
    assert!(!board.put(appointment.clone().0), "it is so already");
    assert_eq!(revisions(&board), [1_000; 3]);
    board.put(appointment.clone().waits_since(at(590)).0);
    assert_eq!(revisions(&board), [1_001, 1_001, 1_000]);
    board.put(appointment.waits_since(at(590)).handed_to(HOA).0);
    assert_eq!(revisions(&board), [1_002; 3], "also who sees it no more");
    board.put(Appointment::booked(2, HOA, at(600)).failed_to_join(at(1)).0);
    assert_eq!(revisions(&board), [1_003, 1_002, 1_003]);
    board.forget(RoomId(2));
    assert_eq!(revisions(&board), [1_004, 1_002, 1_004]);
}

#[test]
fn what_a_live_room_says_counts_before_what_was_read() {
    let appointment = Appointment::booked(1, LAN, at(600));
    let mut board = Board::new(0);
    let newer = appointment.clone().waits_since(at(590));
    for ends_meanwhile in [false, true] {
        board.reading_begins();
        board.appears(RoomId(1));
        board.put(newer.clone().0);
        if ends_meanwhile {
            board.rests(RoomId(1));
        }
        board.reading_ends(Some(Read {
            date: today(),
            times: today().times(Ahead::VIETNAM),
            entries: vec![appointment.clone().0],
        }));
        assert_eq!(queue(&board.page(View::Clinic, today())), [1]);
        board = Board::new(0);
    }
}

#[test]
fn what_is_on_no_page_is_let_go_with_its_room() {
    let mut board = board([]);
    let tomorrow = Appointment::booked(1, LAN, at(600 + 24 * 60)).waits_since(at(590));
    board.appears(RoomId(1));
    board.appears(RoomId(1)); // the next one begins before this one has ended
    board.put(tomorrow.0);
    // Who waits is called, on whichever day they should have come.
    assert_eq!(queue(&board.page(View::Clinic, today())), [1]);
    board.rests(RoomId(1));
    assert!(board.entry(RoomId(1)).is_some());
    board.rests(RoomId(1));
    assert!(board.entry(RoomId(1)).is_none());
    assert_eq!(queue(&board.page(View::Clinic, today())), NOBODYS);
    // What is booked for a day that nobody looks at is news, and not kept.
    let revision = board.revision(View::Clinic);
    assert!(board.put(Appointment::booked(2, LAN, at(600 + 24 * 60)).0));
    assert_eq!(board.revision(View::Clinic), revision + 1);
    assert!(board.entry(RoomId(2)).is_none());
    // A day that could not be read leaves nothing behind either.
    board.reading_begins();
    board.appears(RoomId(1));
    board.put(Appointment::booked(1, LAN, at(600 + 24 * 60)).0);
    board.rests(RoomId(1));
    assert!(board.entry(RoomId(1)).is_some());
    board.reading_ends(None);
    assert!(board.entry(RoomId(1)).is_none());
}

#[test]
fn the_day_that_nobody_looked_at_for_longest_is_let_go() {
    let mut board = Board::new(0);
    let appointment = |number| Appointment::booked(number, LAN, at(600 + number * 24 * 60));
    for number in 0..u64::try_from(DAYS_KEPT).unwrap() {
        reads(&mut board, day(number), [appointment(number)]);
    }
    assert!(board.knows(day(0)));
    reads(&mut board, day(100), [appointment(100)]);
    assert!(board.knows(day(0)) && board.knows(day(100)) && !board.knows(day(1)));
    assert!(board.entry(RoomId(1)).is_none());
    assert_eq!(rooms(&board.page(View::Clinic, day(0))), [0]);
}

#[derive(Clone, Debug)]
enum Happens {
    Put {
        room: u64,
        of: u64,
        minutes: u64,
        waits: bool,
    },
    Forget(u64),
    Appear(u64),
    Rest(u64),
    Read(u64),
}

fn any_happening() -> impl Strategy<Value = Happens> {
    let room = || 0_u64..6;
    prop_oneof![
        8 => (room(), 1_u64..4, 0_u64..4_000, any::<bool>()).prop_map(
            |(room, of, minutes, waits)| Happens::Put { room, of, minutes, waits }),
        1 => room().prop_map(Happens::Forget),
        2 => room().prop_map(Happens::Appear),
        2 => room().prop_map(Happens::Rest),
        1 => (0_u64..3).prop_map(Happens::Read),
    ]
}

proptest! {
    /// Whatever happened in whichever order, a page is what a list of all would give.
    #[test]
    fn a_page_is_what_was_said_last(happens in prop::collection::vec(any_happening(), 1..60)) {
        let mut board = Board::new(0);
        // What the store would have, all of it on the days that are read, and which rooms live.
        let mut all: BTreeMap<u64, Appointment> = BTreeMap::new();
        let mut live = [0_u32; 6];
        for date in [0, 1, 2].map(day) {
            reads(&mut board, date, []);
        }
        for happening in happens {
            match happening {
                Happens::Put { room, of, minutes, waits } => {
                    let mut put = Appointment::booked(room, AccountId(of), at(minutes));
                    if waits {
                        put = put.waits_since(at(minutes).minus(MINUTE));
                    }
                    board.put(put.clone().0);
                    all.insert(room, put);
                }
                Happens::Forget(room) => {
                    board.forget(RoomId(room));
                    all.remove(&room);
                }
                Happens::Appear(room) => {
                    board.appears(RoomId(room));
                    live[usize::try_from(room).unwrap()] += 1;
                }
                Happens::Rest(room) => {
                    let count = &mut live[usize::try_from(room).unwrap()];
                    if *count > 0 {
                        *count -= 1;
                        board.rests(RoomId(room));
                    }
                }
                Happens::Read(number) => {
                    let times = day(number).times(Ahead::VIETNAM);
                    let read = all.values().filter(|one| times.contains(&one.0.begins().unwrap()));
                    let read: Vec<_> = read.cloned().collect();
                    reads(&mut board, day(number), read);
                }
            }
            for number in 0..3 {
                let times = day(number).times(Ahead::VIETNAM);
                for of in 1..4 {
                    let account = AccountId(of);
                    let mut wanted: Vec<_> = all.values().map(|one| &one.0).filter(|entry| {
                        times.contains(&entry.begins().unwrap()) && entry.seat_of(account).is_some()
                    }).collect();
                    wanted.sort_by_key(|entry| (entry.begins(), entry.room));
                    let wanted: Vec<_> = wanted.iter().map(|entry| entry.room.0).collect();
                    prop_assert_eq!(rooms(&board.page(View::Own(account), day(number))), wanted);
                }
            }
            let waiting = all.values().map(|one| (one.0.room, &one.0.state));
            let wanted = domain::queue_of(waiting);
            prop_assert_eq!(&*board.page(View::Clinic, day(0)).queue, &wanted[..]);
        }
    }
}
