//! Fuzz targets: plain functions that take any bytes and must not panic.
//!
//! The parsers get the bytes as they are. Where a packet must authenticate before anybody reads
//! it, the bytes are sealed with a peer's own keys first, so that mutations reach what is inside.

mod call;
mod offer;
mod parsers;
mod seeds;

/// A target.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus folder.
pub const ALL: [(&str, Target); 7] = [
    ("stun_fragment", parsers::stun_fragment),
    ("from_page", parsers::from_page),
    ("rtp_numbers", parsers::rtp_numbers),
    ("offer", offer::offer),
    ("datagram", call::datagram),
    ("rtp", call::rtp),
    ("rtcp", call::rtcp),
];

pub use seeds::seeds;
