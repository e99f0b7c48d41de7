//! TLS: one configuration from certificate files or a self-signed certificate, a small handshake, small
//! records, no early data.

mod handshake;
pub mod reload;
pub mod self_signed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use x509_cert::der::Decode;

/// The largest TLS record on the wire, so that each one fits a packet of its own: mobile networks carry 1,400
/// bytes, of which IPv4 and TCP with timestamps take 52. On a lossy link the page then shows what has arrived
/// instead of waiting for the rest of a 16 kB record; a record that is longer than its packet by a little is
/// read with the next one only, 0.28 s later at 40 kbit/s.
pub const LARGEST_RECORD: usize = 1_340;

/// What TLS adds to a fragment beyond the header that rustls counts: in TLS 1.2 an explicit nonce and a tag
/// (8 + 16 bytes, RFC 5288), in TLS 1.3 a content type and a tag (1 + 16 bytes, RFC 8446 5.2).
const RECORD_OVERHEAD: usize = 24;

/// Why a certificate cannot be served.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file that cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that holds no certificate, or one that is not PEM.
    #[error("{0} holds no PEM certificate (-----BEGIN CERTIFICATE-----)")]
    NoCertificate(PathBuf),
    /// A file that holds no private key, or one that is not PEM.
    #[error("{0} holds no PEM private key (-----BEGIN PRIVATE KEY-----)")]
    NoKey(PathBuf),
    /// The two do not belong together.
    #[error("the key in {key} does not belong to the certificate in {certificate}")]
    Mismatch {
        /// The certificate file.
        certificate: PathBuf,
        /// The key file.
        key: PathBuf,
    },
    /// Anything else the TLS library refuses.
    #[error("the certificate in {path} is refused: {source}")]
    Refused {
        /// The certificate file.
        path: PathBuf,
        /// What the TLS library says.
        source: rustls::Error,
    },
    /// No self-signed certificate could be made.
    #[error("a self-signed certificate cannot be made: {0}")]
    SelfSigned(#[from] rcgen::Error),
    /// The TLS library cannot be set up at all.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

/// A certificate chain with its private key, read and known to match.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    config: Arc<ServerConfig>,
}

/// Makes aws-lc-rs the cryptography of the whole process. Doing it again changes nothing.
pub fn install_provider() {
    // Err only says that a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

impl Identity {
    /// Reads PEM files.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_slice_iter(&read(certificate)?)
            .collect::<Result<Vec<_>, pem::Error>>()
            .ok()
            .filter(|chain| !chain.is_empty())
            .ok_or_else(|| TlsError::NoCertificate(certificate.to_owned()))?;
        let private = PrivateKeyDer::from_pem_slice(&read(key)?)
            .map_err(|_| TlsError::NoKey(key.to_owned()))?;
        Self::new(chain, private).map_err(|error| match error {
            TlsError::Setup(rustls::Error::InconsistentKeys(_)) => TlsError::Mismatch {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
            },
            TlsError::Setup(source) => TlsError::Refused {
                path: certificate.to_owned(),
                source,
            },
            other => other,
        })
    }

    /// Takes what is in memory already.
    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        install_provider();
        let mut config = ServerConfig::builder_with_provider(handshake::provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Setup)?
            .with_no_client_auth()
            .with_single_cert(chain.clone(), key)
            .map_err(TlsError::Setup)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.cert_compressors = handshake::cert_compressors();
        config.max_fragment_size = Some(LARGEST_RECORD - RECORD_OVERHEAD);
        // Early data can be replayed by anybody on the path; a join must not be.
        config.max_early_data_size = 0;
        Ok(Self {
            chain,
            config: Arc::new(config),
        })
    }

    /// What the acceptor needs.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// How long the server's own certificate is good for; `None` if that cannot be read from it.
    #[must_use]
    pub fn validity(&self) -> Option<Validity> {
        let certificate = x509_cert::Certificate::from_der(self.chain.first()?.as_ref()).ok()?;
        let validity = certificate.tbs_certificate().validity();
        Some(Validity {
            from: UNIX_EPOCH + validity.not_before.to_unix_duration(),
            until: UNIX_EPOCH + validity.not_after.to_unix_duration(),
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The time in which a certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Good from here,
    pub from: SystemTime,
    /// until here.
    pub until: SystemTime,
}

const DAY: Duration = Duration::from_hours(24);

/// What the clock says about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Good for so many whole days more.
    Good {
        /// Whole days until it expires.
        days: u64,
    },
    /// Expired so many whole days ago.
    Expired {
        /// Whole days since it expired.
        days: u64,
    },
    /// Its time has not come; most often the machine's clock is wrong.
    NotYet,
}

impl Validity {
    /// Judges the certificate at `now`.
    #[must_use]
    pub fn at(self, now: SystemTime) -> Freshness {
        let days = |span: Duration| span.as_secs() / DAY.as_secs();
        if now < self.from {
            return Freshness::NotYet;
        }
        match self.until.duration_since(now) {
            Ok(left) => Freshness::Good { days: days(left) },
            Err(past) => Freshness::Expired {
                days: days(past.duration()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
