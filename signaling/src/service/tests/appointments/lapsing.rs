//! What nobody ends.

use super::*;
use crate::protocol::Lapse;
use crate::room::Input;
use crate::store::redis::tests::server::{Settings as RedisSettings, TestRedis};

const HOUR: Duration = Duration::from_hours(1);

impl World {
    /// The clock goes on by the hour, and the server sweeps each time.
    async fn sweeps_until(&self, time: Timestamp) {
        let mut now = Timestamp(self.time.load(Ordering::Relaxed));
        while now < time {
            now = now.plus(HOUR).min(time);
            self.is(now);
            self.service.sweep().await;
        }
    }

    /// How it ended, and for whom that was done.
    async fn end_of(&self, room: RoomId) -> (Phase, Option<Lapse>, Option<Actor>) {
        let seen = self.look(room).await;
        let stored = self.store.load(room).await.unwrap().unwrap();
        let lapse = seen.end.and_then(|end| end.lapse);
        (seen.phase, lapse, *stored.actors.last().unwrap())
    }

    /// Somebody closes their page for good.
    async fn goes(&self, page: Page) {
        page.says(Said::Leave).await;
        page.connected.disconnect().await;
        self.passes(Duration::from_mins(3)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_that_nobody_tidied_is_tidy_the_day_after() {
    let world = morning().await;
    let missed = world.book(consultation(DOCTOR, minutes(0))).await;
    let unseen = world.book(consultation(DOCTOR, minutes(15))).await;
    let left = world.book(consultation(DOCTOR, minutes(30))).await;
    let tomorrow = consultation(DOCTOR, Duration::from_hours(48));
    let tomorrow = world.book(tomorrow).await.appointment;
    world.is(EIGHT);
    let waits = world.comes(&unseen, PATIENT).await;
    world.goes(waits).await;
    let lan = world.comes(&left, PRACTITIONER).await;
    let sinh = world.comes(&left, PATIENT).await;
    lan.says(Said::Admit { seat: PATIENT }).await;
    world.is(EIGHT.plus(minutes(40)));
    world.goes(lan).await;
    world.goes(sinh).await;
    let [missed, unseen, left] = [missed, unseen, left].map(|one| one.appointment);
    assert_eq!(world.look(left).await.phase, Phase::InProgress);

    world.sweeps_until(EIGHT.plus(minutes(44 + 120))).await;
    assert_eq!(world.look(left).await.phase, Phase::InProgress);
    world.sweeps_until(EIGHT.plus(minutes(45 + 120))).await;
    let by_itself = Some(Actor::Server);
    let wanted = (Phase::Ended, Some(Lapse::Left), by_itself);
    assert_eq!(world.end_of(left).await, wanted);

    world.sweeps_until(EIGHT.plus(minutes(14 + 24 * 60))).await;
    assert_eq!(world.look(missed).await.phase, Phase::Open);
    world.sweeps_until(EIGHT.plus(minutes(60 + 24 * 60))).await;
    assert_eq!(world.end_of(missed).await, (Phase::NoShow, None, by_itself));
    let wanted = (Phase::Ended, Some(Lapse::Unseen), by_itself);
    assert_eq!(world.end_of(unseen).await, wanted);
    assert_eq!(world.look(tomorrow).await.phase, Phase::Scheduled);

    // From here on the time runs for which they are kept.
    world.sweeps_until(EIGHT.plus(minutes(9 * 24 * 60))).await;
    for room in [missed, unseen, left] {
        assert_eq!(world.store.load(room).await.unwrap(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_lapses_while_somebody_is_connected_however_long_it_takes() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    world.is(EIGHT);
    let mut sinh = world.comes(&booked, PATIENT).await;
    sinh.drain();
    let two_days = EIGHT.plus(Duration::from_hours(48));
    world.sweeps_until(two_days).await;
    assert_eq!(world.look(room).await.phase, Phase::Open);
    assert_eq!(sinh.drain(), []);
    world.goes(sinh).await;
    world.sweeps_until(two_days.plus(2 * HOUR)).await;
    let wanted = (Phase::Ended, Some(Lapse::Unseen), Some(Actor::Server));
    assert_eq!(world.end_of(room).await, wanted);
}

/// The log of a server that was killed says for ever that they are there.
#[tokio::test(start_paused = true)]
async fn whoever_a_killed_server_left_in_their_seats_keeps_nothing_open() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    world.is(EIGHT);
    let page = world.comes(&booked, PATIENT).await;
    drop(page);
    let world = world.restarted();
    // Another server may have them: it is not for this one to say that they left.
    world
        .sweeps_until(EIGHT.plus(Duration::from_hours(23)))
        .await;
    let log = world.store.load(room).await.unwrap().unwrap();
    assert!(domain::replay(&log.events).is_present(PATIENT));
    world
        .sweeps_until(EIGHT.plus(Duration::from_hours(26)))
        .await;
    let wanted = (Phase::Ended, Some(Lapse::Unseen), Some(Actor::Server));
    assert_eq!(world.end_of(room).await, wanted);
}

#[tokio::test(start_paused = true)]
async fn a_room_without_a_time_is_over_when_its_links_are_and_is_forgotten_then() {
    let world = morning().await;
    // The one that the world begins with: its links are good for a week from the epoch on.
    assert!(world.store.load(world.room).await.unwrap().is_some());
    world.service.sweep().await;
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    assert_eq!(domain::replay(&stored.events).phase(), domain::Phase::Ended);
    let week = Duration::from_hours(7 * 24);
    let now = Timestamp(world.time.load(Ordering::Relaxed));
    let fresh = open(&world.service, &[Role::Practitioner, Role::Patient]).await;
    world.sweeps_until(now.plus(week).minus(minutes(1))).await;
    let live = world.store.load(fresh.room).await.unwrap().unwrap();
    assert!(domain::replay(&live.events).phase().is_live());
    world.sweeps_until(now.plus(2 * week).plus(HOUR)).await;
    assert_eq!(world.store.load(fresh.room).await.unwrap(), None);
    assert_eq!(world.store.load(world.room).await.unwrap(), None);
}

/// A year of consultations, each looked at when it may be over and not again.
#[tokio::test(start_paused = true)]
async fn a_sweep_reads_what_is_due_and_nothing_else() {
    let (store, loads) = Store::counted();
    let world = World::over(store, Settings::default()).await;
    world.is(EIGHT.minus(minutes(30)));
    world.service.sweep().await; // the one that the world begins with
    for number in 0..40 {
        let after = minutes(15 * number);
        let booked = world.book(consultation(DOCTOR, after)).await;
        if number % 2 == 0 {
            let ended = world.change(desk(CLINIC), booked.appointment, Change::End);
            ended.await.unwrap();
        }
    }
    world.passes(Duration::from_mins(3)).await;
    let before = loads.load(Ordering::Relaxed);
    world
        .sweeps_until(EIGHT.plus(Duration::from_hours(20)))
        .await;
    let looked = loads.load(Ordering::Relaxed) - before;
    // Twenty are not over, and each is looked at once. Those that ended are not read.
    assert_eq!(looked, 20);
}

/// Two servers of one store, which have it open both, and look at the same moment.
async fn two_servers_end_it_once(store: Store) {
    let world = World::over(store, Settings::default()).await;
    world.is(EIGHT.minus(minutes(30)));
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let settings = world.service.0.shared.settings.clone();
    let media = Arc::new(FakeMedia::new());
    let other = Service::new(Arc::new(world.store.clone()), media, settings);
    let room = booked.appointment;
    let service = &world.service;
    for server in [service, &other] {
        let nothing = server.change(desk(CLINIC), room, Change::SetPriority(None));
        nothing.await.unwrap();
    }
    world.is(EIGHT.plus(minutes(15 + 24 * 60)));
    for server in [service, &other] {
        // What the first one wrote the second one has not seen.
        let mailbox = server.0.rooms.open(room, &server.0.shared).unwrap();
        let lapsed = mailbox.ask(|reply| Input::Lapse { reply }).await;
        assert_eq!(lapsed, Some(Ok(true)));
    }
    tokio::join!(service.sweep(), other.sweep());
    let stored = world.store.load(room).await.unwrap().unwrap();
    let is_end = |event: &&domain::Event| matches!(event.fact, domain::Fact::Ended { .. });
    assert_eq!(stored.events.iter().filter(is_end).count(), 1);
    let until = Timestamp(u64::MAX - 1);
    let open = world.store.open_rooms(until, None, 9).await.unwrap();
    assert!(open.iter().all(|one| one.room != room));
}

#[tokio::test(start_paused = true)]
async fn two_servers_of_one_file_end_it_once() {
    two_servers_end_it_once(Store::in_memory().unwrap()).await;
}

#[tokio::test]
async fn two_servers_of_one_redis_end_it_once() {
    let redis = TestRedis::start(RedisSettings::Safe);
    let store = Store::open_redis(&redis.address(), redis.keys(), Timestamp(5))
        .await
        .unwrap();
    two_servers_end_it_once(store).await;
}
