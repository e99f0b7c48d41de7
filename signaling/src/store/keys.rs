//! The master keys: they wrap the keys of subjects, and are in a file of their own, never in the
//! store.
//!
//! ```text
//! # words for people
//! v1:0123…  64 hexadecimal digits, one line a key, the newest last
//! ```
//!
//! A key's id is the start of its hash, so that a line that was mistyped is another key, and a
//! key is the same one in whatever file it stands.

use std::fmt;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;

use super::hexadecimal;

/// Bytes of a key, of either sort.
pub(super) const KEY_BYTES: usize = 32;

/// In front of each key: the form of the line.
const PREFIX: &str = "v1:";

const WORDS: &str = "\
# The keys of a Nhịp Cầu store. Without this file nobody can read the names and the chat in the store.
# It is in no backup of the store: keep a copy of it, apart from the copies of the store.
# The last line is the newest key. To change it: add a line, restart (docs/operations.md).
";

/// Why the store's personal records stay closed.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A store with personal records, and no file.
    #[error(
        "the key file {} is not there, and the names and chat of this store are sealed with it: put it back \
         from where you keep its copy; a new one cannot open them",
        path.display()
    )]
    FileMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file with other keys.
    #[error(
        "the key file {} does not hold key {key}, with which this store is sealed: put back the file that \
         belongs to this store, or add the line with that key in front of the others",
        path.display()
    )]
    KeyMissing {
        /// The file.
        path: PathBuf,
        /// The key's id; no secret.
        key: String,
    },
    /// What the store holds for trying a key out was changed.
    #[error("the store was changed: key {key} does not open what the store was sealed with")]
    Changed {
        /// The key's id; no secret.
        key: String,
    },
    /// A line that is no key. The line is not shown: it may be one.
    #[error(
        "the key file {} has no key in line {line}: it must be v1: and 64 hexadecimal digits",
        path.display()
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// A file without any key.
    #[error(
        "the key file {} holds no key: put its copy back, or take it away if the store is new",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The system.
    #[error("the key file {} cannot be read or made: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Tells one master key from another; no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyId(pub(super) u64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// All keys of a file. **Invariant:** at least one.
pub(super) struct MasterKeys {
    earlier: Vec<MasterKey>,
    newest: MasterKey,
}

/// One of them.
pub(super) struct MasterKey {
    pub(super) id: KeyId,
    key: Cipher,
}

impl MasterKeys {
    /// Keys that end with the process.
    pub(super) fn random() -> Result<Self, Unspecified> {
        let newest = MasterKey::new(&random_key()?)?;
        let earlier = Vec::new();
        Ok(Self { earlier, newest })
    }

    /// One key that is always the same, for stores that are opened again and again.
    #[cfg(test)]
    pub(super) fn fixed() -> Self {
        let newest = MasterKey::new(&[7; KEY_BYTES]).unwrap();
        let earlier = Vec::new();
        Self { earlier, newest }
    }

    /// The keys of a file; `None` if there is no such file.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, KeysError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(file_error(path, source)),
        };
        let lines = (1..).zip(text.lines().map(str::trim));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let path = || path.to_owned();
        let keys = lines.map(|(line, text)| {
            let key = parsed(text).and_then(|bytes| MasterKey::new(&bytes).ok());
            key.ok_or_else(|| KeysError::Malformed { path: path(), line })
        });
        let mut earlier = keys.collect::<Result<Vec<_>, _>>()?;
        let newest = earlier.pop();
        let newest = newest.ok_or_else(|| KeysError::Empty { path: path() })?;
        Ok(Some(Self { earlier, newest }))
    }

    /// Makes a file with a new key, readable by its owner only, and safe on the disk before
    /// anything is sealed with it.
    pub(super) fn make(path: &Path) -> Result<Self, KeysError> {
        let failed = |source| file_error(path, source);
        let unspecified = |_| failed(std::io::Error::other("the system has no random bytes"));
        let bytes = random_key().map_err(unspecified)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let text = format!(
            "{WORDS}{PREFIX}{}
",
            hexadecimal::text(&bytes)
        );
        let mut file = options.open(path).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        super::durable::sync_folder(path).map_err(failed)?;
        Ok(Self {
            earlier: Vec::new(),
            newest: MasterKey::new(&bytes).map_err(unspecified)?,
        })
    }

    pub(super) const fn newest(&self) -> &MasterKey {
        &self.newest
    }

    pub(super) fn get(&self, id: KeyId) -> Option<&MasterKey> {
        let mut keys = self.earlier.iter().chain([&self.newest]);
        keys.find(|key| key.id == id)
    }
}

impl MasterKey {
    fn new(bytes: &[u8; KEY_BYTES]) -> Result<Self, Unspecified> {
        let hash = digest(&SHA256, &[b"store key:", &bytes[..]].concat());
        let start = hash.as_ref().first_chunk().copied().unwrap_or_default();
        Ok(Self {
            id: KeyId(u64::from_be_bytes(start)),
            key: Cipher::new(bytes)?,
        })
    }

    pub(super) fn seal(&self, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
        self.key.seal(bound, plain)
    }

    pub(super) fn open(&self, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        self.key.open(bound, sealed)
    }
}

/// AES-256-GCM with a random nonce of 96 bits in front. One key seals far fewer than 2^32 texts:
/// a subject's some hundred records, a master key's some subjects.
pub(super) struct Cipher(RandomizedNonceKey);

impl Cipher {
    pub(super) fn new(bytes: &[u8; KEY_BYTES]) -> Result<Self, Unspecified> {
        RandomizedNonceKey::new(&AES_256_GCM, bytes).map(Self)
    }

    /// `bound` is not in the answer, and without the same it does not open.
    pub(super) fn seal(&self, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut text = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(bound), &mut text)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.extend(text);
        Ok(sealed)
    }

    pub(super) fn open(&self, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Unspecified)?;
        let mut text = text.to_vec();
        let nonce = Nonce::from(nonce);
        let plain = self.0.open_in_place(nonce, Aad::from(bound), &mut text)?;
        Ok(plain.to_vec())
    }
}

pub(super) fn random_key() -> Result<[u8; KEY_BYTES], Unspecified> {
    let mut bytes = [0; KEY_BYTES];
    rand::fill(&mut bytes)?;
    Ok(bytes)
}

fn parsed(line: &str) -> Option<[u8; KEY_BYTES]> {
    hexadecimal::parse(line.strip_prefix(PREFIX)?)
}

fn file_error(path: &Path, source: std::io::Error) -> KeysError {
    let path = path.to_owned();
    KeysError::File { path, source }
}
