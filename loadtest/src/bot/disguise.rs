//! Sends packets as somebody else: other SSRCs and payload types than those that were agreed on.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::sansio::Protocol;
use rtc::shared::error::Error as RtcError;

/// How the packets of one SSRC are to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    /// The SSRC on the wire.
    pub ssrc: u32,
    /// The payload type on the wire; none leaves it alone.
    pub payload_type: Option<u8>,
}

/// What a connection pretends; without any mask it sends what it agreed on.
#[derive(Debug, Default)]
pub struct Disguise {
    worn: Mutex<Worn>,
}

#[derive(Debug, Default)]
struct Worn {
    masks: HashMap<u32, Mask>,
    sent: u64,
}

impl Disguise {
    /// Wears these masks, by the SSRC that was agreed on, in place of all others.
    pub fn wear(&self, masks: HashMap<u32, Mask>) {
        self.worn().masks = masks;
    }

    /// RTP packets sent so far, disguised or not.
    pub fn sent(&self) -> u64 {
        self.worn().sent
    }

    fn worn(&self) -> std::sync::MutexGuard<'_, Worn> {
        self.worn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sits next to the wire, so that nothing of the library looks at a packet after it.
pub struct Dresser {
    disguise: Arc<Disguise>,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl Dresser {
    /// Dresses everything that leaves.
    pub fn new(disguise: Arc<Disguise>) -> Self {
        Self {
            disguise,
            inbound: VecDeque::new(),
            outbound: VecDeque::new(),
        }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Dresser {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = RtcError;
    type Time = Instant;

    fn handle_read(&mut self, packet: TaggedPacket) -> Result<(), RtcError> {
        self.inbound.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, mut packet: TaggedPacket) -> Result<(), RtcError> {
        if let Packet::Rtp(rtp) = &mut packet.message.packet {
            let mut worn = self.disguise.worn();
            worn.sent += 1;
            if let Some(mask) = worn.masks.get(&rtp.header.ssrc) {
                rtp.header.ssrc = mask.ssrc;
                rtp.header.payload_type = mask.payload_type.unwrap_or(rtp.header.payload_type);
            }
        }
        self.outbound.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for Dresser {
    fn bind_local_stream(&mut self, _stream: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _stream: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _stream: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _stream: &StreamInfo) {}
}
