//! Rooms that went well and rooms that did not, without a server.

use tokio::time::Instant;

use super::*;
use crate::bot::ears::Tally;
use crate::bot::listen::Owner;
use crate::bot::media::Sent;
use crate::bot::peer::Lane;
use crate::bot::picture::Colour;
use crate::bot::socket::SocketReport;
use crate::bot::stats::Breaks;
use crate::cli::{Rooms, Target};
use crate::report::Told as _;

/// A room of three bots in seats 1 to 3 with these tones, each heard by the others for ten seconds.
struct Room {
    bots: Vec<BotReport>,
}

const TONES: [u16; 3] = [350, 1_260, 2_170];

impl Room {
    fn of_three() -> Self {
        let start = Instant::now();
        let bots = (0..3_usize)
            .map(|bot| {
                let others = (0..3_usize).filter(|other| *other != bot);
                let lanes = others
                    .enumerate()
                    .flat_map(|(slot, other)| {
                        [Kind::Audio, Kind::Video].map(|kind| lane(start, slot, other, kind))
                    })
                    .collect();
                let attended = Attended {
                    seat: u16::try_from(bot).unwrap() + 1,
                    started_at: start + Duration::from_millis(10 * bot as u64),
                    request: Duration::from_millis(5),
                    sdp_bytes: (900, 800),
                    connected: Ok(Duration::from_millis(80)),
                    waited: None,
                    cipher: Some("SRTP_AEAD_AES_256_GCM".into()),
                    sent: Sent {
                        audio: 500,
                        video: 1_000,
                        ..Sent::default()
                    },
                    lanes,
                    socket: SocketReport {
                        welcome: Some(Duration::from_millis(3)),
                        seat: Some(u16::try_from(bot).unwrap() + 1),
                        has_receipt: true,
                        lines_heard: 2,
                        ..SocketReport::default()
                    },
                };
                BotReport {
                    room: 0,
                    bot,
                    tone: TONES[bot],
                    colour: Some(Colour::PALETTE[bot]),
                    outcome: Ok(attended),
                }
            })
            .collect();
        Self { bots }
    }

    fn bot(&mut self, bot: usize) -> &mut Attended {
        self.bots[bot].outcome.as_mut().unwrap()
    }

    fn judge(&self) -> Report {
        let target = Target {
            address: "127.0.0.1:1".parse().unwrap(),
            authority: String::new(),
            tls: false,
        };
        let plan = CallPlan {
            target,
            rooms: Rooms::Create {
                count: 1,
                admin_secret: String::new(),
            },
            participants: 3,
            duration: Duration::from_secs(10),
            ramp: Duration::ZERO,
            video: true,
            listen_for: Vec::new(),
            seed: 1,
        };
        judge(
            &self.bots,
            &plan,
            1,
            Measured {
                time: Duration::from_secs(10),
                received: 9_000,
            },
        )
    }
}

fn lane(start: Instant, slot: usize, other: usize, kind: Kind) -> LaneReport {
    let owner = Owner {
        seat: u16::try_from(other).unwrap() + 1,
        epoch: 1,
        since: start,
    };
    let tally = match kind {
        Kind::Audio => tally(&[(TONES[other], 19)]),
        Kind::Video => Tally::default(),
    };
    let stay = Stay {
        owner,
        first_packet: start + Duration::from_millis(120),
        lasted: Duration::from_secs(10),
        tally,
    };
    LaneReport {
        lane: Lane {
            slot: u8::try_from(slot).unwrap(),
            kind,
        },
        counts: Counts {
            received: 500,
            ..Counts::default()
        },
        breaks: Breaks::default(),
        stays: vec![stay],
        ownerless: 0,
    }
}

fn tally(heard: &[(u16, u32)]) -> Tally {
    Tally {
        windows: 19,
        silent: 0,
        by_tone: heard.iter().copied().collect(),
        undecodable: 0,
    }
}

#[test]
fn a_room_in_which_all_hear_each_other_passes() {
    let report = Room::of_three().judge();
    assert!(report.has_passed(), "{:?}", report.failures);
    assert!(report.tones_correct);
    assert_eq!((report.joins.attempted, report.joins.succeeded), (3, 3));
    assert_eq!(
        (report.audio.sent, report.audio.counts.received),
        (1_500, 3_000)
    );
    assert!((report.forwarded_packets_per_second - 900.0).abs() < 0.1);
    // Counted from the later of two joins: 120 − 20 and 120 − 10 ms.
    assert_eq!(
        report.first_audio_ms,
        Some(Spread {
            p50: 100.0,
            p95: 110.0,
            max: 110.0
        })
    );
    assert_eq!(report.srtp_ciphers["SRTP_AEAD_AES_256_GCM"], 3);
}

#[test]
fn the_time_until_somebody_is_let_in_is_counted_apart() {
    let mut room = Room::of_three();
    room.bot(1).waited = Some(Duration::from_millis(60));
    let report = room.judge();
    assert!(report.has_passed(), "{:?}", report.failures);
    assert_eq!(report.joins.waited, 1);
    assert_eq!(
        report.joins.admitted_ms.map(|spread| spread.max),
        Some(60.0)
    );
    // Seat 2 came in at 10 + 60 ms, so that its pairs count 120 − 70; the other pair is as before.
    assert_eq!(
        report.first_audio_ms.map(|spread| (spread.p50, spread.max)),
        Some((50.0, 100.0))
    );
}

#[test]
fn a_voice_under_another_name_fails_the_run() {
    let mut room = Room::of_three();
    room.bot(0).lanes[0].stays[0].tally = tally(&[(TONES[2], 19)]);
    let report = room.judge();
    assert!(!report.tones_correct);
    assert!(
        report
            .failures
            .iter()
            .any(|f| f.contains("seat 2: should sound like 1260 Hz, heard [2170] Hz")),
        "{:?}",
        report.failures
    );
}

#[test]
fn one_half_second_of_a_second_voice_fails_the_run() {
    let mut room = Room::of_three();
    room.bot(1).lanes[0].stays[0].tally = tally(&[(TONES[0], 19), (1_000, 1)]);
    assert!(!room.judge().tones_correct);
}

#[test]
fn a_voice_that_never_comes_or_stops_early_fails_the_run() {
    let mut room = Room::of_three();
    room.bot(2).lanes.remove(0);
    let report = room.judge();
    assert!(
        report
            .failures
            .iter()
            .any(|f| f == "room 1 bot 3: never heard seat 1 rightly"),
        "{:?}",
        report.failures
    );

    let mut room = Room::of_three();
    room.bot(2).lanes[0].stays[0].lasted = Duration::from_secs(30);
    room.bot(0).sent.audio = 1_500;
    let report = room.judge();
    assert!(report.failures.iter().any(|f| f.contains("stopped")));
}

#[test]
fn what_a_slow_bot_never_said_is_not_held_against_the_server() {
    let mut room = Room::of_three();
    room.bot(2).lanes[0].stays[0].lasted = Duration::from_secs(30);
    room.bot(0).sent.late = 1_000;
    let report = room.judge();
    assert!(report.has_passed(), "{:?}", report.failures);
    assert_eq!(report.late, 1_000);
}

#[test]
fn a_picture_that_never_comes_is_told_apart_from_a_voice() {
    let mut room = Room::of_three();
    room.bot(0)
        .lanes
        .retain(|lane| lane.lane.kind == Kind::Audio || lane.lane.slot == 1);
    let report = room.judge();
    assert_eq!(report.failures, ["room 1 bot 1: never saw seat 2"]);
    assert!(report.tones_correct);
}

#[test]
fn counts_failed_joins_by_code_and_does_not_miss_the_voice_of_who_never_came() {
    let mut room = Room::of_three();
    room.bots[2].outcome = Err(("room_full".into(), "status 409".into()));
    for bot in 0..2 {
        room.bot(bot).socket.lines_heard = 1;
        room.bot(bot)
            .lanes
            .retain(|lane| lane.stays[0].owner.seat != 3);
    }
    let report = room.judge();
    assert_eq!(report.joins.failed["room_full"], 1);
    assert_eq!(
        report.failures,
        ["room 1 bot 3: join failed: room_full (status 409)"]
    );
    assert_eq!(
        report
            .bots
            .iter()
            .map(|bot| bot.hears_exactly_the_others)
            .collect::<Vec<_>>(),
        [true, true, false]
    );
}

#[test]
fn the_voice_of_a_person_is_reported_and_not_judged_unless_it_is_a_bots() {
    let mut room = Room::of_three();
    room.bots.truncate(1);
    room.bot(0).socket.lines_heard = 0;
    for lane in &mut room.bot(0).lanes {
        lane.stays[0].tally.by_tone = [(440, 19)].into();
    }
    let report = room.judge();
    assert!(report.has_passed(), "{:?}", report.failures);
    assert_eq!(report.bots[0].slots[0].heard_hz, [440]);
    assert_eq!(report.bots[0].slots[0].expected_hz, None);

    room.bot(0).lanes[0].stays[0].tally.by_tone = [(TONES[0], 19)].into();
    assert!(!room.judge().has_passed(), "its own voice came back");
}

#[test]
fn a_line_of_chat_that_is_lost_or_comes_twice_fails_the_run() {
    for heard in [1, 3] {
        let mut room = Room::of_three();
        room.bot(1).socket.lines_heard = heard;
        let report = room.judge();
        assert_eq!(report.failures.len(), 1, "{:?}", report.failures);
        assert!(report.failures[0].contains("lines of chat"));
    }
}

#[test]
fn a_broken_seam_or_event_socket_fails_the_run() {
    let mut room = Room::of_three();
    room.bot(0).lanes[1].breaks.picture_id = 2;
    room.bot(1).socket.broken = Some("ended: drain".into());
    room.bot(2).socket.has_receipt = false;
    let report = room.judge();
    assert_eq!(report.continuity_errors, 2);
    assert_eq!(report.failures.len(), 3, "{:?}", report.failures);
}
