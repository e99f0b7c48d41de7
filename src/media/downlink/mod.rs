//! What one participant receives: SFU → participant, slot by slot.

pub mod comfort_noise;
pub mod dominance;
pub mod doubling;
pub mod hand_over;
pub mod hold_gate;
pub mod merger;
pub mod rewriter;
pub mod shape;
pub mod shaping;
pub mod slot;
pub mod switcher;
pub mod video;
pub mod voice;
pub mod vp8;

use std::time::Instant;

use str0m::media::Mid;
use str0m::rtp::{RtpPacket, RtpWrite};

use self::comfort_noise::Floor;
use self::dominance::{Dominance, Sound};
use self::shape::{Repair, VoiceShape, Voices};
use self::slot::Slot;
use super::codec::Codecs;
use super::control::ToPage;
use super::ids::{Epoch, Kind, SeatId, SlotIndex};
use super::uplink::Arrival;

/// The receive slots of one participant.
#[derive(Debug)]
pub struct Downlink {
    slots: Vec<Slot>,
    voices: Voices,
    repair: Repair,
    dominance: Dominance,
}

impl Downlink {
    /// Slots from the m-lines that the page offered to receive on: audio *i* and video *i*.
    pub fn new(lines: &[(Mid, Option<Mid>)]) -> Self {
        let slots = lines
            .iter()
            .map(|(audio, video)| Slot::new(*audio, *video))
            .collect();
        Self {
            slots,
            voices: Voices::default(),
            repair: Repair::default(),
            dominance: Dominance::default(),
        }
    }

    /// Says how voices go to this listener from now on.
    pub fn shape_voices(&mut self, shape: VoiceShape) {
        self.voices = shape.voices;
        self.repair = shape.repair;
        for slot in &mut self.slots {
            slot.voice.shape(shape);
        }
    }

    /// How loss towards the page is repaired.
    pub fn repair(&self) -> Repair {
        self.repair
    }

    /// The page fell silent, or is back: while it is silent next to nothing goes to it, and pictures
    /// go on with a keyframe.
    pub fn hold(&mut self, is_shut: bool) {
        for slot in &mut self.slots {
            slot.voice.hold(is_shut);
            if let Some(video) = &mut slot.video {
                video.interrupt();
            }
        }
    }

    /// Writes a packet of this seat's voice as it goes to the page: nothing, the packet, or several
    /// as one.
    pub fn forward_voice(
        &mut self,
        source: SeatId,
        packet: &RtpPacket,
        arrival: &Arrival,
        codecs: Codecs,
        mut write: impl FnMut(Mid, RtpWrite),
    ) {
        let mut slots = self.slots.iter_mut().enumerate();
        let Some((at, slot)) = slots.find(|(_, slot)| slot.forwards(Kind::Audio) == Some(source))
        else {
            return;
        };
        let floor = match self.voices {
            Voices::All => Floor::Holds,
            Voices::DominantOnly => {
                let sound = Sound::of(&packet.payload, arrival.codec);
                if self.dominance.hear(at, sound, packet.timestamp) {
                    Floor::Holds
                } else {
                    Floor::Yields
                }
            }
        };
        let mid = slot.voice.mid();
        slot.voice
            .forward(packet, arrival, codecs, floor, |packet| write(mid, packet));
    }

    /// When [`Downlink::flush_voices`] is next needed.
    pub fn deadline(&self) -> Option<Instant> {
        self.slots
            .iter()
            .filter_map(|slot| slot.voice.deadline())
            .min()
    }

    /// Writes what has waited long enough for more of its voice.
    pub fn flush_voices(
        &mut self,
        now: Instant,
        codecs: Codecs,
        mut write: impl FnMut(Mid, RtpWrite),
    ) {
        for slot in &mut self.slots {
            let mid = slot.voice.mid();
            slot.voice.flush(now, codecs, |packet| write(mid, packet));
        }
    }

    /// Every slot.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Every slot, to change.
    pub fn slots_mut(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    /// The slot that belongs to this seat.
    pub fn slot_of(&mut self, seat: SeatId) -> Option<&mut Slot> {
        self.slots
            .iter_mut()
            .find(|slot| slot.owner() == Some(seat))
    }

    /// Gives the slots to these seats, before the page has heard of any of them: the first owners
    /// are named in the join response itself.
    pub fn settle_first(&mut self, wanted: &[SeatId]) {
        for (slot, seat) in self.slots.iter_mut().zip(wanted) {
            slot.settle_first(*seat);
        }
    }

    /// Gives the slots to these seats, changing as few as possible; returns what the page must be
    /// told. A changed slot forwards nothing until the page has acknowledged, but the voice of the
    /// first owner that it ever has.
    pub fn reassign(&mut self, wanted: &[SeatId]) -> Vec<ToPage> {
        let current: Vec<_> = self.slots.iter().map(Slot::owner).collect();
        let next = hand_over::reconcile(&current, wanted);
        let mut news = Vec::new();
        for ((index, slot), (before, after)) in (0..)
            .zip(&mut self.slots)
            .zip(current.into_iter().zip(next))
        {
            if before != after {
                slot.hand_over(after);
                news.push(slot.assignment(SlotIndex(index)));
            }
        }
        if !news.is_empty() {
            self.dominance.reset();
        }
        news
    }

    /// What the page must be told when its data channel opens: every slot that is waiting for it.
    pub fn outstanding(&self) -> Vec<ToPage> {
        (0..)
            .zip(&self.slots)
            .filter(|(_, slot)| slot.is_news())
            .map(|(index, slot)| slot.assignment(SlotIndex(index)))
            .collect()
    }

    /// The page has blanked and labelled a slot; `true` if that opens it.
    pub fn ready(&mut self, index: SlotIndex, epoch: Epoch) -> bool {
        self.slots
            .get_mut(usize::from(index.0))
            .is_some_and(|slot| slot.ready(epoch))
    }
}
