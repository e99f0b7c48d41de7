//! Keeps VP8 picture ids continuous over switches (RFC 7741 section 4.2).
//!
//! Decoders use the picture id to notice lost frames and TL0PICIDX to notice lost base-layer
//! frames. Every encoding counts on its own, so both are renumbered; the key frame index and the
//! payload itself are left alone.

use str0m::rtp::{Vp8Descriptor, Vp8Patch};

/// Renumbers one outgoing VP8 stream.
#[derive(Debug, Default)]
pub struct Vp8Rewriter {
    picture: Counter<0x7fff>,
    base_layer: Counter<0xff>,
}

/// A counter modulo `MASK + 1` that continues over changes of its source.
#[derive(Debug, Default)]
struct Counter<const MASK: u16> {
    /// The newest value sent.
    newest: Option<u16>,
    /// Added to the source's values.
    offset: u16,
}

impl<const MASK: u16> Counter<MASK> {
    fn begin(&mut self, first: u16) {
        let becomes = self.newest.map_or(first, |newest| newest.wrapping_add(1));
        self.offset = becomes.wrapping_sub(first) & MASK;
    }

    fn rewrite(&mut self, value: u16) -> u16 {
        let outgoing = value.wrapping_add(self.offset) & MASK;
        let is_newer = self
            .newest
            .is_none_or(|newest| outgoing.wrapping_sub(newest) & MASK <= MASK / 2);
        if is_newer {
            self.newest = Some(outgoing);
        }
        outgoing
    }
}

impl Vp8Rewriter {
    /// Starts a new source at this packet.
    pub fn begin(&mut self, descriptor: &Vp8Descriptor) {
        if let Some(picture) = descriptor.picture_id() {
            self.picture.begin(picture);
        }
        if let Some(base_layer) = descriptor.tl0_pic_idx() {
            self.base_layer.begin(u16::from(base_layer));
        }
    }

    /// The changes to make to this packet; `None` where the descriptor carries neither counter.
    pub fn rewrite(&mut self, descriptor: &Vp8Descriptor) -> Option<Vp8Patch> {
        let mut patch = descriptor.patch();
        if let Some(picture) = descriptor.picture_id() {
            patch = patch.picture_id(self.picture.rewrite(picture));
        }
        if let Some(base_layer) = descriptor.tl0_pic_idx() {
            let outgoing = self.base_layer.rewrite(u16::from(base_layer));
            patch = patch.tl0_pic_idx(outgoing.to_le_bytes()[0]);
        }
        // A 7-bit picture id cannot hold the continued number. No browser writes one; such a
        // sender keeps its own numbers and pays with a decoder that may ask for a keyframe.
        patch.build().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn descriptor(picture: u16, base_layer: u8) -> Vp8Descriptor {
        let [p1, p0] = picture.to_be_bytes();
        let payload = [0x90, 0xe0, 0x80 | p1, p0, base_layer, 0x20, 0x00];
        Vp8Descriptor::parse(&payload).unwrap()
    }

    proptest! {
        /// Frames of one source keep their distance and the first frame of the next source
        /// follows the newest one sent, at any start and over the wrap.
        #[test]
        fn counts_on_over_any_switch(
            sources in prop::collection::vec((0u16..0x8000, any::<u8>(), 1u16..200), 1..10)
        ) {
            let mut rewriter = Vp8Rewriter::default();
            let mut newest: Option<(u16, u16)> = None;
            for (picture, base_layer, frames) in sources {
                rewriter.begin(&descriptor(picture, base_layer));
                for frame in 0..frames {
                    let outgoing = (
                        rewriter.picture.rewrite((picture + frame) & 0x7fff),
                        rewriter.base_layer.rewrite((u16::from(base_layer) + frame) & 0xff),
                    );
                    if let Some((picture, base_layer)) = newest {
                        let expected = ((picture + 1) & 0x7fff, (base_layer + 1) & 0xff);
                        prop_assert_eq!(outgoing, expected);
                    }
                    newest = Some(outgoing);
                }
            }
        }
    }

    #[test]
    fn a_late_frame_keeps_its_place() {
        let mut counter = Counter::<0x7fff>::default();
        counter.begin(100);
        assert_eq!(
            [100, 102, 101, 103].map(|v| counter.rewrite(v)),
            [100, 102, 101, 103]
        );
        counter.begin(9);
        assert_eq!(counter.rewrite(9), 104);
    }
}
