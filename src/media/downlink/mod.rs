//! What one participant receives: SFU → participant, slot by slot.

pub mod hand_over;
pub mod rewriter;
pub mod slot;
pub mod switcher;
pub mod video;
pub mod voice;
pub mod vp8;

use str0m::media::Mid;

use self::slot::Slot;
use super::control::ToPage;
use super::ids::{Epoch, SeatId, SlotIndex};

/// The receive slots of one participant.
#[derive(Debug)]
pub struct Downlink {
    slots: Vec<Slot>,
}

impl Downlink {
    /// Slots from the m-lines that the page offered to receive on: audio *i* and video *i*.
    pub fn new(lines: &[(Mid, Option<Mid>)]) -> Self {
        let slots = lines
            .iter()
            .map(|(audio, video)| Slot::new(*audio, *video))
            .collect();
        Self { slots }
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
    /// told. A changed slot forwards nothing until the page has acknowledged.
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
