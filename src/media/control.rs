//! The data channels' binary messages: slot hand-over, the send plan, reports and probes of the link.
//!
//! Big-endian, fixed size, described in `PROTOCOL.md`. A page opens two channels: `slots`, reliable
//! and ordered, because a lost hand-over would leave a tile blank for ever; and `link`, which loses
//! what the network loses, because a report that comes late is worth nothing.

use std::time::Duration;

use super::congestion::level::LinkLevel;
use super::congestion::rungs::AudioRung;
use super::congestion::train::{PROBE_UP, ProbeDown, ProbeUp};
use super::ids::{Epoch, Rid, SeatId, SlotIndex};
use super::units::Bitrate;

const SLOT_ASSIGNED: u8 = 0x01;
const SLOT_READY: u8 = 0x02;
const SEND_PLAN: u8 = 0x03;
const LINK_REPORT: u8 = 0x04;
const LINK_ECHO: u8 = 0x05;
const PROBE_REQUEST: u8 = 0x06;
const LEVEL: u8 = 0x09;

/// What one unit of a picture's cap stands for on the wire.
const CAP_UNIT: Bitrate = Bitrate::kbps(10);

/// Which data channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Reliable and ordered.
    Slots,
    /// Neither, and never late.
    Link,
}

impl Channel {
    /// The channel of this label.
    pub fn labelled(label: &str) -> Option<Self> {
        match label {
            "slots" => Some(Self::Slots),
            "link" => Some(Self::Link),
            _ => None,
        }
    }
}

/// Counts a page's send plans, so that one that was overtaken is recognised. Wraps; which of two is
/// the newer one follows serial number arithmetic (RFC 1982).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision(pub u16);

impl Revision {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// The most that a picture's lowest encoding may send, in steps of 10 kbit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cap(u8);

impl Cap {
    /// The highest cap that is no more than this; `None` where that is none.
    pub fn within(rate: Bitrate) -> Option<Self> {
        let units = rate.as_bps() / CAP_UNIT.as_bps();
        let units = u8::try_from(units).unwrap_or(u8::MAX);
        (units > 0).then_some(Self(units))
    }

    /// As a rate.
    pub fn rate(self) -> Bitrate {
        Bitrate::bps(CAP_UNIT.as_bps() * u64::from(self.0))
    }
}

/// Which of a publisher's tracks and encodings somebody takes right now, and how dear they may be.
///
/// The page stops sending everything else, so a lone participant sends nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendPlan {
    /// Somebody hears the microphone.
    pub microphone: bool,
    /// Somebody takes, or is about to take, this encoding of the camera, in the order of
    /// [`Rid::ALL`].
    encodings: [bool; 3],
    /// How the microphone is to be sent.
    pub audio: AudioRung,
    /// What each of its packets carries beside itself.
    pub redundancy: Redundancy,
    /// How much the lowest encoding of the camera may send; `None` leaves it to the page.
    pub cap: Option<Cap>,
    /// Why pictures rest that could flow.
    pub resting: Resting,
}

/// What the packets of a microphone carry against loss on the way up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redundancy {
    /// Themselves.
    #[default]
    None,
    /// The packet before as well (RFC 2198).
    PacketBefore,
}

/// Pictures that a weak link has no room for, so that both people can be told in words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resting {
    /// The page's own picture is not taken, because its way up is weak.
    pub own: bool,
    /// Pictures towards the page are not sent, because its way down is weak.
    pub others: bool,
}

impl SendPlan {
    /// Marks an encoding as wanted.
    pub fn want(&mut self, rid: Rid) {
        match rid {
            Rid::Q => self.encodings[0] = true,
            Rid::H => self.encodings[1] = true,
            Rid::F => self.encodings[2] = true,
        }
    }

    /// Whether this encoding is wanted.
    pub fn wants(&self, rid: Rid) -> bool {
        match rid {
            Rid::Q => self.encodings[0],
            Rid::H => self.encodings[1],
            Rid::F => self.encodings[2],
        }
    }

    /// The wanted encodings from the cheapest up.
    pub fn encodings(&self) -> impl Iterator<Item = Rid> + '_ {
        Rid::ALL.into_iter().filter(|rid| self.wants(*rid))
    }

    fn flags(&self) -> u8 {
        let mut flags = u8::from(self.microphone);
        for (bit, rid) in Rid::ALL.into_iter().enumerate() {
            flags |= u8::from(self.wants(rid)) << (bit + 1);
        }
        let is_redundant = self.redundancy == Redundancy::PacketBefore;
        flags
            | u8::from(self.resting.own) << 4
            | u8::from(self.resting.others) << 5
            | u8::from(is_redundant) << 6
    }
}

/// Server → page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToPage {
    /// The slot belongs to this seat from now on; `None` means that it is empty.
    SlotAssigned {
        /// Which slot.
        slot: SlotIndex,
        /// Which owner of the slot, counted from 1.
        epoch: Epoch,
        /// The new owner.
        seat: Option<SeatId>,
    },
    /// What to send, how, and what to pause.
    SendPlan(SendPlan, Revision),
    /// Answers a [`LinkReport`] at once.
    LinkEcho(LinkEcho),
    /// One message of a train that measures the link.
    Probe(ProbeDown),
    /// What the person may expect of their link.
    Level(LinkLevel),
}

/// What the page measures its link by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkEcho {
    /// Of the report that it answers.
    pub sequence: u8,
    /// The report's own time.
    pub sent_at: PageMillis,
    /// Our clock when it left.
    pub clock: ServerMillis,
    /// When the next report is due.
    pub interval: Duration,
}

/// Milliseconds on a page's own clock; wraps after 49 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageMillis(pub u32);

/// Milliseconds on a participant's clock of ours, never 0; wraps after 49 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerMillis(pub u32);

impl ToPage {
    /// The message as it goes over the channel.
    pub fn encode(self) -> Vec<u8> {
        match self {
            Self::SlotAssigned { slot, epoch, seat } => {
                let [e1, e0] = epoch.0.to_be_bytes();
                let [s1, s0] = seat.map_or(0, |seat| seat.0).to_be_bytes();
                vec![SLOT_ASSIGNED, slot.0, e1, e0, s1, s0]
            }
            Self::SendPlan(plan, revision) => {
                let [r1, r0] = revision.0.to_be_bytes();
                let cap = plan.cap.map_or(0, |cap| cap.0);
                vec![SEND_PLAN, plan.flags(), plan.audio.number(), cap, r1, r0]
            }
            Self::LinkEcho(echo) => {
                let tenths = echo.interval.as_millis() / 100;
                let mut message = vec![LINK_ECHO, echo.sequence];
                message.extend(echo.sent_at.0.to_be_bytes());
                message.extend(echo.clock.0.to_be_bytes());
                message.push(u8::try_from(tenths).unwrap_or(u8::MAX));
                message
            }
            Self::Probe(message) => message.encode(),
            Self::Level(level) => vec![LEVEL, level.number()],
        }
    }
}

/// Page → server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromPage {
    /// The slot's tile is blank and labelled for the owner of this epoch.
    SlotReady {
        /// Which slot.
        slot: SlotIndex,
        /// The epoch that the page has seen.
        epoch: Epoch,
    },
    /// How the link is, as the page sees it.
    LinkReport(LinkReport),
    /// The page, whose person waits, wishes for a probe of this number.
    ProbeRequest(u8),
    /// One message of its answer to a train.
    Probe(ProbeUp),
}

/// How the link is, as a page sees it. Nothing in it is more than a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkReport {
    /// Counts the reports; wraps.
    pub sequence: u8,
    /// When it left.
    pub sent_at: PageMillis,
    /// The clock in the latest echo that came, if any has.
    pub echo: Option<ServerMillis>,
    /// When that echo came.
    pub echo_at: PageMillis,
    /// Voice packets that came since the last report.
    pub received: u16,
    /// Voice packets that did not.
    pub lost: u16,
    /// The longest of the slots' mean jitter-buffer delays since the last report.
    pub jitter_buffer: Duration,
    /// Voice packets that left since the last report.
    pub sent: u16,
    /// The send plan that the page has applied.
    pub revision: Revision,
    /// The browser does not send at the packet time that it was asked for.
    pub ignores_packet_time: bool,
}

impl FromPage {
    /// Reads one message; `None` for an unknown type or a wrong length.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [SLOT_READY, slot, e1, e0] => Some(Self::SlotReady {
                slot: SlotIndex(slot),
                epoch: Epoch(u16::from_be_bytes([e1, e0])),
            }),
            [LINK_REPORT, ..] => LinkReport::decode(bytes).map(Self::LinkReport),
            [PROBE_REQUEST, number] => Some(Self::ProbeRequest(number)),
            [PROBE_UP, ..] => ProbeUp::decode(bytes).map(Self::Probe),
            _ => None,
        }
    }

    /// Whether it is about the page's own link, which is no less so while its person waits.
    pub fn is_about_the_link(&self) -> bool {
        match self {
            Self::LinkReport(_) | Self::ProbeRequest(_) | Self::Probe(_) => true,
            Self::SlotReady { .. } => false,
        }
    }
}

impl LinkReport {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (&[_, sequence], fields) = bytes.split_first_chunk()?;
        let (sent_at, fields) = number(fields)?;
        let (echo, fields) = number(fields)?;
        let (echo_at, fields) = number(fields)?;
        let &[v1, v0, l1, l0, j1, j0, s1, s0, r1, r0, flags] = fields else {
            return None;
        };
        let [received, lost, jitter_buffer, sent, revision] =
            [[v1, v0], [l1, l0], [j1, j0], [s1, s0], [r1, r0]].map(u16::from_be_bytes);
        Some(Self {
            sequence,
            sent_at: PageMillis(sent_at),
            echo: (echo != 0).then_some(ServerMillis(echo)),
            echo_at: PageMillis(echo_at),
            received,
            lost,
            jitter_buffer: Duration::from_millis(u64::from(jitter_buffer)),
            sent,
            revision: Revision(revision),
            ignores_packet_time: flags & 1 != 0,
        })
    }
}

/// The number at the front, and what follows it.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
