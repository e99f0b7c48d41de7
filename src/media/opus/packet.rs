//! A packet taken apart into its frames (RFC 6716 section 3.2).

use std::time::Duration;

use super::LONGEST_PACKET;
use super::toc::Toc;

/// The most frames that a packet can hold: 120 ms of 2.5 ms.
pub const MAX_FRAMES: usize = 48;

/// The most bytes of one frame (RFC 6716 section 3.4, R2).
const MAX_FRAME_BYTES: usize = 1_275;

/// A packet that is well-formed.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    toc: Toc,
    frames: [&'a [u8]; MAX_FRAMES],
    count: usize,
    padding: &'a [u8],
}

/// Why bytes are no Opus packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// A length that is announced is not there, or what is there does not divide as it should.
    #[error("the packet is cut short or its lengths do not add up")]
    Length,
    /// No frames, or more than fit into 120 ms.
    #[error("{count} frames last 0 ms or more than 120 ms")]
    Frames {
        /// How many are announced.
        count: usize,
    },
    /// A frame above the bound.
    #[error("a frame has {bytes} bytes: at most {MAX_FRAME_BYTES}")]
    FrameTooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl<'a> Packet<'a> {
    /// Takes a packet apart.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PacketError> {
        let (first, body) = bytes.split_first().ok_or(PacketError::Length)?;
        let mut packet = Self {
            toc: Toc::from_byte(*first),
            frames: [&[]; MAX_FRAMES],
            count: 0,
            padding: &[],
        };
        match packet.toc.code() {
            0 => packet.push(body)?,
            1 => packet.split_evenly(body, 2)?,
            2 => {
                let (size, body) = read_length(body)?;
                packet.split_by(body, &[size])?;
            }
            _ => packet.parse_counted(body)?,
        }
        Ok(packet)
    }

    /// Code 3: a count, optional padding, and sizes unless all frames are of one size.
    fn parse_counted(&mut self, body: &'a [u8]) -> Result<(), PacketError> {
        let (header, mut body) = body.split_first().ok_or(PacketError::Length)?;
        let count = usize::from(header & 0x3f);
        let lasts = self.toc.frame_duration() * u32::from(header & 0x3f);
        if count == 0 || lasts > LONGEST_PACKET {
            return Err(PacketError::Frames { count });
        }
        let mut padding = 0;
        let mut is_padded = header & 0x40 != 0;
        while is_padded {
            let (more, rest) = body.split_first().ok_or(PacketError::Length)?;
            // 255 stands for 254 bytes and another length byte.
            is_padded = *more == u8::MAX;
            padding += usize::from(*more) - usize::from(is_padded);
            body = rest;
        }
        let mut sizes = [0; MAX_FRAMES];
        let sizes = sizes.get_mut(1..count).unwrap_or_default();
        let is_variable = header & 0x80 != 0;
        if is_variable {
            for size in sizes.iter_mut() {
                (*size, body) = read_length(body)?;
            }
        }
        let frames = body.len().checked_sub(padding).ok_or(PacketError::Length)?;
        let (frames, padding) = body.split_at_checked(frames).ok_or(PacketError::Length)?;
        self.padding = padding;
        if is_variable {
            self.split_by(frames, sizes)
        } else {
            self.split_evenly(frames, count)
        }
    }

    fn split_evenly(&mut self, body: &'a [u8], count: usize) -> Result<(), PacketError> {
        if body.is_empty() {
            return (0..count).try_for_each(|_| self.push(body));
        }
        if !body.len().is_multiple_of(count) {
            return Err(PacketError::Length);
        }
        let mut frames = body.chunks_exact(body.len() / count);
        frames.try_for_each(|frame| self.push(frame))
    }

    /// All sizes but the last, which is what remains.
    fn split_by(&mut self, mut body: &'a [u8], sizes: &[usize]) -> Result<(), PacketError> {
        for size in sizes {
            let (frame, rest) = body.split_at_checked(*size).ok_or(PacketError::Length)?;
            self.push(frame)?;
            body = rest;
        }
        self.push(body)
    }

    fn push(&mut self, frame: &'a [u8]) -> Result<(), PacketError> {
        let bytes = frame.len();
        if bytes > MAX_FRAME_BYTES {
            return Err(PacketError::FrameTooLarge { bytes });
        }
        let count = self.count + 1;
        let place = self.frames.get_mut(self.count);
        *place.ok_or(PacketError::Frames { count })? = frame;
        self.count = count;
        Ok(())
    }

    /// Its first byte.
    pub fn toc(&self) -> Toc {
        self.toc
    }

    /// Its frames, in order.
    pub fn frames(&self) -> &[&'a [u8]] {
        self.frames.get(..self.count).unwrap_or_default()
    }

    /// What follows the frames: filler, or extensions such as DRED.
    pub fn padding(&self) -> &'a [u8] {
        self.padding
    }

    /// How long it lasts.
    pub fn duration(&self) -> Duration {
        // At most 48 frames.
        let count = u32::try_from(self.count).unwrap_or_default();
        self.toc.frame_duration() * count
    }
}

/// Whether a packet carries nothing: the encoder has stopped (DTX), and the decoder makes comfort
/// noise until the next packet. Decoders in browsers go by the same size.
pub fn is_dtx(packet: &[u8]) -> bool {
    packet.len() <= 2
}

/// A frame's length in one byte or two (RFC 6716 section 3.2.1).
fn read_length(bytes: &[u8]) -> Result<(usize, &[u8]), PacketError> {
    match bytes {
        [first @ ..252, rest @ ..] => Ok((usize::from(*first), rest)),
        [first, second, rest @ ..] => Ok((usize::from(*first) + 4 * usize::from(*second), rest)),
        _ => Err(PacketError::Length),
    }
}

/// Writes a frame's length.
pub fn write_length(length: usize, out: &mut Vec<u8>) {
    // At most 1,275: 252 + 3 + 4 × 255.
    if let Ok(byte) = u8::try_from(length)
        && byte < 252
    {
        out.push(byte);
        return;
    }
    let first = 252 + (length & 0b11);
    out.extend([first, (length - first) / 4].map(|byte| u8::try_from(byte).unwrap_or(u8::MAX)));
}

#[cfg(test)]
#[path = "packet_tests.rs"]
mod tests;
