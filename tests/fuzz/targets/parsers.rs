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

/// A data channel message: each type has its length, and a probe's message a place in its train.
pub fn from_page(bytes: &[u8]) {
    let is_known = FromPage::decode(bytes).is_some();
    let is_whole = match *bytes {
        [2, _, _, _] | [6, _] => true,
        [4, ..] => bytes.len() == 25,
        [8, _, _, index, messages, ..] => {
            let is_train = matches!((messages, bytes.len()), (2 | 4, 600) | (4, 1_000));
            is_train && index < messages
        }
        _ => false,
    };
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
