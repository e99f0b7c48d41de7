//! Requests of an operator.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::AppState;
use super::session::bearer;
use crate::protocol::{ErrorCode, Problem};

/// Proof that the request carries the admin secret.
pub(super) struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        if state.admin.matches(bearer(&parts.headers)) {
            return Ok(Self);
        }
        Err(Problem::new(
            ErrorCode::Unauthorized,
            "this needs `Authorization: Bearer` with the admin secret",
        ))
    }
}
