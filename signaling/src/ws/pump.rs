//! One socket's loop.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::time::{Instant, sleep_until, timeout};

use crate::connection::{CloseCode, Connection, Step};
use crate::opaque::ResumeToken;
use crate::protocol::{ErrorCode, ServerMessage};
use crate::room::{Outgoing, Overflow, Receiver};
use crate::service::{ConnectError, Connected, Service};

/// How long one message may take to be written. A welcome of 64 kB passes at 40 kbit/s. Beyond
/// it: the socket is dropped; the seat stays.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long the page gets to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The socket is done with.
struct Done;

struct Pump {
    socket: WebSocket,
    service: Service,
    address: IpAddr,
    connection: Connection,
    room: Option<(Connected, Receiver)>,
}

/// Pumps until either side is done, then tells the room.
pub(super) async fn run(socket: WebSocket, service: Service, address: IpAddr) {
    let mut pump = Pump {
        socket,
        service,
        address,
        connection: Connection::new(now()),
        room: None,
    };
    while pump.turn().await.is_ok() {}
    if let Some((connected, _receiver)) = pump.room.take() {
        connected.disconnect().await;
    }
}

enum Woken {
    Frame(Option<Result<Message, axum::Error>>),
    Outgoing(Result<Option<Outgoing>, Overflow>),
    Timeout,
}

impl Pump {
    /// Waits for one thing and does it.
    async fn turn(&mut self) -> Result<(), Done> {
        let woken = self.wait().await;
        match woken {
            Woken::Frame(Some(Ok(message))) => {
                let steps = self.read(message)?;
                self.walk(steps).await
            }
            // Closed, reset, or a frame that is absurdly large.
            Woken::Frame(_) | Woken::Outgoing(Err(Overflow)) => Err(Done),
            Woken::Outgoing(Ok(Some(Outgoing::Message(message)))) => self.write(&message).await,
            Woken::Outgoing(Ok(Some(Outgoing::Close) | None)) => {
                self.close(CloseCode::Normal).await
            }
            Woken::Timeout => {
                let steps = self.connection.handle_timeout(now());
                self.walk(steps).await
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        let deadline = self.connection.poll_timeout();
        let sleep = async {
            match deadline {
                Some(deadline) => sleep_until(Instant::from_std(deadline)).await,
                None => std::future::pending().await,
            }
        };
        let Some((_, receiver)) = &mut self.room else {
            return tokio::select! {
                frame = self.socket.recv() => Woken::Frame(frame),
                () = sleep => Woken::Timeout,
            };
        };
        tokio::select! {
            outgoing = receiver.next() => Woken::Outgoing(outgoing),
            frame = self.socket.recv() => Woken::Frame(frame),
            () = sleep => Woken::Timeout,
        }
    }

    fn read(&mut self, message: Message) -> Result<Vec<Step>, Done> {
        match message {
            Message::Text(text) => Ok(self.connection.handle_text(text.as_str(), now())),
            Message::Binary(_) => Ok(self.connection.handle_binary(now())),
            // The library answers pings by itself.
            Message::Ping(_) | Message::Pong(_) => {
                self.connection.handle_sign_of_life(now());
                Ok(Vec::new())
            }
            Message::Close(_) => Err(Done),
        }
    }

    async fn walk(&mut self, steps: Vec<Step>) -> Result<(), Done> {
        for step in steps {
            match step {
                Step::Hello(resume) => self.greet(&resume).await?,
                Step::Say(said) => {
                    if let Some((connected, _)) = &self.room {
                        connected.say(said).await;
                    }
                }
                Step::Send(message) => self.write(&message).await?,
                Step::Ping => self.put(Message::Ping(Bytes::new())).await?,
                Step::Close(code) => self.close(code).await?,
            }
        }
        Ok(())
    }

    async fn greet(&mut self, resume: &ResumeToken) -> Result<(), Done> {
        let refused = match self.service.connect(resume, self.address).await {
            Ok(room) => {
                self.room = Some(room);
                return Ok(());
            }
            Err(ConnectError::Ended(reason)) => ServerMessage::Ended { reason },
            Err(ConnectError::Unknown) => error(
                ErrorCode::LinkUnknown,
                "no open consultation has this resume token",
            ),
            Err(ConnectError::RateLimited(wait)) => ServerMessage::Error {
                code: ErrorCode::RateLimited,
                message: format!(
                    "too many wrong tokens from this network: wait {} s and try again",
                    wait.as_seconds()
                ),
            },
            Err(ConnectError::Overloaded) => {
                error(ErrorCode::Overloaded, "the server is at its limit")
            }
            Err(ConnectError::StoreAway) => error(
                ErrorCode::StoreAway,
                "nothing can be looked up at this moment; it will work again soon",
            ),
            Err(ConnectError::Internal) => error(
                ErrorCode::Internal,
                "the server failed to do this; it may work again soon",
            ),
        };
        self.write(&refused).await?;
        self.close(CloseCode::Normal).await
    }

    async fn write(&mut self, message: &ServerMessage) -> Result<(), Done> {
        let text = serde_json::to_string(message).map_err(|_| Done)?;
        self.put(Message::Text(text.into())).await
    }

    /// Writes one frame; stops in the middle if the room gave the socket up meanwhile.
    async fn put(&mut self, message: Message) -> Result<(), Done> {
        let write = timeout(WRITE_TIMEOUT, self.socket.send(message));
        let written = match &mut self.room {
            Some((_, receiver)) => tokio::select! {
                () = receiver.overflowed() => return Err(Done),
                written = write => written,
            },
            None => write.await,
        };
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Done),
        }
    }

    /// Says good-bye and waits a moment for the answer: a socket that is dropped with unread
    /// bytes resets the connection, and the last message would be lost with it.
    async fn close(&mut self, code: CloseCode) -> Result<(), Done> {
        let frame = CloseFrame {
            code: code.as_u16(),
            reason: axum::extract::ws::Utf8Bytes::default(),
        };
        self.put(Message::Close(Some(frame))).await?;
        let answered = async { while let Some(Ok(_ignored)) = self.socket.recv().await {} };
        timeout(CLOSE_TIMEOUT, answered).await.ok();
        Err(Done)
    }
}

fn error(code: ErrorCode, message: &str) -> ServerMessage {
    ServerMessage::Error {
        code,
        message: message.to_owned(),
    }
}

fn now() -> std::time::Instant {
    Instant::now().into_std()
}
