//! What every store must do. One suite of generic tests; `suite!(make a store)` runs it.

mod appointments;

pub(super) use appointments::{
    a_reopened_room_is_not_among_the_ended, a_room_is_among_the_open_ones_until_it_is_over,
    keeps_a_calendar_in_order_and_those_of_others_apart,
    keeps_each_person_of_a_seat_and_erases_all_of_them,
    keeps_who_wished_something_and_which_request_made_a_room,
    moves_an_appointment_from_time_to_time_and_hand_to_hand,
    what_happened_is_in_the_outbox_until_all_is_told,
};

use super::journal::{StreamId, StreamKind};
use super::{
    Batch, ChatRecord, FailedJoins, JoinFailure, MediaRecord, PersonRecord, RetentionClass,
    RoomStore, Store, StoreError, Version,
};
use crate::consultation::{Event, Fact, LeaveCause, Role, Standing};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::protocol::ErrorCode;
use crate::text::{ChatRef, ChatText, DisplayName, LanguageCode};

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
        ..Batch::default()
    }
}

/// What is said and muted in it, and who came to translate; no events.
pub(super) fn talked() -> Batch {
    let languages = ["vi", "ko"].map(|code| LanguageCode::parse(code).unwrap());
    Batch {
        people: vec![PersonRecord {
            languages: Some(languages),
            ..person(3, "Mai")
        }],
        chat: vec![
            message(9, "Chào bác"),
            message(10, "Chào cháu"),
            message(11, "Bác chờ một phút nhé"),
        ],
        media: vec![
            media(1, (true, false, false)),
            media(2, (false, true, true)),
        ],
        ..Batch::default()
    }
}

fn message(id: u64, text: &str) -> ChatRecord {
    ChatRecord {
        id,
        seat: SeatId(2),
        with: id.is_multiple_of(2).then_some(SeatId(2)),
        at: Timestamp(100 + id),
        r#ref: ChatRef::parse(&format!("m{id}")).unwrap(),
        text: ChatText::parse(text).unwrap(),
    }
}

fn media(seat: u16, (microphone, camera, hand): (bool, bool, bool)) -> MediaRecord {
    MediaRecord {
        seat: SeatId(seat),
        microphone,
        camera,
        hand,
    }
}

fn person(seat: u16, name: &str) -> PersonRecord {
    PersonRecord::new(SeatId(seat), DisplayName::parse(name).unwrap(), None)
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

/// After its time.
pub(super) async fn delete(store: &impl RoomStore, room: RoomId) {
    let (retention, at) = (RetentionClass::Consultation, Timestamp(9_999));
    let deleted = store.delete(vec![room], retention, at).await;
    deleted.unwrap();
}

/// A room of two that was just opened.
async fn open(store: &impl RoomStore, room: RoomId) -> Version {
    let appended = store.append(room, Version::default(), opened()).await;
    appended.unwrap()
}

pub(super) async fn keeps_the_log_in_order(store: impl RoomStore) {
    let first = open(&store, ROOM).await;
    assert_eq!(first.length, 1);
    let joined = fact(
        101,
        Fact::Joined {
            seat: SeatId(2),
            standing: Standing::Admitted,
            resume: RESUME,
            resumed_with: None,
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
        .append(ROOM, first, events(vec![joined.clone(), left.clone()]))
        .await
        .unwrap();
    assert_eq!(version.length, 3);
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, version);
    assert_eq!(room.events, [opened().events, vec![joined, left]].concat());
    assert_eq!(room.people, opened().people);
}

pub(super) async fn keeps_chat_and_mute_states_beside_the_log(store: impl RoomStore) {
    let opened_at = open(&store, ROOM).await;
    // It is no event: the log stays as it is.
    let version = store.append(ROOM, opened_at, talked()).await.unwrap();
    assert_eq!(version, opened_at);
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, opened_at);
    assert_eq!(room.people, [opened().people, talked().people].concat());
    assert_eq!(room.chat, talked().chat);
    assert_eq!(room.media, talked().media);
}

pub(super) async fn lists_the_chat_by_id_and_the_mute_states_by_seat(store: impl RoomStore) {
    let version = open(&store, ROOM).await;
    let ids = [255, 256, 1, 65_536, 2];
    let batch = Batch {
        chat: ids.map(|id| message(id, "x")).into(),
        media: [3, 1, 2].map(|seat| media(seat, (true, true, true))).into(),
        ..Batch::default()
    };
    store.append(ROOM, version, batch).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    let ids: Vec<_> = room.chat.iter().map(|message| message.id).collect();
    assert_eq!(ids, [1, 2, 255, 256, 65_536]);
    let seats: Vec<_> = room.media.iter().map(|media| media.seat.0).collect();
    assert_eq!(seats, [1, 2, 3]);
}

pub(super) async fn forgets_messages_and_replaces_mute_states(store: impl RoomStore) {
    let version = open(&store, ROOM).await;
    store.append(ROOM, version, talked()).await.unwrap();
    let batch = Batch {
        chat: vec![message(12, "Vâng")],
        chat_forgotten: vec![9, 10, 77],
        media: vec![media(2, (true, false, false))],
        ..Batch::default()
    };
    store.append(ROOM, version, batch).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    let ids: Vec<_> = room.chat.iter().map(|message| message.id).collect();
    assert_eq!(ids, [11, 12]);
    let first = media(1, (true, false, false));
    assert_eq!(room.media, [first, media(2, (true, false, false))]);
}

pub(super) async fn keeps_failed_joins_of_a_seat_in_one_place_until_it_is_erased(
    store: impl RoomStore,
) {
    let version = open(&store, ROOM).await;
    let failed = |count, last| FailedJoins {
        count,
        at: Timestamp(100 + u64::from(count)),
        last,
    };
    let refused = JoinFailure::Refused(ErrorCode::OfferInvalid);
    let keep = async |failed: &[(SeatId, FailedJoins)]| {
        let batch = Batch {
            failed: failed.to_vec(),
            ..Batch::default()
        };
        let kept = store.append(ROOM, version, batch).await.unwrap();
        assert_eq!(kept, version, "it is not in the log");
    };
    let known = async || store.load(ROOM).await.unwrap().unwrap().failed;
    assert_eq!(known().await, []);
    let (doctor, patient) = (SeatId(1), SeatId(2));
    keep(&[(patient, failed(1, refused))]).await;
    for count in 2..50 {
        let last = JoinFailure::Transport;
        keep(&[(patient, failed(count, last)), (doctor, failed(1, refused))]).await;
        let wanted = [(doctor, failed(1, refused)), (patient, failed(count, last))];
        assert_eq!(known().await, wanted);
    }
    let erasure = Batch {
        erased: vec![patient],
        ..Batch::default()
    };
    store.append(ROOM, version, erasure).await.unwrap();
    assert_eq!(known().await, [(doctor, failed(1, refused))]);
    delete(&store, ROOM).await;
    assert_eq!(store.load(ROOM).await.unwrap(), None);
}

pub(super) async fn refuses_an_append_on_an_old_version_and_changes_nothing(store: impl RoomStore) {
    let version = open(&store, ROOM).await;
    let mut batch = events(vec![fact(101, Fact::Ended { by: None })]);
    batch.people = vec![person(1, "Somebody else")];
    batch.tokens = vec![(RESUME, SeatId(1))];
    batch.chat = vec![message(1, "Somebody else's")];
    batch.media = vec![media(1, (false, false, false))];
    let error = store
        .append(ROOM, Version::default(), batch)
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        StoreError::Conflict {
            expected,
            actual
        } if expected == Version::default() && actual == version
    ));
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, version);
    assert_eq!(room.people, opened().people);
    assert_eq!((room.chat, room.media), (Vec::new(), Vec::new()));
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
    let version = open(&store, ROOM).await;
    let end = || {
        store.append(
            ROOM,
            version,
            events(vec![fact(101, Fact::Ended { by: None })]),
        )
    };
    let (first, second) = tokio::join!(end(), end());
    assert!(first.is_ok() != second.is_ok());
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version.length, 2);
}

pub(super) async fn refuses_an_append_on_another_history_of_the_same_length(store: impl RoomStore) {
    let version = open(&store, ROOM).await;
    // Another store, or this one before it lost something, went on differently.
    let mut otherwise = opened();
    otherwise.events[0].at = Timestamp(99);
    let elsewhere = RoomId(ROOM.0 + 1);
    let appended = store.append(elsewhere, Version::default(), otherwise).await;
    let other = appended.unwrap();
    assert_eq!(other.length, version.length);
    let refused = store.append(ROOM, other, talked()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }));
    store.append(ROOM, version, talked()).await.unwrap();
}

pub(super) async fn finds_the_seat_of_a_token(store: impl RoomStore) {
    open(&store, ROOM).await;
    assert_eq!(store.find(LINK).await.unwrap(), Some((ROOM, SeatId(2))));
    assert_eq!(store.find(RESUME).await.unwrap(), None);
}

pub(super) async fn keeps_rooms_apart(store: impl RoomStore) {
    // Neighbours in the order of keys, and both ends of the range.
    let rooms = [RoomId(0), RoomId(1), RoomId(u64::MAX)];
    for room in rooms {
        let version = open(&store, room).await;
        store.append(room, version, talked()).await.unwrap();
    }
    delete(&store, RoomId(1)).await;
    assert!(store.load(RoomId(1)).await.unwrap().is_none());
    for room in [RoomId(0), RoomId(u64::MAX)] {
        let room = store.load(room).await.unwrap().unwrap();
        assert_eq!(room.chat, talked().chat);
        assert_eq!(room.media, talked().media);
    }
}

pub(super) async fn lists_rooms_that_ended_oldest_first(store: impl RoomStore) {
    for (room, at) in [(1, 300), (2, 200), (3, 400)] {
        let room = RoomId(room);
        let version = open(&store, room).await;
        let ended = events(vec![fact(at, Fact::Ended { by: None })]);
        store.append(room, version, ended).await.unwrap();
    }
    open(&store, RoomId(4)).await;
    let before = |time, limit| store.ended_before(Timestamp(time), limit);
    assert_eq!(before(400, 10).await.unwrap(), [RoomId(2), RoomId(1)]);
    assert_eq!(before(1_000, 1).await.unwrap(), [RoomId(2)]);
}

pub(super) async fn a_deleted_room_leaves_nothing(store: impl RoomStore) {
    let version = open(&store, ROOM).await;
    let mut batch = events(vec![fact(101, Fact::Ended { by: None })]);
    batch.tokens = vec![(RESUME, SeatId(1))];
    batch.chat = talked().chat;
    batch.media = talked().media;
    store.append(ROOM, version, batch).await.unwrap();
    delete(&store, ROOM).await;
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
    delete(&store, ROOM).await; // done already
    store.check().await.unwrap();
    // Whoever gets the same number finds an empty room.
    open(&store, ROOM).await;
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!((room.chat, room.media), (Vec::new(), Vec::new()));
}

/// Asking how far a log has come tells what reading it would.
pub(super) async fn knows_how_far_a_log_has_come(store: Store) {
    let stream = StreamId {
        kind: StreamKind::Room,
        id: ROOM.0,
    };
    let version = || store.journal.version(stream);
    assert_eq!(version().await.unwrap(), None);
    let first = open(&store, ROOM).await;
    assert_eq!(version().await.unwrap(), Some(first));
    let ended = Batch {
        events: vec![Event {
            at: Timestamp(200),
            fact: Fact::Confirmed { seat: SeatId(1) },
        }],
        ..Batch::default()
    };
    let second = store.append(ROOM, first, ended).await.unwrap();
    assert_eq!(version().await.unwrap(), Some(second));
    // What stands beside the log is no step of it.
    store.append(ROOM, second, talked()).await.unwrap();
    assert_eq!(version().await.unwrap(), Some(second));
    delete(&store, ROOM).await;
    assert_eq!(version().await.unwrap(), None);
}

/// For audits and for what is done to every stream.
pub(super) async fn lists_each_stream_once_in_pages_of_any_size(store: Store) {
    let rooms = [0, 1, 2, 255, 256, u64::MAX - 1, u64::MAX];
    for room in rooms {
        open(&store, RoomId(room)).await;
    }
    // It leaves a line in a stream of another kind.
    delete(&store, RoomId(2)).await;
    let room = |id| (StreamKind::Room, id);
    let wanted = [0, 1, 255, 256, u64::MAX - 1, u64::MAX].map(room);
    let wanted = [&wanted[..], &[(StreamKind::Deletions, 0)]].concat();
    for limit in 1..9 {
        let mut listed: Vec<StreamId> = Vec::new();
        loop {
            let page = store.journal.streams(listed.last().copied(), limit).await;
            let page = page.unwrap();
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        let listed: Vec<_> = listed.iter().map(|one| (one.kind, one.id)).collect();
        assert_eq!(listed, wanted, "pages of {limit}");
    }
}

/// Makes one test of each function above, each with a store of its own.
macro_rules! suite {
    ($make:expr) => {
        $crate::store::contract::suite!($make;
            keeps_the_log_in_order
            keeps_chat_and_mute_states_beside_the_log
            lists_the_chat_by_id_and_the_mute_states_by_seat
            forgets_messages_and_replaces_mute_states
            keeps_failed_joins_of_a_seat_in_one_place_until_it_is_erased
            refuses_an_append_on_an_old_version_and_changes_nothing
            refuses_an_append_on_another_history_of_the_same_length
            of_two_appends_at_once_one_wins
            finds_the_seat_of_a_token
            keeps_rooms_apart
            lists_rooms_that_ended_oldest_first
            a_deleted_room_leaves_nothing
            knows_how_far_a_log_has_come
            lists_each_stream_once_in_pages_of_any_size
            keeps_a_calendar_in_order_and_those_of_others_apart
            moves_an_appointment_from_time_to_time_and_hand_to_hand
            a_reopened_room_is_not_among_the_ended
            a_room_is_among_the_open_ones_until_it_is_over
            what_happened_is_in_the_outbox_until_all_is_told
            keeps_each_person_of_a_seat_and_erases_all_of_them
            keeps_who_wished_something_and_which_request_made_a_room
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
