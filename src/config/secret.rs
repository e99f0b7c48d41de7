//! A secret that cannot be printed by accident.

use std::fmt;

/// The shortest admin secret accepted: 16 random characters cannot be guessed over a network.
pub(super) const SHORTEST: usize = 16;

/// The longest admin secret accepted: far above any generator's output, far below an HTTP header's limit.
pub(super) const LONGEST: usize = 256;

/// Text that never appears in `Debug` output, logs or `--print-config`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes text that fits into an `Authorization` header: 16 to 256 visible ASCII characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (SHORTEST..=LONGEST).contains(&text.len());
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (fits && visible).then(|| Self(text.to_owned()))
    }

    /// The secret in the clear, for comparing and for handing to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
