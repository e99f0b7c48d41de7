//! The data channel `slots`: who is in which receive slot, and what of ours somebody takes.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use crate::protocol::{Senders, SlotOwner};

/// The label the page gives the channel.
pub const LABEL: &str = "slots";
/// Receive slots in the one offer: two others at most.
pub const SLOTS: usize = 2;
/// The RIDs, smallest first, in the order of the offer.
pub const RIDS: [&str; 3] = ["q", "h", "f"];

/// What the server says on the channel.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum FromServer {
    /// A slot has a new owner; seat 0 means it is empty.
    SlotAssigned(SlotOwner),
    /// What to send from now on.
    SendPlan(u8),
}

impl FromServer {
    /// `None` for an unknown kind or a wrong length, which a page ignores.
    pub fn parse(message: &[u8]) -> Option<Self> {
        match *message {
            [0x01, slot, e1, e2, s1, s2] => Some(Self::SlotAssigned(SlotOwner {
                slot,
                epoch: u16::from_be_bytes([e1, e2]),
                seat: u16::from_be_bytes([s1, s2]),
            })),
            // How dear a voice and a picture may be is for pages: a bot sends what it sends.
            [0x03, flags, _audio, _cap, _, _] => Some(Self::SendPlan(flags)),
            _ => None,
        }
    }
}

/// "The tile is blank and labelled for that seat."
pub fn slot_ready(owner: SlotOwner) -> [u8; 4] {
    let [high, low] = owner.epoch.to_be_bytes();
    [0x02, owner.slot, high, low]
}

/// What a bot sends right now; written by the channel and by RTCP, read by the camera's clock.
#[derive(Debug, Default)]
pub struct SendPlan {
    flags: AtomicU8,
    keyframes: [AtomicBool; RIDS.len()],
}

impl SendPlan {
    /// Takes the plan of the join response.
    pub fn start(&self, senders: &Senders) {
        let encodings = RIDS
            .iter()
            .enumerate()
            .filter(|(_, rid)| senders.encodings.iter().any(|wanted| wanted == *rid))
            .fold(0, |flags, (index, _)| flags | 2 << index);
        self.set(encodings | u8::from(senders.microphone));
    }

    /// Takes a plan from the channel: bit 0 the microphone, bits 1 to 3 the RIDs.
    pub fn set(&self, flags: u8) {
        self.flags.store(flags, Ordering::Relaxed);
    }

    /// Whether the microphone sends.
    pub fn microphone(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & 1 != 0
    }

    /// Whether the encoding with this index sends.
    pub fn encoding(&self, index: usize) -> bool {
        self.flags.load(Ordering::Relaxed) >> (index + 1) & 1 != 0
    }

    /// Somebody asked for a keyframe of this encoding.
    pub fn request_keyframe(&self, index: usize) {
        if let Some(asked) = self.keyframes.get(index) {
            asked.store(true, Ordering::Relaxed);
        }
    }

    /// Whether somebody asked since the last call.
    pub fn take_keyframe_request(&self, index: usize) -> bool {
        self.keyframes
            .get(index)
            .is_some_and(|asked| asked.swap(false, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_two_messages_and_ignores_everything_else() {
        assert_eq!(
            FromServer::parse(&[1, 1, 0x01, 0x02, 0, 3]),
            Some(FromServer::SlotAssigned(SlotOwner {
                slot: 1,
                epoch: 258,
                seat: 3
            }))
        );
        assert_eq!(
            FromServer::parse(&[3, 0b1011, 2, 6, 0, 1]),
            Some(FromServer::SendPlan(0b1011))
        );
        for ignored in [
            &[][..],
            &[1, 0, 0],
            &[3],
            &[3, 0],
            &[3, 0, 0, 0, 0],
            &[9, 9],
        ] {
            assert_eq!(FromServer::parse(ignored), None);
        }
    }

    #[test]
    fn answers_with_the_epoch_it_was_given() {
        assert_eq!(
            slot_ready(SlotOwner {
                slot: 1,
                epoch: 0x0203,
                seat: 9
            }),
            [2, 1, 2, 3]
        );
    }

    #[test]
    fn the_plan_pauses_and_resumes_each_encoding_by_its_bit() {
        let plan = SendPlan::default();
        plan.start(&Senders {
            microphone: true,
            encodings: vec!["q".into(), "f".into()],
        });
        assert!(plan.microphone());
        assert_eq!(
            [0, 1, 2].map(|index| plan.encoding(index)),
            [true, false, true]
        );
        plan.set(0b0100);
        assert!(!plan.microphone());
        assert_eq!(
            [0, 1, 2].map(|index| plan.encoding(index)),
            [false, true, false]
        );
    }

    #[test]
    fn a_keyframe_request_is_answered_once() {
        let plan = SendPlan::default();
        plan.request_keyframe(2);
        assert!(plan.take_keyframe_request(2));
        assert!(!plan.take_keyframe_request(2));
        assert!(!plan.take_keyframe_request(0));
    }
}
