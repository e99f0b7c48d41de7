//! A track offered by its publisher: one microphone, or one camera with up to three encodings.

use std::time::Instant;

use str0m::media::Mid;
use str0m::rtp::Ssrc;

use super::encoding::Encoding;
use crate::media::codec::Codec;
use crate::media::control::SendPlan;
use crate::media::ids::{Kind, Rid};

/// A published track.
#[derive(Debug)]
pub struct Publication {
    kind: Kind,
    mid: Mid,
    encodings: Vec<Encoding>,
    /// What its latest packet was; unknown before the first.
    codec: Option<Codec>,
}

impl Publication {
    /// A track on this m-line with these encodings, from the cheapest up.
    pub fn new(kind: Kind, mid: Mid, rids: &[Rid]) -> Self {
        let encodings = rids.iter().map(|rid| Encoding::new(kind, *rid)).collect();
        Self {
            kind,
            mid,
            encodings,
            codec: None,
        }
    }

    /// Voice or picture.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The publisher's m-line.
    pub fn mid(&self) -> Mid {
        self.mid
    }

    /// What it carries, once known.
    pub fn codec(&self) -> Option<Codec> {
        self.codec
    }

    /// Takes note of what a packet was.
    pub fn set_codec(&mut self, codec: Codec) {
        self.codec = Some(codec);
    }

    /// Whether one of its encodings uses this SSRC.
    pub fn has(&self, ssrc: Ssrc) -> bool {
        self.encodings
            .iter()
            .any(|encoding| encoding.ssrc() == Some(ssrc))
    }

    /// Ties an encoding to its SSRC.
    pub fn learn(&mut self, ssrc: Ssrc, rid: Rid) {
        if let Some(encoding) = self.encoding_mut(rid) {
            encoding.learn(ssrc);
        }
    }

    /// The encoding with this SSRC.
    pub fn encoding_by_ssrc(&mut self, ssrc: Ssrc) -> Option<&mut Encoding> {
        self.encodings
            .iter_mut()
            .find(|encoding| encoding.ssrc() == Some(ssrc))
    }

    /// The encoding with this RID.
    pub fn encoding_mut(&mut self, rid: Rid) -> Option<&mut Encoding> {
        self.encodings
            .iter_mut()
            .find(|encoding| encoding.rid() == rid)
    }

    /// The cheapest encoding.
    pub fn lowest(&self) -> Option<Rid> {
        self.encodings.first().map(Encoding::rid)
    }

    /// Every encoding, from the cheapest up.
    pub fn encodings_mut(&mut self) -> impl Iterator<Item = &mut Encoding> {
        self.encodings.iter_mut()
    }

    /// Tells each encoding whether the page has been asked to send it.
    pub fn set_wanted(&mut self, plan: &SendPlan, now: Instant) {
        for encoding in &mut self.encodings {
            encoding.set_wanted(plan.wants(encoding.rid()), now);
        }
    }
}
