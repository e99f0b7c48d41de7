//! Attacks by bots of another WebRTC stack on a real server process, with people in it.

use std::time::Duration;

use loadtest::cli::HostilePlan;
use loadtest::report::Told as _;
use loadtest::scenario::hostile;

use crate::spawned::Demo;

/// The short version of `nhipcau-loadtest hostile`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attacks_come_to_nothing_and_the_people_in_the_room_do_not_notice() {
    let demo = Demo::start(&["--listen=127.0.0.1:0"]);
    let plan = HostilePlan {
        target: demo.target(),
        admin_secret: demo.admin_secret(),
        guesses: 300,
        spell: Duration::from_millis(300),
        server_pid: Some(demo.pid()),
        expiry: false,
        seed: 11,
    };
    let report = tokio::time::timeout(hostile::longest(&plan), hostile::run(&plan))
        .await
        .expect("in time")
        .expect("attacks can be made");
    // One a kind of attack, and one for the people.
    assert!(report.attacks.len() >= 9, "{}", report.table());
    assert!(report.has_passed(), "\n{}", report.table());
}
