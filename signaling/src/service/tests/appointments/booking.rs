//! Booking, links, codes, and whose an appointment is.

use super::*;
use crate::accounts::KeyId;
use crate::service::PersonError;
use crate::text::{LanguageCode, LicenceNumber};

fn repeated(key: &str, body: &str) -> Booking {
    Booking {
        repeat: Some(Repeat {
            key: RepeatKey::parse(key.as_bytes()).unwrap(),
            body: body.as_bytes().to_vec(),
        }),
        ..consultation(DOCTOR, minutes(60))
    }
}

impl World {
    async fn redeem(
        &self,
        code: &SeatCode,
    ) -> Result<LinkToken, CodeError<crate::store::StoreError>> {
        self.service.redeem(code, ADDRESS).await
    }

    async fn opens_nothing(&self, code: &SeatCode) {
        let came = tokio::time::Instant::now();
        let refused = self.redeem(code).await;
        assert!(matches!(refused, Err(CodeError::Unknown)), "{refused:?}");
        assert_eq!(came.elapsed(), Duration::from_secs(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_and_a_code_open_the_same_seat_and_practitioners_need_none() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(60))).await;
    assert_eq!(booked.people[0].code, None);
    let code = booked.people[1].code.clone().unwrap();
    let link = world.redeem(&code).await.unwrap();
    assert_eq!(Some(&link), booked.people[1].link.as_ref());
    let joined = world.opens(&link).await.unwrap();
    assert_eq!(joined.you, PATIENT);
    assert_eq!(joined.seats[1].admission, Admission::Waiting);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_is_wrong_replaced_too_new_or_too_old_is_one_answer() {
    let world = morning().await;
    world
        .opens_nothing(&SeatCode::parse("12345678").unwrap())
        .await;
    let booked = world.book(consultation(DOCTOR, minutes(25 * 60))).await;
    let room = booked.appointment;
    let first = booked.people[1].code.clone().unwrap();
    // A day before its time, and not sooner.
    world.opens_nothing(&first).await;
    world.is(EIGHT.plus(minutes(60)));
    world.redeem(&first).await.unwrap();
    let new = world.service.new_seat_link(desk(CLINIC), room, PATIENT);
    let new = new.await.unwrap();
    world.opens_nothing(&first).await;
    let second = new.code.unwrap();
    assert_eq!(world.redeem(&second).await.unwrap(), new.link);
    let refused = world.tries(&booked, PATIENT).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::LinkRevoked);
    // Two hours after the end, and when it was moved two hours after the new one.
    world.is(EIGHT.plus(minutes(25 * 60 + 15 + 120)));
    world.opens_nothing(&second).await;
    let time = BookedTime {
        begins: EIGHT.plus(minutes(28 * 60)),
        length: Minutes(15),
    };
    let moved = world.change(desk(CLINIC), room, Change::Reschedule(time));
    moved.await.unwrap();
    assert_eq!(world.redeem(&second).await.unwrap(), new.link);
    let reason = domain::CancelReason::Patient;
    let cancelled = world.change(desk(CLINIC), room, Change::Cancel(reason));
    cancelled.await.unwrap();
    world.opens_nothing(&second).await;
}

#[test]
fn a_hospitals_words_do_not_show_in_what_a_booking_looks_like_to_who_debugs_it() {
    let shown = format!("{:?}", repeated("hen-kham-4711", "{\"name\":\"Sinh\"}"));
    assert!(shown.contains("Repeat(…)"), "{shown}");
    for of_the_hospital in ["4711", "123, 34", "Sinh", "Lan"] {
        assert!(!shown.contains(of_the_hospital), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_again_is_one_booking_for_a_day() {
    let world = morning().await;
    let book = async |world: &World, by, booking| world.service.book(by, booking).await;
    let by = desk(CLINIC);
    let first = book(&world, by, repeated("k1", "a")).await.unwrap();
    let again = book(&world, by, repeated("k1", "a")).await.unwrap();
    assert_eq!(again, first);
    let reused = book(&world, by, repeated("k1", "b")).await.unwrap_err();
    assert_eq!(reused.code(), ErrorCode::KeyReused);
    // Another key, another system, another clinic.
    for (by, key) in [(by, "k2"), (own(DOCTOR), "k1"), (desk(OTHER), "k1")] {
        let other = book(&world, by, repeated(key, "a")).await.unwrap();
        assert_ne!(other.appointment, first.appointment);
    }
    // Two at once are one.
    let (one, two) = tokio::join!(
        book(&world, by, repeated("k3", "a")),
        book(&world, by, repeated("k3", "a"))
    );
    assert_eq!(one.unwrap(), two.unwrap());
    // After a restart as well, until a day is over.
    let world = world.restarted();
    world.is(EIGHT.minus(minutes(30)).plus(minutes(24 * 60 - 1)));
    let again = book(&world, by, repeated("k1", "a")).await.unwrap();
    assert_eq!(again, first);
    world.is(EIGHT.minus(minutes(30)).plus(minutes(24 * 60)));
    let mut later = repeated("k1", "c");
    later.time.begins = EIGHT.plus(minutes(48 * 60));
    let later = book(&world, by, later).await.unwrap();
    assert_ne!(later.appointment, first.appointment);
}

/// A hospital's system that got no answer asks again, and may reach another server.
#[tokio::test(start_paused = true)]
async fn of_two_servers_of_one_store_that_get_the_same_request_at_once_one_books() {
    let world = morning().await;
    let settings = world.service.0.shared.settings.clone();
    let other = World::over(world.store.clone(), settings).await;
    other.is(EIGHT.minus(minutes(30)));
    let by = desk(CLINIC);
    let (one, two) = tokio::join!(
        world.service.book(by, repeated("k1", "a")),
        other.service.book(by, repeated("k1", "a"))
    );
    assert_eq!(one.unwrap(), two.unwrap());
    let all = Timestamp(0)..Timestamp(u64::MAX);
    let (booked, _) = world.service.appointments(by, all, None, 9).await.unwrap();
    assert_eq!(booked.len(), 1);
    let reused = other.service.book(by, repeated("k1", "b")).await;
    assert_eq!(reused.unwrap_err().code(), ErrorCode::KeyReused);
}

#[tokio::test(start_paused = true)]
async fn practitioners_book_for_themselves_and_only_so() {
    let world = morning().await;
    let booked = world
        .service
        .book(own(DOCTOR), consultation(DOCTOR, minutes(60)));
    booked.await.unwrap();
    let others = world
        .service
        .book(own(DOCTOR), consultation(COLLEAGUE, minutes(60)));
    assert_eq!(others.await, Err(AppointmentError::NotOwn));
}

#[tokio::test(start_paused = true)]
async fn the_signed_in_person_enters_their_own_seat() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(60))).await;
    let room = booked.appointment;
    let enter = async |by| world.service.enter(by, room).await;
    let link = enter(own(DOCTOR)).await.unwrap();
    assert_eq!(link, world.link(room, PRACTITIONER).await);
    let joined = world.opens(&link).await.unwrap();
    assert_eq!(joined.seats[0].admission, Admission::Admitted);
    for other in [own(COLLEAGUE), desk(CLINIC), desk(OTHER)] {
        assert_eq!(enter(other).await, Err(AppointmentError::Unknown));
    }
    // A link that was taken back is made anew.
    let revoked = world.service.revoke_link(room, PRACTITIONER);
    revoked.await.unwrap();
    let new = enter(own(DOCTOR)).await.unwrap();
    assert_ne!(new, link);
    world.opens(&new).await.unwrap();
    // So is one whose time is over, of somebody who comes late.
    let booked = world.book(consultation(COLLEAGUE, minutes(60))).await;
    world.is(EIGHT.plus(minutes(60 + 15 + 120)));
    let room = booked.appointment;
    let before = world.link(room, PRACTITIONER).await;
    let link = world.service.enter(own(COLLEAGUE), room).await.unwrap();
    assert_ne!(link, before);
    world.opens(&link).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nobody_is_given_the_way_into_the_seat_of_somebody_with_an_account() {
    let world = morning().await;
    let key = Requester {
        actor: Actor::Key(KeyId(0x51)),
        ..desk(CLINIC)
    };
    for by in [desk(CLINIC), key] {
        let booked = world.service.book(by, consultation(DOCTOR, minutes(60)));
        let booked = booked.await.unwrap();
        assert_eq!(booked.people[0].link, None);
        assert!(booked.people[1].link.is_some());
        let room = booked.appointment;
        let before = world.link(room, PRACTITIONER).await;
        let new = world.service.new_seat_link(by, room, PRACTITIONER).await;
        assert_eq!(new, Err(AppointmentError::HasAccount));
        assert_eq!(world.link(room, PRACTITIONER).await, before);
    }
}

/// An interpreter changes no appointment; the way to their own seat they find as everybody does.
#[tokio::test(start_paused = true)]
async fn an_interpreter_whose_link_was_taken_back_enters_by_a_new_one_and_changes_nothing() {
    let world = morning().await;
    let mut booking = consultation(DOCTOR, minutes(60));
    let mai = newcomer("Mai", domain::Role::Interpreter, Some(COLLEAGUE));
    booking.people.push(mai);
    let room = world.book(booking).await.appointment;
    let theirs = SeatId(3);
    world.service.revoke_link(room, theirs).await.unwrap();
    let link = world.service.enter(own(COLLEAGUE), room).await.unwrap();
    assert_eq!(world.opens(&link).await.unwrap().you, theirs);
    let stored = async || world.store.load(room).await.unwrap().unwrap().version;
    let before = stored().await;
    for change in [Change::Admit(PATIENT), Change::End] {
        let refused = world.change(own(COLLEAGUE), room, change).await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::Forbidden);
    }
    let others = world
        .service
        .new_seat_link(own(COLLEAGUE), room, PATIENT)
        .await;
    assert_eq!(others.unwrap_err().code(), ErrorCode::Forbidden);
    assert_eq!(stored().await, before);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_list_goes_on_where_the_one_before_ended() {
    let world = morning().await;
    let mut booked = Vec::new();
    for after in [300, 60, 120, 120, 240] {
        let of = if after == 240 { COLLEAGUE } else { DOCTOR };
        booked.push(
            world
                .book(consultation(of, minutes(after)))
                .await
                .appointment,
        );
    }
    let all = || Timestamp(0)..Timestamp(u64::MAX);
    let list = async |by, times: std::ops::Range<Timestamp>, limit| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = world.service.appointments(by, times.clone(), after, limit);
            let (page, next) = page.await.unwrap();
            assert!(page.len() <= limit);
            found.extend(page.iter().map(|one| one.appointment));
            after = next;
            if after.is_none() {
                return found;
            }
        }
    };
    let [fifth, first, second, third, fourth] = booked[..] else {
        panic!("five were booked")
    };
    let (second, third) = (second.min(third), second.max(third));
    let wanted = [first, second, third, fourth, fifth];
    for limit in [1, 2, 3, 5, 100] {
        assert_eq!(list(desk(CLINIC), all(), limit).await, wanted);
    }
    let morning = EIGHT.plus(minutes(120))..EIGHT.plus(minutes(240));
    assert_eq!(list(desk(CLINIC), morning, 9).await, [second, third]);
    assert_eq!(list(own(COLLEAGUE), all(), 9).await, [fourth]);
    assert!(list(desk(OTHER), all(), 9).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_booked_is_refused_and_nothing_is_left_of_it() {
    let world = morning().await;
    let by = desk(CLINIC);
    let mut late = consultation(DOCTOR, minutes(60));
    late.time.begins = EIGHT.minus(minutes(60));
    let mut long = consultation(DOCTOR, minutes(60));
    long.time.length = Minutes(241);
    let mut alone = consultation(DOCTOR, minutes(60));
    alone.people.truncate(1);
    let speaking = |role, languages: [&str; 2]| {
        let languages = languages.map(|one| LanguageCode::parse(one).unwrap());
        let mut booking = consultation(DOCTOR, minutes(60));
        booking.people.push(Newcomer {
            languages: Some(languages),
            ..newcomer("Mai", role, None)
        });
        booking
    };
    let nothing_to_interpret = speaking(domain::Role::Interpreter, ["vi", "vi"]);
    let no_interpreter = speaking(domain::Role::Companion, ["vi", "ko"]);
    for wrong in [late, long, alone, nothing_to_interpret, no_interpreter] {
        let refused = world.service.book(by, wrong).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Malformed, "{refused}");
    }
    assert!(world.today(by).await.appointments.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_interpreters_licence_is_shown_to_the_clinic_and_its_number_is_in_no_log() {
    let world = morning().await;
    let mut booking = consultation(DOCTOR, minutes(60));
    let licence = LicenceNumber::parse("000123/HCM-CCHN").unwrap();
    let languages = ["vi", "ko"].map(|code| LanguageCode::parse(code).unwrap());
    booking.people.push(Newcomer {
        languages: Some(languages),
        licence: Some(licence.clone()),
        ..newcomer("Chị Hoa", domain::Role::Interpreter, None)
    });
    let booked = world.book(booking.clone()).await;
    let shown = world.look(booked.appointment).await;
    assert_eq!(shown.people[2].licence, Some(licence));
    let stored = world.store.load(booked.appointment).await.unwrap().unwrap();
    let interpreting = domain::replay(&stored.events)
        .interpreting(SeatId(3))
        .cloned();
    assert_eq!(interpreting.unwrap().licence, domain::Licence::Given);
    assert!(!format!("{:?}", stored.events).contains("000123"));

    booking.people[2].languages = None;
    let refused = world.service.book(desk(CLINIC), booking).await;
    let error = PersonError::NothingLicensed;
    assert_eq!(refused, Err(AppointmentError::Person { index: 2, error }));
}
