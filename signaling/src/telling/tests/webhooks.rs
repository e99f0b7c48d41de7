//! What webhooks are told goes into their queues beside what people are told, and neither waits for the other.

use super::*;
use crate::accounts::{AccountId, Actor, FirstAdministrator, SignInName, WebhookId};
use crate::ids::Timestamp;
use crate::store::accounts::Profile;
use crate::webhook::{EventKind, Target};

const ALL: &[EventKind] = &EventKind::ALL;

impl World {
    async fn administrator(&self) -> AccountId {
        let link = self.accounts.offer_first(ClinicId::MAIN).await.unwrap();
        let first = FirstAdministrator {
            link,
            profile: Profile {
                name: DisplayName::parse("Quản trị Lan").unwrap(),
                sign_in_name: SignInName::parse("lan@pk.vn").unwrap(),
            },
            password: "nắng chiều vàng".to_owned(),
        };
        self.accounts.take_first(first).await.unwrap()
    }

    /// A webhook for these events, made a second later.
    async fn webhook(&self, by: AccountId, events: &[EventKind]) -> WebhookId {
        self.now.lock().unwrap().0 += 1_000;
        let by = (ClinicId::MAIN, Actor::Account(by));
        let target = Target::parse("https://his.example.vn/x", Reach::Public).unwrap();
        let events = events.iter().copied().collect();
        let made = self.webhooks.make(by, &target, events).await.unwrap();
        made.view.webhook.id
    }

    async fn waiting(&self, webhook: WebhookId) -> usize {
        let standing = self.webhooks.look(ClinicId::MAIN, webhook).await.unwrap();
        standing.waiting
    }

    async fn cancel(&mut self) {
        let (reason, by) = (CancelReason::Other, None);
        self.schedule(ScheduleCommand::Cancel { reason, by }).await;
    }
}

#[tokio::test]
async fn a_webhook_is_told_what_it_asked_for_since_it_was_made() {
    let mut world = World::booked().await;
    let by = world.administrator().await;
    *world.now.lock().unwrap() = Timestamp(BEGINS.0 - 20 * HOUR);
    let all = world.webhook(by, ALL).await;
    let ends = world.webhook(by, &[EventKind::Ended]).await;
    world.teller.round().await.unwrap();
    assert_eq!(world.waiting(all).await, 0, "booked before it was made");
    world.cancel().await;
    world.teller.round().await.unwrap();
    assert_eq!(
        (world.waiting(all).await, world.waiting(ends).await),
        (1, 0)
    );
    // Nothing is left to tell.
    let outbox = world.store.outbox(ClinicId::MAIN, None, 9).await.unwrap();
    assert_eq!(outbox, []);
}

#[tokio::test]
async fn a_crash_between_queue_and_mark_loses_nothing_and_doubles_nothing() {
    let mut world = World::booked().await;
    let by = world.administrator().await;
    let webhook = world.webhook(by, ALL).await;
    world.cancel().await;
    // What was killed had put everything into the queue, and written nothing down.
    let log = world.store.load(ROOM).await.unwrap().unwrap().events;
    for _killed in 0..2 {
        let put = world.webhooks.announce(ClinicId::MAIN, ROOM, &log, 0);
        put.await.unwrap();
        assert_eq!(world.waiting(webhook).await, 1);
    }
    for _started in 0..2 {
        world.teller.round().await.unwrap();
        assert_eq!(world.waiting(webhook).await, 1);
    }
}

#[tokio::test]
async fn while_nobody_takes_messages_webhooks_are_told_once_of_every_appointment() {
    let mut world = World::booked().await;
    let by = world.administrator().await;
    let webhook = world.webhook(by, ALL).await;
    let time = BookedTime {
        begins: BEGINS.plus(Duration::from_hours(2)),
        length: Minutes(30),
    };
    let moved = ScheduleCommand::Reschedule { time, by: None };
    world.schedule(moved).await;
    *world.kept.full.lock().unwrap() = true;
    let told = async || {
        let told = world.store.load(ROOM).await.unwrap().unwrap().told;
        (told.announced, told.length)
    };
    let length = world.version.length;
    for _again in 0..3 {
        world.teller.round().await.unwrap_err();
        assert_eq!(world.waiting(webhook).await, 1);
        assert_eq!(told().await, (length, 0));
    }
    // Delivered meanwhile: it is not told again because people still have to be.
    let queue = world.store.deliveries();
    let first = queue.first(webhook).await.unwrap().unwrap();
    let (now, later) = (first.at, Timestamp(first.at.0 + 1));
    let claimed = queue.claim(first.delivery, now, later).await.unwrap();
    queue.delivered(&claimed.unwrap()).await.unwrap();
    world.teller.round().await.unwrap_err();
    assert_eq!(world.waiting(webhook).await, 0);
    *world.kept.full.lock().unwrap() = false;
    world.teller.round().await.unwrap();
    assert_eq!(told().await, (length, length));
}
