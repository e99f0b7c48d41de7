//! One encoding of a publication: its rate, measured and bounded, whether it is alive, and its
//! keyframes.

use std::time::{Duration, Instant};

use str0m::rtp::Ssrc;

use super::rate::{Policer, RateMeter};
use crate::media::ids::{Kind, Rid};
use crate::media::units::Bitrate;

/// What one voice costs on the wire at most: Opus at its default rate with headers, measured
/// 58 kbit/s.
pub const VOICE: Bitrate = Bitrate::kbps(60);

/// How much of its nominal rate an encoding may send, in percent. Encoders overshoot for a while
/// and RED costs half as much again; who sends more than this is no page of ours. Viewers set aside
/// the nominal rate and no more, and what exceeds it delays everybody else's pictures to them.
const LIMIT_PERCENT: u64 = 200;

/// Bytes of a packet beside its payload: IP, UDP, RTP with its extensions, the authentication tag.
const HEADERS: usize = 60;

/// Least time between two keyframe requests to a publisher. A keyframe costs as much as a second
/// of video at the lowest encoding, and a lost one is asked for again at this pace.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

/// An encoding that was asked for and sent nothing for so long is not coming: the browser dropped
/// it for want of bandwidth or of pixels.
const GIVE_UP_AFTER: Duration = Duration::from_secs(3);

/// An encoding without a packet for so long has stopped: longer than between two frames, shorter
/// than the rate meter's window, in which the rest of it would look like a lower rate.
const STOPPED_AFTER: Duration = Duration::from_millis(250);

/// After it began, an encoding's measured rate is not its rate before the meter's window is full.
const SETTLES_AFTER: Duration = Duration::from_millis(1_500);

/// How long a given-up encoding is left alone before it is tried again the first time. Each try
/// that fails doubles it: a camera of few pixels never grows, and asking for more disturbs what it
/// does send.
const FIRST_RETRY_AFTER: Duration = Duration::from_secs(15);
const LAST_RETRY_AFTER: Duration = Duration::from_mins(4);

/// One simulcast encoding, or the one voice.
#[derive(Debug)]
pub struct Encoding {
    rid: Rid,
    /// Known from its first packet on.
    ssrc: Option<Ssrc>,
    limit: Policer,
    rate: RateMeter,
    /// The rate when it last sent, kept while it is paused.
    last_rate: Bitrate,
    highest: u64,
    last_packet: Option<Instant>,
    /// When it last began to send.
    sending_since: Option<Instant>,
    wanted_since: Option<Instant>,
    given_up_until: Option<Instant>,
    retry_after: Duration,
    last_keyframe_request: Option<Instant>,
}

impl Encoding {
    /// An encoding that has sent nothing yet.
    pub fn new(kind: Kind, rid: Rid) -> Self {
        let nominal = match kind {
            Kind::Audio => VOICE,
            Kind::Video => nominal(rid),
        };
        Self {
            rid,
            ssrc: None,
            limit: Policer::new(nominal.percent(LIMIT_PERCENT)),
            rate: RateMeter::default(),
            last_rate: Bitrate::ZERO,
            highest: 0,
            last_packet: None,
            sending_since: None,
            wanted_since: None,
            given_up_until: None,
            retry_after: FIRST_RETRY_AFTER,
            last_keyframe_request: None,
        }
    }

    /// Its name.
    pub fn rid(&self) -> Rid {
        self.rid
    }

    /// Its SSRC, once known.
    pub fn ssrc(&self) -> Option<Ssrc> {
        self.ssrc
    }

    /// Ties it to an SSRC (again, if the publisher started a new one).
    pub fn learn(&mut self, ssrc: Ssrc) {
        self.ssrc = Some(ssrc);
        self.highest = 0;
    }

    /// Counts a packet; returns whether none with a higher number came before. `None` if it exceeds
    /// what this encoding may send.
    pub fn receive(&mut self, sequence: u64, bytes: usize, now: Instant) -> Option<bool> {
        if !self.limit.admits(now, bytes + HEADERS) {
            return None;
        }
        self.rate.add(now, bytes);
        if self.has_stopped(now) {
            self.sending_since = Some(now);
        }
        self.last_packet = Some(now);
        if self.is_steady(now) {
            self.retry_after = FIRST_RETRY_AFTER;
            self.given_up_until = None;
        }
        let is_newest = sequence >= self.highest;
        self.highest = self.highest.max(sequence);
        Some(is_newest)
    }

    fn has_stopped(&self, now: Instant) -> bool {
        self.last_packet
            .is_none_or(|last| now.saturating_duration_since(last) >= STOPPED_AFTER)
    }

    /// Whether the rate meter's window holds nothing but this encoding in full flow. What it shows
    /// while an encoding begins or ends is less than it costs, and would invite viewers to it.
    fn is_steady(&self, now: Instant) -> bool {
        self.wanted_since.is_some()
            && !self.has_stopped(now)
            && self
                .sending_since
                .is_some_and(|since| now.saturating_duration_since(since) >= SETTLES_AFTER)
    }

    /// Whether packets are coming in.
    pub fn is_flowing(&self, now: Instant) -> bool {
        !self.has_stopped(now)
    }

    /// Says whether the page has been asked to send this encoding.
    pub fn set_wanted(&mut self, wanted: bool, now: Instant) {
        if wanted != self.wanted_since.is_some() {
            self.wanted_since = wanted.then_some(now);
        }
    }

    /// Whether choosing this encoding can be expected to yield pictures.
    pub fn is_available(&mut self, now: Instant) -> bool {
        if self.given_up_until.is_some_and(|until| now < until) {
            return false;
        }
        let Some(wanted_since) = self.wanted_since else {
            return true; // paused by us, or never tried
        };
        let heard = self
            .last_packet
            .map_or(wanted_since, |last| last.max(wanted_since));
        if now.saturating_duration_since(heard) < GIVE_UP_AFTER {
            return true;
        }
        self.given_up_until = Some(now + self.retry_after);
        self.retry_after = (self.retry_after * 2).min(LAST_RETRY_AFTER);
        // The clock starts anew when it is tried again.
        self.wanted_since = None;
        false
    }

    /// What forwarding it costs: measured while it sends, else what it last sent, else what the
    /// page was told as its limit.
    pub fn cost(&mut self, now: Instant) -> Bitrate {
        let measured = self.rate.rate(now);
        if measured > Bitrate::ZERO && self.is_steady(now) {
            self.last_rate = measured;
        }
        if self.last_rate > Bitrate::ZERO {
            self.last_rate
        } else {
            nominal(self.rid)
        }
    }

    /// Whether a keyframe may be asked for now; if so, it counts as asked.
    pub fn try_request_keyframe(&mut self, now: Instant) -> bool {
        let is_due = self
            .last_keyframe_request
            .is_none_or(|last| now.saturating_duration_since(last) >= KEYFRAME_INTERVAL);
        if is_due {
            self.last_keyframe_request = Some(now);
        }
        is_due
    }
}

/// The `maxBitrate` that the page gives each encoding: what it will cost at most.
fn nominal(rid: Rid) -> Bitrate {
    match rid {
        Rid::Q => Bitrate::kbps(150),
        Rid::H => Bitrate::kbps(500),
        Rid::F => Bitrate::kbps(1_500),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyframe_requests_are_throttled() {
        let now = Instant::now();
        let mut encoding = Encoding::new(Kind::Video, Rid::Q);
        assert!(encoding.try_request_keyframe(now));
        assert!(!encoding.try_request_keyframe(now + Duration::from_millis(499)));
        assert!(encoding.try_request_keyframe(now + Duration::from_millis(500)));
    }

    #[test]
    fn no_flood_makes_an_encoding_dearer_than_its_limit() {
        for (kind, rid, nominal) in [
            (Kind::Audio, Rid::F, VOICE),
            (Kind::Video, Rid::Q, Bitrate::kbps(150)),
            (Kind::Video, Rid::H, Bitrate::kbps(500)),
            (Kind::Video, Rid::F, Bitrate::kbps(1_500)),
        ] {
            let mut now = Instant::now();
            let mut encoding = Encoding::new(kind, rid);
            encoding.set_wanted(true, now);
            let mut dearest = Bitrate::ZERO;
            for sequence in 0..10_000 {
                encoding.receive(sequence, 1_000, now);
                now += Duration::from_millis(1);
                if sequence > 3_000 {
                    dearest = dearest.max(encoding.cost(now));
                }
            }
            assert!(dearest >= nominal, "{dearest} is less than an encoder may");
            assert!(dearest <= nominal.percent(LIMIT_PERCENT), "{dearest}");
        }
    }

    #[test]
    fn an_encoding_that_never_comes_is_given_up_and_tried_again_later() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut encoding = Encoding::new(Kind::Video, Rid::F);
        assert!(encoding.is_available(at(0)));
        encoding.set_wanted(true, at(0));
        assert!(encoding.is_available(at(2)));
        assert!(!encoding.is_available(at(3)));
        encoding.set_wanted(false, at(3));
        assert!(!encoding.is_available(at(17)));
        assert!(encoding.is_available(at(18)));
    }

    #[test]
    fn a_paused_encoding_keeps_the_cost_it_had() {
        let mut now = Instant::now();
        let mut encoding = Encoding::new(Kind::Video, Rid::H);
        encoding.set_wanted(true, now);
        assert_eq!(encoding.cost(now), nominal(Rid::H));
        let mut sequence = 0;
        for _pause in 0..3 {
            // Neither while it begins nor after it ended does it seem cheaper than it is.
            encoding.set_wanted(true, now);
            for _ in 0..300 {
                sequence += 1;
                encoding.receive(sequence, 250, now);
                now += Duration::from_millis(10);
                let cost = encoding.cost(now);
                assert!(
                    cost == Bitrate::kbps(200) || cost == nominal(Rid::H),
                    "{cost}"
                );
            }
            assert_eq!(encoding.cost(now), Bitrate::kbps(200));
            encoding.set_wanted(false, now);
            for _ in 0..40 {
                now += Duration::from_millis(50);
                assert_eq!(encoding.cost(now), Bitrate::kbps(200));
            }
        }
    }
}
