//! What a run found: computed from the bots' reports, written as a table and as JSON.
//!
//! The JSON is `Report` as below, in short:
//! ```json
//! {"rooms":1,"participants":3,"seconds":10.0,
//!  "joins":{"attempted":3,"succeeded":3,"failed":{},"ms":{"p50":4.1,"p95":5.0,"max":5.0},"connected_ms":{…},
//!           "waited":1,"admitted_ms":{…}},
//!  "first_audio_ms":{"p50":210.0,"p95":240.0,"max":240.0}, "first_video_ms":{…},
//!  "audio":{"sent":1500,"received":3000,"lost":0,"loss_percent":0.0,"duplicates":0},
//!  "video":{…,"frames":1200,"keyframes":9},
//!  "forwarded_packets_per_second":900.0, "continuity_errors":0, "continuity":{"sequence":0,…},
//!  "tones_correct":true, "srtp_ciphers":{"SRTP_AEAD_AES_256_GCM":3}, "late":0,
//!  "sdp_bytes":{"offer":919,"answer":800}, "events":{…}, "failures":[], "bots":[…]}
//! ```
//! `first_*_ms` count from the later of the two joins, the listener's and the publisher's, or from the
//! admission of who had to wait: how long people wait for each other says nothing about the server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::bot::media::Sent;
use crate::bot::stats::{Breaks, Counts, Spread};

/// Everything a run found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Rooms of the run.
    pub rooms: usize,
    /// Bots in a room.
    pub participants: usize,
    /// The measured time.
    pub seconds: f64,
    /// How the bots got in.
    pub joins: Joins,
    /// Until the first audio packet of each other bot.
    pub first_audio_ms: Option<Spread>,
    /// Until the first video packet of each other bot.
    pub first_video_ms: Option<Spread>,
    /// All audio.
    pub audio: Direction,
    /// All video.
    pub video: Direction,
    /// What all bots received, a second, while it was measured.
    pub forwarded_packets_per_second: f64,
    /// The sum of `continuity`.
    pub continuity_errors: u64,
    /// Where the server's rewriting was not seamless.
    pub continuity: Breaks,
    /// Every bot heard exactly the others.
    pub tones_correct: bool,
    /// How many bots had which cipher.
    pub srtp_ciphers: BTreeMap<String, usize>,
    /// Frames dropped because the bots' own process was too slow; above 0 the machine, not the
    /// server, may be the limit.
    pub late: u64,
    /// The largest deflated offer and answer.
    pub sdp_bytes: SdpBytes,
    /// The event sockets.
    pub events: Events,
    /// What went wrong, one line each; empty means the run passed.
    pub failures: Vec<String>,
    /// The bots one by one.
    pub bots: Vec<BotSummary>,
}

/// How the bots got in.
#[derive(Debug, Default, Serialize)]
pub struct Joins {
    /// `POST /v1/join` sent.
    pub attempted: usize,
    /// Of these, answered and connected.
    pub succeeded: usize,
    /// The others, by code.
    pub failed: BTreeMap<String, usize>,
    /// How long the request took.
    pub ms: Option<Spread>,
    /// From the request until media could flow.
    pub connected_ms: Option<Spread>,
    /// Of the succeeded, those who were let in by a practitioner.
    pub waited: usize,
    /// From the join until they were.
    pub admitted_ms: Option<Spread>,
}

/// Packets of one kind, both ways.
#[derive(Debug, Default, Serialize)]
pub struct Direction {
    /// Sent by all bots.
    pub sent: u64,
    /// Received by all bots.
    #[serde(flatten)]
    pub counts: Counts,
    /// Lost of what should have been received.
    pub loss_percent: f64,
}

/// Sizes on the wire.
#[derive(Debug, Default, Serialize)]
pub struct SdpBytes {
    /// Deflated.
    pub offer: usize,
    /// Deflated.
    pub answer: usize,
}

/// The event sockets.
#[derive(Debug, Default, Serialize)]
pub struct Events {
    /// Greeted by the server.
    pub welcomed: usize,
    /// From opening to the greeting.
    pub welcome_ms: Option<Spread>,
    /// Own lines that came back.
    pub receipts: usize,
    /// Lines of other bots.
    pub lines_heard: u64,
}

/// One bot.
#[derive(Debug, Serialize)]
pub struct BotSummary {
    /// Which room of the run, from 1.
    pub room: usize,
    /// Which bot of the room, from 1.
    pub bot: usize,
    /// Its seat, once it is in.
    pub seat: Option<u16>,
    /// Its own tone, in Hz.
    pub tone_hz: u16,
    /// The colour of its picture as Y, U, V (BT.601); none with the camera off.
    pub picture_yuv: Option<[i32; 3]>,
    /// It heard exactly the others.
    pub hears_exactly_the_others: bool,
    /// What it sent.
    pub sent: Sent,
    /// What came in each slot, an entry an owner.
    pub slots: Vec<SlotSummary>,
}

/// What came in a slot from one owner.
#[derive(Debug, Serialize)]
pub struct SlotSummary {
    /// Which slot.
    pub slot: u8,
    /// Whose it was.
    pub seat: u16,
    /// Which owner of the slot.
    pub epoch: u16,
    /// The tone that belongs there; none for a person who is no bot of this run.
    pub expected_hz: Option<u16>,
    /// The tones heard, the most frequent first.
    pub heard_hz: Vec<u16>,
    /// How long the slot was theirs, from the first packet.
    pub seconds: f64,
    /// Half seconds judged.
    pub windows: u32,
    /// Half seconds without any tone.
    pub silent: u32,
    /// Of the whole slot.
    pub audio: Counts,
    /// Of the whole slot.
    pub video: Counts,
}

/// What is told at the end of a run.
pub trait Told {
    /// Whether nothing went wrong.
    fn has_passed(&self) -> bool;
    /// The table for a person.
    fn table(&self) -> String;
}

impl Told for Report {
    fn has_passed(&self) -> bool {
        self.failures.is_empty()
    }

    fn table(&self) -> String {
        let mut out = String::new();
        let mut row = |name: &str, value: String| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name:<22}{value}");
        };
        row(
            "rooms × bots",
            format!(
                "{} × {}, {:.1} s",
                self.rooms, self.participants, self.seconds
            ),
        );
        let mut joins = format!("{} of {}", self.joins.succeeded, self.joins.attempted);
        for (code, count) in &self.joins.failed {
            let _ = write!(joins, ", {count} {code}");
        }
        row("joins", joins);
        row("join request", spread(self.joins.ms));
        row("connected", spread(self.joins.connected_ms));
        row(
            "let in",
            format!(
                "{} waited, {}",
                self.joins.waited,
                spread(self.joins.admitted_ms)
            ),
        );
        row("first audio packet", spread(self.first_audio_ms));
        row("first video packet", spread(self.first_video_ms));
        row("audio packets", direction(&self.audio));
        row("video packets", direction(&self.video));
        row(
            "video frames",
            format!(
                "{} received, {} of them keyframes",
                self.video.counts.frames, self.video.counts.keyframes
            ),
        );
        row(
            "forwarded",
            format!(
                "{:.0} packets/s received by all bots",
                self.forwarded_packets_per_second
            ),
        );
        row("continuity errors", continuity(self.continuity));
        row(
            "heard the others",
            if self.tones_correct {
                "yes, every bot".into()
            } else {
                "NO".into()
            },
        );
        row(
            "SRTP",
            self.srtp_ciphers
                .iter()
                .map(|(name, count)| format!("{name} × {count}"))
                .collect::<Vec<_>>()
                .join(", "),
        );
        row(
            "offer, answer",
            format!(
                "{} and {} bytes deflated at most",
                self.sdp_bytes.offer, self.sdp_bytes.answer
            ),
        );
        row(
            "events",
            format!(
                "{} welcomed ({}), {} receipts, {} lines heard",
                self.events.welcomed,
                spread(self.events.welcome_ms),
                self.events.receipts,
                self.events.lines_heard
            ),
        );
        if self.late > 0 {
            row(
                "late",
                format!(
                    "{} frames dropped by the bots: this machine was too slow for them",
                    self.late
                ),
            );
        }
        for failure in self.failures.iter().take(MAX_FAILURES_SHOWN) {
            row("FAILED", failure.clone());
        }
        if let Some(hidden) = self.failures.len().checked_sub(MAX_FAILURES_SHOWN + 1) {
            row("FAILED", format!("and {} more", hidden + 1));
        }
        out
    }
}

/// A screenful; the JSON has them all.
const MAX_FAILURES_SHOWN: usize = 20;

fn spread(spread: Option<Spread>) -> String {
    spread.map_or_else(
        || "nothing measured".to_owned(),
        |Spread { p50, p95, max }| format!("p50 {p50:.1} ms, p95 {p95:.1} ms, max {max:.1} ms"),
    )
}

fn direction(direction: &Direction) -> String {
    let Direction {
        sent,
        counts,
        loss_percent,
    } = direction;
    format!(
        "{sent} sent, {} received, {} lost ({loss_percent:.3} %)",
        counts.received, counts.lost
    )
}

fn continuity(breaks: Breaks) -> String {
    let Breaks {
        sequence,
        timestamp,
        picture_id,
        tl0_picture_index,
        payload,
    } = breaks;
    if breaks.total() == 0 {
        return "0".to_owned();
    }
    format!(
        "{} (sequence {sequence}, timestamp {timestamp}, picture id {picture_id}, TL0PICIDX {tl0_picture_index}, payload {payload})",
        breaks.total()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_documented_shape() {
        let report = Report {
            rooms: 1,
            participants: 3,
            seconds: 10.0,
            first_audio_ms: Some(Spread {
                p50: 1.0,
                p95: 2.0,
                max: 3.0,
            }),
            ..Report::default()
        };
        let json: serde_json::Value = serde_json::to_value(&report).unwrap();
        for path in [
            "/joins/attempted",
            "/joins/failed",
            "/first_audio_ms/p95",
            "/first_video_ms",
            "/audio/sent",
            "/audio/received",
            "/audio/loss_percent",
            "/video/keyframes",
            "/forwarded_packets_per_second",
            "/continuity_errors",
            "/continuity/picture_id",
            "/tones_correct",
            "/failures",
            "/bots",
            "/srtp_ciphers",
        ] {
            assert!(json.pointer(path).is_some(), "{path} is missing in {json}");
        }
    }

    #[test]
    fn the_table_shows_the_first_failures_and_counts_the_rest() {
        let failures = (1..=25).map(|number| format!("failure {number}")).collect();
        let report = Report {
            failures,
            ..Report::default()
        };
        let table = report.table();
        assert!(!report.has_passed());
        assert!(table.contains("failure 20") && !table.contains("failure 21"));
        assert!(table.contains("and 5 more"), "{table}");
    }
}
