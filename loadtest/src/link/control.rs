//! The Unix socket of the desk: lines in, lines out, several callers at once.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};

/// A request is a line of at most this; whoever sends more is hung up on.
const MAX_LINE: u64 = 65_536;
/// Requests that wait for the link; then their callers wait.
const WAITING: usize = 16;

/// A line that somebody asks, and where the answer goes.
#[derive(Debug)]
pub struct Asked {
    /// Without its line break.
    pub line: String,
    /// Takes one line.
    pub reply: oneshot::Sender<String>,
}

/// The socket. Its file goes when this is dropped.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    asked: mpsc::Receiver<Asked>,
}

impl Control {
    /// Listens. A socket that nobody listens on any more is replaced.
    pub fn listen(path: &Path) -> anyhow::Result<Self> {
        if std::os::unix::net::UnixStream::connect(path)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
        {
            std::fs::remove_file(path).with_context(|| format!("--control {}", path.display()))?;
        }
        let listener =
            UnixListener::bind(path).with_context(|| format!("--control {}", path.display()))?;
        let (ask, asked) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let ask = ask.clone();
                // A caller that hangs up in the middle of a line is no event.
                tokio::spawn(async move { serve(caller, ask).await.ok() });
            }
        });
        Ok(Self {
            path: path.to_owned(),
            asked,
        })
    }

    /// The next request.
    pub async fn next(&mut self) -> Option<Asked> {
        self.asked.recv().await
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

async fn serve(mut caller: UnixStream, ask: mpsc::Sender<Asked>) -> std::io::Result<()> {
    let (read, mut write) = caller.split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = String::new();
        if (&mut read).take(MAX_LINE).read_line(&mut line).await? == 0 || !line.ends_with('\n') {
            return Ok(());
        }
        let (reply, answer) = oneshot::channel();
        let line = line.trim().to_owned();
        if ask.send(Asked { line, reply }).await.is_err() {
            return Ok(());
        }
        let Ok(mut answer) = answer.await else {
            return Ok(());
        };
        answer.push('\n');
        write.write_all(answer.as_bytes()).await?;
    }
}

#[cfg(test)]
mod tests;
