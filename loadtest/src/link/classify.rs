//! What a packet is, as far as its headers tell: IPv4, then TCP or UDP, then RFC 7983 by the first byte.

use serde::{Serialize, Serializer};

/// What packets are counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The page, TLS, HTTP and the WebSocket; which is which is told by connection and time.
    Tcp,
    /// Binding requests and answers.
    Stun,
    /// The handshake, and alerts.
    Dtls,
    /// DTLS application data: the data channels, SCTP's own packets included.
    Data,
    /// Voice and pictures.
    Rtp,
    /// Reports and feedback about them.
    Rtcp,
    /// Pings, and what the network says of itself.
    Icmp,
    /// Anything else, a fragment after the first included.
    Other,
}

impl Class {
    /// All, in the order of their discriminants.
    pub const ALL: [Self; 8] = [
        Self::Tcp,
        Self::Stun,
        Self::Dtls,
        Self::Data,
        Self::Rtp,
        Self::Rtcp,
        Self::Icmp,
        Self::Other,
    ];

    /// As it is written in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Stun => "stun",
            Self::Dtls => "dtls",
            Self::Data => "data",
            Self::Rtp => "rtp",
            Self::Rtcp => "rtcp",
            Self::Icmp => "icmp",
            Self::Other => "other",
        }
    }
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Which conversation a packet belongs to, where its class has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// None that is counted apart.
    None,
    /// A TCP connection.
    Tcp {
        /// The sender's port.
        source: u16,
        /// The receiver's port.
        destination: u16,
        /// Bytes behind the TCP header: TLS records.
        payload: usize,
    },
    /// An RTP stream.
    Rtp {
        /// Which.
        ssrc: u32,
        /// Its payload type.
        payload_type: u8,
        /// Whether the padding bit is set: wholly or partly padding.
        is_padded: bool,
    },
    /// An RTCP packet.
    Rtcp {
        /// Of the first packet of the compound: 200 sender report, 201 receiver report, 205 feedback.
        packet_type: u8,
    },
}

/// A packet's class and flow; nothing if it is not IPv4.
pub fn classify(packet: &[u8]) -> Option<(Class, Flow)> {
    let first = *packet.first()?;
    if first >> 4 != 4 || packet.len() < 20 {
        return None;
    }
    let header = usize::from(first & 0x0f) * 4;
    let fragment_offset = be16(packet, 6)? & 0x1fff;
    let body = packet
        .get(header..)
        .filter(|_| header >= 20 && fragment_offset == 0);
    Some(match (packet.get(9), body) {
        (Some(6), Some(body)) => tcp(body),
        (Some(17), Some(body)) => body.get(8..).map_or((Class::Other, Flow::None), udp),
        (Some(1), Some(_)) => (Class::Icmp, Flow::None),
        _ => (Class::Other, Flow::None),
    })
}

fn tcp(segment: &[u8]) -> (Class, Flow) {
    let flow = || {
        let header = usize::from(segment.get(12)? >> 4) * 4;
        Some(Flow::Tcp {
            source: be16(segment, 0)?,
            destination: be16(segment, 2)?,
            payload: segment.len().saturating_sub(header),
        })
    };
    (Class::Tcp, flow().unwrap_or(Flow::None))
}

/// RFC 7983 section 7; RTP from RTCP as RFC 5761 section 4 has it.
fn udp(payload: &[u8]) -> (Class, Flow) {
    match payload {
        [0..=3, ..] => (Class::Stun, Flow::None),
        // The content type of a DTLS record: 23 is application data.
        [23, ..] => (Class::Data, Flow::None),
        [20..=63, ..] => (Class::Dtls, Flow::None),
        [128..=191, packet_type @ 192..=223, ..] => (
            Class::Rtcp,
            Flow::Rtcp {
                packet_type: *packet_type,
            },
        ),
        [first @ 128..=191, second, ..] => {
            let flow = be32(payload, 8).map_or(Flow::None, |ssrc| Flow::Rtp {
                ssrc,
                payload_type: second & 0x7f,
                is_padded: first & 0x20 != 0,
            });
            (Class::Rtp, flow)
        }
        _ => (Class::Other, Flow::None),
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*two))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests;
