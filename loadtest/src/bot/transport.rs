//! The media half of a bot: a connection that plays what the plan wants, and listens.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use webrtc::data_channel::{DataChannel, DataChannelEvent};
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::RTCPeerConnectionState;

use super::enter;
use super::listen::{LaneReport, Meter, Owner, Room, listen};
use super::media::{Programme, Sent, play};
use super::peer::Peer;
use super::slots::{FromServer, SLOTS, SendPlan, slot_ready};
use super::stats::Kind;
use crate::chance::Chance;
use crate::http::Failure;
use crate::protocol::SlotOwner;

/// What a bot listens with.
#[derive(Debug, Clone)]
pub struct Hearing {
    /// The tones its ears know.
    pub tones: Arc<[u16]>,
    /// Counts every packet.
    pub meter: Arc<Meter>,
}

/// A connection at work; it ends when dropped.
pub struct Transport {
    peer: Arc<Peer>,
    state: watch::Receiver<RTCPeerConnectionState>,
    receiving: JoinHandle<Vec<LaneReport>>,
    channel: JoinHandle<()>,
    playing: Option<JoinHandle<anyhow::Result<Sent>>>,
    stop: watch::Sender<bool>,
}

/// What a connection sent and received.
#[derive(Debug, Clone, Default)]
pub struct TransportReport {
    /// What it sent.
    pub sent: Sent,
    /// What it received.
    pub lanes: Vec<LaneReport>,
    /// The SRTP cipher.
    pub cipher: Option<String>,
}

impl Transport {
    /// Puts everything that receives in place; the first packet counts.
    pub fn start(
        mut peer: Peer,
        slots: &[SlotOwner],
        hearing: Hearing,
        plan: Arc<SendPlan>,
        since: Instant,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (board, owners) = Board::new(slots, since);
        let room = Room {
            lanes: Arc::new(std::mem::take(&mut peer.lanes)),
            owners,
            tones: hearing.tones,
            meter: hearing.meter,
        };
        let tracks = std::mem::replace(&mut peer.tracks, mpsc::unbounded_channel().1);
        let receiving = tokio::spawn(receive(tracks, room, stopped.clone()));
        let channel = Arc::clone(&peer.channel);
        let channel = tokio::spawn(follow_slots(channel, board, plan, stopped));
        let state = peer.state.clone();
        Self {
            peer: Arc::new(peer),
            state,
            receiving,
            channel,
            playing: None,
            stop,
        }
    }

    /// The connection itself, for whoever wants to misuse it.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Waits until media can flow.
    pub async fn connected(&mut self) -> Result<(), Failure> {
        enter::connected(&mut self.state).await
    }

    /// Begins to send what the plan wants.
    pub fn play(&mut self, programme: Programme, chance: Chance) {
        let (peer, stop) = (Arc::clone(&self.peer), self.stop.subscribe());
        self.playing = Some(tokio::spawn(async move {
            play(&peer.microphone, &peer.camera, programme, chance, stop).await
        }));
    }

    /// Stops sending and listening, so that nothing that comes later is counted; the connection stays.
    pub fn hush(&self) {
        self.stop.send_replace(true);
    }

    /// Ends the connection. An error is a bot that could not play.
    pub async fn end(self) -> Result<TransportReport, Failure> {
        self.hush();
        let sent = match self.playing {
            Some(playing) => playing.await.unwrap_or_else(|error| Err(error.into())),
            None => Ok(Sent::default()),
        };
        let lanes = self.receiving.await.unwrap_or_default();
        let cipher = self.peer.srtp_cipher(Instant::now().into_std()).await;
        enter::close(&self.peer).await;
        self.channel.abort();
        let sent = sent.map_err(|error| Failure::new("client", format!("{error:#}")))?;
        Ok(TransportReport {
            sent,
            lanes,
            cipher,
        })
    }
}

/// Starts a listener for every track, and gathers what they heard.
async fn receive(
    mut tracks: mpsc::UnboundedReceiver<Arc<dyn TrackRemote>>,
    room: Room,
    mut stop: watch::Receiver<bool>,
) -> Vec<LaneReport> {
    let mut listeners = JoinSet::new();
    loop {
        let track = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            track = tracks.recv() => track,
        };
        let Some(track) = track else { break };
        listeners.spawn(listen(track, room.clone(), stop.clone()));
    }
    let mut lanes = Vec::new();
    while let Some(heard) = listeners.join_next().await {
        lanes.extend(heard.ok().flatten());
    }
    lanes.sort_by_key(|report| (report.lane.slot, report.lane.kind == Kind::Video));
    lanes
}

/// The bot's side of the slots: blank, labelled, ready.
struct Board {
    owners: [watch::Sender<Owner>; SLOTS],
}

impl Board {
    fn new(initial: &[SlotOwner], since: Instant) -> (Self, [watch::Receiver<Owner>; SLOTS]) {
        let owners = [0_u8, 1].map(|slot| {
            let known = initial.iter().find(|owner| owner.slot == slot);
            let (seat, epoch) = known.map_or((0, 0), |owner| (owner.seat, owner.epoch));
            watch::Sender::new(Owner { seat, epoch, since })
        });
        let receivers = owners.each_ref().map(watch::Sender::subscribe);
        (Self { owners }, receivers)
    }

    /// Writes down the new owner; `false` for a slot that was never offered.
    fn assign(&self, assigned: SlotOwner, since: Instant) -> bool {
        let Some(owner) = self.owners.get(usize::from(assigned.slot)) else {
            return false;
        };
        owner.send_replace(Owner {
            seat: assigned.seat,
            epoch: assigned.epoch,
            since,
        });
        true
    }
}

async fn follow_slots(
    channel: Arc<dyn DataChannel>,
    board: Board,
    plan: Arc<SendPlan>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let event = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            event = channel.poll() => event,
        };
        let message = match event {
            Some(DataChannelEvent::OnMessage(message)) => message.data,
            Some(DataChannelEvent::OnClose) | None => return,
            Some(_) => continue,
        };
        match FromServer::parse(&message) {
            Some(FromServer::SlotAssigned(assigned)) => {
                let is_offered = board.assign(assigned, Instant::now());
                // An empty slot has nobody to be ready for.
                if is_offered && assigned.seat != 0 {
                    // A closed channel shows as a silent slot in the report.
                    let _ = channel
                        .send(BytesMut::from(&slot_ready(assigned)[..]))
                        .await;
                }
            }
            Some(FromServer::SendPlan(flags)) => plan.set(flags),
            None => {}
        }
    }
}
