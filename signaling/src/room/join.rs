//! A page takes its seat.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::place::{JOIN_ALLOWANCE, MediaLink};
use super::{JoinError, live::Room};
use crate::auth::{hash_resume, random_resume};
use crate::consultation::{Command, Event, Fact, Standing};
use crate::ids::SeatId;
use crate::media_port::{JoinMedia, JoinMediaError, JoinedMedia, Rid, SlotAssignment};
use crate::opaque::ResumeToken;
use crate::protocol::{
    Encoding, EndReason, JoinResponse, PROTOCOL_VERSION, RejoinReason, Senders, ServerMessage, Slot,
};

/// How long the media plane may take to answer an offer. It takes milliseconds; a shard that is
/// being restarted drops the question instead of answering late. Beyond it: `overloaded`.
const MEDIA_TIMEOUT: Duration = Duration::from_secs(5);

impl Room {
    /// Decides, makes the transport, writes the log, tells the others; in this order, so that
    /// nothing is told that is not so.
    pub(super) async fn join(
        &mut self,
        seat: SeatId,
        offer: String,
        now: Instant,
    ) -> Result<JoinResponse, JoinError> {
        let was_present = self.state.is_present(seat);
        if self.shared.is_draining() && !was_present {
            return Err(JoinError::Draining);
        }
        let place = self.place(seat).ok_or(JoinError::LinkUnknown)?;
        if !place.joins.try_take(JOIN_ALLOWANCE, now) {
            return Err(JoinError::RateLimited {
                what: "this seat was joined too often",
                wait: JOIN_ALLOWANCE.every,
            });
        }
        let resume = random_resume().map_err(|error| {
            tracing::error!(room = %self.id, %error, "a join failed");
            JoinError::Internal
        })?;
        let token = hash_resume(&resume);
        let events = self.decide(Command::Join {
            seat,
            resume: token,
        })?;
        let joined = match self
            .join_media(seat, decided_standing(&events), offer)
            .await
        {
            Ok(joined) => joined,
            Err(error) => {
                if error == JoinMediaError::Unavailable {
                    self.lose_kept_seat(seat, was_present, now);
                }
                return Err(error.into());
            }
        };
        if self.commit(events, vec![(token, seat)]).await.is_err() {
            // The answer will not be sent, so the transport it belongs to must not stay.
            self.shared.media.leave(self.id, seat);
            self.lose_kept_seat(seat, was_present, now);
            return Err(JoinError::Internal);
        }
        self.sit_down(seat, was_present, now);
        tracing::info!(room = %self.id, %seat, again = was_present, "joined");
        Ok(self.response(seat, resume, joined))
    }

    async fn join_media(
        &self,
        seat: SeatId,
        standing: Standing,
        offer: String,
    ) -> Result<JoinedMedia, JoinMediaError> {
        let join = self.shared.media.join(JoinMedia {
            room: self.id,
            seat,
            standing,
            offer,
        });
        match timeout(MEDIA_TIMEOUT, join).await {
            Ok(result) => result,
            Err(_elapsed) => {
                tracing::error!(room = %self.id, %seat, "the media plane did not answer a join");
                self.shared.media.leave(self.id, seat);
                Err(JoinMediaError::Unavailable)
            }
        }
    }

    /// The old transport of a seat that was present is gone, and there is no new one.
    fn lose_kept_seat(&mut self, seat: SeatId, was_present: bool, now: Instant) {
        let until = now + self.shared.settings.away_timeout;
        if let Some(place) = self.place(seat)
            && was_present
        {
            place.lose_media(RejoinReason::TransportLost, until);
        }
    }

    fn sit_down(&mut self, seat: SeatId, was_present: bool, now: Instant) {
        let until = now + self.shared.settings.away_timeout;
        if let Some(place) = self.place(seat) {
            place.media = MediaLink::Connecting { until };
            match &mut place.attached {
                // It did what it was asked to do, and may go on with its old socket until it
                // says hello with its new token.
                Some(attached) if attached.asked_to_rejoin => attached.asked_to_rejoin = false,
                Some(_) => place.end(EndReason::TakenOver),
                None => {}
            }
        }
        if !was_present && let Some(view) = self.seat_view(seat) {
            self.broadcast_except(seat, &ServerMessage::SeatJoined { seat: view });
        }
    }

    fn response(&self, seat: SeatId, resume: ResumeToken, joined: JoinedMedia) -> JoinResponse {
        let slot = |slot: &SlotAssignment| Slot {
            slot: slot.slot,
            epoch: slot.epoch,
            seat: slot.seat,
        };
        JoinResponse {
            version: PROTOCOL_VERSION,
            answer: joined.answer,
            resume,
            you: seat,
            seats: self.seats(),
            slots: joined.slots.iter().map(slot).collect(),
            senders: Senders {
                microphone: joined.senders.microphone,
                encodings: joined
                    .senders
                    .encodings
                    .iter()
                    .copied()
                    .map(encoding)
                    .collect(),
            },
        }
    }
}

/// As whom the rules let the seat in; not at all, if they do not say.
fn decided_standing(events: &[Event]) -> Standing {
    let said = events.iter().find_map(|event| match event.fact {
        Fact::Joined { standing, .. } => Some(standing),
        _ => None,
    });
    said.unwrap_or_default()
}

const fn encoding(rid: Rid) -> Encoding {
    match rid {
        Rid::Q => Encoding::Q,
        Rid::H => Encoding::H,
        Rid::F => Encoding::F,
    }
}
