//! Who treats, and who speaks for the patient.

use super::*;
use crate::connection::Consenting;
use crate::consent_text;
use crate::consultation::Scope;
use crate::ids::LanguageCode;
use crate::protocol::{ErrorCode, Part};

#[tokio::test(start_paused = true)]
async fn a_companion_speaks_for_the_patient_and_then_agrees_for_them_and_nobody_beside() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    let mut son = world.enter(SON).await;
    world.present().await;
    lan.drain();
    let scopes = [Scope::CareByVideo].into_iter().collect();
    let consent = Said::Consent(Consenting {
        subject: seat(SINH),
        hash: consent_text::newest("vi").unwrap().hash(scopes),
        language: LanguageCode::parse("vi").unwrap(),
        scopes,
        reader: None,
        spoken_by: None,
    });
    son.says(consent.clone()).await;
    son.is_refused(ErrorCode::Forbidden).await;
    lan.says(Said::Represent {
        seat: Some(seat(SON)),
    })
    .await;
    assert_eq!(lan.sees().await.part, Some(Part::Representing));
    // The one who speaks is asked from here on.
    let asked = son.next().await;
    assert!(matches!(&asked, ServerMessage::Consents(told) if !told.asked.is_empty()));
    world.present().await;
    son.drain();
    son.says(consent).await;
    let ServerMessage::Consents(told) = son.next().await else {
        panic!("consents was expected")
    };
    assert_eq!(told.known[0].by, Some(seat(SON)));
    lan.drain();
    lan.says(Said::Represent {
        seat: Some(seat(MAI)),
    })
    .await;
    lan.is_refused(ErrorCode::WrongState).await;
    lan.says(Said::Represent { seat: None }).await;
    assert_eq!(lan.sees().await.part, None);
    sinh.drain();
    sinh.says(Said::Represent { seat: None }).await;
    sinh.is_refused(ErrorCode::Forbidden).await;
}

#[tokio::test(start_paused = true)]
async fn of_two_practitioners_one_treats_and_hands_that_on() {
    let world = World::new().await;
    let roles = [Role::Practitioner, Role::Practitioner, Role::Patient];
    let room = open(&world.service, &roles).await;
    let world = World {
        room: room.room,
        links: room.links,
        ..world
    };
    let joined = world.join(0).await;
    let part = |seats: &[Seat], person: usize| {
        let mut seats = seats.iter();
        seats.find(|one| one.seat == seat(person)).unwrap().part
    };
    assert_eq!(part(&joined.seats, 0), Some(Part::Treating));
    let first = world.welcomed(&joined.resume).await;
    let joined = world.join(1).await;
    assert_eq!(part(&joined.seats, 1), Some(Part::Advising));
    let mut second = world.welcomed(&joined.resume).await;
    // Nobody takes it.
    second.says(Said::Treat { seat: seat(1) }).await;
    second.is_refused(ErrorCode::Forbidden).await;
    first.says(Said::Treat { seat: seat(1) }).await;
    assert_eq!(second.sees().await.part, Some(Part::Advising));
    world.present().await;
    let joined = world.take_over(1).await;
    assert_eq!(part(&joined.seats, 1), Some(Part::Treating));
}
