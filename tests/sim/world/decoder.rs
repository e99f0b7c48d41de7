//! A decoder that needs every packet of every frame since the last keyframe, as VP8 does, and
//! complains by PLI as a browser does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::payload::Mark;

/// A gap that has not been repaired after so long is asked to be overcome by a keyframe. Chromium
/// waits 200 ms for the next decodable frame.
const PATIENCE: Duration = Duration::from_millis(200);

/// One encoding of one transport of one person.
type Source = (u16, u16, u8);

/// The decoder of one slot.
#[derive(Debug, Default)]
pub struct Decoder {
    source: Option<(Source, u32)>,
    /// Packets of frames that are not decoded yet.
    pending: BTreeMap<(Source, u32), Frame>,
    stuck_since: Option<Instant>,
    /// What was shown: when, and the mark of the frame's last packet.
    pub shown: Vec<(Instant, Mark)>,
}

#[derive(Debug, Default)]
struct Frame {
    mark: Mark,
    indexes: BTreeSet<u16>,
}

impl Frame {
    fn is_whole(&self) -> bool {
        self.indexes.len() == usize::from(self.mark.count)
    }
}

impl Decoder {
    /// Takes a packet.
    pub fn receive(&mut self, now: Instant, mark: &Mark) {
        let source = (mark.person, mark.life, mark.track);
        if self
            .source
            .is_some_and(|(current, frame)| current == source && mark.frame <= frame)
        {
            return;
        }
        let frame = self.pending.entry((source, mark.frame)).or_default();
        frame.mark = *mark;
        frame.indexes.insert(mark.index);
        let is_whole = frame.is_whole();
        let follows = self.source == Some((source, mark.frame.wrapping_sub(1)));
        if is_whole && (mark.is_key || follows) {
            self.show(now, source, mark.frame);
        } else if !follows {
            self.stuck_since.get_or_insert(now);
        }
        // As large as a browser's packet buffer, more or less.
        while self.pending.len() > 200 {
            self.pending.pop_first();
        }
    }

    /// Shows this frame and those that waited for it.
    fn show(&mut self, now: Instant, source: Source, first: u32) {
        let mut number = first;
        while let Some(frame) = self
            .pending
            .get(&(source, number))
            .filter(|frame| frame.is_whole())
        {
            self.shown.push((now, frame.mark));
            number += 1;
        }
        self.source = Some((source, number - 1));
        self.pending
            .retain(|(other, frame), _| *other == source && *frame >= number);
        self.stuck_since = None;
    }

    /// Whether a keyframe is to be asked for now.
    pub fn try_complain(&mut self, now: Instant) -> bool {
        let is_late = self
            .stuck_since
            .is_some_and(|since| now >= since + PATIENCE);
        if is_late {
            self.stuck_since = Some(now);
        }
        is_late
    }

    /// When [`Decoder::try_complain`] may next be true.
    pub fn deadline(&self) -> Option<Instant> {
        self.stuck_since.map(|since| since + PATIENCE)
    }
}
