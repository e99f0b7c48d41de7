//! Mutations: from a real datagram to one that nobody would send.

use fastrand::Rng;

/// Lengths at which parsers go wrong: nothing, around the headers, around the largest datagrams.
const LENGTHS: [usize; 14] = [0, 1, 2, 3, 4, 8, 11, 12, 13, 19, 20, 21, 1_500, 65_507];

/// Values that sit on the edges of fields.
const EDGES: [u8; 8] = [0x00, 0x01, 0x7f, 0x80, 0x90, 0xbf, 0xfe, 0xff];

/// One to four changes of a copy.
pub fn mutated(rng: &mut Rng, original: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..rng.usize(1..=4) {
        once(rng, &mut bytes);
    }
    bytes
}

fn once(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    match rng.u8(0..9) {
        0 => bytes.truncate(rng.usize(0..=length)),
        1 => {
            let more = rng.usize(1..64);
            bytes.extend(std::iter::repeat_with(|| rng.u8(..)).take(more));
        }
        2 if length > 1 => {
            let (from, to) = (rng.usize(0..length), rng.usize(0..length));
            bytes.copy_within(
                from..(from + 8).min(length),
                to.min(length.saturating_sub(8)),
            );
        }
        3 if length > 4 => {
            let at = rng.usize(0..length - 1);
            bytes[at..at + 2].copy_from_slice(&rng.u16(..).to_be_bytes());
        }
        4 if length > 0 => {
            bytes.remove(rng.usize(0..length));
        }
        5 => bytes.insert(rng.usize(0..=length), rng.u8(..)),
        6 if length > 0 => {
            let at = rng.usize(0..length);
            bytes[at] = EDGES[rng.usize(..EDGES.len())];
        }
        // The first bytes decide what a datagram is taken for: they deserve more than their share.
        7 if length > 0 => {
            let at = rng.usize(0..length.min(16));
            bytes[at] ^= 1 << rng.u8(0..8);
        }
        _ if length > 0 => {
            let at = rng.usize(0..length);
            bytes[at] ^= 1 << rng.u8(0..8);
        }
        _ => bytes.push(rng.u8(..)),
    }
}

/// Random bytes of a length that is either any or at an edge, and a first byte of any protocol.
pub fn random(rng: &mut Rng) -> Vec<u8> {
    let length = if rng.bool() {
        LENGTHS[rng.usize(..LENGTHS.len())]
    } else {
        rng.usize(0..1_500)
    };
    let mut bytes: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(length).collect();
    if let Some(first) = bytes.first_mut() {
        // STUN, DTLS, RTP (RFC 7983), or whatever it is.
        *first = [0, 1, 20, 22, 63, 0x80, 0x90, *first][rng.usize(0..8)];
    }
    bytes
}
