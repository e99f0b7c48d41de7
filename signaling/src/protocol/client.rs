//! What a page says on the WebSocket.

use serde::{Deserialize, Serialize};

use super::{NetworkLevel, TurnKind};
use crate::ids::SeatId;
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
    /// What the person may expect of their network, by the server's word and the page's own.
    Connection {
        /// The level.
        network: NetworkLevel,
    },
    /// Raise one's hand, or lower it.
    Hand {
        /// Raised.
        raised: bool,
    },
    /// Say something to the room, or between the practitioners and one person who waits.
    Chat {
        /// The page's name for this message; repeating it repeats nothing.
        r#ref: ChatRef,
        /// What to say.
        text: ChatText,
        /// Only to this person; for practitioners. Who waits writes to the practitioners anyway.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        to: Option<SeatId>,
    },
    /// Ask everybody to pause, to repeat, or to speak more slowly.
    Turn {
        /// Which.
        kind: TurnKind,
    },
    /// Let this person in, also one who was turned away by mistake.
    Admit {
        /// Whom.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// Turn away somebody who waits.
    Deny {
        /// Whom.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// Tell somebody who waits: one more minute.
    Hold {
        /// Whom.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// Put somebody out; their link stops working.
    Remove {
        /// Whom.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// Ask somebody to mute themselves. It mutes nobody.
    AskMute {
        /// Whom.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// Let nobody new come, or let them come again. Who was let in may always come back.
    Lock {
        /// Nobody new.
        locked: bool,
    },
    /// The card of somebody who waits was opened: they are likely to be next.
    OpenCard {
        /// Whose.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// End the consultation for everybody, for good.
    End {},
    /// Get up from the seat. The link lets one sit down again.
    // Braces, not a unit variant: serde checks unknown fields of struct variants only.
    Leave {},
}
