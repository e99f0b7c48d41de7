//! The event socket of a bot: says hello, tells its mute state, chats once, leaves at the end.

use std::time::Duration;

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::http::{Client, Stream};
use crate::protocol::{ClientMessage, ServerMessage, VERSION};

/// A server that does not greet within this time has lost the connection.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a leaving bot waits for the server's last word.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(2);
/// Every bot writes this line once; its echo is the receipt.
const LINE: &str = "Xin chào, tôi là máy thử.";
const LINE_REFERENCE: &str = "bot-1";

/// What happened on the event socket.
#[derive(Debug, Default, Clone)]
pub struct SocketReport {
    /// From opening to `welcome`.
    pub welcome: Option<Duration>,
    /// The own line came back with its reference.
    pub has_receipt: bool,
    /// The seat it was greeted as.
    pub seat: Option<u16>,
    /// Lines of the others, before and after the greeting.
    pub lines_heard: u32,
    /// Why the conversation broke before the bot left, if it did.
    pub broken: Option<String>,
}

/// Talks until `stop` turns true, then leaves.
pub async fn converse(
    client: Client,
    resume: String,
    mut stop: watch::Receiver<bool>,
) -> SocketReport {
    let mut report = SocketReport::default();
    let opened_at = Instant::now();
    let mut socket = match timeout(WELCOME_TIMEOUT, open(&client, &resume)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => {
            report.broken = Some(format!("{error:#}"));
            return report;
        }
        Err(_) => {
            report.broken = Some("no WebSocket in time".to_owned());
            return report;
        }
    };
    loop {
        let message = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            message = socket.next() => message,
            () = tokio::time::sleep_until(opened_at + WELCOME_TIMEOUT), if report.welcome.is_none() => {
                report.broken = Some("no welcome in time".to_owned());
                return report;
            }
        };
        let Some(Ok(message)) = message else {
            report.broken = Some("the server dropped the WebSocket".to_owned());
            return report;
        };
        if let Message::Text(text) = message {
            match serde_json::from_str(&text) {
                Ok(ServerMessage::Welcome { you, chat }) => {
                    report.seat = Some(you);
                    report.lines_heard += u32::try_from(chat.len()).unwrap_or(u32::MAX);
                    report.welcome = Some(opened_at.elapsed());
                    for greeting in [
                        ClientMessage::Media {
                            microphone: true,
                            camera: true,
                        },
                        ClientMessage::Chat {
                            reference: LINE_REFERENCE,
                            text: LINE,
                        },
                    ] {
                        if say(&mut socket, &greeting).await.is_err() {
                            report.broken = Some("the server dropped the WebSocket".to_owned());
                            return report;
                        }
                    }
                }
                Ok(ServerMessage::Chat {
                    reference: Some(reference),
                }) if reference == LINE_REFERENCE => {
                    report.has_receipt = true;
                }
                Ok(ServerMessage::Chat { .. }) => report.lines_heard += 1,
                Ok(ServerMessage::Ended { reason }) => {
                    report.broken = Some(format!("ended: {reason}"));
                }
                Ok(ServerMessage::Rejoin { reason }) => {
                    report.broken = Some(format!("rejoin: {reason}"));
                }
                Ok(ServerMessage::Error { code }) => report.broken = Some(format!("error: {code}")),
                Ok(ServerMessage::Other) => {}
                Err(_) => report.broken = Some("a message that is not of the protocol".to_owned()),
            }
        }
    }
    // Leaving is a courtesy: the judgement is over, so nothing here can fail it.
    let goodbye = async {
        say(&mut socket, &ClientMessage::Leave).await?;
        while let Some(Ok(_)) = socket.next().await {}
        anyhow::Ok(())
    };
    let _ = timeout(GOODBYE_TIMEOUT, goodbye).await;
    report
}

async fn open(client: &Client, resume: &str) -> anyhow::Result<WebSocketStream<Box<dyn Stream>>> {
    let stream = client.connect().await.context("connect")?;
    let scheme = if client.target().tls { "wss" } else { "ws" };
    let request =
        format!("{scheme}://{}/v1/connect", client.target().authority).into_client_request()?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream)
        .await
        .context("WebSocket")?;
    say(
        &mut socket,
        &ClientMessage::Hello {
            version: VERSION,
            resume,
        },
    )
    .await?;
    Ok(socket)
}

async fn say(
    socket: &mut WebSocketStream<Box<dyn Stream>>,
    message: &ClientMessage<'_>,
) -> anyhow::Result<()> {
    let text = serde_json::to_string(message)?;
    socket.send(Message::text(text)).await?;
    Ok(())
}
