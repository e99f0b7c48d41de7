//! What every store must do with appointments: calendars, outbox, the people of a seat.

use super::{ROOM, delete, events, fact, opened, person};
use crate::accounts::{AccountId, ClinicId, KeyId};
use crate::consultation::{BookedTime, Fact, LinkState, Minutes, Role, ScheduleFact};
use crate::contact::{Contact, Email, Phone};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::opaque::{LinkToken, SeatCode};
use crate::store::{
    Actor, Batch, Calendar, Calendars, Dated, InvitationRecord, PersonRecord, RequestRecord,
    RoomStore, StoreError, Told, Version,
};

const CLINIC: ClinicId = ClinicId(1);
const TOLD: Told = Told {
    announced: 2,
    length: 2,
    reminded: Some(Timestamp(100)),
};
const OTHER: ClinicId = ClinicId(2);
const LAN: AccountId = AccountId(1);
const HOA: AccountId = AccountId(2);

fn booking(clinic: ClinicId, begins: u64) -> Batch {
    let begins = Timestamp(begins);
    let booked = ScheduleFact::Booked {
        clinic,
        time: BookedTime {
            begins,
            length: Minutes(30),
        },
        seats: vec![Role::Practitioner, Role::Patient],
    };
    Batch {
        clinic: Some(clinic),
        booked: Some(Calendars {
            clinic,
            begins,
            staff: vec![LAN],
            no_longer: Vec::new(),
        }),
        people: opened().people,
        ..events(vec![fact(10, Fact::Schedule(booked))])
    }
}

async fn book(store: &impl RoomStore, room: u64, clinic: ClinicId, begins: u64) -> Version {
    let booking = booking(clinic, begins);
    let appended = store.append(RoomId(room), Version::default(), booking);
    appended.await.unwrap()
}

fn dated(at: u64, room: u64) -> Dated {
    let (at, room) = (Timestamp(at), RoomId(room));
    Dated { at, room }
}

async fn calendar(store: &impl RoomStore, of: Calendar) -> Vec<Dated> {
    let all = Timestamp(0)..Timestamp(u64::MAX);
    store.calendar(of, all, None, 100).await.unwrap()
}

pub(in crate::store) async fn keeps_a_calendar_in_order_and_those_of_others_apart(
    store: impl RoomStore,
) {
    for (room, begins) in [(1, 300), (2, 100), (3, 200), (4, 200), (5, 400)] {
        book(&store, room, CLINIC, begins).await;
    }
    // Its neighbours in the order of keys.
    for (room, clinic) in [(6, 0), (7, 2), (8, u64::MAX)] {
        book(&store, room, ClinicId(clinic), 200).await;
    }
    let of = Calendar::Clinic(CLINIC);
    let ordered =
        [(100, 2), (200, 3), (200, 4), (300, 1), (400, 5)].map(|(at, room)| dated(at, room));
    assert_eq!(calendar(&store, of).await, ordered);
    assert_eq!(
        calendar(&store, Calendar::Clinic(OTHER)).await,
        [dated(200, 7)]
    );
    assert_eq!(calendar(&store, Calendar::Account(LAN)).await.len(), 8);
    // From the first on, and before the last.
    let between = |from, to| Timestamp(from)..Timestamp(to);
    let some = store
        .calendar(of, between(200, 400), None, 9)
        .await
        .unwrap();
    assert_eq!(some, ordered[1..4]);
    assert_eq!(
        store
            .calendar(of, between(201, 201), None, 9)
            .await
            .unwrap(),
        []
    );
    // In pages, also where two begin at once; a cursor before the times changes nothing.
    for limit in 1..6 {
        let mut listed = Vec::new();
        let mut after = Some(dated(5, 9));
        loop {
            let page = store
                .calendar(of, between(100, 401), after, limit)
                .await
                .unwrap();
            after = page.last().copied();
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= limit);
            listed.extend(page);
        }
        assert_eq!(listed, ordered, "pages of {limit}");
    }
    let beyond = store.calendar(of, between(0, 300), Some(dated(300, 1)), 9);
    assert_eq!(beyond.await.unwrap(), []);
}

pub(in crate::store) async fn moves_an_appointment_from_time_to_time_and_hand_to_hand(
    store: impl RoomStore,
) {
    let version = book(&store, 1, CLINIC, 100).await;
    let moved = |begins, staff, no_longer| Batch {
        booked: Some(Calendars {
            clinic: CLINIC,
            begins: Timestamp(begins),
            staff,
            no_longer,
        }),
        ..Batch::default()
    };
    let write = store.append(RoomId(1), version, moved(500, vec![LAN], vec![]));
    write.await.unwrap();
    let (clinic, lan, hoa) = (
        Calendar::Clinic(CLINIC),
        Calendar::Account(LAN),
        Calendar::Account(HOA),
    );
    assert_eq!(calendar(&store, clinic).await, [dated(500, 1)]);
    assert_eq!(calendar(&store, lan).await, [dated(500, 1)]);
    let write = store.append(RoomId(1), version, moved(500, vec![HOA], vec![LAN]));
    write.await.unwrap();
    assert_eq!(calendar(&store, lan).await, []);
    assert_eq!(calendar(&store, hoa).await, [dated(500, 1)]);
    // On an old version nothing moves.
    let old = store.append(
        RoomId(1),
        Version::default(),
        moved(900, vec![LAN], vec![HOA]),
    );
    old.await.unwrap_err();
    assert_eq!(calendar(&store, hoa).await, [dated(500, 1)]);
    delete(&store, RoomId(1)).await;
    for of in [clinic, lan, hoa] {
        assert_eq!(calendar(&store, of).await, []);
    }
    assert_eq!(store.outbox(CLINIC, None, 9).await.unwrap(), []);
}

/// Else the sweep would delete what people are in.
pub(in crate::store) async fn a_reopened_room_is_not_among_the_ended(store: impl RoomStore) {
    let version = store.append(ROOM, Version::default(), opened());
    let version = version.await.unwrap();
    let reopened = Fact::Schedule(ScheduleFact::Reopened { by: None });
    let ended = events(vec![fact(200, Fact::Ended { by: None })]);
    let version = store.append(ROOM, version, ended.clone()).await.unwrap();
    let ends = async || store.ended_before(Timestamp(1_000), 9).await.unwrap();
    assert_eq!(ends().await, [ROOM]);
    let again = events(vec![fact(300, reopened.clone())]);
    let version = store.append(ROOM, version, again).await.unwrap();
    assert_eq!(ends().await, []);
    // The latest word of one write counts.
    let end = |at| fact(at, Fact::Ended { by: None });
    let both = events(vec![end(400), fact(401, reopened.clone()), end(402)]);
    let version = store.append(ROOM, version, both).await.unwrap();
    assert_eq!(ends().await, [ROOM]);
    let both = events(vec![end(500), fact(501, reopened)]);
    store.append(ROOM, version, both).await.unwrap();
    assert_eq!(ends().await, []);
}

pub(in crate::store) async fn a_room_is_among_the_open_ones_until_it_is_over(
    store: impl RoomStore,
) {
    const HOUR: u64 = 3_600_000;
    let open = async |until| {
        let open = store.open_rooms(Timestamp(until), None, 9);
        open.await.unwrap()
    };
    // A time of half an hour is to be looked at two hours after its end, a room with a link when that expires.
    let version = book(&store, 1, CLINIC, HOUR).await;
    let due = 3 * HOUR + HOUR / 2;
    let invited = Fact::Invited {
        seat: SeatId(2),
        role: Role::Patient,
        link: Some(LinkState {
            hash: TokenHash([4; 32]),
            expires: Timestamp(9_000),
        }),
    };
    let mut linked = opened();
    linked.events.push(fact(100, invited));
    for (room, batch) in [(2, linked), (3, opened())] {
        let appended = store.append(RoomId(room), Version::default(), batch);
        appended.await.unwrap();
    }
    assert_eq!(open(99).await, []);
    assert_eq!(open(100).await, [dated(100, 3)]);
    assert_eq!(open(due - 1).await, [dated(100, 3), dated(9_000, 2)]);
    let all = [dated(100, 3), dated(9_000, 2), dated(due, 1)];
    assert_eq!(open(due).await, all);
    let page = store.open_rooms(Timestamp(due), Some(all[0]), 1).await;
    assert_eq!(page.unwrap(), [all[1]]);
    // Moved, it is looked at then.
    let time = BookedTime {
        begins: Timestamp(2 * HOUR),
        length: Minutes(30),
    };
    let moved = Fact::Schedule(ScheduleFact::Rescheduled { time, by: None });
    let moved = events(vec![fact(20, moved)]);
    let version = store.append(RoomId(1), version, moved).await.unwrap();
    assert_eq!(open(due).await, all[..2]);
    // Put off, not by whoever has not seen what happened meanwhile.
    let late = store.look_again(RoomId(1), Version::default(), Timestamp(5));
    assert!(matches!(late.await, Err(StoreError::Conflict { .. })));
    let again = store.look_again(RoomId(1), version, Timestamp(5));
    again.await.unwrap();
    assert_eq!(open(5).await, [dated(5, 1)]);
    let unchanged = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(unchanged.version, version);
    // Over, it is not looked at; taken back, at once.
    let ended = events(vec![fact(30, Fact::Ended { by: None })]);
    let version = store.append(RoomId(1), version, ended).await.unwrap();
    assert_eq!(open(u64::MAX - 1).await, all[..2]);
    let reopened = Fact::Schedule(ScheduleFact::Reopened { by: None });
    let reopened = events(vec![fact(40, reopened)]);
    store.append(RoomId(1), version, reopened).await.unwrap();
    assert_eq!(open(40).await, [dated(40, 1)]);
    delete(&store, RoomId(1)).await;
    assert_eq!(open(40).await, []);
}

pub(in crate::store) async fn what_happened_is_in_the_outbox_until_all_is_told(
    store: impl RoomStore,
) {
    let first = book(&store, 1, CLINIC, 500).await;
    book(&store, 2, CLINIC, 400).await;
    book(&store, 3, OTHER, 300).await;
    let outbox = async |after| store.outbox(CLINIC, after, 9).await.unwrap();
    assert_eq!(outbox(None).await, [dated(10, 1), dated(10, 2)]);
    assert_eq!(outbox(Some(dated(10, 1))).await, [dated(10, 2)]);
    let ended = Batch {
        clinic: Some(CLINIC),
        ..events(vec![fact(20, Fact::Ended { by: None })])
    };
    let version = store.append(RoomId(1), first, ended).await.unwrap();
    assert_eq!(outbox(None).await, [dated(10, 2), dated(20, 1)]);
    let early = store.note_told(RoomId(1), CLINIC, first, TOLD).await;
    assert!(matches!(early, Err(StoreError::Conflict { .. })));
    assert_eq!(outbox(None).await.len(), 2);
    let told = async |room| store.load(RoomId(room)).await.unwrap().unwrap().told;
    for half in [
        Told { length: 1, ..TOLD },
        Told {
            announced: 0,
            ..TOLD
        },
    ] {
        let noted = store.note_told(RoomId(1), CLINIC, version, half).await;
        noted.unwrap();
        assert_eq!(told(1).await, half);
        assert_eq!(outbox(None).await.len(), 2, "people and webhooks: {half:?}");
    }
    store
        .note_told(RoomId(1), CLINIC, version, TOLD)
        .await
        .unwrap();
    assert_eq!(outbox(None).await, [dated(10, 2)]);
    assert_eq!((told(1).await, told(2).await), (TOLD, Told::default()));
    // Names and chat are nothing to tell.
    let named = Batch {
        clinic: Some(CLINIC),
        people: vec![person(1, "Bác sĩ Lan")],
        ..Batch::default()
    };
    store.append(RoomId(1), version, named).await.unwrap();
    assert_eq!(outbox(None).await, [dated(10, 2)]);
}

pub(in crate::store) async fn keeps_each_person_of_a_seat_and_erases_all_of_them(
    store: impl RoomStore,
) {
    let mut batch = booking(CLINIC, 500);
    batch.people[0] = PersonRecord {
        account: Some(LAN),
        contact: Contact {
            phone: Some(Phone::parse("0901234567").unwrap()),
            email: Some(Email::parse("lan@pk.vn").unwrap()),
        },
        ..batch.people[0].clone()
    };
    let lan = batch.people[0].clone();
    let version = store.append(ROOM, Version::default(), batch).await.unwrap();
    let hoa = PersonRecord {
        person: 2,
        account: Some(HOA),
        ..person(1, "Bác sĩ Hoa")
    };
    let invitation = InvitationRecord {
        seat: SeatId(1),
        person: 2,
        link: LinkToken::from_bytes([3; 16]),
        code: Some(SeatCode::from_bytes([4; 8])),
    };
    let batch = Batch {
        people: vec![hoa.clone()],
        invitations: vec![invitation.clone()],
        ..Batch::default()
    };
    store.append(ROOM, version, batch).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.people, [lan, person(2, "Cụ Sính"), hoa]);
    assert_eq!(room.invitations, [invitation]);
    let erasure = Batch {
        erased: vec![SeatId(1)],
        ..Batch::default()
    };
    store.append(ROOM, version, erasure).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.people, [person(2, "Cụ Sính")]);
    assert_eq!(room.invitations, []);
}

pub(in crate::store) async fn keeps_who_wished_something_and_which_request_made_a_room(
    store: impl RoomStore,
) {
    let request = RequestRecord {
        at: Timestamp(10),
        body: TokenHash([8; 32]),
    };
    let batch = Batch {
        actor: Some(Actor::Key(KeyId(9))),
        request: Some(request),
        ..booking(CLINIC, 500)
    };
    let version = store.append(ROOM, Version::default(), batch).await.unwrap();
    let batch = Batch {
        actor: Some(Actor::Account(LAN)),
        ..events(vec![fact(20, Fact::Ended { by: None })])
    };
    let version = store.append(ROOM, version, batch).await.unwrap();
    let unlocked = events(vec![fact(30, Fact::Unlocked { by: None })]);
    let version = store.append(ROOM, version, unlocked).await.unwrap();
    let by_itself = Batch {
        actor: Some(Actor::Server),
        ..events(vec![fact(40, Fact::Ended { by: None })])
    };
    store.append(ROOM, version, by_itself).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    let (key, lan) = (Actor::Key(KeyId(9)), Actor::Account(LAN));
    let wished = [Some(key), Some(lan), None, Some(Actor::Server)];
    assert_eq!(room.actors, wished);
    assert_eq!(room.request, Some(request));
}
