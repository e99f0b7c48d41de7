//! From a request for a seat to its room, once an attempt: looking at an invitation, joining,
//! coming back.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use tokio::time::Instant;

use super::attempts::Key;
use super::people::{check, domain_role};
use super::{Service, first_check};
use crate::auth::{SignedError, SignedInvitation, hash_link, hash_offer, hash_resume};
use crate::ids::{RoomId, SeatId, TokenHash};
use crate::opaque::Link;
use crate::per_address::is_proxy;
use crate::protocol::{
    InvitationRequest, InvitationResponse, JoinRequest, JoinResponse, PROTOCOL_VERSION, Person,
    ResumeRequest, Transport,
};
use crate::room::{Input, Invited, JoinError, Mailbox, Offer, Refused, Ticket};

/// What a link leads to.
enum Found {
    /// A seat.
    Seat(RoomId, SeatId, TokenHash),
    /// A seat that its first use will make.
    Signed(SignedInvitation),
}

impl Service {
    /// What the link is for. It makes nothing and spends nothing: a message's preview may look.
    pub async fn invitation(
        &self,
        request: InvitationRequest,
        address: IpAddr,
    ) -> Result<InvitationResponse, JoinError> {
        self.count_visit(address)?;
        match self.find_link(&request.link, address).await? {
            Found::Seat(room, seat, link) => {
                let looked = self.open(room)?;
                let looked = looked
                    .ask(|reply| Input::Invitation { seat, link, reply })
                    .await;
                looked.unwrap_or(Err(JoinError::Internal))
            }
            Found::Signed(invitation) => Ok(InvitationResponse {
                version: PROTOCOL_VERSION,
                you: invitation.person,
                practitioners: Vec::new(),
                clinic: self.0.shared.settings.clinic.clone(),
                taken: false,
            }),
        }
    }

    /// Takes the seat that the link opens. The same attempt gets the same answer for 60 s, also
    /// while the first is still being worked on.
    pub async fn join(
        &self,
        request: JoinRequest,
        address: IpAddr,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let token = match &request.link {
            Link::Opaque(link) => hash_link(link),
            Link::Signed(token) => hash_offer(token.as_str()),
        };
        let key = Key {
            token,
            attempt: request.attempt,
        };
        let offer = hash_offer(&request.offer);
        let service = self.clone();
        let work = async move {
            let found = service.find_link(&request.link, address).await?;
            let (room, seat, link) = match found {
                Found::Seat(room, seat, link) => (room, seat, link),
                Found::Signed(invitation) => service.make_seat(invitation).await?,
            };
            let goes_ahead = request.ice.is_some();
            let network = request.network;
            let takeover = request.takeover;
            let ticket = Ticket::Link { link, takeover };
            let offer = Offer {
                text: request.offer,
                network,
                credentials: request.ice,
            };
            let joined = service.sit_down(room, seat, ticket, offer).await?;
            let is_new = goes_ahead && joined.transport == Transport::New;
            if let Some(patience) = first_check::patience(network).filter(|_| is_new) {
                service.let_the_first_check_by(room, seat, patience).await;
            }
            Ok(joined)
        };
        self.attempt(key, offer, address, work).await
    }

    /// Comes back to the seat that the token is of. Attempts are as for [`Self::join`].
    pub async fn resume(
        &self,
        request: ResumeRequest,
        address: IpAddr,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let token = hash_resume(&request.resume);
        let key = Key {
            token,
            attempt: request.attempt,
        };
        let offer = hash_offer(&request.offer);
        let service = self.clone();
        let work = async move {
            let (room, seat) = service.find_token(token, address).await?;
            let ticket = Ticket::Resume {
                resume: request.resume,
                holds: request.holds,
            };
            let offer = Offer {
                text: request.offer,
                network: request.network,
                // A page that comes back has waited for its answer already.
                credentials: None,
            };
            service.sit_down(room, seat, ticket, offer).await
        };
        self.attempt(key, offer, address, work).await
    }

    async fn attempt(
        &self,
        key: Key,
        offer: TokenHash,
        address: IpAddr,
        work: impl Future<Output = Result<Arc<JoinResponse>, JoinError>> + Send + 'static,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let now = Instant::now().into_std();
        let result = match self.count_visit(address) {
            Ok(()) => self.0.attempts.run(key, offer, now, work).await,
            Err(error) => Err(error),
        };
        let counted = match &result {
            Ok(_) => "ok",
            Err(error) => error.code().as_str(),
        };
        self.0.shared.counts.count_join(counted);
        result
    }

    pub(super) fn count_visit(&self, address: IpAddr) -> Result<(), JoinError> {
        if is_proxy(address) {
            return Ok(());
        }
        let now = Instant::now().into_std();
        self.0.visits.try_take(address, now).map_err(|wait| {
            let what = "too many requests from this network";
            JoinError::RateLimited { what, wait }
        })
    }

    /// Counts a wrong link or token, and says what that leads to.
    pub(super) fn wrong_id(&self, address: IpAddr) -> JoinError {
        let now = Instant::now().into_std();
        match self.0.wrong_ids.try_take(address, now) {
            Ok(()) => JoinError::LinkUnknown,
            Err(wait) => {
                let what = "too many wrong links from this network";
                JoinError::RateLimited { what, wait }
            }
        }
    }

    /// The seat behind a link. A signed one that nobody has come with yet leads to none.
    pub(super) async fn find_seat(
        &self,
        link: &Link,
        address: IpAddr,
    ) -> Result<(RoomId, SeatId, TokenHash), JoinError> {
        match self.find_link(link, address).await? {
            Found::Seat(room, seat, link) => Ok((room, seat, link)),
            Found::Signed(_) => Err(JoinError::LinkUnknown),
        }
    }

    async fn find_link(&self, link: &Link, address: IpAddr) -> Result<Found, JoinError> {
        match link {
            Link::Opaque(link) => {
                let link = hash_link(link);
                let (room, seat) = self.find_token(link, address).await?;
                Ok(Found::Seat(room, seat, link))
            }
            Link::Signed(token) => {
                let settings = &self.0.shared.settings;
                let verified = settings.token_keys.verify(token, settings.clock.now());
                let invitation = verified.map_err(|error| match error {
                    SignedError::Unknown => self.wrong_id(address),
                    SignedError::Expired => JoinError::LinkExpired,
                    SignedError::NotYet => JoinError::NotYet,
                    SignedError::Claims(words) => JoinError::Claims(words),
                })?;
                check(&invitation.person).map_err(|error| JoinError::Claims(error.to_string()))?;
                Ok(match self.look_up(invitation.link).await? {
                    Some((room, seat)) => Found::Seat(room, seat, invitation.link),
                    None => Found::Signed(invitation),
                })
            }
        }
    }

    /// The seat of a link or token. A right one always passes: behind one address there may be a
    /// whole hospital, or a whole mobile network, and one broken scanner must not lock the others
    /// out.
    pub(super) async fn find_token(
        &self,
        token: TokenHash,
        address: IpAddr,
    ) -> Result<(RoomId, SeatId), JoinError> {
        let found = self.look_up(token).await?;
        found.ok_or_else(|| self.wrong_id(address))
    }

    async fn look_up(&self, token: TokenHash) -> Result<Option<(RoomId, SeatId)>, JoinError> {
        self.0.shared.store.find(token).await.map_err(|error| {
            tracing::error!(%error, "a link or token could not be looked up");
            Refused::from(error).into()
        })
    }

    async fn make_seat(
        &self,
        invitation: SignedInvitation,
    ) -> Result<(RoomId, SeatId, TokenHash), JoinError> {
        if self.0.shared.is_draining() {
            return Err(JoinError::Draining);
        }
        let SignedInvitation {
            room, link, person, ..
        } = invitation;
        let invited = invited(person, link);
        let made = self.open(room)?;
        let made = made.ask(|reply| Input::Invite { invited, reply }).await;
        let seat = made.ok_or(JoinError::Internal)??;
        Ok((room, seat, link))
    }

    async fn sit_down(
        &self,
        room: RoomId,
        seat: SeatId,
        ticket: Ticket,
        offer: Offer,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let joined = self
            .open(room)?
            .ask(|reply| Input::Join {
                seat,
                ticket,
                offer,
                reply,
            })
            .await;
        joined.unwrap_or(Err(JoinError::Internal)).map(Arc::new)
    }

    pub(super) fn open(&self, room: RoomId) -> Result<Mailbox, JoinError> {
        let shared = &self.0.shared;
        let limit = shared.settings.max_rooms;
        let opened = self.0.rooms.open(room, shared);
        opened.map_err(|_| JoinError::Overloaded { limit })
    }
}

fn invited(person: Person, link: TokenHash) -> Invited {
    Invited {
        role: domain_role(person.role),
        person,
        link,
    }
}
