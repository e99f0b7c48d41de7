//! One bot: a participant that joins, talks in its own tone, listens, and tells what it heard.

pub mod bool_coder;
pub mod ears;
pub mod join;
pub mod listen;
pub mod media;
pub mod peer;
pub mod picture;
pub mod slots;
pub mod socket;
pub mod stats;
pub mod tone;
pub mod vp8;

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use webrtc::data_channel::{DataChannel, DataChannelEvent};

use crate::chance::Chance;
use crate::http::{Client, Failure};
use crate::protocol::SlotOwner;
use join::Joined;
use listen::{LaneReport, Meter, Owner, Room};
use media::{Programme, Sent};
use picture::Colour;
use slots::{FromServer, SLOTS, SendPlan, slot_ready};
use socket::SocketReport;

/// A bot's one word while it runs: media can flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct In;

/// What a bot is told before it starts.
pub struct BotPlan {
    /// Which room of the run, from 0.
    pub room: usize,
    /// Which bot of the room, from 0.
    pub bot: usize,
    /// The link it joins with.
    pub link: String,
    /// Its own tone, in Hz.
    pub tone: u16,
    /// The colour of its picture, if its camera is on.
    pub colour: Option<Colour>,
    /// Its voice and pictures.
    pub programme: Programme,
    /// The tones its ears know.
    pub tones: Arc<[u16]>,
    /// Its numbers.
    pub chance: Chance,
}

/// A bot that got in, and what it met with.
#[derive(Debug, Clone)]
pub struct Attended {
    /// Its seat.
    pub seat: u16,
    /// When its join began.
    pub started_at: Instant,
    /// How long `POST /v1/join` took.
    pub request: Duration,
    /// Bytes of the deflated offer and answer.
    pub sdp_bytes: (usize, usize),
    /// From the join's beginning until media could flow; or why it never could.
    pub connected: Result<Duration, (String, String)>,
    /// The SRTP cipher.
    pub cipher: Option<String>,
    /// What it sent.
    pub sent: Sent,
    /// What it received.
    pub lanes: Vec<LaneReport>,
    /// Its event socket.
    pub socket: SocketReport,
}

/// What became of a bot.
#[derive(Debug, Clone)]
pub struct BotReport {
    /// Which room of the run.
    pub room: usize,
    /// Which bot of the room.
    pub bot: usize,
    /// Its own tone.
    pub tone: u16,
    /// The colour of its picture, if its camera is on.
    pub colour: Option<Colour>,
    /// What it met with, or the code and detail of why it never got in.
    pub outcome: Result<Attended, (String, String)>,
}

/// Runs a bot until `stop` turns true. `settled` hears [`In`] once media can flow, and is
/// dropped then or when the bot has given up.
pub async fn run(
    client: Client,
    plan: BotPlan,
    meter: Arc<Meter>,
    settled: mpsc::Sender<In>,
    stop: watch::Receiver<bool>,
) -> BotReport {
    let BotPlan {
        room,
        bot,
        tone,
        colour,
        ..
    } = plan;
    let outcome = attend(client, plan, meter, settled, stop).await;
    BotReport {
        room,
        bot,
        tone,
        colour,
        outcome: outcome.map_err(|failure| (failure.code, failure.detail)),
    }
}

async fn attend(
    client: Client,
    mut plan: BotPlan,
    meter: Arc<Meter>,
    settled: mpsc::Sender<In>,
    mut stop: watch::Receiver<bool>,
) -> Result<Attended, Failure> {
    let sending = Arc::clone(&plan.programme.plan);
    let mut joined = join::join(&client, &plan.link, &sending, &mut plan.chance).await?;
    let socket = tokio::spawn(socket::converse(
        client,
        joined.response.resume.clone(),
        stop.clone(),
    ));

    // Everything that receives is in place before the transport is: the first packet counts.
    let (board, owners) = Board::new(&joined.response.slots, joined.started_at);
    let lanes = Arc::new(std::mem::take(&mut joined.peer.lanes));
    let hearing = Room {
        lanes,
        owners,
        tones: plan.tones,
        meter,
    };
    let tracks = std::mem::replace(&mut joined.peer.tracks, mpsc::unbounded_channel().1);
    let receiving = tokio::spawn(receive(tracks, hearing, stop.clone()));
    let channel = tokio::spawn(follow_slots(
        Arc::clone(&joined.peer.channel),
        board,
        sending,
        stop.clone(),
    ));

    let connected = join::connected(&mut joined)
        .await
        .map_err(|failure| (failure.code, failure.detail));
    if connected.is_ok() {
        // Whoever waits for the bots may have given up already.
        let _ = settled.send(In).await;
    }
    drop(settled);
    let Joined {
        peer,
        response,
        started_at,
        request,
        sdp_bytes,
    } = joined;
    let is_connected = connected.is_ok();
    let sent = if is_connected {
        media::play(
            &peer.microphone,
            &peer.camera,
            plan.programme,
            plan.chance,
            stop.clone(),
        )
        .await
        .map_err(|error| Failure::new("client", format!("{error:#}")))
    } else {
        Ok(Sent::default())
    };
    // A bot that cannot play stays, silent, so that the others see the room they expect.
    let _ = stop.wait_for(|stop| *stop).await;

    let lanes = receiving.await.unwrap_or_default();
    let cipher = peer.srtp_cipher(Instant::now().into_std()).await;
    let socket = socket.await.unwrap_or_default();
    join::close(&peer).await;
    channel.abort();
    let sent = sent?;
    Ok(Attended {
        seat: response.you,
        started_at,
        request,
        sdp_bytes,
        connected,
        cipher,
        sent,
        lanes,
        socket,
    })
}

/// Starts a listener for every track, and gathers what they heard.
async fn receive(
    mut tracks: mpsc::UnboundedReceiver<Arc<dyn webrtc::media_stream::track_remote::TrackRemote>>,
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
        listeners.spawn(listen::listen(track, room.clone(), stop.clone()));
    }
    let mut lanes = Vec::new();
    while let Some(heard) = listeners.join_next().await {
        lanes.extend(heard.ok().flatten());
    }
    lanes.sort_by_key(|report| (report.lane.slot, report.lane.kind == stats::Kind::Video));
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

#[cfg(test)]
mod tests;
