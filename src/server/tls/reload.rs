//! Certificate files are read again when they change. A broken new file never replaces a working certificate.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use tracing::{error, info, warn};

use super::{Freshness, Identity, TlsError};
use crate::server::now;

/// How often the files are looked at: renewals happen every few weeks, so seconds are soon enough, and two
/// `stat` calls cost nothing. Polling works on every file system, also through the symbolic links that
/// certificate tools swap.
pub const EVERY: Duration = Duration::from_secs(5);

/// Fewer days than this are worth a warning: certificate tools renew at 30 days before the end.
pub const FEW_DAYS: u64 = 14;

/// The two files and what they looked like when they were last read.
pub struct Watch {
    certificate: PathBuf,
    key: PathBuf,
    seen: Look,
}

/// Size and time of change of both files; `None` for a file that is not there.
type Look = [Option<(u64, SystemTime)>; 2];

/// What a look at the files brought.
pub enum Change {
    /// The files are as they were.
    None,
    /// They changed and are good.
    Renewed(Identity),
    /// They changed and are not: the old certificate stays until they change again.
    Broken(TlsError),
}

impl Watch {
    /// Reads both files for the first time.
    pub fn start(certificate: PathBuf, key: PathBuf) -> Result<(Self, Identity), TlsError> {
        let mut watch = Self {
            certificate,
            key,
            seen: [None; 2],
        };
        // Looked at before they are read: a change in between is then found at the next look.
        watch.seen = watch.look();
        let identity = Identity::from_files(&watch.certificate, &watch.key)?;
        Ok((watch, identity))
    }

    /// Looks at the files, and reads them if they changed since the last look.
    pub fn poll(&mut self) -> Change {
        let look = self.look();
        if look == self.seen {
            return Change::None;
        }
        self.seen = look;
        match Identity::from_files(&self.certificate, &self.key) {
            Ok(identity) => Change::Renewed(identity),
            Err(error) => Change::Broken(error),
        }
    }

    fn look(&self) -> Look {
        [&self.certificate, &self.key].map(|path| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        })
    }
}

/// Keeps `config` fresh for as long as it is polled.
pub async fn keep_fresh(watch: Watch, config: RustlsConfig, every: Duration) {
    let mut watch = Some(watch);
    loop {
        tokio::time::sleep(every).await;
        // A file system may hang; the threads that serve people must not.
        let Some(mut looking) = watch.take() else {
            return;
        };
        let looked = tokio::task::spawn_blocking(move || {
            let change = looking.poll();
            (looking, change)
        });
        let Ok((looking, change)) = looked.await else {
            return;
        };
        watch = Some(looking);
        match change {
            Change::None => {}
            Change::Renewed(identity) => {
                config.reload_from_config(identity.config());
                info!("the certificate was renewed");
                report(&identity, now());
            }
            Change::Broken(problem) => {
                error!(%problem, "the changed certificate is unusable; the old one stays in use");
            }
        }
    }
}

/// Says in the log how long the certificate is good for.
pub fn report(identity: &Identity, now: SystemTime) {
    match identity.validity().map(|validity| validity.at(now)) {
        Some(Freshness::Good { days }) if days < FEW_DAYS => {
            warn!(days, "the certificate expires soon");
        }
        Some(Freshness::Good { days }) => info!(days, "the certificate is good"),
        Some(Freshness::Expired { days }) => error!(days, "the certificate has expired"),
        Some(Freshness::NotYet) => error!("the certificate is not good yet; is the clock right?"),
        None => warn!("the certificate does not tell how long it is good for"),
    }
}
