//! Eight digits instead of a link, read out over the telephone.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::consultation::{self as domain, may_redeem};
use crate::opaque::{LinkToken, SeatCode};
use crate::service::{CodeError, Service};
use crate::store::StoreError;

/// From when on a code opens its seat, before the booked time: the fewer do at once, the less
/// there is to guess (`service/codes.rs` reckons with a thousand).
const OPENS_BEFORE: Duration = Duration::from_hours(24);

impl Service {
    /// The link of the seat that a code is for. One that is wrong, too old, too new or replaced is
    /// one answer, after one time.
    pub(crate) async fn redeem(
        &self,
        code: &SeatCode,
        address: IpAddr,
    ) -> Result<LinkToken, CodeError<StoreError>> {
        self.0.codes.look_at(address, self.find_code(code)).await
    }

    async fn find_code(&self, code: &SeatCode) -> Result<Option<LinkToken>, StoreError> {
        let shared = &self.0.shared;
        let hash = shared.settings.booking_key.code(code);
        let Some((room, seat)) = shared.store.find(hash).await? else {
            return Ok(None);
        };
        let Some(stored) = shared.store.load(room).await? else {
            return Ok(None);
        };
        let state = domain::replay(&stored.events);
        let now = shared.settings.clock.now();
        let is_near = |time: domain::BookedTime| now >= time.begins.minus(OPENS_BEFORE);
        if !state.time().is_some_and(is_near) {
            return Ok(None);
        }
        let Some(invitation) = stored.invitation(&state, seat) else {
            return Ok(None);
        };
        // The name of a code that was replaced still leads here.
        let known = invitation.code.as_ref().map_or("", SeatCode::as_str);
        let is_same = verify_slices_are_equal(known.as_bytes(), code.as_str().as_bytes()).is_ok();
        let link = crate::auth::hash_link(&invitation.link);
        let is_good = match may_redeem(&state, seat, link, now) {
            // Whoever stands before a locked door is told so by the link.
            Ok(()) | Err(domain::RuleError::Locked) => true,
            Err(_) => false,
        };
        Ok((is_same && is_good).then(|| invitation.link.clone()))
    }
}
