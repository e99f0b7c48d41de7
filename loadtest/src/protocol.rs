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
    /// How long the links open the room; the server's own choice if nothing is said.
    #[serde(rename = "expiresInSeconds", skip_serializing_if = "Option::is_none")]
    pub expires_in_seconds: Option<u64>,
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

/// `POST /v1/rooms/{room}/seats/{seat}/link`.
#[derive(Debug, Serialize)]
pub struct NewLink {}

/// The answer to [`NewLink`].
#[derive(Debug, Deserialize)]
pub struct LinkMade {
    /// The new secret; the old one is dead.
    pub link: String,
}

/// `POST /v1/invitation`.
#[derive(Debug, Serialize)]
pub struct InvitationRequest<'a> {
    /// Always [`VERSION`].
    pub version: u8,
    /// The secret of the invitation.
    pub link: &'a str,
}

/// The answer to [`InvitationRequest`].
#[derive(Debug, Deserialize)]
pub struct Invitation {
    /// A living page has the seat.
    pub taken: bool,
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
    /// Put out whoever holds the seat.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub takeover: bool,
}

/// `POST /v1/resume`.
#[derive(Debug, Serialize)]
pub struct ResumeRequest<'a> {
    /// Always [`VERSION`].
    pub version: u8,
    /// From the last join or resume.
    pub resume: &'a str,
    /// As in a join.
    pub attempt: &'a str,
    /// The SDP offer of a fresh connection.
    pub offer: &'a str,
}

/// The answer to [`JoinRequest`] and [`ResumeRequest`].
#[derive(Debug, Clone, Deserialize)]
pub struct JoinResponse {
    /// What became of the transport.
    pub transport: Transport,
    /// The SDP answer to a new transport.
    #[serde(default)]
    pub answer: Option<String>,
    /// Opens the event socket.
    pub resume: String,
    /// The own seat.
    pub you: u16,
    /// Who may be seen from it.
    pub seats: Vec<Seat>,
    /// Who is in which receive slot right now.
    pub slots: Vec<SlotOwner>,
    /// What somebody takes right now.
    pub senders: Senders,
}

impl JoinResponse {
    /// Whether the own seat is let in.
    pub fn admission(&self) -> Option<Admission> {
        own(&self.seats, self.you).map(|seat| seat.admission)
    }
}

/// What became of a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Transport {
    /// The old one goes on. A bot never asks for that.
    Kept,
    /// A new one, with an answer.
    New,
    /// None yet: wait on the event socket for the call.
    None,
}

/// Whether a person is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Admission {
    /// Never came.
    None,
    /// In the waiting room.
    Waiting,
    /// In the waiting room, asked for patience.
    Held,
    /// In.
    Admitted,
    /// Turned away.
    Denied,
    /// Put out.
    Removed,
}

impl Admission {
    /// Whether a practitioner is expected to let this person in.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting | Self::Held)
    }
}

/// A seat, as far as a bot looks at it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the wire has them, and they are independent of each other"
)]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// Which.
    pub seat: u16,
    /// Whose.
    pub name: String,
    /// `practitioner`, `patient`, …
    pub role: String,
    /// Whether the person is let in.
    pub admission: Admission,
    /// Somebody holds it.
    pub present: bool,
    /// Not muted.
    pub microphone: bool,
    /// Camera on.
    pub camera: bool,
    /// The hand is raised.
    pub hand: bool,
}

/// The seat `you` among `seats`.
pub fn own(seats: &[Seat], you: u16) -> Option<&Seat> {
    seats.iter().find(|seat| seat.seat == you)
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
#[derive(Debug, Clone, Deserialize)]
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
#[derive(Debug, Clone, Copy, Serialize)]
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
    /// What is to be expected of the own network.
    Connection {
        /// `good`, `fair`, `weak` or `poor`.
        network: &'a str,
    },
    /// Raise or lower the hand.
    Hand {
        /// Raised.
        raised: bool,
    },
    /// A line of chat.
    Chat {
        /// Made by the client; comes back in the echo.
        #[serde(rename = "ref")]
        reference: &'a str,
        /// The line.
        text: &'a str,
        /// Only for this person.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<u16>,
    },
    /// `pause`, `repeat` or `slower`, please.
    Turn {
        /// Which.
        kind: &'a str,
    },
    /// Let a person in.
    Admit {
        /// Whom.
        seat: u16,
    },
    /// Turn a person away.
    Deny {
        /// Whom.
        seat: u16,
    },
    /// Ask a person for patience.
    Hold {
        /// Whom.
        seat: u16,
    },
    /// Put a person out.
    Remove {
        /// Whom.
        seat: u16,
    },
    /// Ask a person to mute themselves.
    AskMute {
        /// Whom.
        seat: u16,
    },
    /// Let nobody new come.
    Lock {
        /// Nobody new.
        locked: bool,
    },
    /// Look at a waiting person's card.
    OpenCard {
        /// Whose.
        seat: u16,
    },
    /// End it for everybody.
    End,
    /// The last word.
    Leave,
}

/// A line of chat.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct Line {
    /// Between the practitioners and this person only.
    #[serde(default)]
    pub with: Option<u16>,
}

/// What a bot hears on the event socket.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ServerMessage {
    /// The hello was taken.
    Welcome {
        /// The own seat.
        you: u16,
        /// Who may be seen from it.
        seats: Vec<Seat>,
        /// What was written before.
        #[serde(default)]
        chat: Vec<Line>,
        /// Nobody new comes in.
        locked: bool,
    },
    /// A seat is so now.
    SeatChanged {
        /// The whole seat.
        seat: Seat,
    },
    /// The door was locked or opened.
    LockChanged {
        /// Nobody new comes in.
        locked: bool,
    },
    /// A line of chat; with a `ref` it is the receipt of an own one.
    Chat {
        /// The own reference, if this is the echo.
        #[serde(rename = "ref", default)]
        reference: Option<String>,
        /// The line.
        text: String,
    },
    /// A fresh transport is wanted.
    Rejoin {
        /// `called`, or why the old one is gone.
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

    const SEAT: &str = r#"{"seat":2,"name":"Mẩy","role":"patient","admission":"waiting","waitingSince":5,"ahead":0,
        "present":true,"connection":"up","microphone":true,"camera":true,"hand":false}"#;

    #[test]
    fn reads_a_join_response_and_ignores_what_it_does_not_know() {
        let response: JoinResponse = serde_json::from_str(&format!(
            r#"{{"version":1,"transport":"new","answer":"v=0","resume":"r","you":2,"later":true,"locked":false,
                "seats":[{SEAT}],
                "slots":[{{"slot":0,"epoch":1,"seat":1}}],
                "senders":{{"microphone":true,"encodings":["q","f"]}}}}"#,
        ))
        .unwrap();
        assert_eq!((response.you, response.transport), (2, Transport::New));
        assert_eq!(response.admission(), Some(Admission::Waiting));
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
    fn who_waits_far_back_has_no_answer() {
        let response: JoinResponse = serde_json::from_str(&format!(
            r#"{{"version":1,"transport":"none","resume":"r","you":2,"locked":false,"seats":[{SEAT}],"slots":[],
                "senders":{{"microphone":false,"encodings":[]}}}}"#,
        ))
        .unwrap();
        assert_eq!(
            (response.transport, response.answer),
            (Transport::None, None)
        );
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
        let chat = |to| ClientMessage::Chat {
            reference: "a",
            text: "chào",
            to,
        };
        assert_eq!(
            text(&chat(None)),
            r#"{"type":"chat","ref":"a","text":"chào"}"#
        );
        assert_eq!(
            text(&chat(Some(3))),
            r#"{"type":"chat","ref":"a","text":"chào","to":3}"#
        );
        assert_eq!(
            text(&ClientMessage::AskMute { seat: 2 }),
            r#"{"type":"askMute","seat":2}"#
        );
        assert_eq!(text(&ClientMessage::Leave), r#"{"type":"leave"}"#);
    }

    #[test]
    fn a_takeover_is_said_only_when_it_is_wanted() {
        let text = |takeover| {
            serde_json::to_string(&JoinRequest {
                version: 1,
                link: "l",
                attempt: "a",
                offer: "o",
                takeover,
            })
            .unwrap()
        };
        assert!(!text(false).contains("takeover"));
        assert!(text(true).contains(r#""takeover":true"#));
    }

    #[test]
    fn tells_the_receipt_of_an_own_line_from_a_line_of_another() {
        let read = |text: &str| serde_json::from_str::<ServerMessage>(text).unwrap();
        assert_eq!(
            read(r#"{"type":"chat","id":7,"ref":"a","seat":2,"text":"x","at":1}"#),
            ServerMessage::Chat {
                reference: Some("a".into()),
                text: "x".into(),
            }
        );
        assert_eq!(
            read(r#"{"type":"chat","id":8,"seat":1,"text":"x","at":1}"#),
            ServerMessage::Chat {
                reference: None,
                text: "x".into(),
            }
        );
        assert_eq!(
            read(r#"{"type":"muteRequested","by":1}"#),
            ServerMessage::Other
        );
    }
}
