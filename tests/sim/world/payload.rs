//! Payloads that say whose they are, so that a receiver can prove what it hears and sees.

use str0m::rtp::{RedDecoder, RedEncoder, RedundantBlock, Vp8Descriptor};

/// Bytes of a [`Mark`].
const MARK_BYTES: usize = 31;

/// Opus in 20 ms frames, wideband, one frame a packet (RFC 6716 section 3.1).
const OPUS_TOC: u8 = 0x48;

/// The NAL unit type FU-A.
const FRAGMENTATION_UNIT: u8 = 0x1c;

/// What a publisher writes into each of its packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Which person of the world.
    pub person: u16,
    /// Which of its transports, counted from 1.
    pub life: u16,
    /// `v` for voice, else the encoding's letter.
    pub track: u8,
    /// The frame is a keyframe.
    pub is_key: bool,
    /// Counts the frames of one encoding, or voice packets.
    pub frame: u32,
    /// Which packet of the frame.
    pub index: u16,
    /// Packets of the frame.
    pub count: u16,
    /// The publisher's own extended sequence number.
    pub sequence: u32,
    /// The publisher's own RTP timestamp.
    pub timestamp: u32,
    /// When it was captured: µs since the world began.
    pub captured: u64,
}

impl Mark {
    /// The letter of a voice packet.
    pub const VOICE: u8 = b'v';

    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.person.to_be_bytes());
        out.extend(self.life.to_be_bytes());
        out.extend([self.track, u8::from(self.is_key)]);
        out.extend(self.frame.to_be_bytes());
        out.extend(self.index.to_be_bytes());
        out.extend(self.count.to_be_bytes());
        out.extend(self.sequence.to_be_bytes());
        out.extend(self.timestamp.to_be_bytes());
        out.extend(self.captured.to_be_bytes());
        out.push(self.checksum());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let two = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let four = |at: usize| (u32::from(two(at)) << 16) | u32::from(two(at + 2));
        if bytes.len() < MARK_BYTES {
            return None;
        }
        let mark = Self {
            person: two(0),
            life: two(2),
            track: bytes[4],
            is_key: bytes[5] == 1,
            frame: four(6),
            index: two(10),
            count: two(12),
            sequence: four(14),
            timestamp: four(18),
            captured: (u64::from(four(22)) << 32) | u64::from(four(26)),
        };
        (bytes[30] == mark.checksum()).then_some(mark)
    }

    /// Finds a payload that was cut, shifted or patched in the wrong place.
    fn checksum(&self) -> u8 {
        let low = self.sequence ^ self.timestamp ^ self.frame;
        low.to_be_bytes()
            .iter()
            .fold(self.track, |sum, byte| sum.wrapping_mul(31) ^ byte)
    }
}

/// What stands in a voice packet beside its mark.
const FILLER: u8 = 0xaa;

/// What the encoder says of a voice packet: its first bit (RFC 6716 section 4.2.3).
const SPEECH: u8 = 0x80;

/// A voice packet of `bytes` bytes on an audio rung, in which somebody speaks or not: 20, 40 or
/// 60 ms, or two frames of 60 of which the second says nothing.
pub fn opus(mark: &Mark, audio: u8, bytes: usize, speaks: bool) -> Vec<u8> {
    let mut payload = vec![OPUS_TOC + (audio.min(2) << 3)];
    if audio == 3 {
        payload[0] |= 3;
        payload.push(2);
    }
    payload.push(if speaks { SPEECH } else { 0 });
    mark.write(&mut payload);
    let least = payload.len() * (1 + usize::from(audio == 3));
    payload.resize(bytes.max(least), FILLER);
    payload
}

/// A RED packet: the packet before, if any, and this one (RFC 2198).
pub fn red(opus_pt: u8, primary: &[u8], previous: Option<&[u8]>, ticks: u32) -> Vec<u8> {
    let redundant: Vec<_> = previous
        .map(|payload| RedundantBlock {
            pt: opus_pt,
            timestamp_offset: ticks,
            payload: payload.to_vec(),
        })
        .into_iter()
        .collect();
    RedEncoder::encode(opus_pt, primary, &redundant)
}

/// A packet of a VP8 frame with both counters (RFC 7741 section 4.2).
pub fn vp8(mark: &Mark, picture: u16, base_layer: u8, bytes: usize) -> Vec<u8> {
    let starts = mark.index == 0;
    let [p1, p0] = picture.to_be_bytes();
    let mut payload = vec![
        0x80 | u8::from(starts) << 4,
        0xe0,
        0x80 | p1,
        p0,
        base_layer,
        0x20,
    ];
    // The frame tag's lowest bit is zero in a keyframe; only the frame's first byte is one.
    payload.push(u8::from(!(starts && mark.is_key)));
    mark.write(&mut payload);
    payload.resize(bytes.max(payload.len()), 0xbb);
    payload
}

/// A packet of an H.264 frame as a fragmentation unit (RFC 6184 section 5.8).
pub fn h264(mark: &Mark, bytes: usize) -> Vec<u8> {
    let starts = u8::from(mark.index == 0) << 7;
    let ends = u8::from(mark.index + 1 == mark.count) << 6;
    let kind = if mark.is_key { 5 } else { 1 };
    let mut payload = vec![0x60 | FRAGMENTATION_UNIT, starts | ends | kind];
    mark.write(&mut payload);
    payload.resize(bytes.max(payload.len()), 0xcc);
    payload
}

/// What a receiver finds in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who sent it, and what it is.
    pub mark: Mark,
    /// Picture id and TL0PICIDX, if VP8.
    pub vp8: Option<(u16, u8)>,
    /// The redundant block before it, if RED with one.
    pub redundant: Option<Mark>,
    /// Further frames of voice in the same packet.
    pub merged: [Option<Mark>; 5],
    /// Further frames of the redundant block.
    pub redundant_merged: [Option<Mark>; 5],
}

impl Found {
    /// Every frame of voice in it, or the one packet of a picture.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        std::iter::once(&self.mark).chain(self.merged.iter().flatten())
    }

    /// Every frame of voice in its redundant block.
    pub fn redundant_marks(&self) -> impl Iterator<Item = &Mark> {
        let rest = self.redundant_merged.iter().flatten();
        self.redundant.iter().chain(rest)
    }
}

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain Opus.
    Opus,
    /// Opus with redundancy.
    Red,
    /// VP8.
    Vp8,
    /// H.264.
    H264,
}

/// Reads a payload; `None` if it is not what it claims to be.
pub fn parse(format: Format, payload: &[u8]) -> Option<Found> {
    let plain = |mark| Found {
        mark,
        vp8: None,
        redundant: None,
        merged: [None; 5],
        redundant_merged: [None; 5],
    };
    match format {
        Format::Opus => voice(payload),
        Format::Red => {
            let blocks = RedDecoder::decode(payload).ok()?;
            let primary = blocks.iter().find(|block| block.is_primary)?;
            let redundant = blocks.iter().find(|block| !block.is_primary);
            let redundant = redundant.and_then(|block| voice(block.payload));
            Some(Found {
                redundant: redundant.map(|found| found.mark),
                redundant_merged: redundant.map_or([None; 5], |found| found.merged),
                ..voice(primary.payload)?
            })
        }
        Format::Vp8 => {
            let descriptor = Vp8Descriptor::parse(payload).ok()?;
            let mark = Mark::read(payload.get(7..)?)?;
            let counters = (descriptor.picture_id()?, descriptor.tl0_pic_idx()?);
            Some(Found {
                vp8: Some(counters),
                ..plain(mark)
            })
        }
        Format::H264 => Some(plain(Mark::read(payload.get(2..)?)?)),
    }
}

/// Takes a voice packet apart as the reference decoder would, and reads a mark in each frame.
fn voice(payload: &[u8]) -> Option<Found> {
    let packet = opus::packet::parse(payload).ok()?;
    if !(OPUS_TOC..=OPUS_TOC | 0x13).contains(&packet.toc) {
        return None;
    }
    let read = |frame: &&[u8]| Mark::read(frame.get(1..)?).filter(|mark| mark.track == Mark::VOICE);
    let says_something = |frame: &&&[u8]| frame.iter().any(|byte| *byte != FILLER);
    let marks: Option<Vec<Mark>> = packet
        .frames
        .iter()
        .filter(says_something)
        .map(read)
        .collect();
    let mut marks = marks?.into_iter();
    let mark = marks.next()?;
    let mut merged = [None; 5];
    for (place, mark) in merged.iter_mut().zip(marks.by_ref()) {
        *place = Some(mark);
    }
    marks.next().is_none().then_some(Found {
        mark,
        vp8: None,
        redundant: None,
        merged,
        redundant_merged: [None; 5],
    })
}
