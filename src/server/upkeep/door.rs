//! The server's door for programs of this machine: a socket beside the store that only the store's owner
//! may open. It gives copies of the store, so that the file need not be opened twice.
//!
//! One line asks (`copy`), one line answers (`ok` and the number of bytes, or `error` and why), then come
//! the bytes.

use std::io::{BufRead as _, BufReader, Error, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use signaling::store::Store;
use tokio::net::UnixListener;
use tracing::{info, warn};

use super::{Part, new_file};

const REQUEST: &str = "copy\n";

/// How long either side waits for the other's next bytes: long for a disk that is busy, short for a program
/// that was stopped half-way. Beyond it the copy fails; the next one may begin.
const PATIENCE: Duration = Duration::from_mins(1);

/// The longest line of either side.
const LINE_BYTES: u64 = 1_024;

/// Where the door of a store is.
pub(super) fn place(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".socket");
    name.into()
}

/// The server's side. Goes with the server.
pub struct Door {
    listener: UnixListener,
    place: PathBuf,
    store_path: PathBuf,
    store: Store,
}

impl Door {
    /// Opens the door of a store that this process has open: whatever is in its place is left from one that
    /// was killed.
    pub fn open(store_path: &Path, store: Store) -> std::io::Result<Self> {
        let place = place(store_path);
        match std::fs::remove_file(&place) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        drop(Part::at(copied(store_path)));
        let listener = UnixListener::bind(&place)?;
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600))?;
        let store_path = store_path.to_owned();
        Ok(Self {
            listener,
            place,
            store_path,
            store,
        })
    }

    /// Gives copies, one after the other.
    pub async fn serve(self) {
        loop {
            let given = match self.listener.accept().await {
                Ok((stream, _)) => self.give(stream).await,
                Err(error) => Err(error),
            };
            match given {
                Ok(Given::Copy) => info!("a copy of the store was given"),
                Ok(Given::Nothing) => {}
                Err(error) => warn!(%error, "a copy of the store could not be given"),
            }
        }
    }

    async fn give(&self, stream: tokio::net::UnixStream) -> std::io::Result<Given> {
        let mut stream = blocking(stream.into_std()?)?;
        let asked = run(move || {
            let line = read_line(&mut stream)?;
            Ok((stream, line))
        });
        let (mut stream, line) = asked.await?;
        let answer = if line.is_empty() {
            return Ok(Given::Nothing);
        } else if line == REQUEST {
            let part = Part::at(copied(&self.store_path));
            match self.store.copy(&part.path).await {
                Ok(()) => Ok(part),
                Err(error) => Err(format!("error the copy failed: {error}\n")),
            }
        } else {
            Err("error this server knows only: copy\n".to_owned())
        };
        run(move || match answer {
            Ok(part) => {
                let mut file = std::fs::File::open(&part.path)?;
                let length = file.metadata()?.len();
                stream.write_all(format!("ok {length}\n").as_bytes())?;
                std::io::copy(&mut file, &mut stream)?;
                Ok(Given::Copy)
            }
            Err(words) => {
                stream.write_all(words.as_bytes())?;
                Err(Error::other(words.trim_end().to_owned()))
            }
        })
        .await
    }
}

/// What somebody at the door got.
enum Given {
    Copy,
    /// They only looked whether a server runs.
    Nothing,
}

/// Where a copy lies until it was given. One server has the store, and gives one copy at a time.
fn copied(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".copy");
    name.into()
}

impl Drop for Door {
    fn drop(&mut self) {
        // Whoever finds it gone knows that no server runs.
        let _ = std::fs::remove_file(&self.place);
    }
}

/// A server that runs.
pub(super) struct Server {
    stream: UnixStream,
}

/// The server that has this store open; `None` if there is none.
pub(super) fn knock(store: &Path) -> anyhow::Result<Option<Server>> {
    let place = place(store);
    match UnixStream::connect(&place) {
        Ok(stream) => Ok(Some(Server {
            stream: blocking(stream)?,
        })),
        Err(error)
            if matches!(
                error.kind(),
                // No door, one that was left by a killed server, or a path that no socket can have.
                ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::InvalidInput
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| {
            format!(
                "the server at {} cannot be asked; run this as the user who runs it",
                place.display()
            )
        }),
    }
}

impl Server {
    /// Asks for a copy and writes it to a new file, whole or not at all.
    pub(super) fn copy(mut self, to: &Path) -> anyhow::Result<()> {
        let asked = self.stream.write_all(REQUEST.as_bytes());
        asked.context("the server cannot be asked")?;
        let mut answer = BufReader::new(self.stream);
        let line = read_line(&mut answer).context("the server does not answer")?;
        let length = match line.trim_end().split_once(' ') {
            Some(("ok", length)) => length.parse::<u64>().context("the server's answer")?,
            Some(("error", words)) => bail!("the server says: {words}"),
            _ => bail!("the server's answer is none: another version of the program?"),
        };
        let cannot = || format!("{} cannot be written", to.display());
        let mut file = new_file(to).with_context(cannot)?;
        let copied = std::io::copy(&mut answer.take(length), &mut file);
        let copied = copied.context("the copy was cut off")?;
        if copied != length {
            bail!("the copy was cut off: {copied} of {length} bytes came");
        }
        file.sync_all().with_context(cannot)
    }
}

/// One line, byte for byte: what follows it stays unread.
fn read_line(from: &mut impl std::io::Read) -> std::io::Result<String> {
    let mut line = String::new();
    let mut limited = BufReader::with_capacity(1, from.take(LINE_BYTES));
    limited.read_line(&mut line)?;
    Ok(line)
}

fn blocking(stream: UnixStream) -> std::io::Result<UnixStream> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Off the threads that serve others.
async fn run<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::other)?
}
