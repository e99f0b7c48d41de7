//! `POST /v1/join`.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

use super::AppState;
use super::address::ClientAddress;
use super::body::Body;
use crate::protocol::{JoinRequest, Problem, parse_versioned};

pub(super) async fn join(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Problem> {
    let request: JoinRequest = parse_versioned(&bytes)?;
    let response = app.service.join(request, address).await?;
    // It holds a resume token: no cache may keep it.
    Ok((
        [(CACHE_CONTROL, "no-store")],
        Json(response.as_ref().clone()),
    ))
}
