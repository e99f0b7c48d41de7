//! Requests of an operator.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::AppState;
use crate::protocol::{ErrorCode, Problem};

/// Proof that the request carries the admin secret.
pub(super) struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let presented = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map_or("", |(_, secret)| secret);
        if state.admin.matches(presented) {
            return Ok(Self);
        }
        Err(Problem::new(
            ErrorCode::Unauthorized,
            "this needs `Authorization: Bearer` with the admin secret",
        ))
    }
}
