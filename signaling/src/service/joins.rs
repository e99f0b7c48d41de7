//! From a join request to its room, once an attempt.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::time::Instant;

use super::attempts::Key;
use super::{Service, guesses};
use crate::auth::{hash_link, hash_offer};
use crate::ids::TokenHash;
use crate::protocol::{JoinRequest, JoinResponse};
use crate::room::{Input, JoinError};

impl Service {
    /// Takes the seat that the link opens. The same attempt gets the same answer for 60 s, also
    /// while the first is still being worked on.
    pub async fn join(
        &self,
        request: JoinRequest,
        address: IpAddr,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let result = self.join_once(request, address).await;
        let counted = match &result {
            Ok(_) => "ok",
            Err(error) => error.code().as_str(),
        };
        self.0.shared.counts.count_join(counted);
        result
    }

    async fn join_once(
        &self,
        request: JoinRequest,
        address: IpAddr,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let link = hash_link(&request.link);
        let key = Key {
            link,
            attempt: request.attempt,
        };
        let offer = hash_offer(&request.offer);
        let service = self.clone();
        let work = async move { service.seat_of(link, address, request.offer).await };
        let now = Instant::now().into_std();
        self.0.attempts.run(key, offer, now, work).await
    }

    async fn seat_of(
        &self,
        link: TokenHash,
        address: IpAddr,
        offer: String,
    ) -> Result<Arc<JoinResponse>, JoinError> {
        let shared = &self.0.shared;
        let found = shared.store.find(link).await.map_err(|error| {
            tracing::error!(%error, "a link could not be looked up");
            JoinError::Internal
        })?;
        // A right link always passes: behind one address there may be a whole hospital, or a
        // whole mobile network, and one broken scanner must not lock the others out.
        let Some((room, seat)) = found else {
            let now = Instant::now().into_std();
            return Err(if self.0.guesses.try_wrong_link(address, now) {
                JoinError::LinkUnknown
            } else {
                JoinError::RateLimited {
                    what: "too many wrong links",
                    wait: guesses::WRONG_LINKS.every,
                }
            });
        };
        let limit = shared.settings.max_rooms;
        let mailbox = self
            .0
            .rooms
            .open(room, shared)
            .map_err(|_| JoinError::Overloaded { limit })?;
        let joined = mailbox
            .ask(|reply| Input::Join { seat, offer, reply })
            .await;
        joined.unwrap_or(Err(JoinError::Internal)).map(Arc::new)
    }
}
