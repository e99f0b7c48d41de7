//! A room as an administrator may see it: numbers and states, no addresses and no names.

use super::downlink::slot::Slot;
use super::ids::Kind;
use super::participant::Participant;
use super::room::Room;

/// One room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSnapshot {
    /// Everybody in it.
    pub participants: Vec<ParticipantSnapshot>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantSnapshot {
    /// Whose place.
    pub seat: u16,
    /// `waiting` or `admitted`.
    pub standing: String,
    /// ICE and DTLS are done.
    pub is_up: bool,
    /// The downlink rate believed available, bit/s.
    pub estimate_bps: u64,
    /// What its way to us carries: kbit/s, or `open`.
    pub link_up: &'static str,
    /// What its way from us carries.
    pub link_down: &'static str,
    /// What its person was told to expect of it.
    pub link_level: Option<&'static str>,
    /// The latest round trip that its page has shown, ms.
    pub round_trip_ms: Option<u64>,
    /// Its browser does not send voice at the packet time it was asked for.
    pub ignores_packet_time: bool,
    /// How it was asked to send its voice, 0 the dearest.
    pub audio_rung: u8,
    /// The most that its lowest encoding may send, bit/s.
    pub picture_cap_bps: Option<u64>,
    /// Somebody hears the microphone.
    pub microphone_wanted: bool,
    /// The encodings that somebody takes.
    pub encodings_wanted: Vec<&'static str>,
    /// What it receives.
    pub slots: Vec<SlotSnapshot>,
}

/// One receive slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotSnapshot {
    /// Whose it is.
    pub owner: Option<u16>,
    /// Which owner of the slot this is, counted from 1.
    pub epoch: u16,
    /// The page has acknowledged the owner.
    pub is_open: bool,
    /// What the picture does, in the terms of the code.
    pub video: String,
    /// Encodings begun so far.
    pub switches: u64,
}

impl RoomSnapshot {
    /// Looks at a room.
    pub fn of(room: &Room) -> Self {
        Self {
            participants: room
                .participants()
                .iter()
                .map(ParticipantSnapshot::of)
                .collect(),
        }
    }
}

impl ParticipantSnapshot {
    fn of(participant: &Participant) -> Self {
        let plan = participant.uplink.plan();
        Self {
            seat: participant.seat().0,
            standing: format!("{:?}", participant.standing()).to_lowercase(),
            is_up: participant.is_up(),
            estimate_bps: participant.pictures.estimate().as_bps(),
            link_up: participant.link.up().name(),
            link_down: participant.link.down().name(),
            link_level: participant
                .outlook
                .told()
                .map(super::congestion::level::LinkLevel::name),
            round_trip_ms: participant
                .link
                .round_trip()
                .and_then(|time| u64::try_from(time.as_millis()).ok()),
            ignores_packet_time: participant.link.ignores_packet_time(),
            audio_rung: plan.audio.number(),
            picture_cap_bps: plan.cap.map(|cap| cap.rate().as_bps()),
            microphone_wanted: plan.microphone,
            encodings_wanted: plan.encodings().map(super::ids::Rid::as_str).collect(),
            slots: participant
                .downlink
                .slots()
                .iter()
                .map(SlotSnapshot::of)
                .collect(),
        }
    }
}

impl SlotSnapshot {
    fn of(slot: &Slot) -> Self {
        let video = slot.video.as_ref();
        Self {
            owner: slot.owner().map(|seat| seat.0),
            epoch: slot.epoch().0,
            is_open: slot.forwards(Kind::Video).is_some(),
            video: video.map_or_else(String::new, |video| format!("{:?}", video.forwarding())),
            switches: video.map_or(0, super::downlink::video::VideoSubscription::switches),
        }
    }
}
