use super::*;
use crate::media::units::Bitrate;

fn hint(kbps: u64) -> Hint {
    Hint {
        round_trip: Duration::from_millis(600),
        rate: Bitrate::kbps(kbps),
    }
}

#[test]
fn a_flood_of_reports_is_answered_ten_times_a_second() {
    let start = Instant::now();
    let mut watch = LinkWatch::new(None, start);
    let answered = (0..5_000)
        .filter(|ms| {
            let now = start + Duration::from_millis(*ms);
            let mut voice = VoicePath::default();
            watch
                .report(now, &LinkReport::default(), &mut voice, None)
                .is_some()
        })
        .count();
    assert!((55..=65).contains(&answered), "{answered} in five seconds");
}

#[test]
fn a_page_that_never_reports_is_taken_for_strong() {
    let start = Instant::now();
    let mut watch = LinkWatch::new(Some(hint(20)), start);
    let mut voice = VoicePath::default();
    watch.page_listens(start);
    let at = |seconds| start + Duration::from_secs(seconds);
    // Its scripts may still be on their way.
    assert!(!watch.tick(at(119), &mut voice, None));
    assert_eq!(watch.down(), LinkRung::Kbps9);
    assert!(watch.tick(at(120), &mut voice, None));
    assert_eq!((watch.up(), watch.down()), (LinkRung::Open, LinkRung::Open));
}

#[test]
fn what_is_repaired_is_repaired_on_though_it_shows_no_loss_any_more() {
    let start = Instant::now();
    let mut watch = LinkWatch::new(None, start);
    let mut voice = VoicePath::default();
    let mut report = |second: u64, lost| {
        let report = LinkReport {
            received: 50,
            lost,
            ..LinkReport::default()
        };
        let now = start + Duration::from_secs(second);
        watch.report(now, &report, &mut voice, None).unwrap();
        watch.is_lossy(now)
    };
    assert!(!report(1, 1));
    assert!(report(2, 5));
    assert!((3..60).all(|second| report(second, 0)));
    assert!(!report(70, 0), "the loss is forgotten");
}

#[test]
fn a_weak_link_that_changes_is_asked_more_often_than_a_strong_one() {
    let start = Instant::now();
    for (kbps, first, later) in [
        (20, 4_000, 4_000),
        (40, 2_000, 4_000),
        (100, 500, 1_000),
        (10_000, 2_000, 2_000),
    ] {
        let mut watch = LinkWatch::new(Some(hint(kbps)), start);
        let mut asked = |ms: u32| {
            let report = LinkReport {
                sent_at: crate::media::control::PageMillis(ms),
                ..LinkReport::default()
            };
            let now = start + Duration::from_millis(u64::from(ms));
            let mut voice = VoicePath::default();
            let heard = watch.report(now, &report, &mut voice, None).unwrap();
            heard.echo.interval.as_millis()
        };
        assert_eq!((asked(100), asked(6_000)), (first, later), "{kbps} kbit/s");
    }
}
