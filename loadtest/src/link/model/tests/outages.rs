use super::*;
use crate::link::shape::Outage;

fn outage(mode: OutageMode, at: Duration, length: Duration) -> Outage {
    Outage {
        mode,
        at,
        length,
        every: None,
    }
}

#[test]
fn an_outage_that_holds_delivers_late_and_in_order_at_the_link_s_rate() {
    let shape = Shape {
        outages: vec![outage(OutageMode::Hold, secs(1), secs(3))],
        delay: ms(50),
        ..plain()
    };
    let fates = run(shape, 1, every(ms(100), 50, 100));
    assert_eq!(count(&fates, Outcome::Delivered), 50, "nothing is lost");
    let arrived = delivered(&fates);
    assert_eq!(arrived[9], (9, ms(900 + 10 + 50)), "before it, as ever");
    assert_eq!(
        arrived[10],
        (10, ms(4_000 + 10 + 50)),
        "the first that is held leaves when it ends"
    );
    assert_eq!(
        arrived[39],
        (39, ms(4_000 + 300 + 50)),
        "the thirtieth right behind it, 10 ms each"
    );
    assert_eq!(arrived[49], (49, ms(4_900 + 10 + 50)), "after it, as ever");
    let held = fates.iter().find(|fate| fate.packet == 10).unwrap();
    assert_eq!(
        held.sent.unwrap().waited,
        secs(3),
        "what it stood counts as queue"
    );
}

#[test]
fn an_outage_that_holds_keeps_only_what_fits_the_queue() {
    let outages = vec![outage(OutageMode::Hold, secs(1), secs(3))];
    let fates = run(
        Shape {
            outages,
            queue_bytes: 1_000,
            ..plain()
        },
        1,
        every(ms(100), 50, 100),
    );
    // Of the 30 that come while it holds ten fit, and that which comes in the moment it ends meets a full queue.
    assert_eq!(count(&fates, Outcome::Overflow), 21);
    assert!(
        delivered(&fates)
            .iter()
            .any(|(packet, at)| (*packet, *at) == (19, ms(4_100)))
    );
}

#[test]
fn a_packet_in_transmission_stands_still_and_goes_on() {
    let outages = vec![outage(OutageMode::Hold, ms(40), ms(500))];
    let fates = run(Shape { outages, ..plain() }, 1, [(ms(0), 1_000)]);
    assert_eq!(delivered(&fates), [(0, ms(600))]);
}

#[test]
fn an_outage_that_drops_loses_what_waits_and_what_comes() {
    let outages = vec![outage(OutageMode::Drop, secs(1), secs(2))];
    let shape = Shape {
        outages,
        delay: ms(200),
        queue_bytes: 20_000,
        ..plain()
    };
    // Twice the rate, so that something waits when it begins.
    let fates = run(shape, 1, every(ms(5), 800, 100));
    let arrived = delivered(&fates);
    assert!(
        arrived.iter().any(|(_, at)| *at == ms(1_200)),
        "what has left arrives"
    );
    assert!(
        !arrived
            .iter()
            .any(|(_, at)| *at > ms(1_200) && *at < ms(3_200)),
        "then nothing does"
    );
    assert_eq!(
        arrived.iter().find(|(_, at)| *at > ms(1_200)),
        Some(&(600, ms(3_210))),
        "the first after it is new"
    );
    assert_eq!(
        count(&fates, Outcome::Outage),
        500,
        "100 that waited, 400 that came"
    );
}

#[test]
fn outages_come_again_when_they_are_periodic() {
    let outages = vec![Outage {
        mode: OutageMode::Hold,
        at: secs(10),
        length: secs(3),
        every: Some(secs(20)),
    }];
    let fates = run(Shape { outages, ..plain() }, 1, every(ms(500), 160, 100));
    let late: Vec<u64> = delivered(&fates)
        .iter()
        .filter(|(packet, at)| *at > ms(500) * u32::try_from(*packet).unwrap() + ms(400))
        .map(|(_, at)| at.as_secs())
        .collect();
    assert_eq!(
        late,
        [
            13, 13, 13, 13, 13, 13, 33, 33, 33, 33, 33, 33, 53, 53, 53, 53, 53, 53, 73, 73, 73, 73,
            73, 73
        ]
    );
}

#[test]
fn outages_by_hand_override_the_schedule_and_end_by_hand_or_by_themselves() {
    let mut direction = Direction::new(plain(), 1, 0);
    direction.begin_outage(secs(1), OutageMode::Hold, secs(2));
    direction.push(ms(1_500), 0, 100);
    assert_eq!(direction.outage(), Some(OutageMode::Hold));
    assert_eq!(direction.deadline(), Some(secs(2)));
    assert!(direction.poll(secs(2)).is_none());
    assert_eq!(direction.poll(ms(2_010)).unwrap().at, ms(2_010));
    direction.begin_outage(secs(3), OutageMode::Drop, secs(9));
    direction.push(ms(3_500), 1, 100);
    assert_eq!(direction.poll(ms(3_500)).unwrap().outcome, Outcome::Outage);
    direction.end_outage(secs(4));
    direction.push(secs(4), 2, 100);
    assert_eq!(
        direction.poll(ms(4_010)).unwrap().outcome,
        Outcome::Delivered
    );
}

#[test]
fn the_schedule_starts_over_when_told() {
    let outages = vec![outage(OutageMode::Drop, secs(1), secs(1))];
    let mut direction = Direction::new(Shape { outages, ..plain() }, 1, 0);
    direction.restart_schedule(secs(10));
    for (at, outcome) in [
        (ms(10_500), Outcome::Delivered),
        (ms(11_500), Outcome::Outage),
        (ms(12_500), Outcome::Delivered),
    ] {
        direction.push(at, 0, 100);
        assert_eq!(
            direction.poll(at + ms(10)).unwrap().outcome,
            outcome,
            "{at:?}"
        );
    }
}
