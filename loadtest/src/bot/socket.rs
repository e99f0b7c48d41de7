//! What a bot does on its event socket: greets, lets people in if it may, chats once, leaves at the end.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::wire::{PATIENCE, Wire};
use crate::http::Client;
use crate::protocol::{Admission, ClientMessage, Seat, ServerMessage, own};

/// How long a leaving bot waits for the server's last word.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(2);
/// Every bot writes this line once; its echo is the receipt.
const LINE: &str = "Xin chào, tôi là máy thử.";
const LINE_REFERENCE: &str = "bot-1";

/// What happened on the event socket.
#[derive(Debug, Default, Clone)]
pub struct SocketReport {
    /// From opening to the first `welcome`.
    pub welcome: Option<Duration>,
    /// The own line came back with its reference.
    pub has_receipt: bool,
    /// The seat it was greeted as.
    pub seat: Option<u16>,
    /// Lines of the others, before and after the greeting.
    pub lines_heard: u32,
    /// People let in.
    pub admitted: u32,
    /// Why the conversation broke before the bot left, if it did.
    pub broken: Option<String>,
}

/// What the socket tells the rest of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct News {
    /// The bot is let in.
    pub is_admitted: bool,
    /// How often it was called to the door.
    pub calls: u32,
    /// Nothing will come any more.
    pub is_over: bool,
}

/// When to do what; all are given from outside.
#[derive(Clone)]
pub struct Cues {
    /// Everybody is there: time to chat.
    pub talk: watch::Receiver<bool>,
    /// The end.
    pub stop: watch::Receiver<bool>,
}

/// Talks until `cues.stop` turns true, then leaves. A new `resume` opens a new socket.
pub async fn converse(
    client: Client,
    mut resume: watch::Receiver<String>,
    cues: Cues,
    news: watch::Sender<News>,
) -> SocketReport {
    let mut talker = Talker {
        report: SocketReport::default(),
        news,
        seat: 0,
        is_practitioner: false,
        let_in: HashSet::new(),
        has_spoken: false,
    };
    talker.talk(&client, &mut resume, cues).await;
    talker.news.send_modify(|news| news.is_over = true);
    talker.report
}

/// A conversation over one socket after the other.
struct Talker {
    report: SocketReport,
    news: watch::Sender<News>,
    seat: u16,
    is_practitioner: bool,
    /// Whom this practitioner has asked to be let in, until they wait no more.
    let_in: HashSet<u16>,
    has_spoken: bool,
}

/// Why a socket is left.
enum Next {
    Socket,
    Nothing,
}

impl Talker {
    async fn talk(&mut self, client: &Client, resume: &mut watch::Receiver<String>, cues: Cues) {
        loop {
            let token = resume.borrow_and_update().clone();
            let opened_at = Instant::now();
            let mut wire = match Wire::hello(client, &token).await {
                Ok(wire) => wire,
                Err(error) => return self.is_broken(error.detail),
            };
            match self.stay(&mut wire, resume, cues.clone(), opened_at).await {
                Ok(Next::Socket) => {}
                Ok(Next::Nothing) => {
                    // Leaving is a courtesy: the judgement is over, so nothing here can fail it.
                    let _ = timeout(GOODBYE_TIMEOUT, wire.leave()).await;
                    return;
                }
                Err(why) => return self.is_broken(why),
            }
        }
    }

    fn is_broken(&mut self, why: String) {
        self.report.broken = Some(why);
    }

    async fn stay(
        &mut self,
        wire: &mut Wire,
        resume: &mut watch::Receiver<String>,
        mut cues: Cues,
        opened_at: Instant,
    ) -> Result<Next, String> {
        let mut is_welcome = false;
        loop {
            let may_speak = is_welcome && !self.has_spoken;
            let message = tokio::select! {
                biased;
                _ = is_time(&mut cues.stop) => return Ok(Next::Nothing),
                message = wire.hear() => message,
                Ok(()) = resume.changed() => return Ok(Next::Socket),
                true = is_time(&mut cues.talk), if may_speak => {
                    self.has_spoken = true;
                    let line = ClientMessage::Chat { reference: LINE_REFERENCE, text: LINE, to: None };
                    say(wire, line).await?;
                    continue;
                }
                () = tokio::time::sleep_until(opened_at + PATIENCE), if !is_welcome => {
                    return Err("no welcome in time".to_owned());
                }
            };
            let message = message.ok_or("the server dropped the WebSocket")??;
            is_welcome |= matches!(message, ServerMessage::Welcome { .. });
            self.hear(wire, message, opened_at).await?;
        }
    }

    async fn hear(
        &mut self,
        wire: &mut Wire,
        message: ServerMessage,
        opened_at: Instant,
    ) -> Result<(), String> {
        match message {
            ServerMessage::Welcome {
                you, seats, chat, ..
            } => {
                self.seat = you;
                self.report.seat = Some(you);
                self.report.lines_heard += u32::try_from(chat.len()).unwrap_or(u32::MAX);
                self.report.welcome.get_or_insert(opened_at.elapsed());
                self.is_practitioner =
                    own(&seats, you).is_some_and(|own| own.role == "practitioner");
                let (microphone, camera) = (true, true);
                say(wire, ClientMessage::Media { microphone, camera }).await?;
                for seat in &seats {
                    self.see(wire, seat).await?;
                }
            }
            ServerMessage::SeatChanged { seat } => self.see(wire, &seat).await?,
            ServerMessage::Chat {
                reference: Some(reference),
                ..
            } if reference == LINE_REFERENCE => self.report.has_receipt = true,
            ServerMessage::Chat { .. } => self.report.lines_heard += 1,
            ServerMessage::Rejoin { reason } if reason == "called" => {
                self.news.send_modify(|news| news.calls += 1);
            }
            ServerMessage::Rejoin { reason } => return Err(format!("rejoin: {reason}")),
            ServerMessage::Ended { reason } => return Err(format!("ended: {reason}")),
            ServerMessage::Error { code } => self.report.broken = Some(format!("error: {code}")),
            ServerMessage::LockChanged { .. } | ServerMessage::Other => {}
        }
        Ok(())
    }

    /// Looks at a seat: the own one says whether the bot is in, the others whether somebody waits.
    async fn see(&mut self, wire: &mut Wire, seat: &Seat) -> Result<(), String> {
        if seat.seat == self.seat {
            let is_admitted = seat.admission == Admission::Admitted;
            self.news.send_if_modified(|news| {
                std::mem::replace(&mut news.is_admitted, is_admitted) != is_admitted
            });
        } else if !seat.admission.is_waiting() {
            self.let_in.remove(&seat.seat);
        } else if self.is_practitioner && self.let_in.insert(seat.seat) {
            say(wire, ClientMessage::Admit { seat: seat.seat }).await?;
            self.report.admitted += 1;
        }
        Ok(())
    }
}

/// Waits for a cue; `false` if it will never come.
async fn is_time(cue: &mut watch::Receiver<bool>) -> bool {
    cue.wait_for(|now| *now).await.is_ok()
}

async fn say(wire: &mut Wire, message: ClientMessage<'_>) -> Result<(), String> {
    wire.say(message).await.map_err(|failure| failure.detail)
}
