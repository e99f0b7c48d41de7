//! How much one connection may do. Each says what happens beyond it.

use std::time::Duration;

use crate::bucket::Allowance;

/// How often the page's machine is asked whether it is there. Middleboxes of mobile networks
/// forget an idle connection after 30 s at the earliest.
pub const PING_INTERVAL: Duration = Duration::from_secs(20);
/// Silence after which the socket is closed: two pings without an answer, and 5 s for a slow
/// link. The seat stays; the page may connect again.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(45);
/// Messages of any kind. Nobody mutes ten times a second. Beyond it: `rate_limited`.
pub const MESSAGE_ALLOWANCE: Allowance = Allowance {
    burst: 30,
    every: Duration::from_millis(100),
};
/// Chat messages: ten that waited for the network, then as fast as one types. Beyond it:
/// `rate_limited`, and the message is not delivered.
pub const CHAT_ALLOWANCE: Allowance = Allowance {
    burst: 10,
    every: Duration::from_secs(1),
};
/// Calls to others: pause, repeat, slower, mute yourself. An interpreter presses one several times
/// when nobody minds it; a page that presses without end disturbs. Beyond it: `rate_limited`, and
/// nobody is called.
pub const CALL_ALLOWANCE: Allowance = Allowance {
    burst: 5,
    every: Duration::from_secs(2),
};
/// Versions of what is being written: a page saves when its person pauses. Beyond it:
/// `rate_limited`, and the page saves later.
pub const PAPER_ALLOWANCE: Allowance = Allowance {
    burst: 5,
    every: Duration::from_secs(1),
};
/// Refused messages in the life of one connection; with one more it is closed.
pub const REFUSALS_MAX: u32 = 50;
