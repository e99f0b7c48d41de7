//! The data channel's binary messages: slot hand-over and the send plan.
//!
//! Big-endian, fixed size, described in `PROTOCOL.md`. Reliable and ordered, because a lost
//! hand-over would leave a tile blank for ever.

use super::ids::{Epoch, Rid, SeatId, SlotIndex};

const SLOT_ASSIGNED: u8 = 0x01;
const SLOT_READY: u8 = 0x02;
const SEND_PLAN: u8 = 0x03;

/// Which of a publisher's tracks and encodings somebody takes right now.
///
/// The page stops sending everything else, so a lone participant sends nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendPlan {
    /// Somebody hears the microphone.
    pub microphone: bool,
    /// Somebody takes, or is about to take, this encoding of the camera, in the order of
    /// [`Rid::ALL`].
    encodings: [bool; 3],
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
    /// What to send and what to pause.
    SendPlan(SendPlan),
}

impl ToPage {
    /// The message as it goes over the channel.
    pub fn encode(self) -> Vec<u8> {
        match self {
            Self::SlotAssigned { slot, epoch, seat } => {
                let [e1, e0] = epoch.0.to_be_bytes();
                let [s1, s0] = seat.map_or(0, |seat| seat.0).to_be_bytes();
                vec![SLOT_ASSIGNED, slot.0, e1, e0, s1, s0]
            }
            Self::SendPlan(plan) => {
                let mut flags = u8::from(plan.microphone);
                for (bit, rid) in Rid::ALL.into_iter().enumerate() {
                    flags |= u8::from(plan.wants(rid)) << (bit + 1);
                }
                vec![SEND_PLAN, flags]
            }
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
}

impl FromPage {
    /// Reads one message; `None` for an unknown type or a wrong length.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [SLOT_READY, slot, e1, e0] => Some(Self::SlotReady {
                slot: SlotIndex(slot),
                epoch: Epoch(u16::from_be_bytes([e1, e0])),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_documented_bytes() {
        let assigned = ToPage::SlotAssigned {
            slot: SlotIndex(1),
            epoch: Epoch(0x0102),
            seat: Some(SeatId(3)),
        };
        assert_eq!(assigned.encode(), [1, 1, 1, 2, 0, 3]);

        let mut plan = SendPlan {
            microphone: true,
            ..SendPlan::default()
        };
        plan.want(Rid::Q);
        plan.want(Rid::F);
        assert_eq!(ToPage::SendPlan(plan).encode(), [3, 0b1011]);
    }

    #[test]
    fn reads_only_whole_messages_of_known_types() {
        let ready = FromPage::SlotReady {
            slot: SlotIndex(1),
            epoch: Epoch(258),
        };
        assert_eq!(FromPage::decode(&[2, 1, 1, 2]), Some(ready));
        for bad in [&[][..], &[2], &[2, 1, 1], &[2, 1, 1, 2, 0], &[9, 1, 1, 2]] {
            assert_eq!(FromPage::decode(bad), None, "{bad:?}");
        }
    }
}
