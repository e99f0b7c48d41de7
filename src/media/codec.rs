//! Payload types differ from browser to browser; inside, a codec has a name.

use str0m::Rtc;
use str0m::format::{Codec as EngineCodec, detect_h264_keyframe, detect_vp8_keyframe};
use str0m::media::{Mid, Pt};

use super::ids::Kind;

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Opus (RFC 7587).
    Opus,
    /// Opus with redundancy (RFC 2198).
    Red,
    /// VP8 (RFC 7741).
    Vp8,
    /// H.264, constrained baseline, packetization mode 1 (RFC 6184).
    H264,
}

impl Codec {
    /// Voice or picture.
    pub fn kind(self) -> Kind {
        match self {
            Self::Opus | Self::Red => Kind::Audio,
            Self::Vp8 | Self::H264 => Kind::Video,
        }
    }

    /// RTP ticks per second.
    pub fn clock_rate(self) -> u32 {
        match self.kind() {
            Kind::Audio => 48_000,
            Kind::Video => 90_000,
        }
    }

    /// Whether this packet starts a picture that needs no other to decode.
    pub fn starts_keyframe(self, payload: &[u8]) -> bool {
        match self {
            Self::Opus | Self::Red => false,
            Self::Vp8 => detect_vp8_keyframe(payload),
            Self::H264 => detect_h264_keyframe(payload),
        }
    }
}

/// The payload types that one participant's browser gave the codecs we share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Codecs {
    opus: Option<Pt>,
    red: Option<Pt>,
    vp8: Option<Pt>,
    h264: Option<Pt>,
}

impl Codecs {
    /// Reads what was negotiated on these m-lines.
    pub fn negotiated(rtc: &Rtc, lines: &[Mid]) -> Self {
        let accepted = |pt: Pt| {
            lines
                .iter()
                .filter_map(|mid| rtc.media(*mid))
                .any(|media| media.remote_pts().contains(&pt))
        };
        let mut codecs = Self::default();
        for params in rtc.codec_config().params() {
            if !accepted(params.pt()) {
                continue;
            }
            let place = match params.spec().codec {
                EngineCodec::Opus => {
                    codecs.red = codecs.red.or(params.red());
                    &mut codecs.opus
                }
                EngineCodec::Vp8 => &mut codecs.vp8,
                EngineCodec::H264 => &mut codecs.h264,
                _ => continue,
            };
            *place = place.or(Some(params.pt()));
        }
        codecs
    }

    /// What this payload type carries.
    pub fn codec(&self, pt: Pt) -> Option<Codec> {
        [Codec::Opus, Codec::Red, Codec::Vp8, Codec::H264]
            .into_iter()
            .find(|codec| self.payload_type(*codec) == Some(pt))
    }

    /// The payload type of this codec; `None` if this participant cannot decode it.
    pub fn payload_type(&self, codec: Codec) -> Option<Pt> {
        match codec {
            Codec::Opus => self.opus,
            Codec::Red => self.red,
            Codec::Vp8 => self.vp8,
            Codec::H264 => self.h264,
        }
    }
}
