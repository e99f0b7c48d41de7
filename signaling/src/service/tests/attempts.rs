use super::*;
use crate::media_port::JoinMediaError;
use crate::protocol::ErrorCode;

#[tokio::test(start_paused = true)]
async fn the_same_attempt_gets_the_same_answer() {
    let world = World::new().await;
    let request = world.request(LAN);
    let first = world.service.join(request.clone(), ADDRESS).await.unwrap();
    world.passes(Duration::from_secs(59)).await;
    let second = world.service.join(request, ADDRESS).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(world.media.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_minute_later_it_is_a_new_join() {
    let world = World::new().await;
    let request = world.request(LAN);
    let first = world.service.join(request.clone(), ADDRESS).await.unwrap();
    world.passes(Duration::from_mins(1)).await;
    let second = world.service.join(request, ADDRESS).await.unwrap();
    assert_ne!(first.resume, second.resume);
}

#[tokio::test(start_paused = true)]
async fn a_repetition_waits_for_the_first_and_does_no_second_join() {
    let world = World::new().await;
    world.media.hold();
    let request = world.request(LAN);
    let first = world.service.join(request.clone(), ADDRESS);
    let second = world.service.join(request, ADDRESS);
    let release = async {
        while world.media.held() == 0 {
            tokio::task::yield_now().await;
        }
        world.media.release();
    };
    let (first, second, ()) = tokio::join!(first, second, release);
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(world.media.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_hung_up_finds_its_answer_when_it_asks_again() {
    let world = World::new().await;
    world.media.hold();
    let request = world.request(LAN);
    let lost = tokio::spawn({
        let service = world.service.clone();
        let request = request.clone();
        async move { service.join(request, ADDRESS).await }
    });
    while world.media.held() == 0 {
        tokio::task::yield_now().await;
    }
    lost.abort();
    world.media.release();
    world.service.join(request, ADDRESS).await.unwrap();
    assert_eq!(world.media.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_not_remembered() {
    let world = World::new().await;
    world.media.fail_next(JoinMediaError::Overloaded);
    let request = world.request(LAN);
    let error = world.service.join(request.clone(), ADDRESS).await;
    assert_eq!(error.unwrap_err().code(), ErrorCode::Overloaded);
    world.service.join(request, ADDRESS).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_attempt_id_is_for_one_offer() {
    let world = World::new().await;
    let mut request = world.request(LAN);
    world.service.join(request.clone(), ADDRESS).await.unwrap();
    request.offer = "v=0 another".to_owned();
    let error = world.service.join(request, ADDRESS).await.unwrap_err();
    assert_eq!(error, JoinError::AttemptReused);
}

#[tokio::test(start_paused = true)]
async fn two_people_may_choose_the_same_attempt_id() {
    let world = World::new().await;
    let lan = world.request(LAN);
    let mut sinh = world.request(SINH);
    sinh.attempt = lan.attempt.clone();
    let lan = world.service.join(lan, ADDRESS).await.unwrap();
    let sinh = world.service.join(sinh, ADDRESS).await.unwrap();
    assert_ne!(lan.you, sinh.you);
}
