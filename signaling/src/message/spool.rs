//! Messages as files in a folder, from where the hospital's own program takes them.
//!
//! One JSON file a message, readable by this server's user only. It has its name only once it is whole and on the disk;
//! what is being written has a name that begins with a dot. Who takes a message away removes its file.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;

use super::{Message, Messenger, MessengerError};

/// Files that wait at most: a week of a large clinic. Beyond it messages are refused, for nobody takes them away.
pub const SPOOL_MAX_FILES: usize = 10_000;

/// A folder of messages.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
    max_files: usize,
}

impl Spool {
    /// A spool in this folder, which is made if it is not there.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            max_files: SPOOL_MAX_FILES,
        })
    }

    #[cfg(test)]
    pub(super) fn holding(mut self, max_files: usize) -> Self {
        self.max_files = max_files;
        self
    }

    fn write(&self, message: &Message) -> Result<(), MessengerError> {
        let id = message.id();
        let whole = self.folder.join(format!("{id}.json"));
        if !whole.try_exists()? && fs::read_dir(&self.folder)?.count() >= self.max_files {
            return Err(MessengerError::Full);
        }
        let part = self.folder.join(format!(".{id}.part"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&part)?;
        let mut text = message.to_json().to_string();
        text.push('\n');
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, &whole)?;
        // The name is in the folder, and a folder is written like a file.
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}

impl Messenger for Spool {
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MessengerError>> {
        let spool = self.clone();
        Box::pin(async move {
            let writing = tokio::task::spawn_blocking(move || spool.write(&message));
            writing
                .await
                .map_err(|stopped| MessengerError::Io(io::Error::other(stopped)))?
        })
    }
}
