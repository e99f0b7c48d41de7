//! Our own parsers of what comes off the wire.

use nhipcau::media::control::FromPage;
use nhipcau::media::demux;
use nhipcau::media::incoming::rtp_ssrc;
use nhipcau::media::transport_sequence::TransportSequence;

/// The user fragment in a STUN message: a part of it, without the colon.
pub fn stun_fragment(bytes: &[u8]) {
    if let Some(fragment) = demux::stun_fragment(bytes) {
        assert!(!fragment.contains(':'));
        assert!(fragment.len() < bytes.len());
    }
}

/// A data channel message: nothing but the one of four bytes and the one of 25.
pub fn from_page(bytes: &[u8]) {
    let is_known = FromPage::decode(bytes).is_some();
    let first = bytes.first().copied();
    let is_whole = matches!((first, bytes.len()), (Some(2), 4) | (Some(4), 25));
    assert_eq!(is_known, is_whole);
}

/// What we read of an RTP packet before the engine does.
pub fn rtp_numbers(bytes: &[u8]) {
    let _ssrc = rtp_ssrc(bytes);
    let mut sequence = TransportSequence::negotiated("");
    assert!(sequence.admits(bytes), "nothing is known yet");
    sequence.was_taken(bytes);
    sequence.was_delivered(Some(3));
    let _admitted = sequence.admits(bytes);
}
