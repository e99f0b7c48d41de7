//! From a link or token to what its person may see of their visit.

use std::net::IpAddr;

use super::Service;
use crate::auth::hash_resume;
use crate::connection::Said;
use crate::consultation::Pass;
use crate::ids::{RoomId, SeatId};
use crate::opaque::{Link, ResumeToken};
use crate::protocol::VisitResponse;
use crate::room::{Input, JoinError, Refused};

/// Why somebody does not see a visit, or why something about it is not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VisitError {
    /// The way there.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// The consultation.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// By what right somebody asks.
pub(crate) enum Credential {
    /// An invitation.
    Link(Link),
    /// From a join or a resume.
    Resume(ResumeToken),
}

impl Service {
    /// What the person may see of their visit; once `say`, which needs no socket, is done.
    pub(crate) async fn visit(
        &self,
        credential: Credential,
        say: Option<Said>,
        address: IpAddr,
    ) -> Result<VisitResponse, VisitError> {
        let (room, seat, pass) = self.find_visit(credential, address).await?;
        let asked = self.open(room)?;
        let seen = asked
            .ask(|reply| Input::Visit {
                seat,
                pass,
                say,
                reply,
            })
            .await;
        Ok(seen.ok_or(JoinError::Internal)??)
    }

    async fn find_visit(
        &self,
        credential: Credential,
        address: IpAddr,
    ) -> Result<(RoomId, SeatId, Pass), JoinError> {
        self.count_visit(address)?;
        match credential {
            Credential::Link(link) => {
                let (room, seat, link) = self.find_seat(&link, address).await?;
                Ok((room, seat, Pass::Link(link)))
            }
            Credential::Resume(resume) => {
                let token = hash_resume(&resume);
                let (room, seat) = self.find_token(token, address).await?;
                Ok((room, seat, Pass::Resume(token)))
            }
        }
    }
}
