//! What an operator may set.

use std::time::Duration;

use crate::auth::{BookingKey, TokenKeys};
use crate::board::Ahead;
use crate::clock::Clock;
use crate::text::DisplayName;

/// Limits and times of the service. The defaults are for production.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a seat is kept with neither a socket nor media before it is given up. Default
    /// 120 s: a phone that was driven through a dead valley is back by then. Longer, and a ghost
    /// holds one of three places.
    pub away_timeout: Duration,
    /// How long an ended consultation stays in the store. Default 7 days.
    pub keep_ended: Duration,
    /// Live rooms at once; each takes a task and some kilobytes, its chat 64 kB at most.
    /// Default 10 000. Beyond it: `overloaded`.
    pub max_rooms: usize,
    /// Sockets at once, also those that said nothing yet. Each takes about 16 kB. Default
    /// 20 000. Beyond it: `overloaded`.
    pub max_websockets: usize,
    /// Whose server this is, for the first screen. Default: not said.
    pub clinic: Option<DisplayName>,
    /// Whose signed invitations count. Default: nobody's.
    pub token_keys: TokenKeys,
    /// Where a clinic's days begin. Default: Vietnam's time.
    pub ahead: Ahead,
    /// Makes the hashes of codes that are read out, and of what hospital systems repeat. Default:
    /// one that is good for this process alone.
    pub booking_key: BookingKey,
    /// Where the page is reached, for addresses that leave the server. Default: this machine.
    pub url: String,
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
            clinic: None,
            token_keys: TokenKeys::default(),
            ahead: Ahead::VIETNAM,
            booking_key: BookingKey::default(),
            url: "http://localhost".to_owned(),
            clock: Clock::system(),
        }
    }
}
