//! What an operator may know of a room: no names, no chat, no tokens.

use serde_json::{Value, json};

use super::live::Room;
use crate::consultation::Phase;

impl Room {
    /// `None` if the room was never opened.
    pub(super) fn debug(&self) -> Option<Value> {
        let phase = match self.state.phase() {
            Phase::Unopened => return None,
            Phase::Scheduled => "scheduled",
            Phase::Open => "open",
            Phase::InProgress => "inProgress",
            Phase::Ended => "ended",
            Phase::Cancelled => "cancelled",
            Phase::NoShow => "noShow",
        };
        let seats = self.places.iter().map(|place| {
            let admission = self.state.seat(place.seat).map(|seat| seat.admission);
            json!({
                "seat": place.seat,
                "present": self.state.is_present(place.seat),
                "admission": admission.unwrap_or_default().to_string(),
                "media": place.media.as_str(),
                "connected": place.attached.is_some(),
                "microphone": place.sends.microphone,
                "camera": place.sends.camera,
            })
        });
        Some(json!({
            "room": self.id,
            "phase": phase,
            "locked": self.state.locked(),
            "seats": seats.collect::<Vec<_>>(),
            "chatMessages": self.chat.len(),
        }))
    }
}
