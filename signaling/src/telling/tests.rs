mod damaged;
mod whom;

use std::sync::Mutex;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::*;
use crate::accounts::ClinicId;
use crate::consultation::{
    BookedTime, CancelReason, Command, Event, Fact, Invitation, LinkState, Minutes, QueueCommand,
    Role, ScheduleCommand, decide,
};
use crate::contact::{Contact, Email, Phone};
use crate::ids::SeatId;
use crate::message::Language;
use crate::opaque::{LinkToken, SeatCode};
use crate::store::{Batch, Calendars, InvitationRecord, Store, Version};
use crate::text::{DisplayName, LanguageCode};
use crate::webhook::Reach;

const ROOM: RoomId = RoomId(0xab);
const PATIENT: SeatId = SeatId(2);
/// 2026-11-23, 09:00 in Vietnam.
const BEGINS: Timestamp = Timestamp(1_795_399_200_000);
const HOUR: u64 = 3_600_000;

/// Keeps what it is given, unless it is full.
#[derive(Default)]
struct Kept {
    messages: Mutex<Vec<Value>>,
    full: Mutex<bool>,
}

impl Messenger for Kept {
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MessengerError>> {
        Box::pin(async move {
            if *self.full.lock().unwrap() {
                return Err(MessengerError::Full);
            }
            self.messages.lock().unwrap().push(message.to_json());
            Ok(())
        })
    }
}

struct World {
    store: Store,
    accounts: Arc<Accounts>,
    webhooks: Webhooks,
    teller: Teller,
    kept: Arc<Kept>,
    now: Arc<Mutex<Timestamp>>,
    /// What is talked about.
    room: RoomId,
    version: Version,
    log: Vec<Event>,
}

fn link(seat: u16) -> LinkToken {
    LinkToken::from_bytes([seat.try_into().unwrap(); 16])
}

impl World {
    /// A day before: a doctor without contact, a patient with a telephone, a son with a mailbox.
    async fn booked() -> Self {
        Self::booked_as(|_| ()).await
    }

    /// The same, with something else known of them.
    async fn booked_as(change: impl FnOnce(&mut [PersonRecord])) -> Self {
        let store = Store::in_memory().unwrap();
        let kept = Arc::new(Kept::default());
        let now = Arc::new(Mutex::new(Timestamp(BEGINS.0 - 24 * HOUR)));
        let clock = {
            let now = Arc::clone(&now);
            Clock::new(move || *now.lock().unwrap())
        };
        let accounts = Arc::new(Accounts::of_a_test(&store, clock.clone()));
        let webhooks = Webhooks::new(&store, accounts.clone(), Reach::Public, clock.clone());
        let teller = Teller::new(
            Arc::new(store.clone()),
            Arc::clone(&accounts),
            (Arc::clone(&kept) as Arc<dyn Messenger>, webhooks.clone()),
            clock,
            "https://kham.example.vn".to_owned(),
        );
        let mut world = Self {
            store,
            accounts,
            webhooks,
            teller,
            kept,
            now,
            room: ROOM,
            version: Version::default(),
            log: Vec::new(),
        };
        world.books(ROOM, change).await;
        world
    }

    /// One more appointment; from here on it is the one that is talked about.
    async fn books(&mut self, room: RoomId, change: impl FnOnce(&mut [PersonRecord])) {
        (self.room, self.version, self.log) = (room, Version::default(), Vec::new());
        let roles = [Role::Practitioner, Role::Patient, Role::Companion];
        let seats = (1..).zip(roles).map(|(seat, role)| Invitation {
            role,
            link: Some(LinkState {
                hash: crate::auth::hash_link(&link(seat)),
                expires: BEGINS.plus(Duration::from_hours(9)),
            }),
        });
        let time = BookedTime {
            begins: BEGINS,
            length: Minutes(30),
        };
        let book = ScheduleCommand::Book {
            clinic: ClinicId::MAIN,
            time,
            seats: seats.collect(),
        };
        let people =
            ["Bác sĩ Lan", "Cụ Sính", "Anh Tú"].map(|name| DisplayName::parse(name).unwrap());
        let people = (1..).map(SeatId).zip(people);
        let mut people: Vec<_> = people
            .map(|(seat, name)| PersonRecord::new(seat, name, None))
            .collect();
        people[1].contact = Contact {
            phone: Some(Phone::parse("0901234567").unwrap()),
            email: None,
        };
        people[2].contact = Contact {
            phone: None,
            email: Some(Email::parse("tu@example.vn").unwrap()),
        };
        change(&mut people);
        let batch = Batch {
            booked: Some(Calendars {
                clinic: ClinicId::MAIN,
                begins: BEGINS,
                staff: Vec::new(),
                no_longer: Vec::new(),
            }),
            people,
            invitations: (1..=3)
                .map(|seat| InvitationRecord {
                    seat: SeatId(seat),
                    person: 1,
                    link: link(seat),
                    code: (seat == 2).then(|| SeatCode::parse("12345678").unwrap()),
                })
                .collect(),
            ..Batch::default()
        };
        self.does(Command::Schedule(book), batch).await;
    }

    async fn does(&mut self, command: Command, batch: Batch) {
        let mut now = *self.now.lock().unwrap();
        now.0 += 1_000;
        *self.now.lock().unwrap() = now;
        let events = decide(&replay(&self.log), command, now).unwrap();
        self.log.extend(events.clone());
        let batch = Batch {
            events,
            clinic: Some(ClinicId::MAIN),
            ..batch
        };
        let appended = self.store.append(self.room, self.version, batch);
        self.version = appended.await.unwrap();
    }

    async fn schedule(&mut self, command: ScheduleCommand) {
        self.does(Command::Schedule(command), Batch::default())
            .await;
    }

    /// What a round tells: kind, channel and text.
    async fn told(&self) -> Vec<(String, String, String)> {
        self.teller.round().await.unwrap();
        let text = |message: &Value, field: &str| message[field].as_str().unwrap().to_owned();
        let messages = std::mem::take(&mut *self.kept.messages.lock().unwrap());
        messages
            .iter()
            .map(|told| {
                (
                    text(told, "kind"),
                    text(told, "channel"),
                    text(told, "text"),
                )
            })
            .collect()
    }

    async fn kinds(&self) -> Vec<(String, String)> {
        self.told()
            .await
            .into_iter()
            .map(|(kind, channel, _)| (kind, channel))
            .collect()
    }
}

fn both(kind: &str) -> Vec<(String, String)> {
    ["phone", "email"]
        .map(|channel| (kind.to_owned(), channel.to_owned()))
        .to_vec()
}

#[tokio::test]
async fn whoever_left_a_way_to_be_reached_is_told_once_with_their_own_way_in() {
    let world = World::booked().await;
    let told = world.told().await;
    let kinds: Vec<_> = told
        .iter()
        .map(|(kind, channel, _)| (kind.clone(), channel.clone()))
        .collect();
    assert_eq!(kinds, both("booked"));
    let (patient, son) = (&told[0].2, &told[1].2);
    let way_in = |seat| format!("https://kham.example.vn/#{}", link(seat).as_str());
    assert!(
        patient.contains(&way_in(2)) && patient.contains("1234 5678"),
        "{patient}"
    );
    assert!(
        son.contains(&way_in(3)) && !son.contains(&way_in(2)),
        "{son}"
    );
    assert!(
        !patient.contains("Lan") && !patient.contains("Sính"),
        "{patient}"
    );
    assert_eq!(world.kinds().await, []);
}

/// Said when they were booked; an interpreter who said nothing is told in a language of theirs.
#[tokio::test]
async fn everybody_is_told_in_their_own_language() {
    let world = World::booked_as(|people| {
        people[1].language = Some(Language::Korean);
        people[2].language = Some(Language::English);
    });
    let told = world.await.told().await;
    assert!(told[0].2.contains("영상 진료"), "{told:?}");
    assert!(told[1].2.contains("Video visit"), "{told:?}");

    let pair = |one, other| Some([one, other].map(|code| LanguageCode::parse(code).unwrap()));
    for (languages, language, wanted) in [
        (None, None, Language::Vietnamese),
        (pair("ko", "vi"), None, Language::Vietnamese),
        (pair("en", "ko"), None, Language::Korean),
        (pair("ko", "vi"), Some(Language::English), Language::English),
    ] {
        let name = DisplayName::parse("Mai").unwrap();
        let person = PersonRecord {
            language,
            ..PersonRecord::new(PATIENT, name, languages)
        };
        assert_eq!(person.told_in(), wanted);
    }
}

#[tokio::test]
async fn what_became_of_an_appointment_is_told_and_what_was_overtaken_is_not() {
    let mut world = World::booked().await;
    world.told().await;
    let time = BookedTime {
        begins: BEGINS.plus(Duration::from_hours(2)),
        length: Minutes(30),
    };
    world
        .schedule(ScheduleCommand::Reschedule { time, by: None })
        .await;
    let told = world.told().await;
    assert!(
        told[0].2.contains("11:00") && told[0].0 == "moved",
        "{told:?}"
    );
    world
        .schedule(ScheduleCommand::Reschedule {
            time: BookedTime {
                begins: BEGINS,
                ..time
            },
            by: None,
        })
        .await;
    world
        .schedule(ScheduleCommand::Cancel {
            reason: CancelReason::Patient,
            by: None,
        })
        .await;
    let told = world.told().await;
    assert_eq!(told.len(), 2);
    assert!(
        told.iter()
            .all(|(kind, _, text)| kind == "cancelled" && !text.contains("https")),
        "{told:?}"
    );
}

#[tokio::test]
async fn what_nobody_has_heard_of_yet_is_told_as_it_is_now_or_not_at_all() {
    let mut world = World::booked().await;
    let time = BookedTime {
        begins: BEGINS.plus(Duration::from_hours(2)),
        length: Minutes(30),
    };
    world
        .schedule(ScheduleCommand::Reschedule { time, by: None })
        .await;
    let told = world.told().await;
    assert!(
        told[0].0 == "booked" && told[0].2.contains("11:00"),
        "{told:?}"
    );

    let mut world = World::booked().await;
    world
        .schedule(ScheduleCommand::Cancel {
            reason: CancelReason::Mistake,
            by: None,
        })
        .await;
    assert_eq!(world.kinds().await, []);
}

#[tokio::test]
async fn a_delay_is_told_to_those_who_wait() {
    let mut world = World::booked().await;
    world.told().await;
    let late = QueueCommand::TellLate {
        delay: Some(Minutes(10)),
        by: None,
    };
    world.does(Command::Queue(late), Batch::default()).await;
    let told = world.told().await;
    assert_eq!(told.len(), 2);
    assert!(told[0].2.contains("10 phút"), "{told:?}");
}

#[tokio::test]
async fn people_are_reminded_an_hour_before_once_and_again_of_another_time() {
    let mut world = World::booked().await;
    world.told().await;
    let at = |ms| Timestamp(BEGINS.0 - HOUR + ms);
    *world.now.lock().unwrap() = Timestamp(at(0).0 - 1);
    assert_eq!(world.kinds().await, []);
    *world.now.lock().unwrap() = at(0);
    assert_eq!(world.kinds().await, both("reminder"));
    assert_eq!(world.kinds().await, []);
    // Moved by a day: told of it now, reminded of it then.
    let time = BookedTime {
        begins: BEGINS.plus(Duration::from_hours(24)),
        length: Minutes(30),
    };
    world
        .schedule(ScheduleCommand::Reschedule { time, by: None })
        .await;
    assert_eq!(world.kinds().await, both("moved"));
}

#[tokio::test]
async fn what_was_told_within_the_last_hour_needs_no_reminder() {
    let mut world = World::booked().await;
    *world.now.lock().unwrap() = Timestamp(BEGINS.0 - 90 * 60_000);
    let time = BookedTime {
        begins: BEGINS,
        length: Minutes(45),
    };
    world
        .schedule(ScheduleCommand::Reschedule { time, by: None })
        .await;
    assert_eq!(world.kinds().await, both("booked"));
    *world.now.lock().unwrap() = Timestamp(BEGINS.0 - HOUR / 2);
    assert_eq!(world.kinds().await, []);
}

#[tokio::test]
async fn nothing_is_lost_while_nobody_takes_messages_away() {
    let mut world = World::booked().await;
    *world.kept.full.lock().unwrap() = true;
    for _again in 0..3 {
        let full = world.teller.round().await.unwrap_err();
        assert!(
            matches!(full, TellingError::Messenger(MessengerError::Full)),
            "{full}"
        );
    }
    *world.kept.full.lock().unwrap() = false;
    assert_eq!(world.kinds().await, both("booked"));

    let erase = Command::Erase {
        seat: PATIENT,
        reason: crate::consultation::ErasureReason::Request,
    };
    world
        .does(
            erase,
            Batch {
                erased: vec![PATIENT],
                ..Batch::default()
            },
        )
        .await;
    world
        .schedule(ScheduleCommand::Cancel {
            reason: CancelReason::Other,
            by: None,
        })
        .await;
    let email = ("cancelled".to_owned(), "email".to_owned());
    assert_eq!(
        world.kinds().await,
        [email],
        "whoever was erased is told nothing"
    );
    assert!(
        world
            .log
            .iter()
            .any(|event| matches!(event.fact, Fact::Erased { .. }))
    );
}

mod webhooks;
