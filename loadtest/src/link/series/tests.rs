use super::*;
use crate::link::model::Sending;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const VOICE: Label = Label {
    class: Class::Rtp,
    flow: Flow::Rtp {
        ssrc: 1,
        payload_type: 111,
        is_padded: false,
    },
};

fn fate(entered: Duration, waited: Duration, at: Duration, outcome: Outcome) -> Fate<()> {
    let done = entered + waited + ms(10);
    Fate {
        packet: (),
        bytes: 100,
        entered,
        sent: Some(Sending { done, waited }),
        at,
        outcome,
    }
}

#[test]
fn each_thing_is_in_the_bin_of_its_time() {
    let mut series = Series::default();
    series.open(ms(50), 100, 300);
    series.open(ms(99), 100, 200);
    series.close(
        &fate(ms(50), ms(70), ms(420), Outcome::Delivered),
        VOICE,
        ms(423),
    );
    series.close(
        &fate(ms(99), ms(80), ms(189), Outcome::Lost),
        VOICE,
        ms(189),
    );
    let (first, columns) = series.columns(Duration::ZERO);
    assert_eq!(first, 0);
    assert_eq!(columns.offered_bytes, [200, 0, 0, 0, 0]);
    assert_eq!(columns.backlog_bytes, [300, 0, 0, 0, 0]);
    assert_eq!(columns.delivered_bytes, [0, 0, 0, 0, 100]);
    assert_eq!(
        columns.classes,
        BTreeMap::from([(Class::Rtp, vec![0, 0, 0, 0, 100])])
    );
    assert_eq!(
        columns.payload_types,
        BTreeMap::from([(111, vec![0, 0, 0, 0, 100])])
    );
    assert_eq!(columns.lost, [0, 1, 0, 0, 0]);
    assert_eq!(columns.queue_mean_ms, [0.0, 75.0, 0.0, 0.0, 0.0]);
    assert_eq!(columns.queue_max_ms, [0.0, 80.0, 0.0, 0.0, 0.0]);
    assert_eq!(columns.late_max_ms, [0.0, 0.0, 0.0, 0.0, 3.0]);
}

#[test]
fn can_be_asked_for_what_is_new() {
    let mut series = Series::default();
    for at in [50, 150, 250] {
        series.open(ms(at), 100, 0);
    }
    let (first, columns) = series.columns(ms(150));
    assert_eq!((first, columns.offered_bytes), (100, vec![100, 100]));
    let (first, columns) = series.columns(ms(9_999));
    assert_eq!((first, columns.offered_bytes), (300, vec![]));
}

#[test]
fn remembers_an_hour_and_forgets_the_oldest() {
    let mut series = Series::default();
    series.open(ms(50), 1, 0);
    series.open(Duration::from_hours(1), 2, 0);
    let (first, columns) = series.columns(Duration::ZERO);
    assert_eq!((first, columns.offered_bytes.len()), (100, MAX_BINS));
    assert_eq!(columns.offered_bytes.last(), Some(&2));
    // A jump over more than an hour leaves nothing of before.
    series.open(Duration::from_hours(10), 3, 0);
    let (first, columns) = series.columns(Duration::ZERO);
    assert_eq!(first, 36_000_000 - 3_599_900);
    assert_eq!(columns.offered_bytes.iter().sum::<u32>(), 3);
    // What comes too late for its bin is forgotten as well.
    series.open(ms(50), 1, 0);
    assert_eq!(
        series.columns(Duration::ZERO).1.offered_bytes.len(),
        MAX_BINS
    );
}
