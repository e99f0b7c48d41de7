//! A page takes its seat, or comes back to it.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::place::{JOIN_ALLOWANCE, MediaLink};
use super::{JoinError, Offer, Ticket, live::Room};
use crate::auth::{hash_resume, random_resume};
use crate::consultation::{self as domain, Command, Event, Fact, Pass, Standing};
use crate::ids::{SeatId, TokenHash};
use crate::media_port::{JoinMedia, JoinMediaError, JoinedMedia, Network, Rid, SendPlan};
use crate::opaque::ResumeToken;
use crate::protocol::{
    Encoding, EndReason, JoinResponse, LinkHint, PROTOCOL_VERSION, RejoinReason, Senders, Slot,
    Transport,
};
use crate::store::Batch;

/// How long the media plane may take to answer an offer. It takes milliseconds; a shard that is
/// being restarted drops the question instead of answering late. Beyond it: `overloaded`.
const MEDIA_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the media plane may take to say whether it hears somebody. Beyond it: it does not.
const HEARD_TIMEOUT: Duration = Duration::from_secs(1);
/// A page without a socket holds its seat while its media was heard this lately.
const LIVING: Duration = Duration::from_secs(5);
/// A peer connection that was heard this lately is kept while its page restarts ICE on it, which is two
/// round trips and more sooner than another one. The media plane gives a silent one up after as long.
/// A page for which it comes back in vain says so, and gets another.
const KEPT: Duration = Duration::from_mins(2);

/// What a page gets to talk with.
struct Media {
    transport: Transport,
    joined: Option<JoinedMedia>,
}

impl Room {
    /// Judges, makes the transport, writes the log, and only then answers; in this order, so that
    /// nothing is told that is not so.
    pub(super) async fn join(
        &mut self,
        seat: SeatId,
        ticket: Ticket,
        offer: Offer,
        now: Instant,
    ) -> Result<JoinResponse, JoinError> {
        self.check(seat, &ticket)?;
        let was_present = self.state.is_present(seat);
        if self.shared.is_draining() && !was_present {
            return Err(JoinError::Draining);
        }
        let place = self.place(seat).ok_or(JoinError::LinkUnknown)?;
        place.joins.try_take(JOIN_ALLOWANCE, now).map_err(|wait| {
            let what = "this seat was joined too often";
            JoinError::RateLimited { what, wait }
        })?;
        match &ticket {
            Ticket::Link { takeover, .. } => {
                if !takeover && self.is_living(seat).await {
                    return Err(JoinError::SeatTaken);
                }
            }
            Ticket::Resume { resume, holds } => {
                if *holds && self.keeps(seat, hash_resume(resume)).await {
                    return Ok(self.response(seat, resume.clone(), Transport::Kept, None));
                }
            }
        }
        self.sit_down(seat, &ticket, offer, now).await
    }

    /// Whether the ticket is good at this moment.
    pub(super) fn check(&self, seat: SeatId, ticket: &Ticket) -> Result<(), JoinError> {
        let time = self.shared.settings.clock.now();
        match ticket.pass() {
            Pass::Link(link) => domain::may_redeem(&self.state, seat, link, time)?,
            Pass::Resume(token) => domain::may_resume(&self.state, seat, token)?,
        }
        Ok(())
    }

    async fn sit_down(
        &mut self,
        seat: SeatId,
        ticket: &Ticket,
        offer: Offer,
        now: Instant,
    ) -> Result<JoinResponse, JoinError> {
        let resume = random_resume().map_err(|error| {
            tracing::error!(room = %self.id, %error, "a join failed");
            JoinError::Internal
        })?;
        let token = hash_resume(&resume);
        let command = Command::Join {
            seat,
            resume: token,
            pass: ticket.pass(),
        };
        let standing = decided_standing(&self.decide(command.clone())?);
        let media = self.make_media(seat, standing, offer).await?;
        let beside = Batch {
            tokens: vec![(token, seat)],
            ..Batch::default()
        };
        let again = self.state.is_present(seat);
        if let Err(refused) = self.carry_out(command, beside, now).await {
            // The answer will not be sent, so the transport it belongs to must not stay.
            self.lose_transport(seat);
            return Err(refused.into());
        }
        if media.joined.is_some() && self.state.standing(seat) != standing {
            let standing = self.state.standing(seat);
            self.shared.media.set_standing(self.id, seat, standing);
        }
        self.seated(seat, ticket, media.transport);
        tracing::info!(room = %self.id, %seat, again, transport = ?media.transport, "joined");
        Ok(self.response(seat, resume, media.transport, media.joined))
    }

    /// A transport for whoever is let in or may be soon; the others get none, so that a full
    /// waiting room costs the media plane nothing.
    async fn make_media(
        &mut self,
        seat: SeatId,
        standing: Standing,
        offer: Offer,
    ) -> Result<Media, JoinError> {
        let none = Media {
            transport: Transport::None,
            joined: None,
        };
        let is_let_in = standing == Standing::Admitted;
        if !is_let_in && !self.is_near_the_front(seat) {
            self.shared.media.leave(self.id, seat);
            return Ok(none);
        }
        let join = self.shared.media.join(JoinMedia {
            room: self.id,
            seat,
            standing,
            offer: offer.text,
            network: offer.network.map(network),
            credentials: offer.credentials,
        });
        let result = match timeout(MEDIA_TIMEOUT, join).await {
            Ok(result) => result,
            Err(_elapsed) => {
                tracing::error!(room = %self.id, %seat, "the media plane did not answer a join");
                self.shared.media.leave(self.id, seat);
                Err(JoinMediaError::Unavailable)
            }
        };
        match result {
            Ok(joined) => Ok(Media {
                transport: Transport::New,
                joined: Some(joined),
            }),
            // Whoever waits can wait without a transport.
            Err(JoinMediaError::RoomFull { .. }) if !is_let_in => Ok(none),
            Err(error) => {
                if error == JoinMediaError::Unavailable {
                    self.lose_transport(seat);
                }
                Err(error.into())
            }
        }
    }

    fn seated(&mut self, seat: SeatId, ticket: &Ticket, transport: Transport) {
        let Some(place) = self.place(seat) else {
            return;
        };
        place.media = match transport {
            Transport::New => MediaLink::Connecting,
            Transport::None | Transport::Kept => MediaLink::None,
        };
        place.network = None;
        match ticket {
            // Whoever had the seat was asked first, or is gone.
            Ticket::Link { .. } => place.end(EndReason::TakenOver),
            Ticket::Resume { .. } => place.came_back(),
        }
    }

    /// The seat has no transport any more that its page could use.
    fn lose_transport(&mut self, seat: SeatId) {
        self.shared.media.leave(self.id, seat);
        let is_present = self.state.is_present(seat);
        if let Some(place) = self.place(seat) {
            let reason = RejoinReason::TransportLost;
            place.set_media(if is_present {
                MediaLink::Lost { reason }
            } else {
                MediaLink::None
            });
        }
    }

    /// A page has the seat that would notice if another took it.
    pub(super) async fn is_living(&self, seat: SeatId) -> bool {
        if !self.state.is_present(seat) {
            return false;
        }
        let place = self.places.iter().find(|place| place.seat == seat);
        place.is_some_and(|place| place.attached.is_some()) || self.is_heard(seat, LIVING).await
    }

    /// The page has the newest transport, and that one lives.
    async fn keeps(&self, seat: SeatId, token: TokenHash) -> bool {
        let is_newest =
            |place: &domain::SeatState| place.is_present() && place.resume == Some(token);
        self.state.seat(seat).is_some_and(is_newest) && self.is_heard(seat, KEPT).await
    }

    pub(super) async fn is_heard(&self, seat: SeatId, within: Duration) -> bool {
        let heard = self.shared.media.is_heard(self.id, seat, within);
        timeout(HEARD_TIMEOUT, heard).await.unwrap_or(false)
    }

    pub(super) fn response(
        &self,
        seat: SeatId,
        resume: ResumeToken,
        transport: Transport,
        joined: Option<JoinedMedia>,
    ) -> JoinResponse {
        let (answer, slots, senders) = match joined {
            Some(joined) => (Some(joined.answer), joined.slots, joined.senders),
            None => (None, Vec::new(), SendPlan::default()),
        };
        let slots = slots.into_iter().map(|slot| Slot {
            slot: slot.slot,
            epoch: slot.epoch,
            seat: slot.seat,
        });
        JoinResponse {
            version: PROTOCOL_VERSION,
            transport,
            answer,
            resume,
            you: seat,
            seats: self.seats_for(seat),
            locked: self.state.locked(),
            late: self.late(),
            slots: slots.collect(),
            senders: Senders {
                microphone: senders.microphone,
                encodings: senders.encodings.into_iter().map(encoding).collect(),
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

const fn network(hint: LinkHint) -> Network {
    Network {
        round_trip: hint.round_trip,
        kbps: hint.kbps,
    }
}

const fn encoding(rid: Rid) -> Encoding {
    match rid {
        Rid::Q => Encoding::Q,
        Rid::H => Encoding::H,
        Rid::F => Encoding::F,
    }
}
