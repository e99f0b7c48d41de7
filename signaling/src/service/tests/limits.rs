//! How much one address, one seat, one page may do, and what they are told beyond it.

use super::*;
use crate::protocol::ErrorCode;

fn host(number: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, number))
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_wrong_ids_are_limited_and_leave_nothing_behind() {
    let world = World::new().await;
    let mut known = 0;
    for number in 0..10_000_u128 {
        let bytes = (number << 64).to_be_bytes();
        let code = if number % 2 == 0 {
            let mut request = world.request(LAN);
            request.link = LinkToken::from_bytes(bytes).into();
            world
                .service
                .join(request, ADDRESS)
                .await
                .unwrap_err()
                .code()
        } else {
            match world
                .try_connect(&ResumeToken::from_bytes(bytes))
                .await
                .err()
            {
                Some(ConnectError::Unknown) => ErrorCode::LinkUnknown,
                Some(ConnectError::RateLimited(_)) => ErrorCode::RateLimited,
                other => panic!("{other:?}"),
            }
        };
        match code {
            ErrorCode::LinkUnknown => known += 1,
            ErrorCode::RateLimited => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(known, 20);
    assert_eq!(world.service.counts().rooms_live, 0);
    assert!(world.media.calls().is_empty());
    // The right link of somebody behind the same address works as soon as the address rests.
    world.passes(Duration::from_mins(1)).await;
    world.join(LAN).await;
}

#[tokio::test(start_paused = true)]
async fn a_hospital_behind_one_address_comes_back_at_once_and_a_loop_does_not() {
    let world = World::new().await;
    let roles = [Role::Practitioner; 8];
    let mut links = Vec::new();
    for _ in 0..8 {
        links.extend(open(&world.service, &roles[..8]).await.links);
    }
    let mut codes = Vec::new();
    for link in links.iter().take(61) {
        let mut request = world.request(LAN);
        request.link = link.clone().into();
        codes.push(
            world
                .service
                .join(request, host(1))
                .await
                .map_err(|error| error.code()),
        );
    }
    let refused = codes
        .iter()
        .filter(|code| **code == Err(ErrorCode::RateLimited))
        .count();
    assert_eq!(refused, 1);
    let mut request = world.request(LAN);
    let error = world
        .service
        .join(request.clone(), host(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "too many requests from this network: wait 1 s and try again"
    );
    // Others are not in the way of it, nor is a proxy on this machine, which stands for all.
    world.service.join(request.clone(), host(2)).await.unwrap();
    request.takeover = true;
    for number in 0..100_u128 {
        request.attempt = AttemptId::from_bytes((number << 100).to_be_bytes());
        let joined = world
            .service
            .join(request.clone(), Ipv4Addr::LOCALHOST.into())
            .await;
        let words = joined
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(!words.contains("network"), "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_is_joined_in_a_loop_is_slowed_down_with_honest_words() {
    let world = World::new().await;
    let mut resume = world.join(LAN).await.resume.clone();
    for _ in 0..9 {
        resume = world.resume(&resume).await.resume.clone();
    }
    let error = world.try_resume(&resume).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "this seat was joined too often: wait 3 s and try again"
    );
    world.passes(Duration::from_secs(2)).await;
    let error = world.try_join(LAN).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "this seat was joined too often: wait 1 s and try again"
    );
    world.passes(Duration::from_secs(1)).await;
    world.resume(&resume).await;
}
