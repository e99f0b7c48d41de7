//! One's own visit: during it, after its end, and for how long.

use super::*;
use crate::consultation::{Paper, PaperVersion, Scope, VISIT_READABLE};
use crate::opaque::Link;
use crate::protocol::{ConsentStanding, ErrorCode, Phase, VisitResponse};
use crate::text::PaperText;

fn code(error: &VisitError) -> ErrorCode {
    match error {
        VisitError::Join(error) => error.code(),
        VisitError::Refused(refused) => refused.code(),
    }
}

fn writes(paper: Paper, base: u32, text: &str) -> Said {
    Said::WritePaper {
        paper,
        base: PaperVersion(base),
        text: PaperText(text.to_owned()),
    }
}

const fn signs(paper: Paper, version: u32) -> Said {
    let version = PaperVersion(version);
    Said::SignOff { paper, version }
}

impl World {
    async fn visits(&self, person: usize) -> Result<VisitResponse, VisitError> {
        let link = Link::Opaque(self.links[person].clone());
        self.service
            .visit(Credential::Link(link), None, ADDRESS)
            .await
    }

    async fn tells(&self, person: usize, said: Said) -> Result<VisitResponse, VisitError> {
        let credential = Credential::Link(Link::Opaque(self.links[person].clone()));
        self.service.visit(credential, Some(said), ADDRESS).await
    }

    /// Lan and Sính have met, from 2 s to 5 s.
    async fn met(&self) {
        let lan = self.enter(LAN).await;
        let sinh = self.enter(SINH).await;
        self.time.store(2_000, Ordering::Relaxed);
        lan.says(Said::Admit { seat: seat(SINH) }).await;
        self.present().await;
        self.time.store(5_000, Ordering::Relaxed);
        lan.says(Said::End).await;
        self.present().await;
        drop((lan, sinh));
    }
}

#[tokio::test(start_paused = true)]
async fn a_patient_reads_afterwards_who_was_there_and_when() {
    let world = World::new().await;
    world.met().await;
    let seen = world.visits(SINH).await.unwrap();
    assert_eq!(seen.phase, Phase::Ended);
    assert_eq!(
        (seen.begun, seen.ended),
        (Some(Timestamp(2_000)), Some(Timestamp(5_000)))
    );
    let people: Vec<_> = seen
        .people
        .iter()
        .map(|person| {
            let name = person.name.as_ref().map(|name| name.as_str().to_owned());
            let stay = person.stays[0];
            (
                name.unwrap(),
                person.role,
                stay.from.0,
                stay.until.unwrap().0,
            )
        })
        .collect();
    // Mai and Anh Sơn were invited and never came.
    assert_eq!(
        people,
        [
            (NAMES[LAN].to_owned(), Role::Practitioner, 1_000, 5_000),
            (NAMES[SINH].to_owned(), Role::Patient, 2_000, 5_000),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_summary_is_written_after_the_end_and_the_patient_reads_it_once_it_is_signed() {
    let world = World::new().await;
    world.met().await;
    let text = "Viêm họng. Uống nước ấm. Thứ Năm khám lại.";
    let seen = world
        .tells(LAN, writes(Paper::Summary, 0, text))
        .await
        .unwrap();
    assert_eq!(seen.papers[0].version, 1);
    assert_eq!(world.visits(SINH).await.unwrap().summary, None);
    world.tells(LAN, signs(Paper::Summary, 1)).await.unwrap();
    let seen = world.visits(SINH).await.unwrap();
    let summary = seen.summary.unwrap();
    assert_eq!((&summary.text.0[..], summary.by), (text, seat(LAN)));
    assert_eq!(seen.papers, [], "the practitioners' own papers are theirs");
    // What is written after the signature is not read before it is signed, too.
    world
        .tells(LAN, writes(Paper::Summary, 1, "Mai khám lại."))
        .await
        .unwrap();
    let summary = world.visits(SINH).await.unwrap().summary.unwrap();
    assert_eq!((summary.version, &summary.text.0[..]), (1, text));
    let world = world.restarted();
    assert_eq!(world.visits(SINH).await.unwrap().summary.unwrap(), summary);
    let notes = world
        .tells(LAN, writes(Paper::Notes, 0, "J02.9"))
        .await
        .unwrap();
    assert_eq!(notes.papers.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_neither_is_the_patient_nor_speaks_for_them_reads_no_summary_and_writes_nothing() {
    let world = World::new().await;
    world.met().await;
    world
        .tells(LAN, writes(Paper::Summary, 0, "Nghỉ ngơi"))
        .await
        .unwrap();
    world.tells(LAN, signs(Paper::Summary, 1)).await.unwrap();
    for person in [MAI, SON] {
        let seen = world.visits(person).await.unwrap();
        assert_eq!(
            (seen.summary, seen.papers, seen.consents),
            (None, vec![], vec![])
        );
        let refused = world.tells(person, writes(Paper::Summary, 1, "x")).await;
        assert_eq!(code(&refused.unwrap_err()), ErrorCode::Ended);
    }
    let refused = world.tells(SINH, signs(Paper::Summary, 1)).await;
    assert_eq!(code(&refused.unwrap_err()), ErrorCode::Ended);
    let chat = world.tells(LAN, Said::End).await;
    assert_eq!(code(&chat.unwrap_err()), ErrorCode::WrongState);
}

#[tokio::test(start_paused = true)]
async fn consent_is_taken_back_after_the_end_as_well() {
    let world = World::new().await;
    world.met().await;
    let scopes = [Scope::CareByVideo].into_iter().collect();
    let subject = seat(SINH);
    let seen = world
        .tells(SINH, Said::WithdrawConsent { subject, scopes })
        .await
        .unwrap();
    assert_eq!(seen.consents[0].standing, ConsentStanding::Withdrawn);
    // It is no business of the interpreter's.
    assert_eq!(world.visits(MAI).await.unwrap().consents, []);
    assert_eq!(world.visits(LAN).await.unwrap().consents, seen.consents);
}

#[tokio::test(start_paused = true)]
async fn a_visit_is_readable_for_a_week_and_by_whose_it_is() {
    let world = World::new().await;
    world.met().await;
    let week = u64::try_from(VISIT_READABLE.as_millis()).unwrap();
    world.time.store(5_000 + week - 1, Ordering::Relaxed);
    world.visits(SINH).await.unwrap();
    world.time.store(5_000 + week, Ordering::Relaxed);
    let refused = world.visits(SINH).await.unwrap_err();
    assert_eq!(code(&refused), ErrorCode::LinkExpired);
    world.time.store(6_000, Ordering::Relaxed);
    let link = LinkToken::from_bytes([9; 16]);
    let unknown = world
        .service
        .visit(Credential::Link(link.into()), None, ADDRESS)
        .await;
    assert_eq!(code(&unknown.unwrap_err()), ErrorCode::LinkUnknown);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_was_replaced_or_taken_back_reads_nothing_of_it() {
    let world = World::new().await;
    world.two_in().await;
    let lifetime = LinkLifetime::default();
    let new = world.service.new_link(world.room, seat(SINH), lifetime);
    new.await.unwrap();
    let revoked = world.service.revoke_link(world.room, seat(MAI));
    revoked.await.unwrap();
    for person in [SINH, MAI] {
        let refused = world.visits(person).await.unwrap_err();
        assert_eq!(code(&refused), ErrorCode::LinkRevoked);
    }
    world.visits(LAN).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_was_put_out_or_erased_sees_nothing_of_it() {
    let world = World::new().await;
    let (lan, _sinh) = world.two_in().await;
    lan.says(Said::Remove { seat: seat(SINH) }).await;
    world.present().await;
    let refused = world.visits(SINH).await.unwrap_err();
    assert_eq!(code(&refused), ErrorCode::Removed);
    let reason = crate::consultation::ErasureReason::Request;
    world
        .service
        .erase(world.room, seat(SINH), reason)
        .await
        .unwrap();
    let refused = world.visits(SINH).await.unwrap_err();
    assert_eq!(code(&refused), ErrorCode::WrongState);
}

#[tokio::test(start_paused = true)]
async fn a_page_asks_by_its_token_too_and_an_old_one_is_told_that_it_was_replaced() {
    let world = World::new().await;
    let joined = world.join(SINH).await;
    let by = |resume: &ResumeToken| Credential::Resume(resume.clone());
    let seen = world
        .service
        .visit(by(&joined.resume), None, ADDRESS)
        .await
        .unwrap();
    assert_eq!((seen.you, seen.phase), (seat(SINH), Phase::Open));
    world.take_over(SINH).await;
    let refused = world.service.visit(by(&joined.resume), None, ADDRESS).await;
    assert_eq!(code(&refused.unwrap_err()), ErrorCode::TakenOver);
}
