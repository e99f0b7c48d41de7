//! The wire as PROTOCOL.md describes it, written a second time on purpose.
//!
//! The bots judge the server, so they share no types with it: a renamed field must break a bot.
//! Only what a bot reads is named; unknown fields and events are ignored, as a page ignores them.

use serde::{Deserialize, Serialize};

/// The protocol version this client speaks.
pub const VERSION: u8 = 1;

/// `POST /v1/rooms`.
#[derive(Debug, Serialize)]
pub struct CreateRoom {
    /// One entry a person; the links come back in the same order.
    pub people: Vec<Person>,
}

/// One invited person.
#[derive(Debug, Serialize)]
pub struct Person {
    /// The name under the tile.
    pub name: String,
    /// `practitioner`, `patient`, …
    pub role: &'static str,
}

/// The answer to [`CreateRoom`].
#[derive(Debug, Deserialize)]
pub struct RoomCreated {
    /// The room's id, needed to end it.
    pub room: String,
    /// One secret link a person.
    pub links: Vec<String>,
}

/// `POST /v1/join`.
#[derive(Debug, Serialize)]
pub struct JoinRequest<'a> {
    /// Always [`VERSION`].
    pub version: u8,
    /// The secret of the invitation.
    pub link: &'a str,
    /// Made by the client; a repeated id gets the same answer again.
    pub attempt: &'a str,
    /// The SDP offer.
    pub offer: &'a str,
}

/// The answer to [`JoinRequest`].
#[derive(Debug, Deserialize)]
pub struct JoinResponse {
    /// The SDP answer.
    pub answer: String,
    /// Opens the event socket.
    pub resume: String,
    /// The own seat.
    pub you: u16,
    /// Who is in which receive slot right now.
    pub slots: Vec<SlotOwner>,
    /// What somebody takes right now.
    pub senders: Senders,
}

/// The owner of a receive slot.
#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
pub struct SlotOwner {
    /// Which receive slot.
    pub slot: u8,
    /// Counts the owners of this slot.
    pub epoch: u16,
    /// The seat that owns it.
    pub seat: u16,
}

/// What the server wants to be sent.
#[derive(Debug, Deserialize)]
pub struct Senders {
    /// Somebody hears us.
    pub microphone: bool,
    /// The RIDs that somebody sees.
    pub encodings: Vec<String>,
}

/// The body of every refusal.
#[derive(Debug, Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: String,
}

/// What a bot says on the event socket.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ClientMessage<'a> {
    /// Must come first.
    Hello {
        /// Always [`VERSION`].
        version: u8,
        /// From the join response.
        resume: &'a str,
    },
    /// The own mute state.
    Media {
        /// Not muted.
        microphone: bool,
        /// Camera on.
        camera: bool,
    },
    /// A line of chat.
    Chat {
        /// Made by the client; comes back in the echo.
        #[serde(rename = "ref")]
        reference: &'a str,
        /// The line.
        text: &'a str,
    },
    /// The last word.
    Leave,
}

/// A line of chat that was written before; a bot only counts them.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct Line {}

/// What a bot hears on the event socket.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ServerMessage {
    /// The hello was taken.
    Welcome {
        /// The own seat.
        you: u16,
        /// What was written before.
        #[serde(default)]
        chat: Vec<Line>,
    },
    /// A line of chat; with a `ref` it is the receipt of an own one.
    Chat {
        /// The own reference, if this is the echo.
        #[serde(rename = "ref", default)]
        reference: Option<String>,
    },
    /// The transport is gone; a page would join afresh.
    Rejoin {
        /// Why.
        reason: String,
    },
    /// The server closes this connection.
    Ended {
        /// Why.
        reason: String,
    },
    /// The server refused a message.
    Error {
        /// The stable code.
        code: String,
    },
    /// Everything a bot has no use for.
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_join_response_and_ignores_what_it_does_not_know() {
        let response: JoinResponse = serde_json::from_str(
            r#"{"version":1,"answer":"v=0","resume":"r","you":2,"later":true,
                "seats":[{"seat":1,"name":"Lan","role":"patient","present":true,"microphone":true,"camera":true}],
                "slots":[{"slot":0,"epoch":1,"seat":1}],
                "senders":{"microphone":true,"encodings":["q","f"]}}"#,
        )
        .unwrap();
        assert_eq!(response.you, 2);
        assert_eq!(
            response.slots,
            [SlotOwner {
                slot: 0,
                epoch: 1,
                seat: 1
            }]
        );
        assert_eq!(response.senders.encodings, ["q", "f"]);
    }

    #[test]
    fn writes_the_messages_the_protocol_names() {
        let text = |message: &ClientMessage<'_>| serde_json::to_string(message).unwrap();
        assert_eq!(
            text(&ClientMessage::Hello {
                version: 1,
                resume: "x"
            }),
            r#"{"type":"hello","version":1,"resume":"x"}"#
        );
        assert_eq!(
            text(&ClientMessage::Chat {
                reference: "a",
                text: "chào"
            }),
            r#"{"type":"chat","ref":"a","text":"chào"}"#
        );
        assert_eq!(text(&ClientMessage::Leave), r#"{"type":"leave"}"#);
    }

    #[test]
    fn tells_the_receipt_of_an_own_line_from_a_line_of_another() {
        let read = |text: &str| serde_json::from_str::<ServerMessage>(text).unwrap();
        assert_eq!(
            read(r#"{"type":"chat","id":7,"ref":"a","seat":2,"text":"x","at":1}"#),
            ServerMessage::Chat {
                reference: Some("a".into())
            }
        );
        assert_eq!(
            read(r#"{"type":"chat","id":8,"seat":1,"text":"x","at":1}"#),
            ServerMessage::Chat { reference: None }
        );
        assert_eq!(
            read(r#"{"type":"seatJoined","seat":{}}"#),
            ServerMessage::Other
        );
    }
}
