//! One receive slot: whose it is, and when it may carry them.
//!
//! A slot changes owner in this order: it stops → the page is told, with an epoch → the page
//! blanks the tile, labels it and acknowledges that epoch → it forwards, the picture from a
//! keyframe. So one person's picture or voice is never under another's name, not for a frame.
//!
//! The first owner that a slot ever has need not wait with the voice: nobody's was in it before, and
//! the tile has no name yet. Behind a weak link the announcement and its acknowledgement take
//! seconds. The picture waits even then, so that it is never without its name.

use str0m::media::Mid;

use super::video::VideoSubscription;
use super::voice::VoiceSubscription;
use crate::media::control::ToPage;
use crate::media::ids::{Epoch, Kind, SeatId, SlotIndex};

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
    /// Its first owner's, which the page has not acknowledged: it carries their voice.
    Heard(SeatId),
    /// Somebody's after somebody else, but the page has not acknowledged: it carries nothing.
    Announced(SeatId),
    /// Somebody's, and the page knows: it carries all of them.
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
            Phase::Heard(seat) | Phase::Announced(seat) | Phase::Open(seat) => Some(seat),
        }
    }

    /// Whose media of this kind it may carry right now.
    pub fn forwards(&self, kind: Kind) -> Option<SeatId> {
        match (self.phase, kind) {
            (Phase::Open(seat), _) | (Phase::Heard(seat), Kind::Audio) => Some(seat),
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

    /// Stops it and names its next owner, who may be heard at once if nobody was in it before.
    pub fn hand_over(&mut self, next: Option<SeatId>) {
        self.epoch = self.epoch.next();
        self.phase = match (self.phase, next) {
            (_, None) => Phase::Vacated,
            (Phase::Fresh, Some(seat)) => Phase::Heard(seat),
            (_, Some(seat)) => Phase::Announced(seat),
        };
        self.restart();
    }

    /// The page acknowledges an epoch; `true` if that opens the slot.
    pub fn ready(&mut self, epoch: Epoch) -> bool {
        match self.phase {
            Phase::Heard(seat) | Phase::Announced(seat) if epoch == self.epoch => {
                self.phase = Phase::Open(seat);
                true
            }
            _ => false,
        }
    }

    /// Whether the page must be told of the present owner over the data channel.
    pub fn is_news(&self) -> bool {
        matches!(
            self.phase,
            Phase::Heard(_) | Phase::Announced(_) | Phase::Vacated
        )
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

    const ANA: SeatId = SeatId(1);
    const BEN: SeatId = SeatId(2);

    fn slot() -> Slot {
        Slot::new(Mid::from("2"), None)
    }

    /// Whose voice, and whose picture.
    fn forwards(slot: &Slot) -> (Option<SeatId>, Option<SeatId>) {
        (slot.forwards(Kind::Audio), slot.forwards(Kind::Video))
    }

    #[test]
    fn forwards_only_between_acknowledgement_and_hand_over() {
        let mut slot = slot();
        slot.settle_first(ANA);
        assert_eq!(forwards(&slot), (Some(ANA), Some(ANA)));

        slot.hand_over(Some(BEN));
        assert_eq!((slot.owner(), forwards(&slot)), (Some(BEN), (None, None)));
        assert!(
            !slot.ready(Epoch(1)),
            "an acknowledgement of the previous owner opens nothing"
        );
        assert!(slot.ready(Epoch(2)));
        assert_eq!(forwards(&slot), (Some(BEN), Some(BEN)));

        slot.hand_over(None);
        assert_eq!((slot.owner(), forwards(&slot)), (None, (None, None)));
        assert!(!slot.ready(Epoch(3)), "there is nobody to open for");
    }

    #[test]
    fn the_first_owner_ever_is_heard_at_once_and_seen_when_acknowledged() {
        let mut slot = slot();
        assert_eq!(forwards(&slot), (None, None));
        slot.hand_over(Some(ANA));
        assert_eq!(slot.epoch(), Epoch(1), "by which the page knows the first");
        assert_eq!(forwards(&slot), (Some(ANA), None));
        assert!(slot.is_news(), "the page is told all the same");

        slot.restart();
        assert_eq!(
            forwards(&slot),
            (Some(ANA), None),
            "a new transport of hers"
        );
        assert!(!slot.ready(Epoch(0)));
        assert!(slot.ready(Epoch(1)));
        assert_eq!(forwards(&slot), (Some(ANA), Some(ANA)));
        assert!(!slot.is_news());
    }

    #[test]
    fn whoever_follows_a_first_owner_that_was_never_acknowledged_waits_as_everybody() {
        let mut straight = slot();
        straight.hand_over(Some(ANA));
        straight.hand_over(Some(BEN));
        let mut vacated = slot();
        vacated.hand_over(Some(ANA));
        vacated.hand_over(None);
        assert_eq!(forwards(&vacated), (None, None));
        vacated.hand_over(Some(BEN));
        for (mut slot, epoch) in [(straight, 2), (vacated, 3)] {
            assert_eq!((slot.owner(), forwards(&slot)), (Some(BEN), (None, None)));
            assert!(!slot.ready(Epoch(1)), "that was for her");
            assert!(slot.ready(Epoch(epoch)));
            assert_eq!(forwards(&slot), (Some(BEN), Some(BEN)));
        }
    }
}
