//! How a bot gets in: offer, `POST /v1/join`, answer, transport.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use rtc::peer_connection::sdp::RTCSessionDescription;
use tokio::time::{Instant, timeout};
use webrtc::peer_connection::RTCPeerConnectionState;

use super::peer::Peer;
use super::slots::SendPlan;
use crate::chance::{Chance, unique_id};
use crate::http::{Client, Failure, deflated_len};
use crate::protocol::{JoinRequest, JoinResponse, VERSION};

/// ICE and DTLS take some hundred milliseconds on loopback; a bot that needs longer is not in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// A bot that is in.
pub struct Joined {
    /// The connection, answered.
    pub peer: Peer,
    /// What the server said.
    pub response: JoinResponse,
    /// When the request was sent.
    pub started_at: Instant,
    /// How long the request took.
    pub request: Duration,
    /// Bytes of the deflated offer and answer.
    pub sdp_bytes: (usize, usize),
}

/// Joins with `link`; the failure's code is the server's, or `client` for an error on this side.
pub async fn join(
    client: &Client,
    link: &str,
    plan: &Arc<SendPlan>,
    chance: &mut Chance,
) -> Result<Joined, Failure> {
    let own = |error: anyhow::Error| Failure::new("client", format!("{error:#}"));
    let local = local_address(client.target().address.ip());
    let peer = Peer::new(local, Arc::clone(plan), chance)
        .await
        .map_err(own)?;
    let offer = peer.offer().await.map_err(own)?;
    let attempt = unique_id().map_err(own)?;
    let started_at = Instant::now();
    let request = JoinRequest {
        version: VERSION,
        link,
        attempt: &attempt,
        offer: &offer,
    };
    let response = match client
        .post::<_, JoinResponse>("/v1/join", None, &request)
        .await
    {
        Ok(response) => response,
        Err(failure) => {
            close(&peer).await;
            return Err(failure);
        }
    };
    let request = started_at.elapsed();
    plan.start(&response.senders);
    let sdp_bytes = (deflated_len(&offer), deflated_len(&response.answer));
    let answered = match RTCSessionDescription::answer(response.answer.clone()) {
        Ok(answer) => peer.connection.set_remote_description(answer).await,
        Err(error) => Err(error),
    };
    if let Err(error) = answered {
        close(&peer).await;
        return Err(Failure::new("answer_invalid", error));
    }
    Ok(Joined {
        peer,
        response,
        started_at,
        request,
        sdp_bytes,
    })
}

/// Waits until media can flow; how long that took since the join began.
pub async fn connected(joined: &mut Joined) -> Result<Duration, Failure> {
    let is_settled = |state: &RTCPeerConnectionState| {
        matches!(
            state,
            RTCPeerConnectionState::Connected | RTCPeerConnectionState::Failed
        )
    };
    let settled = timeout(CONNECT_TIMEOUT, joined.peer.state.wait_for(is_settled)).await;
    match settled {
        Ok(Ok(state)) if *state == RTCPeerConnectionState::Connected => {
            Ok(joined.started_at.elapsed())
        }
        Ok(Ok(state)) => Err(Failure::new("transport_failed", *state)),
        Ok(Err(_)) => Err(Failure::new("transport_failed", "the connection ended")),
        Err(_) => Err(Failure::new(
            "transport_timeout",
            format!("not connected within {CONNECT_TIMEOUT:?}"),
        )),
    }
}

/// Ends a connection; an error here has nobody left to care.
pub async fn close(peer: &Peer) {
    let _ = peer.connection.close().await;
}

/// The address the server is reached from: its own, since it is on this machine.
fn local_address(server: IpAddr) -> IpAddr {
    match server {
        // 127.0.0.2 and the like are bound by nobody else; the server's candidates are on .1.
        IpAddr::V4(address) if address.is_loopback() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_loopback() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}
