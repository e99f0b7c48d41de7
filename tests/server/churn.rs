//! Whoever joins and leaves leaves nothing behind in the server.

use loadtest::cli::ChurnPlan;
use loadtest::report::Told as _;
use loadtest::scenario::churn;

use crate::spawned::Demo;

/// The short version of `nhipcau-loadtest churn`, without judging memory: it needs a longer warm-up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_visits_leave_no_room_socket_transport_or_file_behind() {
    let demo = Demo::start(&["--listen=127.0.0.1:0"]);
    let plan = ChurnPlan {
        target: demo.target(),
        admin_secret: demo.admin_secret(),
        times: 50,
        warm_up: 7,
        rooms: 4,
        server_pid: Some(demo.pid()),
        tolerance_mb: None,
        seed: 3,
    };
    let report = tokio::time::timeout(churn::longest(&plan), churn::run(&plan))
        .await
        .expect("in time")
        .expect("visits can be made");
    assert!(report.has_passed(), "\n{}", report.table());
    let [before, after] = &report.gauges;
    let counted: Vec<&str> = [
        "rooms",
        "participants",
        "websockets",
        "addresses",
        "fragments",
        "deadlines",
    ]
    .into_iter()
    .filter(|name| after.keys().any(|gauge| gauge.ends_with(name)))
    .collect();
    assert_eq!(counted.len(), 6, "only {counted:?} is counted");
    assert_eq!(before, after);
}
