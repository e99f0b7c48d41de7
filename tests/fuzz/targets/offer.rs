//! An offer, as far as a join takes it.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Instant;

use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::negotiation::{MAX_OFFER_BYTES, parse};
use nhipcau::media::routing::Standing;
use nhipcau::media::stats::Gauges;
use nhipcau::media::{Join, MediaPlane};
use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;

/// Joins with this offer: an answer in whole lines, or nothing is left.
pub fn offer(bytes: &[u8]) {
    static CERTIFICATE: OnceLock<DtlsCert> = OnceLock::new();
    let certificate = CERTIFICATE.get_or_init(|| {
        from_feature_flags()
            .dtls_provider
            .generate_certificate()
            .unwrap()
    });
    let text = String::from_utf8_lossy(bytes);
    // Making an engine costs a millisecond: only for what could be an offer.
    if parse(&text).is_err() {
        return;
    }
    assert!(text.len() <= MAX_OFFER_BYTES);
    #[expect(
        clippy::disallowed_methods,
        reason = "any moment will do as the beginning of time"
    )]
    let now = Instant::now();
    let candidates = vec![SocketAddr::from(([192, 0, 2, 1], 4_000))];
    let mut plane = MediaPlane::new(candidates, certificate.clone());
    let join = Join {
        room: RoomId(1),
        seat: SeatId(1),
        standing: Standing::Admitted,
        offer: &text,
        hint: None,
        credentials: None,
    };
    if let Ok(joined) = plane.join(now, &join) {
        assert!(joined.answer.ends_with("\r\n"));
        assert!(joined.answer.matches("\r\nm=").count() <= 16);
        plane.leave(now, RoomId(1), SeatId(1));
    }
    assert_eq!(plane.gauges(), Gauges::default());
}
