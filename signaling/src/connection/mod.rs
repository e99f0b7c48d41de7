//! One WebSocket connection without its socket: what may be said when, how much, how often.
//!
//! Sans-IO: frames and times go in, [`Step`]s come out. States: *awaiting hello* → *live* →
//! *closed*, and never back.
//!
//! **Invariants** (`tests.rs`)
//! - nothing reaches a room before `hello`, and nothing after the close;
//! - whatever the bytes, the outcome is a step, never a panic.

mod consenting;
mod limits;
#[cfg(test)]
mod tests;

use std::time::Instant;

pub use consenting::Consenting;
pub(crate) use consenting::scopes;
pub use limits::{
    CALL_ALLOWANCE, CHAT_ALLOWANCE, IDLE_TIMEOUT, MESSAGE_ALLOWANCE, PAPER_ALLOWANCE,
    PING_INTERVAL, REFUSALS_MAX,
};

use crate::bucket::Bucket;
use crate::consultation::{Minutes, Paper, PaperVersion, Scopes};
use crate::ids::SeatId;
use crate::opaque::ResumeToken;
use crate::protocol::limits::{HELLO_TIMEOUT, MESSAGE_MAX_BYTES, PAPER_MESSAGE_MAX_BYTES};
use crate::protocol::{
    ClientMessage, ErrorCode, NetworkLevel, Problem, ServerMessage, TurnKind, parse_client_message,
};
use crate::text::PaperText;
use crate::text::{ChatRef, ChatText};

/// What the shell does next, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the room whether this token still speaks for its seat.
    Hello(ResumeToken),
    /// Tell the room.
    Say(Said),
    /// Tell the page.
    Send(ServerMessage),
    /// Ask the page's machine whether it is there.
    Ping,
    /// Close the socket with this code (RFC 6455 section 7.4).
    Close(CloseCode),
}

/// What a live page says to its room. Whether it may is for the room to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Its own mute state.
    Media {
        /// Not muted.
        microphone: bool,
        /// Camera on.
        camera: bool,
    },
    /// What is to be expected of its network.
    Connection {
        /// It is.
        network: NetworkLevel,
    },
    /// A hand is raised or lowered.
    Hand {
        /// Raised.
        raised: bool,
    },
    /// A chat message.
    Chat {
        /// The page's name for it.
        r#ref: ChatRef,
        /// The text.
        text: ChatText,
        /// Only to this person.
        to: Option<SeatId>,
    },
    /// A wish to all.
    Turn {
        /// Which.
        kind: TurnKind,
    },
    /// Let somebody in.
    Admit {
        /// Whom.
        seat: SeatId,
    },
    /// Turn somebody away.
    Deny {
        /// Whom.
        seat: SeatId,
    },
    /// Let somebody wait a little more.
    Hold {
        /// Whom.
        seat: SeatId,
    },
    /// Put somebody out.
    Remove {
        /// Whom.
        seat: SeatId,
    },
    /// Ask somebody to mute themselves.
    AskMute {
        /// Whom.
        seat: SeatId,
    },
    /// Let nobody new come, or let them come again.
    Lock {
        /// Nobody new.
        locked: bool,
    },
    /// Somebody who waits is looked at.
    OpenCard {
        /// Whose card.
        seat: SeatId,
    },
    /// An act of consenting.
    Consent(Consenting),
    /// The end of a consent, or a no.
    WithdrawConsent {
        /// Whose.
        subject: SeatId,
        /// To what.
        scopes: Scopes,
    },
    /// What is being written.
    WritePaper {
        /// What.
        paper: Paper,
        /// The version that it is built on.
        base: PaperVersion,
        /// All of it.
        text: PaperText,
    },
    /// Somebody answers for a version.
    SignOff {
        /// Of what.
        paper: Paper,
        /// Which.
        version: PaperVersion,
    },
    /// The treatment is handed on.
    Treat {
        /// To whom.
        seat: SeatId,
    },
    /// Somebody speaks for the patient, or nobody does any more.
    Represent {
        /// Who.
        seat: Option<SeatId>,
    },
    /// A delay.
    Late {
        /// By how much; not late after all without it.
        delay: Option<Minutes>,
    },
    /// The end for everybody.
    End,
    /// Good-bye.
    Leave,
}

/// Why a socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// All is said.
    Normal,
    /// The rules of PROTOCOL.md were broken.
    Policy,
    /// A message over the limit.
    TooBig,
}

impl CloseCode {
    /// The number on the wire.
    pub const fn as_u16(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::Policy => 1008,
            Self::TooBig => 1009,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    AwaitingHello { until: Instant },
    Live,
    Closed,
}

/// The machine.
#[derive(Debug)]
pub struct Connection {
    state: State,
    heard: Instant,
    ping_at: Instant,
    messages: Bucket,
    chat: Bucket,
    calls: Bucket,
    papers: Bucket,
    refusals: u32,
}

impl Connection {
    /// A socket that was just opened.
    pub fn new(now: Instant) -> Self {
        Self {
            state: State::AwaitingHello {
                until: now + HELLO_TIMEOUT,
            },
            heard: now,
            ping_at: now + PING_INTERVAL,
            messages: Bucket::new(now),
            chat: Bucket::new(now),
            calls: Bucket::new(now),
            papers: Bucket::new(now),
            refusals: 0,
        }
    }

    /// A text frame came.
    pub fn handle_text(&mut self, text: &str, now: Instant) -> Vec<Step> {
        self.heard = now;
        if self.state == State::Closed {
            return Vec::new();
        }
        if text.len() > MESSAGE_MAX_BYTES && !self.is_paper(text) {
            let words = format!(
                "a message has {MESSAGE_MAX_BYTES} bytes at most, got {}",
                text.len()
            );
            return self.fail(CloseCode::TooBig, ErrorCode::TooLarge, words);
        }
        if self.messages.try_take(MESSAGE_ALLOWANCE, now).is_err() {
            return self.refuse(Problem::new(
                ErrorCode::RateLimited,
                "too many messages: 10 a second at most",
            ));
        }
        let message = match parse_client_message(text) {
            Ok(message) => message,
            Err(refusal) => return self.refuse(refusal.into()),
        };
        match (self.state, hear(message)) {
            (State::AwaitingHello { .. }, Heard::Hello(resume)) => {
                self.state = State::Live;
                vec![Step::Hello(resume)]
            }
            (State::AwaitingHello { .. }, Heard::Said(_)) => self.refuse(Problem::new(
                ErrorCode::Malformed,
                "the first message must be hello",
            )),
            (_, Heard::Hello(_)) => {
                self.refuse(Problem::new(ErrorCode::Malformed, "hello was said already"))
            }
            (_, Heard::Said(said)) => match self.limit(&said, now) {
                Ok(()) => vec![Step::Say(said)],
                Err(words) => self.refuse(Problem::new(ErrorCode::RateLimited, words)),
            },
        }
    }

    /// What is written about a consultation may be longer than anything else.
    fn is_paper(&self, text: &str) -> bool {
        self.state == State::Live
            && text.len() <= PAPER_MESSAGE_MAX_BYTES
            && matches!(
                parse_client_message(text),
                Ok(ClientMessage::WritePaper { .. })
            )
    }

    /// What disturbs the others has limits of its own.
    fn limit(&mut self, said: &Said, now: Instant) -> Result<(), String> {
        let (bucket, allowance, words) = match said {
            Said::Chat { .. } => (
                &mut self.chat,
                CHAT_ALLOWANCE,
                "too many chat messages: 1 a second at most",
            ),
            Said::Turn { .. } | Said::AskMute { .. } => (
                &mut self.calls,
                CALL_ALLOWANCE,
                "too many requests to others: one in 2 s at most",
            ),
            Said::WritePaper { .. } => (
                &mut self.papers,
                PAPER_ALLOWANCE,
                "saved too often: once a second at most",
            ),
            _ => return Ok(()),
        };
        bucket
            .try_take(allowance, now)
            .map_err(|wait| format!("{words}; wait {} s and try again", wait.as_seconds()))
    }

    /// A binary frame came; this protocol has none.
    pub fn handle_binary(&mut self, now: Instant) -> Vec<Step> {
        self.heard = now;
        if self.state == State::Closed {
            return Vec::new();
        }
        self.refuse(Problem::new(
            ErrorCode::Malformed,
            "messages are text frames",
        ))
    }

    /// A ping or pong came.
    pub fn handle_sign_of_life(&mut self, now: Instant) {
        self.heard = now;
    }

    /// Time passed.
    pub fn handle_timeout(&mut self, now: Instant) -> Vec<Step> {
        match self.state {
            State::Closed => Vec::new(),
            State::AwaitingHello { until } if now >= until => self.fail(
                CloseCode::Policy,
                ErrorCode::Malformed,
                "hello must come within 10 s",
            ),
            _ if now >= self.heard + IDLE_TIMEOUT => self.close(CloseCode::Policy),
            _ if now >= self.ping_at => {
                self.ping_at = now + PING_INTERVAL;
                vec![Step::Ping]
            }
            _ => Vec::new(),
        }
    }

    /// When [`Self::handle_timeout`] wants to be called; never once closed.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let idle_at = self.heard + IDLE_TIMEOUT;
        match self.state {
            State::Closed => None,
            State::AwaitingHello { until } => Some(until.min(self.ping_at)),
            State::Live => Some(idle_at.min(self.ping_at)),
        }
    }

    /// Closed by this machine; the shell has been told.
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// The message is not done. A page that is live keeps its socket, unless it makes a habit
    /// of it; one that cannot even say hello does not.
    fn refuse(&mut self, problem: Problem) -> Vec<Step> {
        self.refusals = self.refusals.saturating_add(1);
        if self.state != State::Live || self.refusals > REFUSALS_MAX {
            return self.fail(CloseCode::Policy, problem.code, problem.message);
        }
        vec![error(problem)]
    }

    fn fail(&mut self, close: CloseCode, code: ErrorCode, words: impl Into<String>) -> Vec<Step> {
        let mut steps = vec![error(Problem::new(code, words))];
        steps.extend(self.close(close));
        steps
    }

    fn close(&mut self, code: CloseCode) -> Vec<Step> {
        self.state = State::Closed;
        vec![Step::Close(code)]
    }
}

/// A message, sorted: one is for the service, the rest are for the room.
enum Heard {
    Hello(ResumeToken),
    Said(Said),
}

fn hear(message: ClientMessage) -> Heard {
    Heard::Said(match message {
        ClientMessage::Hello { resume, .. } => return Heard::Hello(resume),
        ClientMessage::Media { microphone, camera } => Said::Media { microphone, camera },
        ClientMessage::Connection { network } => Said::Connection { network },
        ClientMessage::Hand { raised } => Said::Hand { raised },
        ClientMessage::Chat { r#ref, text, to } => Said::Chat { r#ref, text, to },
        ClientMessage::Turn { kind } => Said::Turn { kind },
        ClientMessage::Admit { seat } => Said::Admit { seat },
        ClientMessage::Deny { seat } => Said::Deny { seat },
        ClientMessage::Hold { seat } => Said::Hold { seat },
        ClientMessage::Remove { seat } => Said::Remove { seat },
        ClientMessage::AskMute { seat } => Said::AskMute { seat },
        ClientMessage::Lock { locked } => Said::Lock { locked },
        ClientMessage::OpenCard { seat } => Said::OpenCard { seat },
        ClientMessage::Consent {
            subject,
            hash,
            language,
            scopes,
            reader,
            spoken_by,
        } => Said::Consent(Consenting {
            subject,
            hash: hash.0,
            language,
            scopes: self::scopes(scopes),
            reader,
            spoken_by,
        }),
        ClientMessage::WithdrawConsent { subject, scopes } => Said::WithdrawConsent {
            subject,
            scopes: self::scopes(scopes),
        },
        ClientMessage::WritePaper { paper, base, text } => Said::WritePaper {
            paper: paper.into(),
            base: PaperVersion(base),
            text,
        },
        ClientMessage::SignOff { paper, version } => Said::SignOff {
            paper: paper.into(),
            version: PaperVersion(version),
        },
        ClientMessage::Treat { seat } => Said::Treat { seat },
        ClientMessage::Represent { seat } => Said::Represent { seat },
        ClientMessage::Late { minutes } => Said::Late {
            delay: minutes.map(Minutes),
        },
        ClientMessage::End {} => Said::End,
        ClientMessage::Leave {} => Said::Leave,
    })
}

fn error(problem: Problem) -> Step {
    Step::Send(ServerMessage::Error {
        code: problem.code,
        message: problem.message,
    })
}
