//! Joins that did not come about, so that somebody can call and help. Of each seat one record that is written over: it does
//! not grow, however often somebody tries, and it is not in the log, where what strangers try has no place.

use serde::{Deserialize, Serialize};

use crate::ids::Timestamp;
use crate::protocol::ErrorCode;

/// Why somebody did not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinFailure {
    /// They were refused.
    Refused(ErrorCode),
    /// They were let sit down, and nothing was ever heard from their media.
    Transport,
}

/// Those of one seat since it was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedJoins {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub at: Timestamp,
    /// Why the last one was.
    pub last: JoinFailure,
}

impl FailedJoins {
    /// With one more.
    pub(crate) fn and(before: Option<Self>, last: JoinFailure, at: Timestamp) -> Self {
        let count = before.map_or(0, |before| before.count).saturating_add(1);
        Self { count, at, last }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredFailedJoins {
    count: u32,
    at: Timestamp,
    /// Without it: nothing was ever heard from their media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

pub(super) fn encode_failed(failed: FailedJoins) -> Result<Vec<u8>, serde_json::Error> {
    let FailedJoins { count, at, last } = failed;
    let code = match last {
        JoinFailure::Refused(code) => Some(code.as_str().to_owned()),
        JoinFailure::Transport => None,
    };
    serde_json::to_vec(&StoredFailedJoins { count, at, code })
}

pub(super) fn decode_failed(bytes: &[u8]) -> Result<FailedJoins, serde_json::Error> {
    let StoredFailedJoins { count, at, code } = serde_json::from_slice(bytes)?;
    let refused = |code: String| JoinFailure::Refused(ErrorCode::from_code(&code));
    let last = code.map_or(JoinFailure::Transport, refused);
    Ok(FailedJoins { count, at, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changing one of these texts makes stores in the field unreadable.
    #[test]
    fn the_stored_form_stays_readable() {
        let refused = JoinFailure::Refused(ErrorCode::LinkExpired);
        for (last, stored) in [
            (refused, r#"{"count":3,"at":5,"code":"link_expired"}"#),
            (JoinFailure::Transport, r#"{"count":3,"at":5}"#),
        ] {
            let at = Timestamp(5);
            let failed = FailedJoins { count: 3, at, last };
            let encoded = encode_failed(failed).unwrap();
            assert_eq!(String::from_utf8(encoded).unwrap(), stored);
            assert_eq!(decode_failed(stored.as_bytes()).unwrap(), failed);
        }
    }
}
