//! What a page says on the WebSocket.

use serde::{Deserialize, Serialize};

use crate::opaque::ResumeToken;
use crate::text::{ChatRef, ChatText};

/// A message from the page. A closed set: unknown types and fields are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ClientMessage {
    /// The first message, within 10 s: which seat this socket speaks for.
    Hello {
        /// The version that the page speaks.
        version: u16,
        /// From the join response.
        resume: ResumeToken,
    },
    /// One's own mute state, to be shown to the others.
    Media {
        /// Not muted.
        microphone: bool,
        /// Camera on.
        camera: bool,
    },
    /// Say something to the room.
    Chat {
        /// The page's name for this message; repeating it repeats nothing.
        r#ref: ChatRef,
        /// What to say.
        text: ChatText,
    },
    /// Get up from the seat. The link lets one sit down again.
    // Braces, not a unit variant: serde checks unknown fields of struct variants only.
    Leave {},
}
