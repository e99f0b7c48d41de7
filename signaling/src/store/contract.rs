//! What every store must do. One suite of generic tests; `suite!(make a store)` runs it.

use super::{Batch, PersonRecord, RoomStore, StoreError, Version};
use crate::consultation::{Event, Fact, LeaveCause, Role, Standing};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::text::DisplayName;

const ROOM: RoomId = RoomId(0x1234);
const LINK: TokenHash = TokenHash([1; 32]);
const RESUME: TokenHash = TokenHash([0xff; 32]);

/// A room of two, with one link.
pub(super) fn opened() -> Batch {
    Batch {
        events: vec![Event {
            at: Timestamp(100),
            fact: Fact::Opened {
                seats: vec![Role::Practitioner, Role::Patient],
            },
        }],
        people: vec![person(1, "Bác sĩ Lan"), person(2, "Cụ Sính")],
        tokens: vec![(LINK, SeatId(2))],
    }
}

fn person(seat: u16, name: &str) -> PersonRecord {
    PersonRecord {
        seat: SeatId(seat),
        name: DisplayName::parse(name).unwrap(),
    }
}

fn fact(at: u64, fact: Fact) -> Event {
    Event {
        at: Timestamp(at),
        fact,
    }
}

fn events(events: Vec<Event>) -> Batch {
    Batch {
        events,
        ..Batch::default()
    }
}

pub(super) async fn keeps_the_log_in_order(store: impl RoomStore) {
    store.append(ROOM, Version(0), opened()).await.unwrap();
    let joined = fact(
        101,
        Fact::Joined {
            seat: SeatId(2),
            standing: Standing::Admitted,
            resume: RESUME,
        },
    );
    let left = fact(
        102,
        Fact::Left {
            seat: SeatId(2),
            cause: LeaveCause::Own,
        },
    );
    let version = store
        .append(ROOM, Version(1), events(vec![joined.clone(), left.clone()]))
        .await
        .unwrap();
    assert_eq!(version, Version(3));
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, Version(3));
    assert_eq!(room.events, [opened().events, vec![joined, left]].concat());
    assert_eq!(room.people, opened().people);
}

pub(super) async fn refuses_an_append_on_an_old_version_and_changes_nothing(store: impl RoomStore) {
    store.append(ROOM, Version(0), opened()).await.unwrap();
    let mut batch = events(vec![fact(101, Fact::Ended)]);
    batch.people = vec![person(1, "Somebody else")];
    batch.tokens = vec![(RESUME, SeatId(1))];
    let error = store.append(ROOM, Version(0), batch).await.unwrap_err();
    assert!(matches!(
        error,
        StoreError::Conflict {
            expected: Version(0),
            actual: Version(1)
        }
    ));
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, Version(1));
    assert_eq!(room.people, opened().people);
    assert_eq!(store.find(RESUME).await.unwrap(), None);
    assert!(
        store
            .ended_before(Timestamp(u64::MAX), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(super) async fn of_two_appends_at_once_one_wins(store: impl RoomStore) {
    store.append(ROOM, Version(0), opened()).await.unwrap();
    let end = || store.append(ROOM, Version(1), events(vec![fact(101, Fact::Ended)]));
    let (first, second) = tokio::join!(end(), end());
    assert!(first.is_ok() != second.is_ok());
    assert_eq!(store.load(ROOM).await.unwrap().unwrap().version, Version(2));
}

pub(super) async fn finds_the_seat_of_a_token(store: impl RoomStore) {
    store.append(ROOM, Version(0), opened()).await.unwrap();
    assert_eq!(store.find(LINK).await.unwrap(), Some((ROOM, SeatId(2))));
    assert_eq!(store.find(RESUME).await.unwrap(), None);
}

pub(super) async fn keeps_rooms_apart(store: impl RoomStore) {
    // Neighbours in the order of keys, and both ends of the range.
    let rooms = [RoomId(0), RoomId(1), RoomId(u64::MAX)];
    for room in rooms {
        store.append(room, Version(0), opened()).await.unwrap();
    }
    store.delete(RoomId(1)).await.unwrap();
    assert!(store.load(RoomId(0)).await.unwrap().is_some());
    assert!(store.load(RoomId(1)).await.unwrap().is_none());
    assert!(store.load(RoomId(u64::MAX)).await.unwrap().is_some());
}

pub(super) async fn lists_rooms_that_ended_oldest_first(store: impl RoomStore) {
    for (room, at) in [(1, 300), (2, 200), (3, 400)] {
        store
            .append(RoomId(room), Version(0), opened())
            .await
            .unwrap();
        store
            .append(
                RoomId(room),
                Version(1),
                events(vec![fact(at, Fact::Ended)]),
            )
            .await
            .unwrap();
    }
    store.append(RoomId(4), Version(0), opened()).await.unwrap();
    let before = |time, limit| store.ended_before(Timestamp(time), limit);
    assert_eq!(before(400, 10).await.unwrap(), [RoomId(2), RoomId(1)]);
    assert_eq!(before(1_000, 1).await.unwrap(), [RoomId(2)]);
}

pub(super) async fn a_deleted_room_leaves_nothing(store: impl RoomStore) {
    store.append(ROOM, Version(0), opened()).await.unwrap();
    let mut batch = events(vec![fact(101, Fact::Ended)]);
    batch.tokens = vec![(RESUME, SeatId(1))];
    store.append(ROOM, Version(1), batch).await.unwrap();
    store.delete(ROOM).await.unwrap();
    assert_eq!(store.load(ROOM).await.unwrap(), None);
    assert_eq!(store.find(LINK).await.unwrap(), None);
    assert_eq!(store.find(RESUME).await.unwrap(), None);
    assert!(
        store
            .ended_before(Timestamp(u64::MAX), 10)
            .await
            .unwrap()
            .is_empty()
    );
    store.delete(ROOM).await.unwrap(); // done already
    store.check().await.unwrap();
}

/// Makes one test of each function above, each with a store of its own.
macro_rules! suite {
    ($make:expr) => {
        $crate::store::contract::suite!($make;
            keeps_the_log_in_order
            refuses_an_append_on_an_old_version_and_changes_nothing
            of_two_appends_at_once_one_wins
            finds_the_seat_of_a_token
            keeps_rooms_apart
            lists_rooms_that_ended_oldest_first
            a_deleted_room_leaves_nothing
        );
    };
    ($make:expr; $($test:ident)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                $crate::store::contract::$test($make).await;
            }
        )*
    };
}

pub(super) use suite;
