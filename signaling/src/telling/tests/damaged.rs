//! One appointment that cannot be read, among others.

use std::ops::Range;

use super::*;
use crate::ids::TokenHash;
use crate::store::RetentionClass;

/// A store in which one room rotted.
struct Rotten {
    store: Store,
    room: RoomId,
}

impl RoomStore for Rotten {
    fn append(
        &self,
        room: RoomId,
        expected: Version,
        batch: Batch,
    ) -> BoxFuture<'static, Result<Version, StoreError>> {
        self.store.append(room, expected, batch)
    }

    fn load(&self, room: RoomId) -> BoxFuture<'static, Result<Option<StoredRoom>, StoreError>> {
        if room != self.room {
            return self.store.load(room);
        }
        let reason = "an event";
        Box::pin(async move { Err(StoreError::Unreadable { room, reason }) })
    }

    fn find(
        &self,
        token: TokenHash,
    ) -> BoxFuture<'static, Result<Option<(RoomId, SeatId)>, StoreError>> {
        self.store.find(token)
    }

    fn ended_before(
        &self,
        time: Timestamp,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<RoomId>, StoreError>> {
        self.store.ended_before(time, limit)
    }

    fn open_rooms(
        &self,
        until: Timestamp,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        self.store.open_rooms(until, after, limit)
    }

    fn look_again(
        &self,
        room: RoomId,
        version: Version,
        at: Timestamp,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.store.look_again(room, version, at)
    }

    fn calendar(
        &self,
        of: Calendar,
        times: Range<Timestamp>,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        self.store.calendar(of, times, after, limit)
    }

    fn outbox(
        &self,
        clinic: ClinicId,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>> {
        self.store.outbox(clinic, after, limit)
    }

    fn note_told(
        &self,
        room: RoomId,
        clinic: ClinicId,
        version: Version,
        told: Told,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.store.note_told(room, clinic, version, told)
    }

    fn delete(
        &self,
        rooms: Vec<RoomId>,
        retention: RetentionClass,
        at: Timestamp,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.store.delete(rooms, retention, at)
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.store.check()
    }
}

#[tokio::test]
async fn an_appointment_that_cannot_be_read_keeps_no_other_from_being_told_and_reminded_of() {
    let mut world = World::booked().await;
    world.books(RoomId(0x1001), |_| ()).await;
    world.teller.store = Arc::new(Rotten {
        store: world.store.clone(),
        room: ROOM,
    });
    let round = async |wanted: &str| {
        let left = world.teller.round().await.unwrap_err();
        assert!(
            left.to_string().contains("00000000000000ab"),
            "it is named: {left}"
        );
        let told = std::mem::take(&mut *world.kept.messages.lock().unwrap());
        let kinds: Vec<_> = told.iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(kinds, [wanted, wanted]);
    };
    round("booked").await;
    *world.now.lock().unwrap() = Timestamp(BEGINS.0 - HOUR);
    round("reminder").await;
}
