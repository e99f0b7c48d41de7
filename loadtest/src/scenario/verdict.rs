//! Turns the bots' reports into one verdict: pure arithmetic over what was measured.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::bot::listen::{LaneReport, Stay};
use crate::bot::media::{AUDIO_INTERVAL, Sent};
use crate::bot::stats::{Counts, Kind, Spread};
use crate::bot::{Attended, BotReport};
use crate::cli::{CallPlan, Rooms};
use crate::report::{BotSummary, Direction, Events, Joins, Report, SdpBytes, SlotSummary};

/// What the scenario itself measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// From the last join to the end.
    pub time: Duration,
    /// Packets that all bots received in this time.
    pub received: u64,
}

/// A bot that is in, by its seat.
struct Present<'a> {
    report: &'a BotReport,
    attended: &'a Attended,
}

/// The people of one room who are bots of this run.
type Seats<'a> = HashMap<u16, Present<'a>>;

/// Judges a run.
pub fn judge(reports: &[BotReport], plan: &CallPlan, rooms: usize, measured: Measured) -> Report {
    let mut seats: Vec<Seats<'_>> = (0..rooms).map(|_| Seats::new()).collect();
    for report in reports {
        if let (Ok(attended), Some(room)) = (&report.outcome, seats.get_mut(report.room)) {
            room.insert(attended.seat, Present { report, attended });
        }
    }
    let mut report = Report {
        rooms,
        participants: plan.participants,
        seconds: measured.time.as_secs_f64(),
        forwarded_packets_per_second: per_second(measured),
        ..Report::default()
    };
    report.joins = joins(reports, &mut report.failures);
    report.events = events(reports, plan, &mut report.failures);
    let (mut first_audio, mut first_video) = (Vec::new(), Vec::new());
    for bot in reports {
        let (Ok(attended), Some(room)) = (&bot.outcome, seats.get(bot.room)) else {
            report.bots.push(absent(bot));
            continue;
        };
        add_packets(&mut report, attended);
        for lane in &attended.lanes {
            let firsts = if lane.lane.kind == Kind::Audio {
                &mut first_audio
            } else {
                &mut first_video
            };
            firsts.extend(
                lane.stays
                    .iter()
                    .filter_map(|stay| first_packet(attended, stay, room)),
            );
        }
        let mut faults = Faults::default();
        report
            .bots
            .push(summarise(bot, attended, room, &mut faults));
        let faults = faults.hearing.into_iter().chain(faults.seeing);
        report.failures.extend(
            faults.map(|fault| format!("room {} bot {}: {fault}", bot.room + 1, bot.bot + 1)),
        );
    }
    report.first_audio_ms = Spread::of(&first_audio);
    report.first_video_ms = Spread::of(&first_video);
    report.audio.loss_percent = report.audio.counts.loss_percent();
    report.video.loss_percent = report.video.counts.loss_percent();
    report.continuity_errors = report.continuity.total();
    if report.continuity_errors > 0 {
        report.failures.push(format!(
            "the rewriting was not seamless {} times",
            report.continuity_errors
        ));
    }
    report.tones_correct = report.bots.iter().all(|bot| bot.hears_exactly_the_others);
    report
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a test run has far fewer than 2^52 packets"
)]
fn per_second(measured: Measured) -> f64 {
    measured.received as f64 / measured.time.as_secs_f64().max(1e-3)
}

fn joins(reports: &[BotReport], failures: &mut Vec<String>) -> Joins {
    let mut joins = Joins {
        attempted: reports.len(),
        ..Joins::default()
    };
    let (mut requests, mut connected, mut waited) = (Vec::new(), Vec::new(), Vec::new());
    for report in reports {
        let failed = match &report.outcome {
            Err(failed) => failed,
            Ok(attended) => {
                requests.push(attended.request);
                match &attended.connected {
                    Err(failed) => failed,
                    Ok(time) => {
                        joins.succeeded += 1;
                        connected.push(*time);
                        waited.extend(attended.waited);
                        continue;
                    }
                }
            }
        };
        let (code, detail) = failed;
        *joins.failed.entry(code.clone()).or_default() += 1;
        failures.push(format!(
            "room {} bot {}: join failed: {code} ({detail})",
            report.room + 1,
            report.bot + 1
        ));
    }
    joins.ms = Spread::of(&requests);
    joins.connected_ms = Spread::of(&connected);
    joins.waited = waited.len();
    joins.admitted_ms = Spread::of(&waited);
    joins
}

fn events(reports: &[BotReport], plan: &CallPlan, failures: &mut Vec<String>) -> Events {
    let mut events = Events::default();
    let mut welcomes = Vec::new();
    for report in reports {
        let Ok(attended) = &report.outcome else {
            continue;
        };
        welcomes.extend(attended.socket.welcome);
        events.receipts += usize::from(attended.socket.has_receipt);
        events.lines_heard += u64::from(attended.socket.lines_heard);
        if let Some(complaint) = complaint(report.room, attended, reports, plan) {
            let (room, bot) = (report.room + 1, report.bot + 1);
            failures.push(format!("room {room} bot {bot}: events: {complaint}"));
        }
    }
    events.welcomed = welcomes.len();
    events.welcome_ms = Spread::of(&welcomes);
    events
}

/// What is wrong with an event socket, if anything is.
fn complaint(
    room: usize,
    attended: &Attended,
    reports: &[BotReport],
    plan: &CallPlan,
) -> Option<String> {
    let socket = &attended.socket;
    if let Some(reason) = &socket.broken {
        return Some(reason.clone());
    }
    if socket.seat != Some(attended.seat) {
        return Some(format!(
            "joined as seat {}, greeted as {:?}",
            attended.seat, socket.seat
        ));
    }
    if !socket.has_receipt {
        return Some("no receipt for a line of chat".to_owned());
    }
    // In a room of other people there may be more lines than the bots', and a bot without a
    // receipt may have been heard or not.
    let writers = reports
        .iter()
        .filter(|other| other.room == room)
        .filter_map(|other| other.outcome.as_ref().ok());
    let is_closed_round = matches!(plan.rooms, Rooms::Create { .. })
        && writers.clone().all(|writer| writer.socket.has_receipt);
    let others = writers
        .filter(|writer| writer.seat != attended.seat)
        .count();
    if is_closed_round && usize::try_from(socket.lines_heard).ok() != Some(others) {
        return Some(format!(
            "heard {} lines of chat, {others} were written by others",
            socket.lines_heard
        ));
    }
    None
}

fn add_packets(report: &mut Report, attended: &Attended) {
    report.audio.sent += attended.sent.audio;
    report.video.sent += attended.sent.video;
    report.late += attended.sent.late;
    let SdpBytes { offer, answer } = &mut report.sdp_bytes;
    *offer = attended.sdp_bytes.0.max(*offer);
    *answer = attended.sdp_bytes.1.max(*answer);
    if let Some(cipher) = &attended.cipher {
        *report.srtp_ciphers.entry(cipher.clone()).or_default() += 1;
    }
    for lane in &attended.lanes {
        let direction: &mut Direction = match lane.lane.kind {
            Kind::Audio => &mut report.audio,
            Kind::Video => &mut report.video,
        };
        direction.counts.add(&lane.counts);
        report.continuity.add(&lane.breaks);
    }
}

/// From the later of the two joins, or admissions of who had to wait, to the first packet; when a person who is no bot of this run
/// joined is not known here.
fn first_packet(listener: &Attended, stay: &Stay, room: &Seats<'_>) -> Option<Duration> {
    let publisher = room.get(&stay.owner.seat)?;
    let both = listener.let_in_at().max(publisher.attended.let_in_at());
    Some(stay.first_packet.saturating_duration_since(both))
}

fn absent(bot: &BotReport) -> BotSummary {
    BotSummary {
        room: bot.room + 1,
        bot: bot.bot + 1,
        seat: None,
        tone_hz: bot.tone,
        picture_yuv: picture_yuv(bot),
        hears_exactly_the_others: false,
        sent: Sent::default(),
        slots: Vec::new(),
    }
}

fn picture_yuv(bot: &BotReport) -> Option<[i32; 3]> {
    bot.colour
        .map(|colour| [colour.y, colour.u, colour.v].map(|offset| 128 + offset))
}

fn summarise(
    bot: &BotReport,
    attended: &Attended,
    room: &Seats<'_>,
    faults: &mut Faults,
) -> BotSummary {
    let own_tones: BTreeSet<u16> = room.values().map(|present| present.report.tone).collect();
    let mut slots = Vec::new();
    let mut heard_seats = BTreeSet::new();
    for lane in attended
        .lanes
        .iter()
        .filter(|lane| lane.lane.kind == Kind::Audio)
    {
        for stay in &lane.stays {
            let publisher = room.get(&stay.owner.seat);
            let expected_hz = publisher.map(|present| present.report.tone);
            match fault_of(stay, publisher, &own_tones) {
                None => {
                    heard_seats.insert(stay.owner.seat);
                }
                Some(fault) => faults.hearing.push(format!(
                    "slot {}, seat {}: {fault}",
                    lane.lane.slot, stay.owner.seat
                )),
            }
            slots.push(SlotSummary {
                slot: lane.lane.slot,
                seat: stay.owner.seat,
                epoch: stay.owner.epoch,
                expected_hz,
                heard_hz: stay.tally.tones(),
                seconds: stay.lasted.as_secs_f64(),
                windows: stay.tally.windows,
                silent: stay.tally.silent,
                audio: lane.counts,
                video: counts(attended, lane.lane.slot, Kind::Video),
            });
        }
    }
    let others = room
        .iter()
        .filter(|(seat, other)| **seat != attended.seat && other.attended.connected.is_ok());
    for (seat, other) in others {
        if !heard_seats.contains(seat) {
            faults
                .hearing
                .push(format!("never heard seat {seat} rightly"));
        }
        // Voice goes before video: where the bots themselves are too slow, the server is right to
        // take their delay for congestion and to leave the pictures out.
        let kept_time = attended.sent.late == 0 && other.attended.sent.late == 0;
        if kept_time && other.report.colour.is_some() && !sees(&attended.lanes, *seat) {
            faults.seeing.push(format!("never saw seat {seat}"));
        }
    }
    faults.hearing.sort();
    BotSummary {
        room: bot.room + 1,
        bot: bot.bot + 1,
        seat: Some(attended.seat),
        tone_hz: bot.tone,
        picture_yuv: picture_yuv(bot),
        hears_exactly_the_others: attended.connected.is_ok() && faults.hearing.is_empty(),
        sent: attended.sent,
        slots,
    }
}

/// What is wrong with the sound of one owner of a slot, if anything is.
fn fault_of(
    stay: &Stay,
    publisher: Option<&Present<'_>>,
    own_tones: &BTreeSet<u16>,
) -> Option<String> {
    let tally = &stay.tally;
    let heard = tally.tones();
    let Some(publisher) = publisher else {
        // The voice of a person is whatever it is, but never a bot's.
        let bot = heard.iter().find(|tone| own_tones.contains(tone))?;
        return Some(format!(
            "a person who is no bot sounds like the bot with {bot} Hz"
        ));
    };
    let tone = publisher.report.tone;
    if heard.iter().any(|heard| *heard != tone) {
        return Some(format!("should sound like {tone} Hz, heard {heard:?} Hz"));
    }
    // What a bot was too slow to say cannot be missed by the others.
    let said = u32::try_from(publisher.attended.sent.audio)
        .map_or(stay.lasted, |packets| AUDIO_INTERVAL * packets);
    if !tally.is_lasting(stay.lasted.min(said)) {
        return Some(format!(
            "{tone} Hz stopped: {} half seconds heard in {:.1} s",
            tally.windows,
            stay.lasted.as_secs_f64()
        ));
    }
    // A stay of less than a window cannot be judged, and is not held against anybody.
    (tally.windows > 0 && !tally.is_only(tone)).then(|| {
        format!(
            "{tone} Hz was missing from {} of {} half seconds",
            tally.silent, tally.windows
        )
    })
}

/// What a bot has to complain of.
#[derive(Debug, Default)]
struct Faults {
    hearing: Vec<String>,
    seeing: Vec<String>,
}

fn counts(attended: &Attended, slot: u8, kind: Kind) -> Counts {
    let mut sum = Counts::default();
    for lane in attended
        .lanes
        .iter()
        .filter(|lane| lane.lane.slot == slot && lane.lane.kind == kind)
    {
        sum.add(&lane.counts);
    }
    sum
}

fn sees(lanes: &[LaneReport], seat: u16) -> bool {
    lanes.iter().any(|lane| {
        lane.lane.kind == Kind::Video && lane.stays.iter().any(|stay| stay.owner.seat == seat)
    })
}

#[cfg(test)]
mod tests;
