//! The ladders of a weak link, and what each rung buys: pure arithmetic.
//!
//! A *link rung* says what one direction of one participant's link carries in total; above the
//! ladder the link is *open*, and the estimator governs. An *audio rung* says how a page sends its
//! microphone. Costs are on the wire: IPv4 20, UDP 8, RTP 12 and the authentication tag 16 bytes a
//! packet, no header extensions.

use std::time::Duration;

use crate::media::control::Redundancy;
use crate::media::downlink::shape::Voices;
use crate::media::opus::PacketTime;
use crate::media::transport::{Padding, ReportPace};
use crate::media::units::Bitrate;

/// What one direction of a link is believed to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkRung {
    /// 9 kbit/s: one voice at its least, with pauses.
    Kbps9,
    /// 16 kbit/s: one voice at its least.
    Kbps16,
    /// 24 kbit/s: one voice in wideband.
    Kbps24,
    /// 40 kbit/s: two voices in wideband.
    Kbps40,
    /// 64 kbit/s: a voice and a small picture towards the person.
    Kbps64,
    /// 100 kbit/s: a voice and a small picture from the person too.
    Kbps100,
    /// 150 kbit/s: the last rung of ours.
    Kbps150,
    /// More: the estimators govern, ours on the way down and the browser's on the way up.
    Open,
}

impl LinkRung {
    /// From the weakest up.
    pub const ALL: [Self; 8] = [
        Self::Kbps9,
        Self::Kbps16,
        Self::Kbps24,
        Self::Kbps40,
        Self::Kbps64,
        Self::Kbps100,
        Self::Kbps150,
        Self::Open,
    ];

    /// What it carries in total; `None` above the ladder.
    pub const fn rate(self) -> Option<Bitrate> {
        Some(Bitrate::kbps(match self {
            Self::Kbps9 => 9,
            Self::Kbps16 => 16,
            Self::Kbps24 => 24,
            Self::Kbps40 => 40,
            Self::Kbps64 => 64,
            Self::Kbps100 => 100,
            Self::Kbps150 => 150,
            Self::Open => return None,
        }))
    }

    /// Whether the estimators govern.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }

    /// The place in [`Self::ALL`], for tables by rung.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// One rung down; the lowest stays.
    #[must_use]
    pub fn below(self) -> Self {
        let at = self.index().saturating_sub(1);
        Self::ALL.get(at).copied().unwrap_or(Self::Kbps9)
    }

    /// One rung up; open stays.
    #[must_use]
    pub fn above(self) -> Self {
        Self::ALL
            .get(self.index() + 1)
            .copied()
            .unwrap_or(Self::Open)
    }

    /// The highest rung of ours that this rate carries; the lowest, if none.
    pub fn within(rate: Bitrate) -> Self {
        let fits = |rung: &Self| rung.rate().is_some_and(|carries| carries <= rate);
        Self::ALL
            .into_iter()
            .rev()
            .find(fits)
            .unwrap_or(Self::Kbps9)
    }

    /// The name in the metrics and for administrators: kbit/s, or `open`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kbps9 => "9",
            Self::Kbps16 => "16",
            Self::Kbps24 => "24",
            Self::Kbps40 => "40",
            Self::Kbps64 => "64",
            Self::Kbps100 => "100",
            Self::Kbps150 => "150",
            Self::Open => "open",
        }
    }
}

/// What a page saw of its network while it was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// A round trip.
    pub round_trip: Duration,
    /// The rate towards the page.
    pub rate: Bitrate,
}

/// Where the way to a page starts that has said this of its network.
pub fn first_rung(hint: Option<Hint>) -> LinkRung {
    match hint {
        Some(hint) if hint.rate <= Bitrate::kbps(30) => LinkRung::Kbps9,
        Some(hint) if hint.rate <= Bitrate::kbps(60) => LinkRung::Kbps24,
        Some(hint) if hint.rate <= Bitrate::kbps(200) => LinkRung::Kbps64,
        _ => LinkRung::Open,
    }
}

/// Where the way from it starts: no higher than the way to it. Beyond that nothing is known of it, and
/// phones at the edge of a cell have a fifth of the rate up or less, while a browser that is told nothing
/// begins with 300 kbit/s of picture.
pub fn first_rung_up(hint: Option<Hint>) -> LinkRung {
    match (first_rung(hint), hint) {
        (LinkRung::Open, Some(hint)) if hint.rate <= Bitrate::kbps(600) => LinkRung::Kbps64,
        (LinkRung::Open, Some(hint)) if hint.rate <= Bitrate::kbps(1_000) => LinkRung::Kbps100,
        (first, _) => first,
    }
}

/// How a page sends its microphone, from the dearest to the cheapest: the order on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum AudioRung {
    /// 20 ms, 32 kbit/s: what browsers do by themselves.
    #[default]
    Full,
    /// 40 ms, 20 kbit/s, silence left out.
    Good,
    /// 60 ms, 12 kbit/s, silence left out: the lowest rate at which browsers encode wideband.
    Lean,
    /// 120 ms, 8 kbit/s, silence left out: narrowband, and understood.
    Least,
}

impl AudioRung {
    /// From the dearest to the cheapest.
    pub const ALL: [Self; 4] = [Self::Full, Self::Good, Self::Lean, Self::Least];

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// How long a packet lasts.
    pub const fn packet_time(self) -> PacketTime {
        match self {
            Self::Full => PacketTime::Ms20,
            Self::Good => PacketTime::Ms40,
            Self::Lean => PacketTime::Ms60,
            Self::Least => PacketTime::Ms120,
        }
    }

    /// What Opus may spend.
    pub const fn opus_rate(self) -> Bitrate {
        Bitrate::kbps(match self {
            Self::Full => 32,
            Self::Good => 20,
            Self::Lean => 12,
            Self::Least => 8,
        })
    }

    /// Whether silence is left out (discontinuous transmission, RFC 7587 section 3.1.3).
    pub const fn leaves_out_silence(self) -> bool {
        !matches!(self, Self::Full)
    }

    /// What it costs on the wire while somebody speaks.
    pub const fn cost(self) -> Bitrate {
        Bitrate::bps(match self {
            Self::Full => 55_000,
            Self::Good => 31_200,
            Self::Lean => 19_500,
            Self::Least => 11_700,
        })
    }

    /// The same where each packet carries the one before it as well, less the few bytes that say so.
    pub fn cost_with_packet_before(self) -> Bitrate {
        self.cost() + self.opus_rate()
    }

    /// One rung cheaper; the cheapest stays.
    #[must_use]
    fn cheaper(self) -> Self {
        match self {
            Self::Full => Self::Good,
            Self::Good => Self::Lean,
            Self::Lean | Self::Least => Self::Least,
        }
    }
}

/// How voices go over one direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoicePlan {
    /// How dear each may be.
    pub rung: AudioRung,
    /// All of them, or the dominant one only.
    pub voices: Voices,
    /// What they cost together.
    pub cost: Bitrate,
}

/// The best way for this many voices over a link on this rung.
///
/// A voice becomes no better where a small picture would fit beside the leaner one: who sees a face
/// understands more than who hears the upper register.
pub fn voices(link: LinkRung, voices: usize) -> VoicePlan {
    let Some(carries) = link.rate() else {
        return together(AudioRung::Full, voices);
    };
    let mut rung = match link {
        LinkRung::Kbps9 | LinkRung::Kbps16 => AudioRung::Least,
        LinkRung::Kbps24 | LinkRung::Kbps40 | LinkRung::Kbps64 => AudioRung::Lean,
        LinkRung::Kbps100 | LinkRung::Kbps150 | LinkRung::Open => AudioRung::Good,
    };
    while rung != AudioRung::Least && together(rung, voices).cost > carries {
        rung = rung.cheaper();
    }
    let all = together(rung, voices);
    if voices < 2 || all.cost <= carries {
        return all;
    }
    VoicePlan {
        voices: Voices::DominantOnly,
        cost: rung.cost(),
        ..all
    }
}

/// How somebody's own voice goes over their way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnVoice {
    /// How dear it may be.
    pub rung: AudioRung,
    /// What its packets carry.
    pub redundancy: Redundancy,
    /// What it costs.
    pub cost: Bitrate,
}

/// The shortest packets with which a packet carries the one before: loss comes in bursts of 50 ms, and a
/// copy that is 20 ms behind is lost with what it is a copy of.
const FIRST_REDUNDANT: AudioRung = AudioRung::Lean;

/// The best way for a page's own voice over a way up on this rung. `wanted` is what its loss asks for;
/// what carries less than the voice twice has no room for it.
pub fn own_voice(link: LinkRung, wanted: Redundancy) -> OwnVoice {
    let VoicePlan { rung, cost, .. } = voices(link, 1);
    let lean = rung.max(FIRST_REDUNDANT);
    let fits_twice = link
        .rate()
        .is_none_or(|carries| lean.cost() + lean.cost() <= carries);
    if wanted == Redundancy::None || !fits_twice {
        return OwnVoice {
            rung,
            redundancy: Redundancy::None,
            cost,
        };
    }
    OwnVoice {
        rung: lean,
        redundancy: wanted,
        cost: lean.cost_with_packet_before(),
    }
}

fn together(rung: AudioRung, voices: usize) -> VoicePlan {
    VoicePlan {
        rung,
        voices: Voices::All,
        cost: std::iter::repeat_n(rung.cost(), voices).sum(),
    }
}

/// Less is no picture: what a browser makes of it is a slide show of blocks.
pub const LEAST_PICTURE: Bitrate = Bitrate::kbps(40);

/// Reports, the data channel and the connection's own checks, set aside on a rung.
const CONTROL: Bitrate = Bitrate::kbps(4);

/// Share of what is left for a picture that its encoder may fill: pictures this small go out in small
/// packets, of which headers are a fifth.
pub const PAYLOAD_PERCENT: u64 = 80;

/// What is left for pictures towards somebody on a link on this rung beside its voices; nothing
/// where that is no picture. Not asked of an open link.
pub fn pictures_down(link: LinkRung, voices: Bitrate) -> Bitrate {
    pictures(link, FIRST_WITH_PICTURES, voices)
}

/// The lowest rung on which anybody is seen.
const FIRST_WITH_PICTURES: LinkRung = LinkRung::Kbps64;

/// How often reports on media leave towards somebody: they are there for lips and voice, and where no
/// picture goes nothing waits for them.
pub fn report_pace(link: LinkRung) -> ReportPace {
    if link >= FIRST_WITH_PICTURES {
        ReportPace::Usual
    } else {
        ReportPace::Sparing
    }
}

/// What becomes of padding towards somebody: it is there for an estimator that is asked on open links
/// alone.
pub fn padding(link: LinkRung) -> Padding {
    if link.is_open() {
        Padding::Leaves
    } else {
        Padding::Stays
    }
}

/// What is left for the picture of somebody whose way up is on this rung.
pub fn picture_up(link: LinkRung, voice: Bitrate) -> Bitrate {
    pictures(link, LinkRung::Kbps100, voice)
}

fn pictures(link: LinkRung, from: LinkRung, voices: Bitrate) -> Bitrate {
    let rest = link
        .rate()
        .filter(|_| link >= from)
        .unwrap_or_default()
        .saturating_sub(voices)
        .saturating_sub(CONTROL);
    if rest >= LEAST_PICTURE {
        rest
    } else {
        Bitrate::ZERO
    }
}

#[cfg(test)]
#[path = "rungs_tests.rs"]
mod tests;
