//! VP8 over RTP (RFC 7741): the payload descriptor, written by the camera and read by the eyes.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::picture::Picture;
use crate::chance::Chance;

/// Payload bytes a packet: with RTP header, extensions and the GCM tag it stays below 1,200.
const CHUNK: usize = 1_100;

/// What the descriptor of a received packet says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// 15 bits.
    pub picture_id: Option<u16>,
    /// Counts the frames of the base temporal layer, 8 bits.
    pub tl0_picture_index: Option<u8>,
    /// The first packet of a frame.
    pub starts_frame: bool,
    /// The first packet of a keyframe.
    pub starts_keyframe: bool,
}

impl Descriptor {
    /// Reads the descriptor and the first bytes of the frame; `None` if the payload is cut short.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let mut bytes = payload.iter().copied();
        let first = bytes.next()?;
        let mut picture_id = None;
        let mut tl0_picture_index = None;
        if first & 0x80 != 0 {
            let extended = bytes.next()?;
            if extended & 0x80 != 0 {
                let high = bytes.next()?;
                picture_id = Some(if high & 0x80 == 0 {
                    u16::from(high)
                } else {
                    u16::from_be_bytes([high & 0x7f, bytes.next()?])
                });
            }
            if extended & 0x40 != 0 {
                tl0_picture_index = Some(bytes.next()?);
            }
            if extended & 0x30 != 0 {
                bytes.next()?;
            }
        }
        let starts_frame = first & 0x17 == 0x10;
        let starts_keyframe = starts_frame && bytes.next()? & 1 == 0;
        Some(Self {
            picture_id,
            tl0_picture_index,
            starts_frame,
            starts_keyframe,
        })
    }
}

/// One simulcast encoding: what a bot's camera sends under one RID.
#[derive(Debug)]
pub struct Encoding {
    picture: Picture,
    picture_id: u16,
    tl0_picture_index: u8,
    owes_keyframe: bool,
}

impl Encoding {
    /// An encoding whose counters start anywhere, as a browser's do.
    pub fn new(picture: Picture, chance: &mut Chance) -> Self {
        let [tl0_picture_index, _] = chance.next_u16().to_be_bytes();
        Self {
            picture,
            picture_id: chance.next_u16() & 0x7fff,
            tl0_picture_index,
            owes_keyframe: true,
        }
    }

    /// The next frame will be a keyframe.
    pub fn request_keyframe(&mut self) {
        self.owes_keyframe = true;
    }

    /// The payloads of the next frame, in order; the last one takes the RTP marker.
    pub fn next_frame(&mut self) -> impl ExactSizeIterator<Item = Bytes> + use<> {
        let frame = if std::mem::take(&mut self.owes_keyframe) {
            &self.picture.keyframe
        } else {
            &self.picture.delta
        };
        self.picture_id = (self.picture_id + 1) & 0x7fff;
        self.tl0_picture_index = self.tl0_picture_index.wrapping_add(1);
        let [id_high, id_low] = self.picture_id.to_be_bytes();
        // Extended; then: picture id, TL0PICIDX and TID are there; the id is 15 bits long; TID 0.
        let descriptor = [0xe0, 0x80 | id_high, id_low, self.tl0_picture_index, 0x00];
        let payloads: Vec<Bytes> = frame
            .chunks(CHUNK)
            .enumerate()
            .map(|(index, chunk)| {
                let mut payload = BytesMut::with_capacity(chunk.len() + 6);
                payload.put_u8(if index == 0 { 0x90 } else { 0x80 });
                payload.put_slice(&descriptor);
                payload.put_slice(chunk);
                payload.freeze()
            })
            .collect();
        payloads.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::picture::Colour;

    fn encoding() -> Encoding {
        let picture = Picture::new(320, 180, Colour::PALETTE[0], 3_000, 1_500);
        Encoding::new(picture, &mut Chance::new(1, 0, 0))
    }

    #[test]
    fn starts_with_a_keyframe_and_sends_another_only_when_asked() {
        let mut encoding = encoding();
        let mut is_key = || {
            let first = encoding.next_frame().next().unwrap();
            Descriptor::parse(&first).unwrap().starts_keyframe
        };
        assert!(is_key());
        assert!(!is_key());
        encoding.request_keyframe();
        let first = encoding.next_frame().next().unwrap();
        assert!(Descriptor::parse(&first).unwrap().starts_keyframe);
    }

    #[test]
    fn every_packet_of_a_frame_has_its_picture_id_and_only_the_first_starts_it() {
        let mut encoding = encoding();
        let frame: Vec<Descriptor> = encoding
            .next_frame()
            .map(|p| Descriptor::parse(&p).unwrap())
            .collect();
        assert_eq!(frame.len(), 3);
        assert!(frame[0].starts_frame && frame[0].starts_keyframe);
        assert!(
            frame[1..]
                .iter()
                .all(|d| !d.starts_frame && d.picture_id == frame[0].picture_id)
        );
        let next = Descriptor::parse(&encoding.next_frame().next().unwrap()).unwrap();
        assert_eq!(
            next.picture_id.unwrap(),
            (frame[0].picture_id.unwrap() + 1) & 0x7fff
        );
        assert_eq!(
            next.tl0_picture_index.unwrap(),
            frame[0].tl0_picture_index.unwrap().wrapping_add(1)
        );
    }

    #[test]
    fn a_packet_stays_below_the_mtu_and_a_cut_descriptor_is_no_packet() {
        assert!(
            encoding()
                .next_frame()
                .all(|payload| payload.len() <= CHUNK + 6)
        );
        assert_eq!(Descriptor::parse(&[]), None);
        assert_eq!(Descriptor::parse(&[0x90, 0xe0, 0x80]), None);
        let short_id = Descriptor::parse(&[0x90, 0x80, 0x05, 0x01]).unwrap();
        assert_eq!(
            (short_id.picture_id, short_id.starts_keyframe),
            (Some(5), false)
        );
    }
}
