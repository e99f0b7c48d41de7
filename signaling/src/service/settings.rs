//! What an operator may set.

use std::time::Duration;

use crate::clock::Clock;

/// Limits and times of the service. The defaults are for production.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a seat is kept without a working transport before it counts as left. Default
    /// 120 s: a transport lives two minutes without traffic, and a phone that was driven through
    /// a dead valley is back by then. Longer, and a ghost holds one of three places.
    pub away_timeout: Duration,
    /// How long an ended consultation stays in the store. Default 7 days.
    pub keep_ended: Duration,
    /// Live rooms at once; each takes a task and some kilobytes, its chat 64 kB at most.
    /// Default 10 000. Beyond it: `overloaded`.
    pub max_rooms: usize,
    /// Sockets at once, also those that said nothing yet. Each takes about 16 kB. Default
    /// 20 000. Beyond it: `overloaded`.
    pub max_websockets: usize,
    /// Tells the time of day.
    pub clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            away_timeout: Duration::from_mins(2),
            keep_ended: Duration::from_hours(7 * 24),
            max_rooms: 10_000,
            max_websockets: 20_000,
            clock: Clock::system(),
        }
    }
}
