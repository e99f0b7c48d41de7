//! Where signaling and the media plane meet: signaling's [`MediaPort`] over the shards' mailboxes.
//!
//! Each side has its own words for rooms, seats and slots; they are converted here and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use signaling::ice::IceCredentials;
use signaling::media_port::{
    JoinMedia, JoinMediaError, JoinedMedia, MediaEvent, MediaPort, Network, Rid, SendPlan,
    SlotAssignment, Standing,
};
use tokio::sync::{mpsc, oneshot};

use crate::io::reach::Reach;
use crate::io::{Command, MediaServer, MediaSettings, Notice, Observer, StartError};
use crate::media;
use crate::media::congestion::rungs::Hint;
use crate::media::credentials::Credentials;
use crate::media::debug::{ParticipantSnapshot, RoomSnapshot, SlotSnapshot};
use crate::media::room::MAX_PARTICIPANTS;
use crate::media::units::Bitrate;

/// The media plane as signaling sees it.
pub struct MediaAdapter {
    server: MediaServer,
}

impl MediaAdapter {
    /// Starts the shards. What they report goes to `events`, in order for each room.
    pub fn start(
        settings: &MediaSettings,
        events: mpsc::UnboundedSender<MediaEvent>,
    ) -> Result<Arc<Self>, StartError> {
        let observer: Observer = Arc::new(move |notice| {
            // Nobody listens any more only while the server stops.
            let _ = events.send(event_from(notice));
        });
        let server = MediaServer::start(settings, &observer)?;
        Ok(Arc::new(Self { server }))
    }

    /// The shards' UDP ports.
    pub fn udp_ports(&self) -> Vec<u16> {
        self.server.ports()
    }

    /// Where and as whom the shards are met.
    pub fn reach(&self) -> &Reach {
        self.server.reach()
    }

    /// How many shards answer.
    pub fn shards_up(&self) -> usize {
        self.server.shards().1
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.server.shards().0
    }

    /// What all shards counted since the start.
    pub fn counters(&self) -> Vec<(&'static str, u64)> {
        self.server.counters()
    }

    /// What all shards hold right now.
    pub fn gauges(&self) -> Vec<(&'static str, u64)> {
        let gauges = self.server.gauges();
        vec![
            ("rooms", gauges.rooms as u64),
            ("participants", gauges.participants as u64),
            ("weak_up", gauges.weak_up as u64),
            ("weak_down", gauges.weak_down as u64),
            ("addresses", gauges.addresses as u64),
            ("fragments", gauges.fragments as u64),
            ("deadlines", gauges.deadlines as u64),
        ]
    }

    /// Makes a shard panic, to show that the others do not notice.
    pub fn inject_panic(&self, shard: usize) {
        self.server.inject_panic(shard);
    }

    /// Stops the shards.
    pub fn shutdown(&self) {
        self.server.shutdown();
    }
}

impl MediaPort for MediaAdapter {
    fn join(&self, join: JoinMedia) -> BoxFuture<'static, Result<JoinedMedia, JoinMediaError>> {
        let (reply, result) = oneshot::channel();
        let command = Command::Join {
            seat: seat_to_media(join.seat),
            standing: standing_to_media(join.standing),
            offer: join.offer,
            hint: join.network.map(hint_to_media),
            credentials: join.credentials.as_ref().map(credentials_to_media),
            reply: Box::new(move |joined| {
                // A request that was given up has nobody to answer.
                let _ = reply.send(joined);
            }),
        };
        self.server.send(room_to_media(join.room), command);
        async move {
            match result.await {
                Ok(Ok(joined)) => Ok(joined_from(joined)),
                Ok(Err(error)) => Err(error_from(&error)),
                Err(_dropped) => Err(JoinMediaError::Unavailable),
            }
        }
        .boxed()
    }

    fn set_standing(
        &self,
        room: signaling::ids::RoomId,
        seat: signaling::ids::SeatId,
        standing: Standing,
    ) {
        let command = Command::SetStanding(seat_to_media(seat), standing_to_media(standing));
        self.server.send(room_to_media(room), command);
    }

    fn is_heard(
        &self,
        room: signaling::ids::RoomId,
        seat: signaling::ids::SeatId,
        within: Duration,
    ) -> BoxFuture<'static, bool> {
        let (reply, result) = oneshot::channel();
        let command = Command::IsHeard {
            seat: seat_to_media(seat),
            within,
            reply: Box::new(move |is_heard| {
                let _ = reply.send(is_heard); // as above
            }),
        };
        self.server.send(room_to_media(room), command);
        // A shard that failed has lost its transports.
        async move { result.await.unwrap_or(false) }.boxed()
    }

    fn leave(&self, room: signaling::ids::RoomId, seat: signaling::ids::SeatId) {
        self.server
            .send(room_to_media(room), Command::Leave(seat_to_media(seat)));
    }

    fn end(&self, room: signaling::ids::RoomId) {
        self.server.send(room_to_media(room), Command::End);
    }

    fn debug_room(
        &self,
        room: signaling::ids::RoomId,
    ) -> BoxFuture<'static, Option<serde_json::Value>> {
        let (reply, result) = oneshot::channel();
        let command = Command::Inspect(Box::new(move |snapshot| {
            let _ = reply.send(snapshot); // as above
        }));
        self.server.send(room_to_media(room), command);
        async move { result.await.ok().flatten().map(|room| room_as_json(&room)) }.boxed()
    }
}

fn room_to_media(room: signaling::ids::RoomId) -> media::ids::RoomId {
    media::ids::RoomId(room.0)
}

fn room_from(room: media::ids::RoomId) -> signaling::ids::RoomId {
    signaling::ids::RoomId(room.0)
}

fn seat_to_media(seat: signaling::ids::SeatId) -> media::ids::SeatId {
    media::ids::SeatId(seat.0)
}

fn seat_from(seat: media::ids::SeatId) -> signaling::ids::SeatId {
    signaling::ids::SeatId(seat.0)
}

fn hint_to_media(network: Network) -> Hint {
    Hint {
        round_trip: network.round_trip,
        rate: Bitrate::kbps(u64::from(network.kbps)),
    }
}

fn credentials_to_media(chosen: &IceCredentials) -> Credentials {
    Credentials {
        fragment: chosen.fragment().to_owned(),
        password: chosen.password().to_owned(),
    }
}

fn standing_to_media(standing: Standing) -> media::routing::Standing {
    match standing {
        Standing::Waiting => media::routing::Standing::Waiting,
        Standing::Admitted => media::routing::Standing::Admitted,
    }
}

fn rid_from(rid: media::ids::Rid) -> Rid {
    match rid {
        media::ids::Rid::Q => Rid::Q,
        media::ids::Rid::H => Rid::H,
        media::ids::Rid::F => Rid::F,
    }
}

fn joined_from(joined: media::Joined) -> JoinedMedia {
    let slot =
        |(slot, epoch, seat): (media::ids::SlotIndex, media::ids::Epoch, media::ids::SeatId)| {
            SlotAssignment {
                slot: slot.0,
                epoch: epoch.0,
                seat: seat_from(seat),
            }
        };
    JoinedMedia {
        slots: joined.slots.into_iter().map(slot).collect(),
        senders: SendPlan {
            microphone: joined.senders.microphone,
            encodings: joined.senders.encodings().map(rid_from).collect(),
        },
        answer: joined.answer,
    }
}

fn error_from(error: &media::JoinError) -> JoinMediaError {
    match error {
        media::JoinError::Offer(reason) => JoinMediaError::OfferInvalid {
            reason: offer_reason(reason),
        },
        media::JoinError::RoomFull => JoinMediaError::RoomFull {
            limit: u8::try_from(MAX_PARTICIPANTS).unwrap_or(u8::MAX),
        },
        media::JoinError::Engine => JoinMediaError::OfferInvalid {
            reason: "the engine failed on it".to_owned(),
        },
    }
}

/// The reason without what the engine quotes of the offer, which may hold addresses.
fn offer_reason(error: &media::negotiation::OfferError) -> String {
    match error {
        media::negotiation::OfferError::Unanswerable(_) => {
            "not an SDP offer of a browser, or without a codec, ICE or DTLS line that is needed"
                .to_owned()
        }
        other => other.to_string(),
    }
}

fn event_from(notice: Notice) -> MediaEvent {
    match notice {
        Notice::Media(media::event::MediaEvent::TransportUp { room, seat }) => {
            MediaEvent::TransportUp {
                room: room_from(room),
                seat: seat_from(seat),
            }
        }
        Notice::Media(media::event::MediaEvent::TransportLost { room, seat, end }) => {
            tracing::info!(%room, %seat, ?end, "transport lost");
            MediaEvent::TransportLost {
                room: room_from(room),
                seat: seat_from(seat),
            }
        }
        Notice::RoomsLost(rooms) => MediaEvent::RoomsLost {
            rooms: rooms.into_iter().map(room_from).collect(),
        },
    }
}

fn room_as_json(room: &RoomSnapshot) -> serde_json::Value {
    json!({ "participants": room.participants.iter().map(participant_as_json).collect::<Vec<_>>() })
}

fn participant_as_json(participant: &ParticipantSnapshot) -> serde_json::Value {
    json!({
        "seat": participant.seat,
        "standing": participant.standing,
        "up": participant.is_up,
        "estimateBps": participant.estimate_bps,
        "linkUp": participant.link_up,
        "linkDown": participant.link_down,
        "linkLevel": participant.link_level,
        "roundTripMs": participant.round_trip_ms,
        "ignoresPacketTime": participant.ignores_packet_time,
        "audioRung": participant.audio_rung,
        "pictureCapBps": participant.picture_cap_bps,
        "microphoneWanted": participant.microphone_wanted,
        "encodingsWanted": participant.encodings_wanted,
        "slots": participant.slots.iter().map(slot_as_json).collect::<Vec<_>>(),
    })
}

fn slot_as_json(slot: &SlotSnapshot) -> serde_json::Value {
    json!({
        "owner": slot.owner,
        "epoch": slot.epoch,
        "open": slot.is_open,
        "video": slot.video,
        "switches": slot.switches,
    })
}
