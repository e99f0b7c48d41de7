//! Where the shards are met and by what they are known: what a page needs to begin ICE and DTLS before it has
//! an answer.

use std::net::IpAddr;

use str0m::config::DtlsCert;

/// The same for every page, as long as the server runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// SHA-256 of the DTLS certificate (RFC 8122 section 5).
    pub fingerprint: [u8; 32],
    /// The addresses of every shard.
    pub addresses: Vec<IpAddr>,
    /// The UDP port of each shard.
    pub ports: Vec<u16>,
}

/// One certificate for all shards: making one takes longer than the rest of a join, and a page that does not
/// know yet which shard its room is on knows whom it will meet there.
pub(super) fn certificate() -> Option<DtlsCert> {
    str0m::crypto::from_feature_flags()
        .dtls_provider
        .generate_certificate()
}

pub(super) fn fingerprint(certificate: &DtlsCert) -> [u8; 32] {
    str0m::crypto::from_feature_flags()
        .sha256_provider
        .sha256(&certificate.certificate)
}
