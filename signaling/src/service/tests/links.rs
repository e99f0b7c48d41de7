//! Links that expire, are replaced, are taken back; and signed ones.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::*;
use crate::auth::{TokenKey, TokenKeys};
use crate::opaque::Link;
use crate::protocol::{Admission, ErrorCode, InvitationRequest};

/// 32 bytes of `a`.
const SECRET: &str = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
const WEEK: u64 = 7 * 24 * 3_600 * 1_000;

#[tokio::test(start_paused = true)]
async fn a_link_past_its_time_brings_in_nobody_new() {
    let world = World::new().await;
    let joined = world.join(LAN).await;
    world.time.fetch_add(WEEK, Ordering::Relaxed);
    let error = world.try_join(SINH).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkExpired);
    // Whoever is there may come back, by token or by link.
    let resumed = world.resume(&joined.resume).await;
    world.join(LAN).await;
    let error = world.try_resume(&resumed.resume).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::TakenOver);
}

#[tokio::test(start_paused = true)]
async fn a_new_link_kills_the_old_one_and_disturbs_nobody() {
    let mut world = World::new().await;
    let joined = world.join(SINH).await;
    let mut sinh = world.welcomed(&joined.resume).await;
    let old = world.links[SINH].clone();
    let lifetime = LinkLifetime::default();
    let new = world
        .service
        .new_link(world.room, seat(SINH), lifetime)
        .await;
    world.links[SINH] = new.unwrap();
    world.present().await;
    assert_eq!(sinh.drain(), []);
    let mut request = world.request(SINH);
    request.link = old.into();
    let error = world.service.join(request, ADDRESS).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkRevoked);
    world.take_over(SINH).await;
    let nobody = world
        .service
        .new_link(world.room, SeatId(9), lifetime)
        .await;
    assert_eq!(nobody.unwrap_err().code(), ErrorCode::LinkUnknown);
    let nowhere = world.service.new_link(RoomId(1), seat(LAN), lifetime).await;
    assert_eq!(nowhere.unwrap_err().code(), ErrorCode::LinkUnknown);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_taken_back_puts_its_person_out() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    let resume = world.take_over(SINH).await.resume.clone();
    drop(sinh);
    let sinh = world.welcomed(&resume).await;
    world.present().await;
    lan.drain();
    for _ in 0..2 {
        let revoked = world.service.revoke_link(world.room, seat(SINH)).await;
        assert_eq!(revoked, Ok(()));
    }
    sinh.ends_with(EndReason::Revoked).await;
    assert!(!lan.sees().await.present);
    assert_eq!(world.media.seats(world.room), [seat(LAN)]);
    let error = world.try_join(SINH).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkRevoked);
    let error = world.try_resume(&resume).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkRevoked);
    let refused = world.try_connect(&resume).await.err();
    assert_eq!(refused, Some(ConnectError::Ended(EndReason::Revoked)));
}

fn settings() -> Settings {
    let key = TokenKey::hs256("k1", SECRET).unwrap();
    Settings {
        token_keys: TokenKeys::new(vec![key]).unwrap(),
        ..Settings::default()
    }
}

fn token(person: &str, role: &str, more: &Value) -> Link {
    let mut claims = json!({
        "consultation": "7", "sub": person, "name": person, "role": role, "exp": 1_000,
    });
    for (claim, value) in more.as_object().into_iter().flatten() {
        claims[claim] = value.clone();
    }
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("k1".to_owned());
    let key = EncodingKey::from_base64_secret(SECRET).unwrap();
    Link::try_from(jsonwebtoken::encode(&header, &claims, &key).unwrap()).unwrap()
}

async fn join(world: &World, link: Link) -> Result<Arc<JoinResponse>, JoinError> {
    let mut request = world.request(LAN);
    request.link = link;
    world.service.join(request, ADDRESS).await
}

#[tokio::test(start_paused = true)]
async fn signed_invitations_open_the_room_and_add_its_seats() {
    let world = World::with(settings()).await;
    let none = json!({});
    let patient = join(&world, token("bn-1", "patient", &none)).await.unwrap();
    assert_eq!(patient.you, SeatId(1));
    assert_eq!(patient.seats[0].admission, Admission::Waiting);
    let doctor = join(&world, token("bs-2", "practitioner", &none))
        .await
        .unwrap();
    assert_eq!((doctor.you, doctor.seats.len()), (SeatId(2), 2));
    assert_eq!(doctor.seats[1].name.as_str(), "bs-2");
    // The same person again, with another token: the same seat.
    let renewed = token("bn-1", "patient", &json!({"exp": 2_000}));
    let again = join(&world, renewed).await.unwrap();
    assert_eq!(again.you, SeatId(1));
    let languages = json!({"languages": ["vi", "ium"]});
    let mai = join(&world, token("pd-3", "interpreter", &languages))
        .await
        .unwrap();
    let own = mai.seats.iter().find(|seat| seat.seat == mai.you).unwrap();
    assert_eq!(own.languages.as_ref().unwrap()[1].as_str(), "ium");
}

#[tokio::test(start_paused = true)]
async fn looking_at_a_signed_invitation_makes_no_room() {
    let world = World::with(settings()).await;
    let request = InvitationRequest {
        version: 1,
        link: token("bn-1", "patient", &json!({})),
    };
    let seen = world.service.invitation(request, ADDRESS).await.unwrap();
    assert_eq!((seen.you.name.as_str(), seen.taken), ("bn-1", false));
    assert_eq!(world.service.counts().rooms_live, 0);
}

#[tokio::test(start_paused = true)]
async fn a_signed_invitation_is_refused_for_what_is_wrong_with_it() {
    let world = World::with(settings()).await;
    world.time.store(2_000_000, Ordering::Relaxed);
    let code = async |link| join(&world, link).await.unwrap_err().code();
    assert_eq!(
        code(token("a", "patient", &json!({}))).await,
        ErrorCode::LinkExpired
    );
    let later = json!({"exp": 9_000, "nbf": 8_000});
    assert_eq!(
        code(token("a", "patient", &later)).await,
        ErrorCode::LinkUnknown
    );
    let good = json!({"exp": 9_000});
    assert_eq!(code(token("a", "nurse", &good)).await, ErrorCode::Malformed);
    let both = json!({"exp": 9_000, "languages": ["vi", "vi"]});
    assert_eq!(
        code(token("a", "interpreter", &both)).await,
        ErrorCode::Malformed
    );
    assert_eq!(
        code(token("a", "patient", &both)).await,
        ErrorCode::Malformed
    );
    let forged = Link::try_from("aaaa.bbbb.cccc".to_owned()).unwrap();
    assert_eq!(code(forged).await, ErrorCode::LinkUnknown);
    // A server without keys knows none of them.
    let world = World::new().await;
    let error = join(&world, token("a", "patient", &json!({})))
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkUnknown);
}

#[tokio::test(start_paused = true)]
async fn a_signed_invitation_can_be_taken_back() {
    let world = World::with(settings()).await;
    let link = token("bn-1", "patient", &json!({}));
    join(&world, link.clone()).await.unwrap();
    let room = crate::auth::hash_consultation("7");
    world.service.revoke_link(room, SeatId(1)).await.unwrap();
    let error = join(&world, link).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LinkRevoked);
}

#[tokio::test(start_paused = true)]
async fn two_first_uses_at_once_make_one_seat() {
    let world = World::with(settings()).await;
    let link = || token("bn-1", "patient", &json!({}));
    let (one, other) = tokio::join!(join(&world, link()), join(&world, link()));
    let seats = [one.unwrap(), other.unwrap()].map(|joined| joined.seats.len());
    assert_eq!(seats, [1, 1]);
}
