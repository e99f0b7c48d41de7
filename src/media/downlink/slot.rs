//! One receive slot: whose it is, and when it may carry them.
//!
//! A slot changes owner in this order: it stops → the page is told, with an epoch → the page
//! blanks the tile, labels it and acknowledges that epoch → it forwards, the picture from a
//! keyframe. So one person's picture or voice is never under another's name, not for a frame.

use str0m::media::Mid;

use super::video::VideoSubscription;
use super::voice::VoiceSubscription;
use crate::media::control::ToPage;
use crate::media::ids::{Epoch, SeatId, SlotIndex};

/// A receive slot of one participant.
#[derive(Debug)]
pub struct Slot {
    epoch: Epoch,
    phase: Phase,
    /// The voice that this slot carries.
    pub voice: VoiceSubscription,
    /// The picture that this slot carries; absent if the page offered only audio.
    pub video: Option<VideoSubscription>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nobody's, and the page has always known so.
    Fresh,
    /// Nobody's since this epoch.
    Vacated,
    /// Somebody's, but the page has not acknowledged.
    Announced(SeatId),
    /// Forwarding.
    Open(SeatId),
}

impl Slot {
    /// A slot on these m-lines.
    pub fn new(audio: Mid, video: Option<Mid>) -> Self {
        Self {
            epoch: Epoch(0),
            phase: Phase::Fresh,
            voice: VoiceSubscription::new(audio),
            video: video.map(VideoSubscription::new),
        }
    }

    /// Its m-lines.
    pub fn lines(&self) -> impl Iterator<Item = Mid> + use<> {
        let video = self.video.as_ref().map(VideoSubscription::mid);
        std::iter::once(self.voice.mid()).chain(video)
    }

    /// Whose it is, acknowledged or not.
    pub fn owner(&self) -> Option<SeatId> {
        match self.phase {
            Phase::Fresh | Phase::Vacated => None,
            Phase::Announced(seat) | Phase::Open(seat) => Some(seat),
        }
    }

    /// Whose media it may carry right now.
    pub fn forwards(&self) -> Option<SeatId> {
        match self.phase {
            Phase::Open(seat) => Some(seat),
            _ => None,
        }
    }

    /// The epoch of its present owner.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Makes its first owner known by the join response: no acknowledgement is needed, because the
    /// tile has never shown anybody.
    pub fn settle_first(&mut self, seat: SeatId) {
        self.epoch = self.epoch.next();
        self.phase = Phase::Open(seat);
        self.restart();
    }

    /// Stops it and names its next owner.
    pub fn hand_over(&mut self, next: Option<SeatId>) {
        self.epoch = self.epoch.next();
        self.phase = next.map_or(Phase::Vacated, Phase::Announced);
        self.restart();
    }

    /// The page acknowledges an epoch; `true` if that opens the slot.
    pub fn ready(&mut self, epoch: Epoch) -> bool {
        match self.phase {
            Phase::Announced(seat) if epoch == self.epoch => {
                self.phase = Phase::Open(seat);
                true
            }
            _ => false,
        }
    }

    /// Whether the page must be told of the present owner over the data channel.
    pub fn is_news(&self) -> bool {
        matches!(self.phase, Phase::Announced(_) | Phase::Vacated)
    }

    /// The message that tells the page.
    pub fn assignment(&self, slot: SlotIndex) -> ToPage {
        ToPage::SlotAssigned {
            slot,
            epoch: self.epoch,
            seat: self.owner(),
        }
    }

    /// The owner's transport is a new one: its numbers start anew, the tile stays theirs.
    pub fn restart(&mut self) {
        self.voice.restart();
        if let Some(video) = &mut self.video {
            video.restart();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwards_only_between_acknowledgement_and_hand_over() {
        let (ana, ben) = (SeatId(1), SeatId(2));
        let mut slot = Slot::new(Mid::from("2"), None);
        slot.settle_first(ana);
        assert_eq!(slot.forwards(), Some(ana));

        slot.hand_over(Some(ben));
        assert_eq!((slot.owner(), slot.forwards()), (Some(ben), None));
        assert!(
            !slot.ready(Epoch(1)),
            "an acknowledgement of the previous owner opens nothing"
        );
        assert!(slot.ready(Epoch(2)));
        assert_eq!(slot.forwards(), Some(ben));

        slot.hand_over(None);
        assert_eq!((slot.owner(), slot.forwards()), (None, None));
        assert!(!slot.ready(Epoch(3)), "there is nobody to open for");
    }
}
