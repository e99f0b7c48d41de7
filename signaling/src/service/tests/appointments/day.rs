//! The clinic's day: who waits and why, and what is done about it.

use super::*;
use crate::consultation::PriorityClass;
use crate::media_port::JoinMediaError;
use crate::protocol::{ConnectionState, FailedJoins, Why};
use crate::store::Told;

#[tokio::test(start_paused = true)]
async fn a_morning_is_seen_as_it_goes() {
    let world = morning().await;
    let first = world.book(consultation(DOCTOR, minutes(0))).await;
    let second = world.book(consultation(DOCTOR, minutes(5))).await;
    let mut third = consultation(COLLEAGUE, minutes(10));
    third.priority = Some(PriorityClass::SeventyFive);
    let third = world.book(third).await;
    let day = world.today(desk(CLINIC)).await;
    assert_eq!(day.date.to_string(), "2026-11-22");
    let by_time = [&first, &second, &third].map(|one| one.appointment);
    assert_eq!(rooms(&day), by_time);
    assert!(day.queue.is_empty());

    // They come the other way round; the law puts the one who came last before the others.
    let _second = world.comes(&second, PATIENT).await;
    world.is(EIGHT.minus(minutes(20)));
    let mut first_page = world.comes(&first, PATIENT).await;
    world.is(EIGHT.minus(minutes(10)));
    let _third = world.comes(&third, PATIENT).await;
    let day = world.today(desk(CLINIC)).await;
    let wanted = [&third, &second, &first].map(|one| one.appointment);
    assert_eq!(queue(&day), wanted);
    let class = crate::protocol::PriorityClass::SeventyFive;
    assert_eq!(
        day.queue[0].why,
        Why::Law {
            class,
            overtakes: 2
        }
    );
    assert_eq!(day.queue[1].why, Why::Overtaken { by: 1 });
    assert_eq!(day.queue[1].since, EIGHT.minus(minutes(30)));
    let patient = &day.appointments[0].people[1];
    assert_eq!(patient.connection, ConnectionState::Up);
    assert!(patient.present && patient.waiting_since.is_some());
    // Of the practitioner's own patients nobody is overtaken.
    let own_day = world.today(own(DOCTOR)).await;
    let wanted = [&second, &first].map(|one| one.appointment);
    assert_eq!(queue(&own_day), wanted);
    assert_eq!(own_day.queue[0].why, Why::Arrival);
    assert_eq!(
        rooms(&own_day),
        [&first, &second].map(|one| one.appointment)
    );

    // Let in from the board, while the practitioner is elsewhere.
    first_page.drain();
    let room = first.appointment;
    let admitted = world.change(own(DOCTOR), room, Change::Admit(PATIENT));
    assert_eq!(
        admitted.await.unwrap().people[1].admission,
        Admission::Admitted
    );
    let seen = first_page.drain();
    let is_in = |message: &ServerMessage| {
        matches!(message, ServerMessage::SeatChanged { seat }
            if seat.seat == PATIENT && seat.admission == Admission::Admitted)
    };
    assert!(seen.iter().any(is_in), "{seen:?}");
    assert_eq!(world.hears(room, PATIENT), Some(domain::Standing::Admitted));
    let day = world.today(desk(CLINIC)).await;
    assert_eq!(queue(&day), [&third, &second].map(|one| one.appointment));
}

#[tokio::test(start_paused = true)]
async fn a_restart_loses_nobodys_place() {
    let world = morning().await;
    let first = world.book(consultation(DOCTOR, minutes(0))).await;
    let second = world.book(consultation(DOCTOR, minutes(20))).await;
    let _second = world.comes(&second, PATIENT).await;
    world.is(EIGHT.minus(minutes(20)));
    let page = world.comes(&first, PATIENT).await;
    let before = world.today(desk(CLINIC)).await;
    drop(page);
    let world = world.restarted();
    let day = world.today(desk(CLINIC)).await;
    assert_eq!((rooms(&day), &day.queue), (rooms(&before), &before.queue));
    assert!(day.revision != before.revision, "it is another page");
    assert_eq!(
        day.appointments[0].people[1].connection,
        ConnectionState::Lost
    );
    world.comes(&first, PATIENT).await;
    let day = world.today(desk(CLINIC)).await;
    assert_eq!(day.queue, before.queue);
}

#[tokio::test(start_paused = true)]
async fn a_colleague_takes_over_and_the_one_before_is_out_and_not_forgotten() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    let lans = world.link(room, PRACTITIONER).await;
    let mut lan = world.comes(&booked, PRACTITIONER).await;
    let mut sinh = world.comes(&booked, PATIENT).await;
    lan.drain();
    sinh.drain();
    let name = DisplayName::parse("Bác sĩ Hoa").unwrap();
    let hand_over = || Change::Transfer(PRACTITIONER, COLLEAGUE, name.clone());
    let handed = world.change(own(DOCTOR), room, hand_over()).await.unwrap();
    assert_eq!(handed.people[0].name, name);
    assert_eq!(handed.people[0].account, Some(COLLEAGUE));
    lan.ends_with(EndReason::Left).await;
    assert_eq!(world.hears(room, PRACTITIONER), None);
    let sees = sinh.drain();
    let is_hoa = |message: &ServerMessage| matches!(message, ServerMessage::SeatChanged { seat } if seat.name == name);
    assert!(sees.iter().any(is_hoa), "{sees:?}");
    // Whose it is now, and whose not any more.
    assert!(world.today(own(DOCTOR)).await.appointments.is_empty());
    assert_eq!(rooms(&world.today(own(COLLEAGUE)).await), [room]);
    let gone = world.change(own(DOCTOR), room, hand_over()).await;
    assert_eq!(gone, Err(AppointmentError::Unknown));
    let refused = world.opens(&lans).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::LinkRevoked);
    let link = world.service.enter(own(COLLEAGUE), room).await.unwrap();
    assert_eq!(world.opens(&link).await.unwrap().you, PRACTITIONER);
    let stored = world.store.load(room).await.unwrap().unwrap();
    let mut names = stored.people.iter().filter(|one| one.seat == PRACTITIONER);
    assert_eq!(names.next().unwrap().name.as_str(), "Bác sĩ Lan");
    assert_eq!(names.next().unwrap().name, name);
    // After a restart as well.
    let world = world.restarted();
    assert_eq!(rooms(&world.today(own(COLLEAGUE)).await), [room]);
    assert_eq!(world.look(room).await.people[0].name, name);
}

#[tokio::test(start_paused = true)]
async fn a_moved_appointment_is_on_the_day_that_it_is_moved_to() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(60))).await;
    let room = booked.appointment;
    let tomorrow = "2026-11-23".parse().unwrap();
    let of_tomorrow = async || {
        let day = world.service.day(desk(CLINIC), Some(tomorrow), None).await;
        rooms(&day.unwrap())
    };
    assert_eq!(rooms(&world.today(desk(CLINIC)).await), [room]);
    assert!(of_tomorrow().await.is_empty());
    let time = BookedTime {
        begins: EIGHT.plus(minutes(24 * 60)),
        length: Minutes(30),
    };
    let moved = world
        .change(own(DOCTOR), room, Change::Reschedule(time))
        .await;
    let moved = moved.unwrap();
    assert_eq!((moved.begins, moved.minutes), (Some(time.begins), Some(30)));
    assert!(world.today(desk(CLINIC)).await.appointments.is_empty());
    assert_eq!(of_tomorrow().await, [room]);
    let again = world
        .change(desk(CLINIC), room, Change::Reschedule(time))
        .await;
    assert_eq!(again.unwrap(), moved, "it is so already");
}

/// A room that was swept while people are in it would be lost to them.
#[tokio::test(start_paused = true)]
async fn an_end_that_is_taken_back_is_not_swept() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    let sinh = world.comes(&booked, PATIENT).await;
    let ended = world.change(desk(CLINIC), room, Change::End).await.unwrap();
    assert_eq!(ended.phase, Phase::Ended);
    sinh.ends_with(EndReason::Closed).await;
    let reopened = world.change(desk(CLINIC), room, Change::Reopen).await;
    assert_eq!(reopened.unwrap().phase, Phase::Open);
    world.is(EIGHT.plus(minutes(8 * 24 * 60)));
    world.service.sweep().await;
    assert!(world.store.load(room).await.unwrap().is_some());
    world.change(desk(CLINIC), room, Change::End).await.unwrap();
    world.is(EIGHT.plus(minutes(16 * 24 * 60)));
    world.service.sweep().await;
    assert!(world.store.load(room).await.unwrap().is_none());
    let gone = world.service.appointment(desk(CLINIC), room).await;
    assert_eq!(gone, Err(AppointmentError::Unknown));
}

#[tokio::test(start_paused = true)]
async fn a_practitioner_reopens_what_they_ended_and_not_what_the_clinic_called_off() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    let _lan = world.comes(&booked, PRACTITIONER).await;
    world.change(own(DOCTOR), room, Change::End).await.unwrap();
    world
        .change(own(DOCTOR), room, Change::Reopen)
        .await
        .unwrap();
    let reason = domain::CancelReason::Technical;
    let cancel = world
        .change(desk(CLINIC), room, Change::Cancel(reason))
        .await;
    let end = cancel.unwrap().end.unwrap();
    assert_eq!(end.reason, Some(crate::protocol::CancelReason::Technical));
    let refused = world.change(own(DOCTOR), room, Change::Reopen).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::Forbidden);
}

/// On the list of the day, with the consultation open nowhere.
#[tokio::test(start_paused = true)]
async fn what_a_practitioner_does_from_the_list_is_their_own_act() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    let _sinh = world.comes(&booked, PATIENT).await;
    let change = |by, change| world.change(by, room, change);
    change(own(DOCTOR), Change::Admit(PATIENT)).await.unwrap();
    change(own(DOCTOR), Change::End).await.unwrap();
    let log = world.store.load(room).await.unwrap().unwrap().events;
    let acts: Vec<_> = log
        .iter()
        .filter_map(|event| match event.fact {
            domain::Fact::Admitted { by, .. } | domain::Fact::Ended { by } => Some(by),
            _ => None,
        })
        .collect();
    assert_eq!(acts, [Some(PRACTITIONER); 2]);
    let reopened = change(own(DOCTOR), Change::Reopen).await.unwrap();
    assert_eq!(reopened.phase, Phase::Open);
    // What the desk ends is the clinic's.
    change(desk(CLINIC), Change::End).await.unwrap();
    let refused = change(own(DOCTOR), Change::Reopen).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::Forbidden);
}

/// The board is no way round what was decided in the room.
#[tokio::test(start_paused = true)]
async fn whoever_was_put_out_does_nothing_from_the_board_until_a_colleague_lets_them_in_again() {
    let world = morning().await;
    let hoas = SeatId(3);
    let hoa = newcomer("Bác sĩ Hoa", domain::Role::Practitioner, Some(COLLEAGUE));
    let mut booking = consultation(DOCTOR, minutes(0));
    booking.people.push(hoa);
    let booked = world.book(booking).await;
    let room = booked.appointment;
    let lan = world.comes(&booked, PRACTITIONER).await;
    let mut page = world.comes(&booked, hoas).await;
    page.drain();
    lan.says(Said::Remove { seat: hoas }).await;
    page.ends_with(EndReason::Removed).await;
    let name = DisplayName::parse("Bác sĩ Hoa").unwrap();
    for change in [
        Change::Admit(hoas),
        Change::Admit(PATIENT),
        Change::End,
        Change::Reopen,
        Change::SetPriority(Some(PriorityClass::Pregnant)),
        Change::Transfer(PRACTITIONER, COLLEAGUE, name),
    ] {
        let refused = world.change(own(COLLEAGUE), room, change).await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::WrongState);
    }
    let link = world
        .service
        .new_seat_link(own(COLLEAGUE), room, PATIENT)
        .await;
    assert_eq!(link.unwrap_err().code(), ErrorCode::WrongState);
    world.tries(&booked, PATIENT).await.unwrap();
    world
        .change(own(DOCTOR), room, Change::Admit(hoas))
        .await
        .unwrap();
    let ended = world.change(own(COLLEAGUE), room, Change::End).await;
    assert_eq!(ended.unwrap().phase, Phase::Ended);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_for_one_practitioner_are_told_of_a_delay_and_nobody_else() {
    let world = morning().await;
    let waits = world.book(consultation(DOCTOR, minutes(90))).await;
    let near = world.book(consultation(DOCTOR, minutes(0))).await;
    let far = world.book(consultation(DOCTOR, minutes(120))).await;
    let others = world.book(consultation(COLLEAGUE, minutes(0))).await;
    let _page = world.comes(&waits, PATIENT).await;
    let _other = world.comes(&others, PATIENT).await;
    world.is(EIGHT.minus(minutes(5)));
    let late = async |delay: Option<u16>| {
        let delay = delay.map(Minutes);
        world.service.late_today(own(DOCTOR), delay).await
    };
    assert_eq!(late(Some(10)).await, Ok(2));
    for (booked, told) in [
        (&waits, true),
        (&near, true),
        (&far, false),
        (&others, false),
    ] {
        let late = world.look(booked.appointment).await.late;
        assert_eq!(late.map(|late| late.minutes), told.then_some(10));
    }
    assert_eq!(
        late(Some(0)).await.unwrap_err().code(),
        ErrorCode::Malformed
    );
    assert_eq!(late(None).await, Ok(2));
    assert_eq!(world.look(waits.appointment).await.late, None);
    let of_all = world.service.late_today(desk(CLINIC), None).await;
    assert_eq!(of_all, Err(AppointmentError::NoDay));
}

#[tokio::test(start_paused = true)]
async fn a_failed_join_is_shown_with_its_cause() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    let failed = async || world.look(room).await.people[0].failed_joins;
    assert_eq!(failed().await, None);
    let reason = "no codec".to_owned();
    world
        .media
        .fail_next(JoinMediaError::OfferInvalid { reason });
    world.tries(&booked, PRACTITIONER).await.unwrap_err();
    let at = EIGHT.minus(minutes(30));
    let code = Some(ErrorCode::OfferInvalid);
    assert_eq!(failed().await, Some(FailedJoins { count: 1, at, code }));
    // Let in, and nothing was ever heard.
    world.tries(&booked, PRACTITIONER).await.unwrap();
    let seat = PRACTITIONER;
    let lost = MediaEvent::TransportLost { room, seat };
    world.service.handle_media_event(lost).await;
    world.passes(Duration::from_millis(1)).await;
    let code = None;
    assert_eq!(failed().await, Some(FailedJoins { count: 2, at, code }));
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_news_gets_them_when_there_are_some() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let seen = world.today(own(DOCTOR)).await;
    let others = world.today(own(COLLEAGUE)).await;
    let start = tokio::time::Instant::now();
    let service = world.service.clone();
    let news = async |by, since| service.day(by, None, Some(since)).await.unwrap();
    let comes = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        world.comes(&booked, PATIENT).await
    };
    let (day, _page) = tokio::join!(news(own(DOCTOR), seen.revision), comes);
    assert_eq!(queue(&day), [booked.appointment]);
    assert_ne!(day.revision, seen.revision);
    let took = start.elapsed();
    assert!(
        Duration::from_secs(3) <= took && took < Duration::from_secs(4),
        "{took:?}"
    );
    // An old revision is answered at once; and what is not for one's eyes is no news.
    let start = tokio::time::Instant::now();
    news(own(DOCTOR), seen.revision).await;
    assert!(start.elapsed() < Duration::from_secs(1));
    let day = news(own(COLLEAGUE), others.revision).await;
    assert_eq!(
        (day.revision, start.elapsed().as_secs()),
        (others.revision, 25)
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_keeps_a_server_from_stopping_by_waiting_for_news() {
    let world = morning().await;
    let seen = world.today(desk(CLINIC)).await.revision;
    let start = tokio::time::Instant::now();
    let waits = world.service.day(desk(CLINIC), None, Some(seen));
    let stops = world.service.drain(minutes(1));
    let (waited, ()) = tokio::join!(waits, stops);
    assert_eq!(waited, Err(AppointmentError::Draining));
    assert!(start.elapsed() < Duration::from_secs(1));
    // Who does not wait still sees the day.
    world.today(desk(CLINIC)).await;
}

#[tokio::test(start_paused = true)]
async fn who_of_the_clinic_did_something_stands_in_the_log() {
    let world = morning().await;
    let booked = world.book(consultation(DOCTOR, minutes(0))).await;
    let room = booked.appointment;
    world
        .change(own(DOCTOR), room, Change::Admit(PATIENT))
        .await
        .unwrap();
    world.tries(&booked, PATIENT).await.unwrap();
    let stored = world.store.load(room).await.unwrap().unwrap();
    let actor = |fact: fn(&domain::Fact) -> bool| {
        let place = stored.events.iter().position(|event| fact(&event.fact));
        stored.actors[place.unwrap()]
    };
    let is_booking = |fact: &domain::Fact| matches!(fact, domain::Fact::Schedule(_));
    assert_eq!(actor(is_booking), Some(Actor::Account(DESK)));
    let is_admission = |fact: &domain::Fact| matches!(fact, domain::Fact::Admitted { .. });
    assert_eq!(actor(is_admission), Some(Actor::Account(DOCTOR)));
    let is_join = |fact: &domain::Fact| matches!(fact, domain::Fact::Joined { .. });
    assert_eq!(actor(is_join), None);
    // Everything is in the outbox until it is told.
    let outbox = async || world.store.outbox(CLINIC, None, 9).await.unwrap();
    assert_eq!(outbox().await.len(), 1);
    let length = stored.version.length;
    let told = Told {
        length,
        announced: length,
        ..stored.told
    };
    let noted = world.store.note_told(room, CLINIC, stored.version, told);
    noted.await.unwrap();
    assert!(outbox().await.is_empty());
}
