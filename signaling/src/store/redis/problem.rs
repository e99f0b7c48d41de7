//! What Redis and the way to it can answer, in words for the administrator.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::address::RedisAddress;
use crate::store::StoreError;

/// What is known of a command that was not answered as it should be.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// It was never sent.
    NotSent(StoreError),
    /// Redis said no. Of several commands, others may have been done.
    Refused(StoreError),
    /// It may have been done.
    Lost(StoreError),
}

impl From<Unanswered> for StoreError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::NotSent(error) | Unanswered::Refused(error) | Unanswered::Lost(error) => {
                error
            }
        }
    }
}

/// Whether Redis itself said no. Anything else may have happened after it did what was asked.
pub(super) fn is_answer(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::AuthenticationFailed
    )
}

/// Whether this Redis became another than it was when the connection was made.
pub(super) fn is_other_now(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::ReadOnly | ServerErrorKind::BusyLoading | ServerErrorKind::MasterDown
        )
    )
}

/// It cannot take anything now.
pub(super) fn away(address: &RedisAddress, why: &str) -> StoreError {
    StoreError::Away {
        why: format!("{address} {why}"),
    }
}

/// The words for what Redis or the system said.
pub(super) fn told(address: &RedisAddress, error: &RedisError) -> StoreError {
    // Of several commands sent together, the first that was refused says why.
    let refused = error.clone().into_server_errors();
    let first = refused.as_deref().and_then(<[_]>::first);
    let first = first.map(|(_, first)| (first.code(), first.details()));
    let (code, detail) = first.map_or((error.code(), error.detail()), |(code, detail)| {
        (Some(code), detail)
    });
    let detail = detail.unwrap_or_default();
    let why = match (error.kind(), code) {
        (ErrorKind::AuthenticationFailed, _) | (_, Some("WRONGPASS" | "NOAUTH")) => {
            "refuses the user or the password: correct them in the address, \
             redis://user:password@host, or :password@host for the default user"
                .to_owned()
        }
        (ErrorKind::RESP3NotSupported, _) => {
            "is older than version 6, which does not speak RESP3: take a newer one".to_owned()
        }
        (ErrorKind::Server(ServerErrorKind::NoPerm), _) => format!(
            "does not let this user do what is needed ({detail}): allow it with ACL SETUSER"
        ),
        (ErrorKind::Server(ServerErrorKind::BusyLoading), _) => {
            "is still reading its own files: wait until it has".to_owned()
        }
        (ErrorKind::Server(ServerErrorKind::ReadOnly), _) => REPLICA.to_owned(),
        (ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask), _) => {
            "is one of several nodes of a cluster: give a Redis that holds all keys".to_owned()
        }
        (_, Some("OOM")) => {
            "has used all its memory and takes nothing new: raise its maxmemory".to_owned()
        }
        (_, Some("MISCONF")) => {
            format!("cannot write its own files and takes nothing new ({detail}): see to its disk")
        }
        _ if error.is_connection_refusal() => {
            "refuses the connection: see whether it runs, and whether the address is right"
                .to_owned()
        }
        _ if error.is_timeout() => SILENT.to_owned(),
        _ => format!("failed: {error}"),
    };
    away(address, &why)
}

/// Nothing comes back.
pub(super) const SILENT: &str =
    "does not answer: see whether it runs, and whether a firewall is in between";

/// It only follows another one.
pub(super) const REPLICA: &str =
    "is a replica, which takes no writes: give the address of its primary";
