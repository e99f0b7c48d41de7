//! One bot: a participant that joins, talks in its own tone, listens, and tells what it heard.

pub mod bool_coder;
pub mod disguise;
pub mod ears;
pub mod enter;
pub mod listen;
pub mod media;
pub mod peer;
pub mod person;
pub mod picture;
pub mod slots;
pub mod socket;
pub mod stats;
pub mod tap;
pub mod tone;
pub mod transport;
pub mod vp8;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use crate::chance::Chance;
use crate::http::{Client, Failure};
use crate::protocol::Admission;
use enter::{Key, enter};
use listen::{LaneReport, Meter};
use media::{Programme, Sent};
use picture::Colour;
use socket::{Cues, News, SocketReport};
use transport::{Hearing, Transport};

/// A person lets the bots in who need not be at the screen; beyond it a bot gives up.
pub const ADMISSION_TIMEOUT: Duration = Duration::from_secs(45);

/// A bot's one word while it runs: it is let in and media can flow.
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
    /// From the beginning of the join, or of the resume that brought the transport, until media could flow; or
    /// why it never could.
    pub connected: Result<Duration, (String, String)>,
    /// From the join's beginning until a bot that had to wait was let in; none if it went straight in.
    pub waited: Option<Duration>,
    /// The SRTP cipher.
    pub cipher: Option<String>,
    /// What it sent.
    pub sent: Sent,
    /// What it received.
    pub lanes: Vec<LaneReport>,
    /// Its event socket.
    pub socket: SocketReport,
}

impl Attended {
    /// Since when it may hear the others.
    pub fn let_in_at(&self) -> Instant {
        self.started_at + self.waited.unwrap_or_default()
    }
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

/// Runs a bot until `cues.stop` turns true. `settled` hears [`In`] once it is let in and media can flow,
/// and is dropped then or when the bot has given up.
pub async fn run(
    client: Client,
    plan: BotPlan,
    meter: Arc<Meter>,
    settled: mpsc::Sender<In>,
    cues: Cues,
) -> BotReport {
    let BotPlan {
        room,
        bot,
        tone,
        colour,
        ..
    } = plan;
    let outcome = attend(client, plan, meter, settled, cues).await;
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
    cues: Cues,
) -> Result<Attended, Failure> {
    let sending = Arc::clone(&plan.programme.plan);
    let mut entered = enter(&client, Key::Link(&plan.link), &sending, &mut plan.chance).await?;
    let (started_at, request) = (entered.started_at, entered.request);
    let seat = entered.response.you;

    let is_admitted = entered.response.admission() == Some(Admission::Admitted);
    let (news_sender, mut news) = watch::channel(News {
        is_admitted,
        ..News::default()
    });
    let (resume, resume_receiver) = watch::channel(entered.response.resume.clone());
    let mut stop = cues.stop.clone();
    let socket = tokio::spawn(socket::converse(
        client.clone(),
        resume_receiver,
        cues,
        news_sender,
    ));

    let mut calls = 0;
    let peer = loop {
        if let Some(peer) = entered.peer.take() {
            break peer;
        }
        calls = called(&mut news, calls).await?;
        let token = resume.borrow().clone();
        entered = enter(&client, Key::Resume(&token), &sending, &mut plan.chance).await?;
        resume.send_replace(entered.response.resume.clone());
    };
    let hearing = Hearing {
        tones: plan.tones,
        meter,
    };
    let slots = &entered.response.slots;
    let mut transport = Transport::start(peer, slots, hearing, sending, entered.started_at);
    let connected = transport
        .connected()
        .await
        .map(|()| entered.started_at.elapsed())
        .map_err(|failure| (failure.code, failure.detail));
    let mut waited = None;
    if connected.is_ok() {
        // Silent until the plan says otherwise, which it does when the bot is let in.
        transport.play(plan.programme, plan.chance);
        if !is_admitted {
            let_in(&mut news).await?;
            waited = Some(started_at.elapsed());
        }
        // Whoever waits for the bots may have given up already.
        let _ = settled.send(In).await;
    }
    drop(settled);
    // A bot that cannot connect stays, silent, so that the others see the room they expect.
    let _ = stop.wait_for(|stop| *stop).await;

    transport.hush();
    let socket = socket.await.unwrap_or_default();
    let report = transport.end().await?;
    Ok(Attended {
        seat,
        started_at,
        request,
        sdp_bytes: entered.sdp_bytes,
        connected,
        waited,
        cipher: report.cipher,
        sent: report.sent,
        lanes: report.lanes,
        socket,
    })
}

/// Waits until the bot is called to the door once more than `before`.
async fn called(news: &mut watch::Receiver<News>, before: u32) -> Result<u32, Failure> {
    let is_called = |news: &News| news.is_over || news.calls > before;
    match timeout(ADMISSION_TIMEOUT, news.wait_for(is_called)).await {
        Ok(Ok(news)) if news.calls > before => Ok(news.calls),
        Ok(_) => Err(Failure::new("not_admitted", "the event socket broke")),
        Err(_) => Err(Failure::new("not_admitted", "never called to the door")),
    }
}

/// Waits until the bot is let in.
async fn let_in(news: &mut watch::Receiver<News>) -> Result<(), Failure> {
    let is_decided = |news: &News| news.is_over || news.is_admitted;
    match timeout(ADMISSION_TIMEOUT, news.wait_for(is_decided)).await {
        Ok(Ok(news)) if news.is_admitted => Ok(()),
        Ok(_) => Err(Failure::new("not_admitted", "the event socket broke")),
        Err(_) => Err(Failure::new("not_admitted", "nobody let the bot in")),
    }
}

#[cfg(test)]
mod tests;
