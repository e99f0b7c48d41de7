//! An event socket: says and hears messages of the protocol. Reads by itself, so that pings are answered.

use std::time::Duration;

use anyhow::Context as _;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::http::{Client, Failure, Stream};
use crate::protocol::{ClientMessage, Seat, ServerMessage, VERSION};

/// A server that says nothing for this long, although something is due, has lost the connection.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Messages that nobody has taken yet. Beyond it: the socket is read no further, and the server drops it.
const INBOX: usize = 1_024;

const DROPPED: &str = "the server dropped the WebSocket";

type Socket = WebSocketStream<Box<dyn Stream>>;

/// An open event socket; closed when dropped.
pub struct Wire {
    sink: SplitSink<Socket, Message>,
    inbox: mpsc::Receiver<Result<ServerMessage, String>>,
    reader: JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// The room as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The own seat.
    pub you: u16,
    /// Who may be seen from it.
    pub seats: Vec<Seat>,
    /// Nobody new comes in.
    pub locked: bool,
}

impl Wire {
    /// Opens a socket, saying nothing yet.
    pub async fn open(client: &Client) -> Result<Self, Failure> {
        let opening = async {
            let stream = client.connect().await.context("connect")?;
            let scheme = if client.target().tls { "wss" } else { "ws" };
            let address = format!("{scheme}://{}/v1/connect", client.target().authority);
            let request = address.into_client_request()?;
            let (socket, _) = tokio_tungstenite::client_async(request, stream)
                .await
                .context("WebSocket")?;
            anyhow::Ok(socket)
        };
        let socket = timeout(PATIENCE, opening)
            .await
            .map_err(|_| broken("no WebSocket in time"))?
            .map_err(|error| broken(format!("{error:#}")))?;
        let (sink, stream) = socket.split();
        let (sender, inbox) = mpsc::channel(INBOX);
        Ok(Self {
            sink,
            inbox,
            reader: tokio::spawn(read(stream, sender)),
        })
    }

    /// Opens a socket for a seat.
    pub async fn hello(client: &Client, resume: &str) -> Result<Self, Failure> {
        let mut wire = Self::open(client).await?;
        let hello = ClientMessage::Hello {
            version: VERSION,
            resume,
        };
        wire.say(hello).await?;
        Ok(wire)
    }

    /// Opens a socket for a seat, and hears how the room is.
    pub async fn greeted(client: &Client, resume: &str) -> Result<(Self, View), Failure> {
        let mut wire = Self::hello(client, resume).await?;
        match wire.must_hear().await? {
            ServerMessage::Welcome {
                you, seats, locked, ..
            } => {
                let view = View { you, seats, locked };
                Ok((wire, view))
            }
            other => Err(broken(format!("not welcome: {other:?}"))),
        }
    }

    /// Says it.
    pub async fn say(&mut self, message: ClientMessage<'_>) -> Result<(), Failure> {
        let text = serde_json::to_string(&message).map_err(broken)?;
        self.say_text(text).await
    }

    /// Says something that need not be of the protocol.
    pub async fn say_text(&mut self, text: String) -> Result<(), Failure> {
        self.sink
            .send(Message::text(text))
            .await
            .map_err(|_| broken(DROPPED))
    }

    /// The next message; `None` once the server has dropped the socket.
    pub async fn hear(&mut self) -> Option<Result<ServerMessage, String>> {
        self.inbox.recv().await
    }

    /// The next message, which is due.
    pub async fn must_hear(&mut self) -> Result<ServerMessage, Failure> {
        let heard = timeout(PATIENCE, self.hear())
            .await
            .map_err(|_| broken("no message in time"))?
            .ok_or_else(|| broken(DROPPED))?;
        heard.map_err(broken)
    }

    /// The first message that `choose` takes; those before it are forgotten.
    pub async fn until<T>(
        &mut self,
        mut choose: impl FnMut(ServerMessage) -> Option<T>,
    ) -> Result<T, Failure> {
        loop {
            if let Some(chosen) = choose(self.must_hear().await?) {
                return Ok(chosen);
            }
        }
    }

    /// The code of the refusal that is due; messages before it are forgotten.
    pub async fn refusal(&mut self) -> Result<String, Failure> {
        self.until(|message| match message {
            ServerMessage::Error { code } => Some(code),
            _ => None,
        })
        .await
    }

    /// The reason of the end that is due; messages before it are forgotten.
    pub async fn ended(&mut self) -> Result<String, Failure> {
        self.until(|message| match message {
            ServerMessage::Ended { reason } => Some(reason),
            _ => None,
        })
        .await
    }

    /// Says goodbye and waits for the last word.
    pub async fn leave(mut self) -> Result<String, Failure> {
        self.say(ClientMessage::Leave).await?;
        self.ended().await
    }
}

fn broken(why: impl std::fmt::Display) -> Failure {
    Failure::new("socket", why)
}

async fn read(
    mut stream: SplitStream<Socket>,
    sender: mpsc::Sender<Result<ServerMessage, String>>,
) {
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let heard = serde_json::from_str(&text)
            .map_err(|error| format!("a message that is not of the protocol: {error}"));
        if sender.send(heard).await.is_err() {
            return;
        }
    }
}
