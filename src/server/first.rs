//! The first administrator of a clinic comes by a link that the server prints: whoever can read its
//! terminal runs it.
//!
//! **Invariant:** the link goes to the terminal and into the file for scripts, never into the log.

use std::fmt::Write as _;

use serde::Serialize;
use signaling::accounts::{AccountError, Accounts};

/// A clinic that nobody administers yet, and the way to it.
#[derive(Debug, Clone, Serialize)]
pub struct FirstLink {
    /// What the clinic is called.
    pub clinic: String,
    /// The page with the secret of the link in its fragment.
    pub url: String,
}

/// A link for each clinic without an administrator; those that were printed before die. `url` is the address
/// of the page.
pub async fn offer(accounts: &Accounts, url: &str) -> Result<Vec<FirstLink>, AccountError> {
    let offered = accounts.offer_all_first().await?;
    let links = offered.into_iter().map(|(clinic, link)| FirstLink {
        clinic: clinic.name.as_str().to_owned(),
        url: format!("{url}/clinic#first={}", link.as_str()),
    });
    Ok(links.collect())
}

/// What the person at the terminal reads; nothing, if every clinic has an administrator.
#[must_use]
pub fn words(links: &[FirstLink]) -> String {
    let mut out = String::new();
    for FirstLink { clinic, url } in links {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{clinic} has no administrator yet. Whoever opens this link becomes the first one:\n\n  {url}\n\n\
             It works once, for a day, and until the server starts again.\n\n"
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clinic_without_an_administrator_has_its_link() {
        let link = |clinic: &str, token: &str| FirstLink {
            clinic: clinic.to_owned(),
            url: format!("https://192.0.2.7/clinic#first={token}"),
        };
        assert_eq!(words(&[]), "");
        insta::assert_snapshot!(
            "first_words",
            words(&[
                link("Bệnh viện Mai", "AAAAAAAAAAAAAAAAAAAAAA"),
                link("Phòng khám An", "BBBBBBBBBBBBBBBBBBBBBB"),
            ])
        );
    }
}
