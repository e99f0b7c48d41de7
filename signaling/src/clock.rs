//! The wall clock, as an argument: the log and the chat need the time of day, tests need their own.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::ids::Timestamp;

/// Tells the time of day.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's.
    pub fn system() -> Self {
        Self::new(|| {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place of this crate that reads it"
            )]
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            let millis = since.unwrap_or_default().as_millis();
            Timestamp(u64::try_from(millis).unwrap_or(u64::MAX))
        })
    }

    /// Any other.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}
