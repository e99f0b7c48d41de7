//! How a bot gets in: offer, `POST /v1/join` or `/v1/resume`, answer, transport.

use std::sync::Arc;
use std::time::Duration;

use rtc::peer_connection::sdp::RTCSessionDescription;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use webrtc::peer_connection::RTCPeerConnectionState;

use super::peer::Peer;
use super::slots::SendPlan;
use super::tap::Tap;
use crate::chance::{Chance, unique_id};
use crate::http::{Client, Failure, deflated_len};
use crate::protocol::{JoinRequest, JoinResponse, ResumeRequest, Transport, VERSION};

/// ICE and DTLS take some hundred milliseconds on loopback; a bot that needs longer is not in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// What opens the door.
#[derive(Debug, Clone, Copy)]
pub enum Key<'a> {
    /// An invitation; the seat must be free.
    Link(&'a str),
    /// An invitation; whoever has the seat is put out.
    Takeover(&'a str),
    /// The seat this bot had already.
    Resume(&'a str),
}

/// A bot that was answered.
pub struct Entered {
    /// The connection, answered; none while the bot waits far back.
    pub peer: Option<Peer>,
    /// What the server said.
    pub response: JoinResponse,
    /// When the request was sent.
    pub started_at: Instant,
    /// How long the request took.
    pub request: Duration,
    /// Bytes of the deflated offer and answer.
    pub sdp_bytes: (usize, usize),
}

/// A connection that has made its offer.
pub struct Offered {
    /// The connection.
    pub peer: Peer,
    /// Its offer.
    pub sdp: String,
}

impl Offered {
    /// Makes a connection and its offer.
    pub async fn new(
        client: &Client,
        plan: &Arc<SendPlan>,
        chance: &mut Chance,
    ) -> Result<Self, Failure> {
        let peer = Peer::new(client.local_address(), Arc::clone(plan), chance).await?;
        let sdp = peer.offer().await?;
        Ok(Self { peer, sdp })
    }
}

/// Asks with `key`; the failure's code is the server's, or `client` for an error on this side.
pub async fn enter(
    client: &Client,
    key: Key<'_>,
    plan: &Arc<SendPlan>,
    chance: &mut Chance,
) -> Result<Entered, Failure> {
    enter_through(client, key, plan, chance, &mut Wiring::Straight).await
}

/// How datagrams go to the server.
pub enum Wiring {
    /// By themselves.
    Straight,
    /// Through a tap, once there is an answer.
    Tapped(Option<Tap>),
}

/// As [`enter`], over this wiring.
pub async fn enter_through(
    client: &Client,
    key: Key<'_>,
    plan: &Arc<SendPlan>,
    chance: &mut Chance,
    wiring: &mut Wiring,
) -> Result<Entered, Failure> {
    let Offered { peer, sdp: offer } = Offered::new(client, plan, chance).await?;
    let started_at = Instant::now();
    let response = match ask(client, key, &offer).await {
        Ok(response) => response,
        Err(failure) => {
            close(&peer).await;
            return Err(failure);
        }
    };
    let request = started_at.elapsed();
    plan.start(&response.senders);
    let answer = response.answer.as_deref().unwrap_or_default();
    let sdp_bytes = (deflated_len(&offer), deflated_len(answer));
    let peer = match (response.transport, &response.answer) {
        (Transport::New, Some(answer)) => {
            if let Err(failure) = accept_through(&peer, answer, wiring).await {
                close(&peer).await;
                return Err(failure);
            }
            Some(peer)
        }
        (Transport::None, None) => {
            close(&peer).await;
            None
        }
        (transport, _) => {
            close(&peer).await;
            let what = format!("transport {transport:?} without what belongs to it");
            return Err(Failure::new("answer_invalid", what));
        }
    };
    Ok(Entered {
        peer,
        response,
        started_at,
        request,
        sdp_bytes,
    })
}

/// The request alone.
pub async fn ask(client: &Client, key: Key<'_>, offer: &str) -> Result<JoinResponse, Failure> {
    let attempt = unique_id()?;
    let (version, attempt) = (VERSION, attempt.as_str());
    match key {
        Key::Link(link) | Key::Takeover(link) => {
            let takeover = matches!(key, Key::Takeover(_));
            let request = JoinRequest {
                version,
                link,
                attempt,
                offer,
                takeover,
            };
            client.post("/v1/join", None, &request).await
        }
        Key::Resume(resume) => {
            let request = ResumeRequest {
                version,
                resume,
                attempt,
                offer,
            };
            client.post("/v1/resume", None, &request).await
        }
    }
}

async fn accept_through(peer: &Peer, answer: &str, wiring: &mut Wiring) -> Result<(), Failure> {
    match wiring {
        Wiring::Straight => accept(peer, answer).await,
        Wiring::Tapped(tap) => {
            let (made, answer) = Tap::splice(answer).await?;
            *tap = Some(made);
            accept(peer, &answer).await
        }
    }
}

/// Takes the server's answer; the connection begins to connect.
async fn accept(peer: &Peer, answer: &str) -> Result<(), Failure> {
    let answered = match RTCSessionDescription::answer(answer.to_owned()) {
        Ok(answer) => peer.connection.set_remote_description(answer).await,
        Err(error) => Err(error),
    };
    answered.map_err(|error| Failure::new("answer_invalid", error))
}

/// Waits until media can flow.
pub async fn connected(state: &mut watch::Receiver<RTCPeerConnectionState>) -> Result<(), Failure> {
    let is_settled = |state: &RTCPeerConnectionState| {
        matches!(
            state,
            RTCPeerConnectionState::Connected | RTCPeerConnectionState::Failed
        )
    };
    let settled = timeout(CONNECT_TIMEOUT, state.wait_for(is_settled)).await;
    match settled {
        Ok(Ok(state)) if *state == RTCPeerConnectionState::Connected => Ok(()),
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
