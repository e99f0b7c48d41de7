//! The answer to a join lets the answer to the first check go first.
//!
//! A page that goes ahead sends its checks right behind its join (docs/adr/0022). On a weak link the join's answer
//! keeps the line for a third of a second. What answers a check is 92 bytes, and DTLS begins when it arrives; the
//! answer to the join is not missed before DTLS is done.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Service;
use crate::ids::{RoomId, SeatId};
use crate::protocol::LinkHint;

/// An answer with everything around it, on the wire: what a check would have to wait for.
const ANSWER_BYTES: u64 = 1_700;
/// Two checks of a browser, which are 100 ms apart on such a link (measured), and with two shards every second one
/// comes here. One that was lost is not waited for.
const LONGEST: Duration = Duration::from_millis(250);
/// An answer that takes no longer is not in the way: links from about half a megabit on.
const SHORTEST: Duration = Duration::from_millis(25);
/// How often it is looked whether the check has come.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How long the answer may wait; `None` where it is not in the way. Pure.
pub(super) fn patience(network: Option<LinkHint>) -> Option<Duration> {
    let kbps = u64::from(network?.kbps);
    let on_the_line = Duration::from_millis(ANSWER_BYTES * 8 / kbps.max(1));
    (on_the_line >= SHORTEST).then_some(LONGEST)
}

impl Service {
    /// Returns when this transport has been heard, or after `patience`.
    pub(super) async fn let_the_first_check_by(
        &self,
        room: RoomId,
        seat: SeatId,
        patience: Duration,
    ) {
        let until = Instant::now() + patience;
        let media = &self.0.shared.media;
        // It is new: whatever it has heard, it has heard since the join.
        while Instant::now() < until && !media.is_heard(room, seat, LONGEST).await {
            sleep(LOOK_EVERY).await;
        }
    }
}
