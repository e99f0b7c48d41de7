use super::*;
use crate::consultation::RuleError;
use crate::ice::IceCredentials;
use crate::media_port::fake::Call;
use crate::media_port::{JoinMediaError, Standing};
use crate::protocol::{Encoding, ErrorCode, LinkHint, Slot, Transport};

#[tokio::test(start_paused = true)]
async fn a_join_answers_everything_a_page_needs() {
    let world = World::new().await;
    world.join(LAN).await;
    let joined = world.join(MAI).await;
    assert_eq!((joined.you, joined.transport), (seat(MAI), Transport::New));
    let names: Vec<_> = joined.seats.iter().map(|seat| seat.name.as_str()).collect();
    assert_eq!(names, NAMES);
    let present: Vec<_> = joined.seats.iter().map(|seat| seat.present).collect();
    assert_eq!(present, [true, false, true, false]);
    let slot = Slot {
        slot: 0,
        epoch: 1,
        seat: seat(LAN),
    };
    assert_eq!(joined.slots, [slot]);
    assert!(joined.senders.microphone && !joined.locked);
    assert_eq!(joined.senders.encodings, [Encoding::Q]);
}

#[tokio::test(start_paused = true)]
async fn who_leads_and_who_translates_come_in_and_the_others_wait() {
    let world = World::new().await;
    for person in [LAN, SINH, MAI, SON] {
        world.join(person).await;
    }
    let standings: Vec<_> = world
        .media
        .calls()
        .into_iter()
        .map(|call| match call {
            Call::Join { standing, .. } => standing,
            other => panic!("{other:?}"),
        })
        .collect();
    let (waits, is_in) = (Standing::Waiting, Standing::Admitted);
    assert_eq!(standings, [is_in, waits, is_in, waits]);
}

#[tokio::test(start_paused = true)]
async fn what_the_page_saw_of_its_network_reaches_the_media_plane() {
    let world = World::new().await;
    let hint = LinkHint {
        round_trip: Duration::from_millis(600),
        kbps: 38,
    };
    let mut request = world.request(LAN);
    request.network = Some(hint);
    let joined = world.service.join(request, ADDRESS).await.unwrap();
    let mut request = world.resume_request(&joined.resume);
    request.network = Some(hint);
    world.service.resume(request, ADDRESS).await.unwrap();
    for call in world.media.calls() {
        let Call::Join { network, .. } = call else {
            panic!("{call:?}");
        };
        assert_eq!(network.map(|network| network.kbps), Some(38));
    }
}

#[tokio::test(start_paused = true)]
async fn the_credentials_that_a_page_has_chosen_reach_the_media_plane_and_no_log() {
    let world = World::new().await;
    let chosen = IceCredentials::parse("fragment".to_owned(), "p".repeat(22)).unwrap();
    let mut request = world.request(LAN);
    request.ice = Some(chosen.clone());
    world.service.join(request, ADDRESS).await.unwrap();
    let calls = world.media.calls();
    let [Call::Join { credentials, .. }] = &calls[..] else {
        panic!("{calls:?}");
    };
    assert_eq!(*credentials, Some(chosen));
    assert!(!format!("{calls:?}").contains("pppp"));
}

#[tokio::test(start_paused = true)]
async fn on_a_weak_link_the_answer_waits_a_moment_for_the_first_check_of_who_goes_ahead() {
    /// Milliseconds that the answer takes.
    async fn taken(kbps: u32, goes_ahead: bool, checked: bool) -> u128 {
        let world = World::new().await;
        if checked {
            let ago = Some(Duration::ZERO);
            world.media.set_heard(world.room, seat(LAN), ago);
        }
        let mut request = world.request(LAN);
        let round_trip = Duration::from_millis(600);
        request.network = Some(LinkHint { round_trip, kbps });
        let chosen = IceCredentials::parse("fragment".to_owned(), "p".repeat(22)).unwrap();
        request.ice = goes_ahead.then_some(chosen);
        // Where media is heard somebody has the seat.
        request.takeover = true;
        let asked = tokio::time::Instant::now();
        world.service.join(request, ADDRESS).await.unwrap();
        asked.elapsed().as_millis()
    }
    assert_eq!(taken(40, true, false).await, 250);
    assert_eq!(taken(40, true, true).await, 0);
    assert_eq!(taken(40, false, false).await, 0);
    // Where the answer keeps the line for a moment only, nobody waits for anything.
    assert_eq!(taken(540, true, false).await, 250);
    assert_eq!(taken(550, true, false).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_fourth_person_is_refused_and_gets_no_transport() {
    let world = World::new().await;
    let room = open(&world.service, &[Role::Practitioner; 4]).await;
    let world = World {
        room: room.room,
        links: room.links,
        ..world
    };
    for person in 0..3 {
        world.join(person).await;
    }
    let error = world.try_join(3).await.unwrap_err();
    assert_eq!(error, JoinError::Rule(RuleError::Full));
    assert_eq!(error.code(), ErrorCode::RoomFull);
    assert_eq!(world.media.seats(world.room).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_the_media_plane_refuses_leaves_no_trace() {
    let world = World::new().await;
    let reason = "no audio".to_owned();
    world
        .media
        .fail_next(JoinMediaError::OfferInvalid { reason });
    let error = world.try_join(LAN).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OfferInvalid);
    assert_eq!(error.to_string(), "offer is not usable: no audio");
    assert_eq!(world.present().await, []);
    assert_eq!(world.service.counts().seats_present, 0);
}

#[tokio::test(start_paused = true)]
async fn a_media_plane_that_never_answers_is_not_waited_for() {
    let world = World::new().await;
    world.media.hold();
    let error = world.try_join(LAN).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Overloaded);
    assert_eq!(world.media.seats(world.room), []);
    world.media.release();
    world.join(LAN).await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_link_is_unknown_and_soon_too_many() {
    let world = World::new().await;
    let mut codes = Vec::new();
    for number in 0..21_u8 {
        let mut request = world.request(LAN);
        request.link = LinkToken::from_bytes([number; 16]).into();
        let error = world.service.join(request, ADDRESS).await.unwrap_err();
        codes.push(error.code());
    }
    assert_eq!(codes[..20], [ErrorCode::LinkUnknown; 20]);
    assert_eq!(codes[20], ErrorCode::RateLimited);
    // The right link of somebody behind the same address still works.
    world.join(LAN).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_joins_in_a_loop_is_slowed_down() {
    let world = World::new().await;
    for _ in 0..10 {
        world.join(LAN).await;
    }
    let error = world.try_join(LAN).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RateLimited);
    world.join(SINH).await;
    world.passes(Duration::from_secs(3)).await;
    world.join(LAN).await;
}

#[tokio::test(start_paused = true)]
async fn a_full_server_says_so() {
    let world = World::with(Settings {
        max_rooms: 0,
        ..Settings::default()
    })
    .await;
    let error = world.try_join(LAN).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Overloaded);
}

#[tokio::test(start_paused = true)]
async fn results_are_counted_without_names() {
    let world = World::new().await;
    world.join(LAN).await;
    let mut request = world.request(LAN);
    request.link = LinkToken::from_bytes([9; 16]).into();
    world.service.join(request, ADDRESS).await.unwrap_err();
    let counts = world.service.counts();
    let count = |result| counts.joins.iter().find(|(name, _)| *name == result);
    assert_eq!(count("ok"), Some(&("ok", 1)));
    assert_eq!(count("link_unknown"), Some(&("link_unknown", 1)));
    assert_eq!(counts.joins.len(), ErrorCode::ALL.len() + 1);
    assert_eq!((counts.rooms_live, counts.seats_present), (1, 1));
}
