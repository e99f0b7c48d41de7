//! Whether a way loses so much that its voice is worth repairing.

use std::time::{Duration, Instant};

/// Loss from which on a repair is worth its cost, in percent.
const REPAIRED_PERCENT: u32 = 4;

/// How long it is worth that after loss was last seen: what is repaired may show no loss, and what
/// lost once loses again.
const REPAIRED_FOR: Duration = Duration::from_mins(1);

/// One way of one link.
#[derive(Debug, Default)]
pub struct Lossy {
    until: Option<Instant>,
}

impl Lossy {
    /// Takes note of the loss of voice at this moment, in percent; `None` where too little was sent
    /// to tell.
    pub fn see(&mut self, now: Instant, percent: Option<u32>) {
        if percent.is_some_and(|percent| percent >= REPAIRED_PERCENT) {
            self.until = Some(now + REPAIRED_FOR);
        }
    }

    /// Whether it loses so much, or did within the last minute.
    pub fn is(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_lost_a_twentyfifth_is_lossy_for_a_minute() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut way = Lossy::default();
        way.see(start, None);
        way.see(start, Some(3));
        assert!(!way.is(start));
        way.see(at(1), Some(4));
        way.see(at(2), Some(0));
        assert!(way.is(at(60)));
        assert!(!way.is(at(61)));
    }
}
