//! Whom something concerns, and whom not any more.

use super::*;
use crate::consultation::PartsCommand;

/// A doctor who is reached by mail, and is where the others have to come to.
async fn with_doctors(address: &str) -> World {
    World::booked_as(|people| people[0].contact = mailbox(address)).await
}

fn mailbox(text: &str) -> Contact {
    Contact {
        phone: None,
        email: Some(Email::parse(text).unwrap()),
    }
}

#[tokio::test]
async fn a_delay_is_not_told_to_whoever_is_waited_for_nor_once_it_was_taken_back() {
    let mut world = with_doctors("lan@example.vn").await;
    world.told().await;
    let late = |minutes| QueueCommand::TellLate {
        delay: minutes,
        by: None,
    };
    let ten = late(Some(Minutes(10)));
    world.does(Command::Queue(ten), Batch::default()).await;
    assert_eq!(world.kinds().await, both("late"));
    let more = late(Some(Minutes(20)));
    world.does(Command::Queue(more), Batch::default()).await;
    world
        .does(Command::Queue(late(None)), Batch::default())
        .await;
    assert_eq!(world.kinds().await, []);
}

#[tokio::test]
async fn a_new_link_is_told_to_its_own_person_and_the_newest_of_two() {
    let mut world = World::booked().await;
    world.told().await;
    for number in [8, 9] {
        let new = link(number);
        let relink = Command::Relink {
            seat: PATIENT,
            link: LinkState {
                hash: crate::auth::hash_link(&new),
                expires: BEGINS.plus(Duration::from_hours(9)),
            },
        };
        let beside = Batch {
            invitations: vec![InvitationRecord {
                seat: PATIENT,
                person: 1,
                link: new,
                code: None,
            }],
            ..Batch::default()
        };
        world.does(relink, beside).await;
    }
    let told = world.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0].0[..], &told[0].1[..]), ("booked", "phone"));
    assert!(told[0].2.contains(link(9).as_str()), "{told:?}");
}

#[tokio::test]
async fn whoever_handed_the_seat_on_is_told_nothing_any_more() {
    let mut world = with_doctors("lan@example.vn").await;
    assert_eq!(world.kinds().await.len(), 3);
    let seat = SeatId(1);
    let handed_on = PartsCommand::Transfer {
        seat,
        link: LinkState {
            hash: crate::auth::hash_link(&link(7)),
            expires: BEGINS.plus(Duration::from_hours(9)),
        },
        by: None,
    };
    let beside = Batch {
        people: vec![PersonRecord {
            person: 2,
            contact: mailbox("hoa@example.vn"),
            ..PersonRecord::new(seat, DisplayName::parse("Bác sĩ Hoa").unwrap(), None)
        }],
        ..Batch::default()
    };
    world.does(Command::Parts(handed_on), beside).await;
    world.teller.round().await.unwrap();
    let told = std::mem::take(&mut *world.kept.messages.lock().unwrap());
    let to: Vec<_> = told.iter().map(|one| one["to"].as_str().unwrap()).collect();
    assert_eq!(to, ["hoa@example.vn"]);
}

#[tokio::test]
async fn everybody_is_told_and_reminded_however_many_there_are() {
    let mut world = World::booked().await;
    let more = u64::try_from(PAGE).unwrap();
    for number in 1..=more {
        world.books(RoomId(0x1000 + number), |_| ()).await;
    }
    assert_eq!(world.kinds().await.len(), 2 * (PAGE + 1));
    *world.now.lock().unwrap() = Timestamp(BEGINS.0 - HOUR);
    assert_eq!(world.kinds().await.len(), 2 * (PAGE + 1));
}

#[tokio::test]
async fn nobody_is_reminded_of_what_has_begun() {
    let world = World::booked().await;
    world.told().await;
    *world.now.lock().unwrap() = BEGINS;
    assert_eq!(world.kinds().await, []);
}
