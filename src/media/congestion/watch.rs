//! Both directions of one participant's link: takes what is measured, says what they carry.

use std::time::{Duration, Instant};

use super::level::LinkLevel;
use super::lifeline::{Lifeline, Sample};
use super::link_report::LinkMeter;
use super::lossy::Lossy;
use super::probe::Measured;
use super::rungs::{self, Hint, LinkRung};
use super::trickle::Trickle;
use crate::media::control::{LinkEcho, LinkReport, Redundancy};
use crate::media::units::Bitrate;
use crate::media::uplink::lost;
use crate::media::uplink::voice_path::VoicePath;

/// How soon the next report is due: while something is about to be decided, while the link is weak
/// or changing, while it is open, when a collapse must show before it drowns the voice, and while it
/// is weak and steady, when each report takes from the voice.
const WATCHED_INTERVAL: Duration = Duration::from_millis(500);
const WEAK_INTERVAL: Duration = Duration::from_secs(1);
const OPEN_INTERVAL: Duration = Duration::from_secs(2);
const STEADY_INTERVAL: Duration = Duration::from_secs(5);

/// The same where a voice takes most of the link: a report and its answer are 190 bytes of each way with
/// what acknowledges them, so that one a second takes the seventh part of a voice.
const THIN_WATCHED_INTERVAL: Duration = Duration::from_secs(2);
const THIN_INTERVAL: Duration = Duration::from_secs(4);
const THIN: LinkRung = LinkRung::Kbps24;

/// Reports that are answered at once, and then a second: a page sends two a second at most.
const REPORTS: u32 = 10;

/// A page that says nothing of its link so long after it could is one that never will.
const REPORTS_WITHIN: Duration = Duration::from_secs(10);

/// The same of a page that has said how it was loaded, and that over a weak link: it reports, once the
/// script that does is there, and a loss holds that up for seconds. Taken for strong it would be sent
/// pictures at once.
const WEAK_REPORTS_WITHIN: Duration = Duration::from_mins(2);

/// A report that comes so much later than it was due was held back, or lost.
const OVERDUE: Duration = Duration::from_secs(1);

/// How much more than a hint says is tried soon, in percent of it: a page's loading measures a link
/// rather too low than too high.
const BELIEF_PERCENT: u64 = 110;

/// A probe that measured more than this found an open link; trains are too short to say how open, and
/// jitter of 100 ms makes one of 150 kbit/s look like up to 230.
const OPEN_FROM: Bitrate = Bitrate::kbps(250);

/// A report that comes with no more delay than this beside the least has met no queue.
const PROMPT: Duration = Duration::from_millis(50);

/// Reports that are missing for so long, beside a voice that comes, are a bad sign of the way to the
/// page, as a queue of this length is; and for so long, the worst.
const MISSED: Duration = Duration::from_millis(2_500);
const BAD_QUEUE: Duration = Duration::from_millis(500);
const GIVEN_UP: Duration = Duration::from_secs(4);

/// A page's loading that shows more has met a lost packet.
const LONGEST_BARE_ROUND_TRIP: Duration = Duration::from_secs(1);

/// One participant's link.
#[derive(Debug)]
pub struct LinkWatch {
    up: Lifeline,
    down: Lifeline,
    meter: LinkMeter,
    hint: Option<Hint>,
    /// A probe has measured it.
    is_measured: bool,
    evidence: Evidence,
    /// When the page could be told something first.
    listens_since: Option<Instant>,
    /// When the latest report came.
    reported: Option<Instant>,
    /// What the latest answer said of the next report.
    interval: Duration,
    allowance: Allowance,
    /// Of voices, as their packets are lost.
    lossy_up: Lossy,
    /// Whether less is lost of it, where nothing can be asked for in time.
    trickle_up: Trickle,
    lossy_down: Lossy,
    /// The loss of voices towards the page, in percent, rising at once and falling slowly.
    loss_percent: u32,
    ignores_packet_time: bool,
}

/// What there is to learn from at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Media goes over the link, and what its queue does is news.
    Media,
    /// Nothing of any size does: a queue is news, that there is none is not.
    Nothing,
    /// A probe makes queues of its own.
    Probe,
}

/// What a report has led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The answer to send at once.
    pub echo: LinkEcho,
    /// A rung has changed.
    pub changed: bool,
}

impl LinkWatch {
    /// The link of a page that has said this of its network.
    pub fn new(hint: Option<Hint>, now: Instant) -> Self {
        let first = rungs::first_rung(hint);
        let mut up = Lifeline::new(rungs::first_rung_up(hint), now);
        let mut down = Lifeline::new(first, now);
        if let Some(hint) = hint.filter(|_| !first.is_open()) {
            let carries = LinkRung::within(hint.rate.percent(BELIEF_PERCENT)).max(first);
            up.expect_no_more_than(carries, now);
            down.expect_no_more_than(carries, now);
        }
        Self {
            up,
            down,
            meter: LinkMeter::new(now),
            hint,
            is_measured: false,
            evidence: Evidence::Media,
            listens_since: None,
            reported: None,
            interval: WEAK_INTERVAL,
            allowance: Allowance::new(now),
            lossy_up: Lossy::default(),
            trickle_up: Trickle::default(),
            lossy_down: Lossy::default(),
            loss_percent: 0,
            ignores_packet_time: false,
        }
    }

    /// Whether anything is known of the link: from how the page was loaded, or because something of
    /// some size has gone over it and back. A picture on a link that carries none would keep the page
    /// from ever saying so.
    pub fn is_known(&self) -> bool {
        self.hint.is_some() || self.is_measured || self.listens_since.is_some()
    }

    /// Says what there is to learn from, from now on.
    pub fn learn_from(&mut self, evidence: Evidence) {
        self.evidence = evidence;
    }

    /// Goes by what a probe has found: at once, up or down, and no further for a while.
    pub fn measured(&mut self, now: Instant, measured: &Measured) {
        let carries = |rate: Bitrate| {
            let mut way = Lifeline::new(LinkRung::Open, now);
            if rate <= OPEN_FROM {
                let rung = LinkRung::within(rate);
                way = Lifeline::new(rung, now);
                way.expect_no_more_than(rung, now);
            }
            way
        };
        self.up = carries(measured.up);
        self.down = carries(measured.down);
        self.loss_percent = measured.loss_percent;
        self.lossy_down.see(now, Some(measured.loss_percent));
        self.is_measured = true;
    }

    /// What people may expect of it; `None` while that would be a guess.
    pub fn level(&self) -> Option<LinkLevel> {
        let level = LinkLevel::of(self.up(), self.down(), self.loss_percent);
        let is_guess = level == LinkLevel::Good && self.hint.is_none() && !self.is_measured;
        (self.evidence == Evidence::Media || !is_guess).then_some(level)
    }

    /// Whether the page has reported: what it is told now, it hears.
    pub fn has_reported(&self) -> bool {
        self.reported.is_some()
    }

    /// What the way to us carries.
    pub fn up(&self) -> LinkRung {
        self.up.rung()
    }

    /// What the way to the page carries.
    pub fn down(&self) -> LinkRung {
        self.down.rung()
    }

    /// Whether its browser sends otherwise than it was asked to.
    pub fn ignores_packet_time(&self) -> bool {
        self.ignores_packet_time
    }

    /// When the page's next report should have come at the latest.
    pub fn report_due(&self) -> Option<Instant> {
        self.reported.map(|last| last + self.interval + OVERDUE)
    }

    /// The latest round trip that a report has shown.
    pub fn round_trip(&self) -> Option<Duration> {
        self.meter.round_trip()
    }

    /// How long an answer takes where nothing waits in a queue, as far as the page's loading has told. Where
    /// something waits, what was said was perhaps lost with it: that is no reason to wait any longer.
    pub fn bare_round_trip(&self) -> Duration {
        let round_trip = self.hint.map(|hint| hint.round_trip);
        round_trip.unwrap_or_default().min(LONGEST_BARE_ROUND_TRIP)
    }

    /// Whether so much of what goes to the page is lost that voices are worth repairing.
    pub fn is_lossy(&self, now: Instant) -> bool {
        self.lossy_down.is(now)
    }

    /// What the page's voice should carry against what is lost of it on its way up.
    pub fn redundancy_up(&self, now: Instant) -> Redundancy {
        // Only where the link is weak: a voice that has all the room it wants would become leaner for this.
        let trickles = !self.up().is_open() && self.trickle_up.is(now);
        if trickles || self.lossy_up.is(now) {
            Redundancy::PacketBefore
        } else {
            Redundancy::None
        }
    }

    /// The page can be told something from now on.
    pub fn page_listens(&mut self, now: Instant) {
        self.listens_since.get_or_insert(now);
    }

    /// Takes a report; `None` if there are more of them than any page of ours sends. `estimate` is
    /// what the estimator believes of the way to the page, if it has pictures to measure with.
    pub fn report(
        &mut self,
        now: Instant,
        report: &LinkReport,
        voice: &mut VoicePath,
        estimate: Option<LinkRung>,
    ) -> Option<Heard> {
        if !self.allowance.take(now) {
            return None;
        }
        let measured = self.meter.receive(now, report);
        self.ignores_packet_time = report.ignores_packet_time;
        self.lossy_down.see(now, measured.loss_percent);
        if self.evidence == Evidence::Media {
            let loss = measured.loss_percent.unwrap_or_default();
            self.loss_percent = loss.max(self.loss_percent.saturating_sub(1));
        }
        let was_late = self
            .reported
            .is_some_and(|last| now >= last + self.interval + OVERDUE);
        let up = Sample {
            queue: Some(measured.up),
            loss_percent: None,
            was_silent: was_late,
        };
        // A report may have waited in the page for its turn, and a voice has not. But what came as
        // fast as ever proves that nothing waits.
        let hears_voice = voice.queue(now).is_some();
        if hears_voice && measured.up < PROMPT {
            voice.has_no_queue(now);
        }
        let down = Sample {
            queue: measured.down,
            loss_percent: measured.loss_percent,
            was_silent: measured.was_silent || was_late,
        };
        if self.evidence == Evidence::Nothing {
            self.up.idle();
            self.down.idle();
        }
        let mut changed = false;
        if self.evidence != Evidence::Probe {
            changed |= !hears_voice && self.up.sample(now, up, None);
            changed |= self.down.sample(now, down, estimate);
        }
        self.reported = Some(now);
        self.interval = self.next_interval(now);
        let echo = LinkEcho {
            sequence: report.sequence,
            sent_at: report.sent_at,
            clock: self.meter.clock(now),
            interval: self.interval,
        };
        Some(Heard { echo, changed })
    }

    /// Goes by what the page's voice and the estimator show, and by time; returns whether a rung has
    /// changed.
    pub fn tick(
        &mut self,
        now: Instant,
        voice: &mut VoicePath,
        estimate: Option<LinkRung>,
    ) -> bool {
        let before = (self.up(), self.down());
        let loss = voice.loss(now);
        self.lossy_up.see(now, loss.telling_percent());
        if lost::is_too_late_to_ask(self.round_trip()) {
            self.trickle_up.see(now, voice.lost_so_far());
        }
        let is_weak = !rungs::first_rung(self.hint).is_open();
        let within = if is_weak {
            WEAK_REPORTS_WITHIN
        } else {
            REPORTS_WITHIN
        };
        let is_mute = self
            .listens_since
            .is_some_and(|since| now >= since + within);
        if self.reported.is_none() && is_mute {
            self.up = Lifeline::new(LinkRung::Open, now);
            self.down = Lifeline::new(LinkRung::Open, now);
        } else if self.reported.is_none() && self.listens_since.is_none() {
            // The channel that a report comes over may never open on a link that the voice alone
            // fills. What the voice shows of the way up is all there is to go by, for both.
            let sample = Sample {
                queue: voice.queue(now),
                loss_percent: None,
                was_silent: voice.was_silent(now),
            };
            if self.up.sample(now, sample, None) {
                self.down.lower(now, self.up.rung());
            }
        } else if self.reported.is_some() {
            let sample = Sample {
                queue: voice.queue(now),
                loss_percent: loss.percent(),
                was_silent: voice.was_silent(now),
            };
            self.up.sample(now, sample, None);
            self.down.govern(now, estimate);
            self.miss(now, voice.queue(now).is_some(), estimate);
        }
        before != (self.up(), self.down())
    }

    /// Goes by reports that do not come although the voice beside them does: neither ours nor the
    /// page's acknowledgements get through, and its channel waits for them longer and longer. A trial of the way
    /// up that has failed says nothing of this one: reports wait in the queue that it has left.
    fn miss(&mut self, now: Instant, hears_voice: bool, estimate: Option<LinkRung>) {
        let missing = self.reported.filter(|_| hears_voice).map(|last| {
            let due = (last + self.interval).max(self.up.drained_by().unwrap_or(last));
            now.saturating_duration_since(due)
        });
        let round_trip = self.meter.round_trip().unwrap_or_default();
        let queue = match missing.map(|missing| missing.saturating_sub(round_trip)) {
            Some(missing) if missing >= GIVEN_UP => missing,
            Some(missing) if missing >= MISSED => missing.min(BAD_QUEUE),
            _ => return,
        };
        let sample = Sample {
            queue: Some(queue),
            ..Sample::default()
        };
        self.down.sample(now, sample, estimate);
    }

    fn next_interval(&self, now: Instant) -> Duration {
        let both = [&self.up, &self.down];
        let is_thin = both.iter().any(|one| one.rung() <= THIN);
        let (watched, weak) = if is_thin {
            (THIN_WATCHED_INTERVAL, THIN_INTERVAL)
        } else {
            (WATCHED_INTERVAL, WEAK_INTERVAL)
        };
        if both.iter().any(|one| one.is_watched(now)) {
            watched
        } else if both.iter().all(|one| one.rung().is_open()) {
            OPEN_INTERVAL
        } else if both
            .iter()
            .all(|one| one.rung().is_open() || one.is_steady(now))
        {
            STEADY_INTERVAL
        } else {
            weak
        }
    }
}

/// Reports that may still be answered.
#[derive(Debug)]
struct Allowance {
    left: u32,
    since: Instant,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self {
            left: REPORTS,
            since: now,
        }
    }

    fn take(&mut self, now: Instant) -> bool {
        let each = Duration::from_secs(1) / REPORTS;
        let passed = now.saturating_duration_since(self.since).as_millis() / each.as_millis();
        if passed > 0 {
            let passed = u32::try_from(passed).unwrap_or(REPORTS);
            self.left = self.left.saturating_add(passed).min(REPORTS);
            self.since = now;
        }
        let takes = self.left > 0;
        self.left = self.left.saturating_sub(1);
        takes
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
