//! Consent in a live room: given, told to whom it concerns, and taken back at once.

use super::*;
use crate::connection::Consenting;
use crate::consent_text;
use crate::consultation::{Scope, Scopes, Standing, replay};
use crate::ids::LanguageCode;
use crate::protocol::{
    self as wire, ConsentMethod, ConsentStanding, ConsentState, Consents, ErrorCode,
};
use crate::store::RoomStore;

const CARE: &[Scope] = &[Scope::CareByVideo];
const BOTH: &[Scope] = &[Scope::CareByVideo, Scope::InterpreterPresent];

fn set(scopes: &[Scope]) -> Scopes {
    scopes.iter().copied().collect()
}

/// Sính agrees to what is ticked of both boxes, by words in Vietnamese.
fn agrees(ticked: &[Scope]) -> Consenting {
    Consenting {
        subject: seat(SINH),
        hash: consent_text::newest("vi").unwrap().hash(set(BOTH)),
        language: LanguageCode::parse("vi").unwrap(),
        scopes: set(ticked),
        reader: None,
        spoken_by: None,
    }
}

fn withdraws(person: usize, scopes: &[Scope]) -> Said {
    Said::WithdrawConsent {
        subject: seat(person),
        scopes: set(scopes),
    }
}

/// The next word on consent; what is said of seats meanwhile is another test's affair.
async fn told(page: &mut Page) -> Consents {
    loop {
        match page.next().await {
            ServerMessage::Consents(consents) => return consents,
            ServerMessage::SeatChanged { .. } | ServerMessage::SeatGone { .. } => {}
            other => panic!("consents was expected, got {other:?}"),
        }
    }
}

fn of(consents: &Consents, scope: wire::ConsentScope) -> &ConsentState {
    let mut known = consents.known.iter();
    known.find(|one| one.scope == scope).unwrap()
}

impl World {
    fn flows(&self, person: usize) -> bool {
        self.media.standing(self.room, seat(person)) == Some(Standing::Admitted)
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_asked_is_the_patient_and_who_knows_is_the_practitioner() {
    let world = World::new().await;
    let mut asked = Vec::new();
    for person in [LAN, SINH, MAI, SON] {
        let joined = world.join(person).await;
        let mut page = world.connect(&joined.resume).await;
        let ServerMessage::Welcome { consents, .. } = page.next().await else {
            panic!("welcome was expected")
        };
        assert_eq!(
            (&consents.known[..], &consents.withheld[..]),
            (&[][..], &[][..])
        );
        asked.push(consents.asked.len());
    }
    // Care by video, and that the interpreter is there; nobody observes.
    assert_eq!(asked, [2, 2, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_about_somebody_who_is_not_invited() {
    let world = World::new().await;
    let room = open(&world.service, &[Role::Practitioner, Role::Patient]).await;
    let world = World {
        room: room.room,
        links: room.links,
        ..world
    };
    let joined = world.join(SINH).await;
    let mut page = world.connect(&joined.resume).await;
    let ServerMessage::Welcome { consents, .. } = page.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(consents.asked, [wire::ConsentScope::CareByVideo]);
}

#[tokio::test(start_paused = true)]
async fn a_patient_agrees_while_waiting_and_the_practitioner_sees_to_what_and_when() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let mut sinh = world.enter(SINH).await;
    let mut mai = world.enter(MAI).await;
    world.present().await;
    for page in [&mut lan, &mut sinh, &mut mai] {
        page.drain();
    }
    world.time.store(7_000, Ordering::Relaxed);
    sinh.says(Said::Consent(agrees(CARE))).await;
    let own = told(&mut sinh).await;
    assert_eq!(told(&mut lan).await, own);
    let care = of(&own, wire::ConsentScope::CareByVideo);
    assert_eq!(care.standing, ConsentStanding::Given);
    assert_eq!((care.at, care.by), (Timestamp(7_000), Some(seat(SINH))));
    assert_eq!(care.method, Some(ConsentMethod::Tapped));
    assert_eq!(own.known.len(), 1, "what was not ticked is not agreed to");
    // It is no business of the interpreter's.
    world.present().await;
    assert_eq!(mai.drain(), []);
    // Once more is no news.
    sinh.says(Said::Consent(agrees(CARE))).await;
    world.present().await;
    assert_eq!(sinh.drain(), []);
}

#[tokio::test(start_paused = true)]
async fn nothing_flows_to_or_from_a_patient_who_takes_it_back_until_they_agree_again() {
    let world = World::new().await;
    let (mut lan, mut sinh) = world.two_in().await;
    sinh.says(Said::Consent(agrees(BOTH))).await;
    told(&mut lan).await;
    assert!(world.flows(SINH) && world.flows(LAN));
    sinh.says(withdraws(SINH, CARE)).await;
    assert_eq!(told(&mut lan).await.withheld, [seat(SINH)]);
    assert!(!world.flows(SINH));
    assert!(world.flows(LAN));
    // Messages pass still, between the two of them.
    let chat = Said::Chat {
        r#ref: "m1".to_owned().try_into().unwrap(),
        text: "Gọi điện nhé".to_owned().try_into().unwrap(),
        to: None,
    };
    world.present().await;
    lan.drain();
    sinh.drain();
    sinh.says(chat).await;
    for page in [&mut sinh, &mut lan] {
        let ServerMessage::Chat(entry) = page.next().await else {
            panic!("chat was expected")
        };
        assert_eq!(entry.with, Some(seat(SINH)));
    }
    sinh.says(Said::Consent(agrees(CARE))).await;
    assert_eq!(told(&mut lan).await.withheld, []);
    assert!(world.flows(SINH));
}

#[tokio::test(start_paused = true)]
async fn a_patient_who_wants_no_interpreter_stops_that_one_and_nobody_else() {
    let world = World::new().await;
    let mut mai = world.enter(MAI).await;
    let (lan, sinh) = world.two_in().await;
    mai.drain();
    sinh.says(withdraws(SINH, &[Scope::InterpreterPresent]))
        .await;
    assert_eq!(told(&mut mai).await.withheld, [seat(MAI)]);
    assert!(!world.flows(MAI));
    assert!(world.flows(SINH) && world.flows(LAN));
    // To the interpreter the patient is out of sight now.
    drop(lan);
    let resumed = world.take_over(MAI).await;
    let seen: Vec<_> = resumed.seats.iter().map(|seat| seat.seat).collect();
    assert_eq!(seen, [seat(LAN), seat(MAI)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_agreed_to_and_taken_back_outlives_reload_and_restart() {
    let world = World::new().await;
    let (lan, sinh) = world.two_in().await;
    sinh.says(Said::Consent(agrees(BOTH))).await;
    sinh.says(withdraws(SINH, CARE)).await;
    world.present().await;
    drop((lan, sinh));
    let world = world.restarted();
    let joined = world.take_over(SINH).await;
    let mut sinh = world.connect(&joined.resume).await;
    let ServerMessage::Welcome { consents, .. } = sinh.next().await else {
        panic!("welcome was expected")
    };
    let standing = |scope| of(&consents, scope).standing;
    assert_eq!(
        standing(wire::ConsentScope::CareByVideo),
        ConsentStanding::Withdrawn
    );
    assert_eq!(
        standing(wire::ConsentScope::InterpreterPresent),
        ConsentStanding::Given
    );
    assert_eq!(consents.withheld, [seat(SINH)]);
    assert!(!world.flows(SINH));
    let mut lan = world.enter(LAN).await;
    lan.says(Said::Admit { seat: seat(SINH) }).await;
    world.present().await;
    assert!(!world.flows(SINH), "let in already, and nothing flows");
    sinh.says(Said::Consent(agrees(CARE))).await;
    world.present().await;
    assert!(world.flows(SINH));
    lan.drain();
}

#[tokio::test(start_paused = true)]
async fn a_spoken_yes_is_written_down_by_who_heard_it_and_by_nobody_else() {
    let world = World::new().await;
    let mut mai = world.enter(MAI).await;
    let (mut lan, mut sinh) = world.two_in().await;
    let spoken = Consenting {
        reader: Some(seat(MAI)),
        spoken_by: Some(seat(SINH)),
        ..agrees(CARE)
    };
    mai.drain();
    mai.says(Said::Consent(spoken.clone())).await;
    mai.is_refused(ErrorCode::Forbidden).await;
    // Nobody writes their own word down as heard.
    sinh.says(Said::Consent(spoken.clone())).await;
    sinh.is_refused(ErrorCode::Forbidden).await;
    lan.says(Said::Consent(spoken)).await;
    let known = told(&mut lan).await;
    let care = of(&known, wire::ConsentScope::CareByVideo);
    assert_eq!(care.method, Some(ConsentMethod::Spoken));
    assert_eq!((care.by, care.reader), (Some(seat(SINH)), Some(seat(MAI))));
}

#[tokio::test(start_paused = true)]
async fn only_the_words_of_this_server_with_these_boxes_are_agreed_to() {
    let world = World::new().await;
    let mut sinh = world.enter(SINH).await;
    let unknown = Consenting {
        hash: crate::ids::ContentHash([7; 32]),
        ..agrees(CARE)
    };
    let other_language = Consenting {
        language: LanguageCode::parse("ko").unwrap(),
        ..agrees(CARE)
    };
    let never_shown = agrees(&[Scope::CareByVideo, Scope::Teaching]);
    for consenting in [unknown, other_language, never_shown] {
        sinh.says(Said::Consent(consenting)).await;
        let words = sinh.is_refused(ErrorCode::WrongState).await;
        assert!(words.contains("hash"), "{words}");
    }
    sinh.says(Said::Consent(agrees(&[]))).await;
    sinh.is_refused(ErrorCode::Malformed).await;
    // A companion who does not represent agrees for nobody.
    let mut son = world.enter(SON).await;
    son.says(Said::Consent(agrees(CARE))).await;
    son.is_refused(ErrorCode::Forbidden).await;
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let state = replay(&stored.events);
    assert_eq!(state.consent(seat(SINH), Scope::CareByVideo), None);
}
