//! Notes and summary in a live room: saved, told to colleagues, signed, and destroyed with whom
//! they are about.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;
use crate::consultation::{Fact, Paper, PaperFact, PaperVersion};
use crate::protocol::{self as wire, ErrorCode, PaperState};
use crate::store::{Kept, RoomStore};
use crate::text::PaperText;

/// Two practitioners, a patient and an interpreter.
const ROLES: [Role; 4] = [
    Role::Practitioner,
    Role::Practitioner,
    Role::Patient,
    Role::Interpreter,
];
const SECOND: usize = 1;
const PATIENT: usize = 2;
const INTERPRETER: usize = 3;

async fn two_doctors() -> World {
    let world = World::new().await;
    let room = open(&world.service, &ROLES).await;
    World {
        room: room.room,
        links: room.links,
        ..world
    }
}

fn writes(base: u32, text: &str) -> Said {
    Said::WritePaper {
        paper: Paper::Notes,
        base: PaperVersion(base),
        text: PaperText(text.to_owned()),
    }
}

const fn signs(paper: Paper, version: u32) -> Said {
    let version = PaperVersion(version);
    Said::SignOff { paper, version }
}

async fn saved(page: &mut Page) -> u32 {
    match page.next().await {
        ServerMessage::PaperSaved { version, .. } => version,
        other => panic!("paperSaved was expected, got {other:?}"),
    }
}

/// The next word on a paper; what is said of seats meanwhile is another test's affair.
async fn told(page: &mut Page) -> PaperState {
    loop {
        match page.next().await {
            ServerMessage::Paper(state) => return state,
            ServerMessage::SeatChanged { .. } => {}
            other => panic!("paper was expected, got {other:?}"),
        }
    }
}

impl World {
    async fn kept(&self) -> Vec<(Kept, u32, String)> {
        let stored = self.store.load(self.room).await.unwrap().unwrap();
        let kept = stored.papers.into_iter();
        kept.map(|one| (one.kept, one.version.0, one.text.0))
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_practitioner_writes_is_saved_and_told_to_colleagues_and_nobody_else() {
    let world = two_doctors().await;
    let mut lan = world.enter(0).await;
    let mut second = world.enter(SECOND).await;
    let mut patient = world.enter(PATIENT).await;
    let mut interpreter = world.enter(INTERPRETER).await;
    world.present().await;
    for page in [&mut lan, &mut second, &mut patient, &mut interpreter] {
        page.drain();
    }
    world.time.store(9_000, Ordering::Relaxed);
    lan.says(writes(0, "Ho ba ngày")).await;
    assert_eq!(saved(&mut lan).await, 1);
    let seen = told(&mut second).await;
    assert_eq!(
        (seen.version, seen.at, seen.by),
        (1, Timestamp(9_000), seat(0))
    );
    assert_eq!(seen.text.0, "Ho ba ngày");
    world.present().await;
    for page in [&mut lan, &mut patient, &mut interpreter] {
        assert_eq!(page.drain(), []);
    }
    // Others may neither write nor sign.
    for page in [&mut patient, &mut interpreter] {
        page.says(writes(1, "Tôi khỏe")).await;
        page.is_refused(ErrorCode::Forbidden).await;
        page.says(signs(Paper::Notes, 1)).await;
        page.is_refused(ErrorCode::Forbidden).await;
    }
    assert_eq!(
        world.kept().await,
        [(Kept::Newest, 1, "Ho ba ngày".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn of_two_who_write_at_once_the_second_is_told_and_nothing_is_overwritten() {
    let world = two_doctors().await;
    let mut lan = world.enter(0).await;
    let mut second = world.enter(SECOND).await;
    world.present().await;
    lan.drain();
    lan.says(writes(0, "Ho")).await;
    assert_eq!(saved(&mut lan).await, 1);
    second.says(writes(0, "Đau ngực")).await;
    assert_eq!(told(&mut second).await.text.0, "Ho");
    second.is_refused(ErrorCode::PaperChanged).await;
    second.says(writes(1, "Ho. Đau ngực")).await;
    assert_eq!(saved(&mut second).await, 2);
    assert_eq!(told(&mut lan).await.text.0, "Ho. Đau ngực");
    // A page that got no answer says the same again, and has it.
    second.says(writes(1, "Ho. Đau ngực")).await;
    assert_eq!(saved(&mut second).await, 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_saved_is_there_after_a_reload_a_restart_and_for_a_colleague_who_comes_later() {
    let world = two_doctors().await;
    let mut lan = world.enter(0).await;
    lan.says(writes(0, "Ho")).await;
    saved(&mut lan).await;
    lan.says(signs(Paper::Notes, 1)).await;
    assert_eq!(told(&mut lan).await.signature.unwrap().version, 1);
    lan.says(writes(1, "Ho, sốt")).await;
    saved(&mut lan).await;
    drop(lan);
    let world = world.restarted();
    let mut second = world.enter(SECOND).await;
    let seen = told(&mut second).await;
    assert_eq!((seen.version, &seen.text.0[..]), (2, "Ho, sốt"));
    // Amended: an older version is what somebody answers for.
    assert_eq!(seen.signature.unwrap().version, 1);
    let kept = world.kept().await;
    assert!(
        kept.contains(&(Kept::Signed, 1, "Ho".to_owned())),
        "{kept:?}"
    );
    assert!(
        kept.contains(&(Kept::Newest, 2, "Ho, sốt".to_owned())),
        "{kept:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_signature_is_of_the_newest_version_and_told_to_all_who_write() {
    let world = two_doctors().await;
    let mut lan = world.enter(0).await;
    let mut second = world.enter(SECOND).await;
    world.present().await;
    lan.drain();
    lan.says(signs(Paper::Notes, 1)).await;
    lan.is_refused(ErrorCode::PaperChanged).await;
    lan.says(writes(0, "Ho")).await;
    saved(&mut lan).await;
    told(&mut second).await;
    second.says(writes(1, "Ho, sốt")).await;
    saved(&mut second).await;
    lan.says(signs(Paper::Notes, 1)).await;
    told(&mut lan).await;
    lan.is_refused(ErrorCode::PaperChanged).await;
    lan.says(signs(Paper::Notes, 2)).await;
    for page in [&mut lan, &mut second] {
        let signature = told(page).await.signature.unwrap();
        assert_eq!((signature.version, signature.by), (2, seat(0)));
    }
    // The log knows exactly which words.
    let stored = world.store.load(world.room).await.unwrap().unwrap();
    let mut signed = stored.events.iter().filter_map(|event| match event.fact {
        Fact::Paper(PaperFact::SignedOff { hash, .. }) => Some(hash),
        _ => None,
    });
    let words = digest(&SHA256, "Ho, sốt".as_bytes());
    assert_eq!(&signed.next().unwrap().0[..], words.as_ref());
    // A summary is of something that took place.
    lan.says(Said::WritePaper {
        paper: Paper::Summary,
        base: PaperVersion(0),
        text: PaperText("Nghỉ ngơi".to_owned()),
    })
    .await;
    saved(&mut lan).await;
    lan.says(signs(Paper::Summary, 1)).await;
    lan.is_refused(ErrorCode::WrongState).await;
}

#[tokio::test(start_paused = true)]
async fn a_text_beyond_the_limit_is_refused_with_it_and_what_was_there_stays() {
    let world = two_doctors().await;
    let mut lan = world.enter(0).await;
    lan.says(writes(0, &"ô".repeat(32 * 1024))).await;
    assert_eq!(saved(&mut lan).await, 1);
    lan.says(writes(1, &"ô".repeat(32 * 1024 + 1))).await;
    let words = lan.is_refused(ErrorCode::TooLarge).await;
    assert!(
        words.contains("65536") && words.contains("65538"),
        "{words}"
    );
    assert_eq!(world.kept().await[0].1, 1);
}

#[tokio::test(start_paused = true)]
async fn erasing_the_patient_destroys_what_was_written_about_them() {
    let world = two_doctors().await;
    let mut lan = world.enter(0).await;
    lan.says(writes(0, "Ho")).await;
    saved(&mut lan).await;
    lan.says(signs(Paper::Notes, 1)).await;
    world.present().await;
    let reason = crate::consultation::ErasureReason::Request;
    let patient = seat(PATIENT);
    world
        .service
        .erase(world.room, patient, reason)
        .await
        .unwrap();
    assert_eq!(world.kept().await, []);
    lan.drain();
    lan.says(writes(0, "Ho")).await;
    lan.is_refused(ErrorCode::WrongState).await;
    let papers = |message: &ServerMessage| matches!(message, ServerMessage::Paper(_));
    let mut second = world.enter(SECOND).await;
    world.present().await;
    assert!(!second.drain().iter().any(papers));
    let world = world.restarted();
    assert_eq!(world.kept().await, []);
    let joined = world.take_over(SECOND).await;
    let mut second = world.welcomed(&joined.resume).await;
    world.present().await;
    assert!(!second.drain().iter().any(papers));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_paper_is_no_paper() {
    let notes = serde_json::to_value(wire::Paper::Notes).unwrap();
    assert_eq!(notes, "notes");
    assert!(serde_json::from_str::<wire::Paper>("\"diary\"").is_err());
}
