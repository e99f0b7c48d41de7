//! What an operator may know of a room: no names, no chat, no tokens.

use serde_json::{Value, json};

use super::live::Room;
use crate::consultation::Phase;

impl Room {
    /// `None` if the room was never opened.
    pub(super) fn debug(&self) -> Option<Value> {
        let phase = match self.state.phase() {
            Phase::Unopened => return None,
            Phase::Open => "open",
            Phase::Ended => "ended",
        };
        let seats = self.places.iter().map(|place| {
            json!({
                "seat": place.seat,
                "present": self.state.is_present(place.seat),
                "media": place.media.as_str(),
                "connected": place.attached.is_some(),
                "microphone": place.microphone,
                "camera": place.camera,
            })
        });
        Some(json!({
            "room": self.id,
            "phase": phase,
            "seats": seats.collect::<Vec<_>>(),
            "chatMessages": self.chat.len(),
        }))
    }
}
