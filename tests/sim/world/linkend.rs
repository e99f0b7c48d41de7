//! A page's side of the link: it reports on its channel `link`, and counts its voices for that.

use std::time::{Duration, Instant};

use str0m::Rtc;
use str0m::channel::ChannelId;

/// Nothing for so long, with something due: the page reports again.
const SILENCE: Duration = Duration::from_millis(1_500);
const WHILE_SILENT: Duration = Duration::from_millis(500);

/// The state of it.
#[derive(Debug)]
pub struct LinkEnd {
    channel: ChannelId,
    /// The page's own clock began here; it starts near its end, so that it wraps in a test.
    begun: Instant,
    sequence: u8,
    next: Option<Instant>,
    interval: Duration,
    /// The latest echo: its clock, and when it came by the page's own.
    echo: Option<(u32, u32)>,
    /// Since when something is due that has not come.
    silent_since: Option<Instant>,
    received: u16,
    first_and_last: Option<(u64, u64)>,
    sent: u16,
    /// What the page has applied.
    pub revision: Option<u16>,
    /// Every echo: when it came, and the round trip that it showed.
    pub round_trips: Vec<(Instant, Duration)>,
}

impl LinkEnd {
    /// A page that has made this channel.
    pub fn new(channel: ChannelId, now: Instant) -> Self {
        Self {
            channel,
            begun: now,
            sequence: 0,
            next: None,
            interval: Duration::from_secs(1),
            echo: None,
            silent_since: None,
            received: 0,
            first_and_last: None,
            sent: 0,
            revision: None,
            round_trips: Vec::new(),
        }
    }

    fn clock(&self, now: Instant) -> u32 {
        let passed = u32::try_from((now - self.begun).as_millis()).unwrap();
        passed.wrapping_sub(20_000)
    }

    /// The channel is open: the first report leaves at once.
    pub fn open(&mut self, now: Instant, channel: ChannelId) {
        if channel == self.channel {
            self.next = Some(now);
        }
    }

    /// When the next report is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.next
    }

    /// A voice packet left.
    pub fn sends(&mut self) {
        self.sent += 1;
    }

    /// A voice packet came, of the only slot that counts here.
    pub fn hears(&mut self, sequence: u64) {
        self.silent_since = None;
        self.received += 1;
        let (first, last) = self.first_and_last.unwrap_or((sequence, sequence));
        self.first_and_last = Some((first.min(sequence), last.max(sequence)));
    }

    /// Whether a plan of this revision is newer than the one applied; if so, it is applied.
    pub fn applies(&mut self, revision: u16) -> bool {
        let is_newer = self
            .revision
            .is_none_or(|applied| revision.wrapping_sub(applied).cast_signed() > 0);
        if is_newer {
            self.revision = Some(revision);
        }
        is_newer
    }

    /// An echo came.
    pub fn echo(&mut self, now: Instant, message: &[u8; 11]) {
        let [_, _, s3, s2, s1, s0, c3, c2, c1, c0, interval] = *message;
        let [sent, clock] = [[s3, s2, s1, s0], [c3, c2, c1, c0]].map(u32::from_be_bytes);
        let came = self.clock(now);
        self.echo = Some((clock, came));
        self.silent_since = None;
        let round_trip = Duration::from_millis(came.wrapping_sub(sent).into());
        self.round_trips.push((now, round_trip));
        self.interval = Duration::from_millis(100) * u32::from(interval);
        self.next = Some(now.max(self.next.unwrap_or(now)).min(now + self.interval));
    }

    /// Sends the report that is due.
    pub fn advance(&mut self, now: Instant, rtc: &mut Rtc) {
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        let is_silent = self
            .silent_since
            .is_some_and(|since| now >= since + SILENCE);
        self.silent_since.get_or_insert(now);
        let pause = if is_silent {
            self.interval.min(WHILE_SILENT)
        } else {
            self.interval
        };
        self.next = Some(now + pause);
        self.sequence = self.sequence.wrapping_add(1);
        let expected = self
            .first_and_last
            .map_or(0, |(first, last)| u16::try_from(last + 1 - first).unwrap());
        let lost = expected.saturating_sub(self.received);
        let (clock, came) = self.echo.unwrap_or_default();
        let mut report = vec![4, self.sequence];
        report.extend(self.clock(now).to_be_bytes());
        report.extend(clock.to_be_bytes());
        report.extend(came.to_be_bytes());
        for number in [
            self.received,
            lost,
            60,
            self.sent,
            self.revision.unwrap_or(0),
        ] {
            report.extend(number.to_be_bytes());
        }
        report.push(0);
        if let Some(mut channel) = rtc.channel(self.channel) {
            channel.write(true, &report).unwrap();
        }
        (self.received, self.sent, self.first_and_last) = (0, 0, None);
    }
}
