//! Names of things in the media plane.

use std::fmt;

/// A media grouping that lives wholly on one shard.
///
/// Displayed as 16 hexadecimal digits, the form that logs and the debug endpoint use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(pub u64);

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomId({self})")
    }
}

/// One person's place in a room. It outlives transports: a new one replaces the old.
///
/// Zero is never a seat: on the wire it means "nobody".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeatId(pub u16);

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Index of a receive slot in one participant's connection: audio *i* and video *i* together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotIndex(pub u8);

/// Counts the owners that a slot has had, so that an acknowledgement that was overtaken by a
/// newer owner is recognised and ignored. Wraps after 65,535.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(pub u16);

impl Epoch {
    /// The epoch of the next owner.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// What a track carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Voice.
    Audio,
    /// Picture.
    Video,
}

/// One simulcast encoding of a camera, named by its RID (RFC 8852), in ascending cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rid {
    /// A quarter of the camera's width and height.
    Q,
    /// Half of the camera's width and height.
    H,
    /// The camera's full size; also a camera that sends a single encoding.
    F,
}

impl Rid {
    /// Every RID from the cheapest up.
    pub const ALL: [Self; 3] = [Self::Q, Self::H, Self::F];

    /// The RID of these letters in an SDP or a header extension.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "q" => Some(Self::Q),
            "h" => Some(Self::H),
            "f" => Some(Self::F),
            _ => None,
        }
    }

    /// The letter on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Q => "q",
            Self::H => "h",
            Self::F => "f",
        }
    }
}
