//! Limits of the wire. Each says what happens beyond it.

use std::time::Duration;

pub use crate::opaque::{OPAQUE_CHARS, SIGNED_MAX_BYTES};
pub use crate::text::{CHAT_REF_MAX_CHARS, CHAT_TEXT_MAX_CHARS, LICENCE_MAX_CHARS, NAME_MAX_CHARS};

/// Largest HTTP request body, after decompression and before. An offer with three simulcast
/// encodings and two slots is about 8 kB untrimmed. Beyond it: `too_large`.
pub const BODY_MAX_BYTES: usize = 64 * 1024;
/// Time for a request body to arrive. A 1.5 kB body over a link of 2 kbit/s takes 6 s. Beyond
/// it: `malformed`.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// Largest WebSocket message: the longest chat text with every character escaped (2000 × 6
/// bytes) and its frame around it. Beyond it: `too_large`, then the socket is closed.
pub const MESSAGE_MAX_BYTES: usize = 16 * 1024;
/// Longest text of notes or summary, bytes of UTF-8: some twenty pages. Beyond it: `too_large`, and
/// nothing is saved; the page has the text still.
pub const PAPER_MAX_BYTES: usize = 64 * 1024;
/// Largest WebSocket message that saves one: the longest text with every character of it a line
/// break or a quotation mark (2 bytes each), and its frame around it. Beyond it: as with any other.
pub const PAPER_MESSAGE_MAX_BYTES: usize = 2 * PAPER_MAX_BYTES + 1024;
/// Time from the WebSocket's start to its `hello`. Beyond it the socket is closed.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(10);
/// People that a room may be opened for.
pub const PEOPLE_MIN: usize = 2;
/// See [`PEOPLE_MIN`]. Beyond it: `malformed`.
pub const PEOPLE_MAX: usize = 8;
/// A join attempt's answer is repeated for this long. Beyond it the same attempt joins anew.
pub const ATTEMPT_LIFETIME: Duration = Duration::from_mins(1);
