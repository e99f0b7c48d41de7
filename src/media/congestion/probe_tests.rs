use fastrand::Rng;

use super::*;

/// One way of a link: a rate, a way without waiting, jitter that keeps the order, loss.
#[derive(Clone, Copy, Debug)]
struct Pipe {
    kbps: u64,
    way: Duration,
    jitter: Duration,
    loss: f64,
}

impl Pipe {
    fn new(kbps: u64, round_trip_ms: u64, jitter_ms: u64, loss: f64) -> Self {
        Self {
            kbps,
            way: Duration::from_millis(round_trip_ms / 2),
            jitter: Duration::from_millis(jitter_ms),
            loss,
        }
    }

    /// When the messages of a train arrive that leaves now.
    fn carry(self, now: Instant, train: Train, rng: &mut Rng) -> Vec<Instant> {
        let each = train.wire_bytes() as u64 / u64::from(train.messages());
        let takes = Duration::from_micros(each * 8 * 1_000 / self.kbps);
        let mut last = now;
        (1..=u32::from(train.messages()))
            .filter_map(|nth| {
                last = last.max(now + takes * nth + self.way + self.jitter.mul_f64(rng.f64()));
                (rng.f64() >= self.loss).then_some(last)
            })
            .collect()
    }
}

/// A probe from its first train to its end.
#[derive(Debug)]
struct Course {
    measured: Option<Measured>,
    took: Duration,
    bytes: usize,
    largest: (Train, Train),
}

fn spread(arrivals: &[Instant]) -> Duration {
    let (first, last) = (arrivals.iter().min(), arrivals.iter().max());
    first
        .zip(last)
        .map_or(Duration::ZERO, |(first, last)| *last - *first)
}

fn run(up: Pipe, down: Pipe, seed: u64) -> Course {
    let mut rng = Rng::with_seed(seed);
    let begun = Instant::now();
    let mut now = begun;
    let mut probes = Probes::default();
    let mut step = probes.ask(now, 0).unwrap();
    let mut course = Course {
        measured: None,
        took: Duration::ZERO,
        bytes: 0,
        largest: (Train::Pair, Train::Pair),
    };
    loop {
        match step.take() {
            Some(Step::Done(measured)) => course.measured = Some(measured),
            Some(Step::Send {
                probe,
                round,
                train,
                back,
            }) => {
                course.bytes += train.wire_bytes();
                course.largest.0 = course.largest.0.max(train);
                let came = down.carry(now, train, &mut rng);
                if let Some(last) = came.last().copied() {
                    // The page waits for what is missing.
                    let is_whole = came.len() == usize::from(train.messages());
                    let left = last
                        + if is_whole {
                            Duration::ZERO
                        } else {
                            NEXT_WITHIN
                        };
                    course.bytes += back.wire_bytes();
                    course.largest.1 = course.largest.1.max(back);
                    let answer = |index| ProbeUp {
                        place: Place {
                            probe,
                            round,
                            index,
                        },
                        train: back,
                        received: u8::try_from(came.len()).unwrap(),
                        spread: spread(&came),
                    };
                    for (index, at) in (0..).zip(up.carry(left, back, &mut rng)) {
                        now = now.max(at);
                        step = step.or(probes.hear(now, &answer(index)));
                    }
                }
                let ticks = now + Duration::from_secs(5);
                while step.is_none() && probes.running.is_some() && now < ticks {
                    now += Duration::from_millis(250);
                    step = probes.tick(now);
                }
            }
            None => {}
        }
        if probes.running.is_none() && step.is_none() {
            course.took = now - begun;
            return course;
        }
    }
}

/// What each of these links carries, in kbit/s, is found within a third, however it jitters.
#[test]
fn finds_what_a_link_carries_within_a_third_by_few_bytes_and_in_time() {
    for (kbps_up, kbps_down, round_trip, jitter, loss) in [
        (20, 20, 700, 50, 0.02),
        (30, 40, 600, 100, 0.01),
        (64, 150, 400, 100, 0.01),
        (80, 80, 90, 120, 0.01),
    ] {
        let up = Pipe::new(kbps_up, round_trip, jitter, loss);
        let down = Pipe::new(kbps_down, round_trip, jitter, loss);
        let mut off = 0;
        for seed in 0..200 {
            let course = run(up, down, seed);
            assert!(course.took <= Duration::from_secs(15), "{seed}: {course:?}");
            assert!(course.bytes <= 54_000, "{seed}: {course:?}");
            let measured = course.measured.unwrap();
            let is_near = |found: Bitrate, kbps: u64| {
                let found = found.as_bps() / 1_000;
                (kbps * 2 / 3..=kbps * 4 / 3).contains(&found)
            };
            off +=
                usize::from(!is_near(measured.up, kbps_up) || !is_near(measured.down, kbps_down));
        }
        println!("{kbps_up}/{kbps_down}: {off} of 200 off");
        assert!(off <= 20, "{kbps_up}/{kbps_down}: {off} of 200 off");
    }
}

#[test]
fn never_makes_much_more_of_a_queue_than_it_needs_to_see() {
    let course = run(Pipe::new(20, 700, 0, 0.0), Pipe::new(20, 700, 0, 0.0), 1);
    assert_eq!(course.largest, (Train::Pair, Train::Pair));
    let course = run(Pipe::new(40, 600, 0, 0.0), Pipe::new(200, 600, 0, 0.0), 1);
    assert_eq!(course.largest, (Train::Long, Train::Short));
}

#[test]
fn finds_a_good_link_good_in_a_second() {
    let course = run(
        Pipe::new(2_000, 60, 0, 0.0),
        Pipe::new(4_000, 60, 0, 0.0),
        1,
    );
    assert!(course.took < Duration::from_secs(1), "{course:?}");
    let measured = course.measured.unwrap();
    assert!(measured.up.min(measured.down) > Bitrate::kbps(1_000));
    assert_eq!(measured.loss_percent, 0);
}

#[test]
fn says_what_share_is_lost() {
    let lossy = Pipe::new(200, 200, 40, 0.3);
    let losses: Vec<u32> = (0..50)
        .filter_map(|seed| Some(run(lossy, lossy, seed).measured?.loss_percent))
        .collect();
    let mean = losses.iter().sum::<u32>() / 50;
    assert!((22..=38).contains(&mean), "{mean} %");
}

#[test]
fn a_page_that_answers_nothing_is_left_alone_after_two_trains() {
    let course = run(Pipe::new(200, 60, 0, 1.0), Pipe::new(200, 60, 0, 0.0), 1);
    assert_eq!(course.measured, None);
    // Both trains, and a page's that nobody heard.
    assert_eq!(course.bytes, 4 * Train::Pair.wire_bytes());
}

#[test]
fn a_page_gets_no_more_probes_than_it_may() {
    let start = Instant::now();
    let at = |seconds: u64| start + Duration::from_secs(seconds);
    let mut probes = Probes::default();
    assert!(probes.ask(at(0), 0).unwrap().is_some());
    // Said again, as pages do until they hear of it; and another one beside it.
    assert_eq!(probes.ask(at(1), 0), Ok(None));
    assert_eq!(probes.ask(at(1), 1), Err(Refused));
    probes.stop(at(2));
    assert_eq!(probes.ask(at(3), 0), Ok(None));
    assert_eq!(probes.ask(at(3), 1), Err(Refused), "too soon");
    let begun = (1..200_u8).filter(|number| {
        let now = at(60 * u64::from(*number));
        let has_begun = matches!(probes.ask(now, *number), Ok(Some(_)));
        probes.stop(now);
        has_begun
    });
    assert_eq!(begun.count(), 7);
}

#[test]
fn what_belongs_to_another_train_changes_nothing() {
    let now = Instant::now();
    let mut probes = Probes::default();
    probes.ask(now, 5).unwrap();
    let message = |probe, round, train| ProbeUp {
        place: Place {
            probe,
            round,
            index: 0,
        },
        train,
        received: 200,
        spread: Duration::ZERO,
    };
    for _ in 0..10 {
        assert_eq!(probes.hear(now, &message(4, 1, Train::Pair)), None);
        assert_eq!(probes.hear(now, &message(5, 2, Train::Pair)), None);
        assert_eq!(probes.hear(now, &message(5, 1, Train::Long)), None);
    }
    assert_eq!(probes.hear(now, &message(5, 1, Train::Pair)), None);
    assert!(probes.hear(now, &message(5, 1, Train::Pair)).is_some());
    probes.stop(now);
    assert_eq!(probes.hear(now, &message(5, 2, Train::Short)), None);
}

#[test]
fn a_train_that_waited_in_its_sender_is_not_taken_for_a_slow_link() {
    let mut way = Way::new();
    let trains = [
        (2, 90),
        (4, 140),
        (4, 170),
        (4, 1_400),
        (4, 1_390),
        (4, 200),
    ];
    for (messages, millis) in trains {
        way.take(messages, Duration::from_millis(millis));
    }
    let rate = way.rate();
    assert!(rate > Bitrate::kbps(120), "{rate:?}");
}
