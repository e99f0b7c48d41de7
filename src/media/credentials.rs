//! ICE credentials of our side that a page has chosen.
//!
//! A page that knows our addresses and fingerprint from its document chooses user fragment and password of
//! our side itself and says so when it joins, so that its checks need not wait for our answer
//! (docs/adr/0022). Checks that come before the join find no owner and are dropped like any others.
//!
//! **Invariant:** a fragment that somebody has is never given to another, whoever asks for it
//! ([`super::demux::Demux::is_free`]): a join with it gets credentials of our own making, and the page reads
//! in the answer that it did.

use std::fmt;

use str0m::IceCreds;

/// What a page has chosen: well-formed by RFC 8839 section 5.4, which whoever makes it has checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user fragment of our side.
    pub fragment: String,
    /// Its password, which every check must prove.
    pub password: String,
}

impl Credentials {
    /// As the engine takes them.
    pub fn to_engine(&self) -> IceCreds {
        IceCreds {
            ufrag: self.fragment.clone(),
            pass: self.password.clone(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // With both, anybody could check a path in the page's name.
        f.write_str("Credentials(…)")
    }
}
