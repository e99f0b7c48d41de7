//! `POST /v1/invitation`, `/v1/join` and `/v1/resume`: the way of a page to its seat.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

use super::AppState;
use super::address::ClientAddress;
use super::body::Body;
use super::problem::Failure;
use crate::protocol::{
    InvitationRequest, JoinRequest, JoinResponse, Refusal, ResumeRequest, parse_versioned,
};

/// What a link is for
///
/// Who is invited by whom. Looking spends nothing.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/invitation",
    tag = "joining",
    request_body = InvitationRequest,
    responses((status = 200, description = "What stands on the first screen", body = crate::protocol::InvitationResponse)),
    extensions(("x-problems" = json!("body version link rate_limited draining overloaded store")))
))]
pub(super) async fn invitation(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let request: InvitationRequest = parse_versioned(&bytes)?;
    let response = app.service.invitation(request, address).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)))
}

/// Take the seat that a link opens
///
/// The same attempt gets the same answer for 60 s.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/join",
    tag = "joining",
    request_body = JoinRequest,
    responses((status = 200, description = "The seat, the room and the answer to the offer", body = JoinResponse)),
    extensions(("x-problems" = json!(
        "body version offer_invalid link sitting seat_taken rate_limited draining overloaded store"
    )))
))]
pub(super) async fn join(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let request: JoinRequest = parse_versioned(&bytes)?;
    let response = app.service.join(request, address).await?;
    Ok(seated(&response))
}

/// Come back to the seat that this page had
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/resume",
    tag = "joining",
    request_body = ResumeRequest,
    responses((status = 200, description = "The seat, the room and the answer to the offer", body = JoinResponse)),
    extensions(("x-problems" = json!(
        "body version offer_invalid link sitting rate_limited draining overloaded store"
    )))
))]
pub(super) async fn resume(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let request: ResumeRequest = parse_versioned(&bytes)?;
    let response = app.service.resume(request, address).await?;
    Ok(seated(&response))
}

/// It holds a resume token: no cache may keep it.
fn seated(response: &JoinResponse) -> impl IntoResponse + use<> {
    ([(CACHE_CONTROL, "no-store")], Json(response.clone()))
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        crate::protocol::Problem::from(refusal).into()
    }
}
