//! What a page says on the WebSocket.

use serde::{Deserialize, Serialize};

use super::{ConsentScope, NetworkLevel, Paper, TextHash, TurnKind};
use crate::ids::{LanguageCode, SeatId};
use crate::opaque::ResumeToken;
use crate::text::PaperText;
use crate::text::{ChatRef, ChatText};

/// A message from the page. A closed set: unknown types and fields are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
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
    /// Agree to what was ticked, on one's own page or, by a practitioner who writes it down, aloud.
    Consent {
        /// Whose sound, picture and records it is about: oneself, or the patient.
        #[cfg_attr(test, ts(type = "number"))]
        subject: SeatId,
        /// Of the words that were shown or read out.
        hash: TextHash,
        /// Their language.
        language: LanguageCode,
        /// What was ticked, at least one.
        scopes: Vec<ConsentScope>,
        /// Who read the words aloud; whoever agrees read them without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        reader: Option<SeatId>,
        /// Who agreed aloud; for practitioners, who write down what they heard.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        spoken_by: Option<SeatId>,
    },
    /// Do not agree, or not any more. What needs it ends at once.
    WithdrawConsent {
        /// Whose consent.
        #[cfg_attr(test, ts(type = "number"))]
        subject: SeatId,
        /// To what, at least one.
        scopes: Vec<ConsentScope>,
    },
    /// Save what is being written.
    WritePaper {
        /// What.
        paper: Paper,
        /// The version that it is built on; 0 for the first.
        base: u32,
        /// All of it, 65 536 bytes at most.
        #[cfg_attr(test, ts(as = "String"))]
        text: PaperText,
    },
    /// Answer for a version of what was written.
    SignOff {
        /// What.
        paper: Paper,
        /// The newest one.
        version: u32,
    },
    /// Hand the treatment on to another practitioner, by who treats now.
    Treat {
        /// To whom.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// This companion speaks for the patient from here on; nobody does any more without one.
    Represent {
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional, type = "number"))]
        seat: Option<SeatId>,
    },
    /// Tell those who wait that it begins late, or that it does not after all.
    Late {
        /// By how many minutes, from now: 1 to 240; not late after all without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        minutes: Option<u16>,
    },
    /// End the consultation for everybody, for good.
    End {},
    /// Get up from the seat. The link lets one sit down again.
    // Braces, not a unit variant: serde checks unknown fields of struct variants only.
    Leave {},
}
