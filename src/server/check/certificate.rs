//! The certificate: readable, belonging to its key, and good today.

use std::time::SystemTime;

use super::Finding;
use crate::config::{Settings, Tls};
use crate::server::tls::reload::FEW_DAYS;
use crate::server::tls::{Freshness, Identity, TlsError};

const SUBJECT: &str = "certificate";

/// Reads the files as `serve` would.
pub(super) fn judge(settings: &Settings, now: SystemTime) -> Finding {
    let (certificate, key) = match &settings.tls {
        Tls::Off => {
            return Finding::good(
                SUBJECT,
                "none is needed: the page is served on this machine only",
            );
        }
        Tls::SelfSigned => {
            return Finding::note(
                SUBJECT,
                "a self-signed one is made at start; browsers will warn about it",
            );
        }
        Tls::Files { certificate, key } => (certificate, key),
    };
    match Identity::from_files(certificate, key) {
        Ok(identity) => match identity.validity() {
            Some(validity) => freshness(validity.at(now)),
            None => Finding::note(
                SUBJECT,
                "belongs to its key, but does not tell how long it is good for",
            ),
        },
        Err(error) => {
            let mend = match error {
                TlsError::Unreadable { .. } => {
                    "see whether the path is right and nhipcau may read the file"
                }
                TlsError::Mismatch { .. } => "put the certificate's own key into --tls-key",
                _ => {
                    "give PEM files: the chain (fullchain.pem) in --tls-cert, the key in --tls-key"
                }
            };
            Finding::problem(SUBJECT, error.to_string(), mend)
        }
    }
}

fn freshness(freshness: Freshness) -> Finding {
    match freshness {
        Freshness::Good { days } if days < FEW_DAYS => Finding::note(
            SUBJECT,
            format!("belongs to its key, but expires in {days} days: renew it"),
        ),
        Freshness::Good { days } => Finding::good(
            SUBJECT,
            format!("belongs to its key and is good for {days} more days"),
        ),
        Freshness::Expired { days } => Finding::problem(
            SUBJECT,
            format!("expired {days} days ago"),
            "renew it; a running server takes the new files by itself",
        ),
        Freshness::NotYet => Finding::problem(
            SUBJECT,
            "is not good yet",
            "see whether the clock of this machine is right (timedatectl)",
        ),
    }
}
