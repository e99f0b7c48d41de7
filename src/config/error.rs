//! What is wrong with a configuration, in sentences for the person who wrote it.

use std::fmt;

use super::keys::Key;

/// The configuration cannot be used; the process exits with 64 (`EX_USAGE` of sysexits.h).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    pub(super) fn new(problems: Vec<String>) -> Self {
        Self { problems }
    }

    /// Every problem, one sentence each.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the configuration cannot be used")?;
        for problem in &self.problems {
            write!(formatter, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// A value outside of what its key allows. The value of a secret key is never shown.
pub(super) fn not_allowed(key: Key, value: &str, source: &str) -> String {
    // A wrong address of a Redis may hold a password, too.
    let is_secret = key.is_secret() || (key == Key::Store && value.contains("://"));
    let shown = if is_secret { "[redacted]" } else { value };
    format!(
        "{} is {shown} (from {source}) but must be {}",
        key.name(),
        key.allowed()
    )
}

/// A key that nhipcau does not know. Its value is not shown: it may be a secret under a misspelt name.
pub(super) fn unknown_key(name: &str, source: &str) -> String {
    let known: Vec<&str> = Key::ALL.iter().map(|key| key.name()).collect();
    format!(
        "{name:?} (from {source}) is not a key; the keys are {}",
        known.join(", ")
    )
}
