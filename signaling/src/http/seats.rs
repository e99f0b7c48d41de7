//! The operator's routes for one seat: a new link, no link any more, nothing any more.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

use super::AppState;
use super::admin::Admin;
use super::body::Body;
use super::problem::Failure;
use super::rooms::parse_room;
use crate::consultation as domain;
use crate::ids::SeatId;
use crate::protocol::{
    EraseRequest, ErasureReason, ErrorCode, NewLinkRequest, NewLinkResponse, Problem, Refusal,
};

/// A new link for one person
///
/// The old one dies; whoever sits there stays.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/rooms/{room}/seats/{seat}/link",
    tag = "rooms",
    security(("operator" = [])),
    params(("room" = crate::ids::RoomId, Path, description = "Which"), ("seat" = SeatId, Path, description = "Whose")),
    request_body = NewLinkRequest,
    responses((status = 201, description = "The link, shown once", body = NewLinkResponse)),
    extensions(("x-problems" = json!("body place change overloaded store")))
))]
pub(super) async fn new_link(
    State(app): State<AppState>,
    _: Admin,
    Path((room, seat)): Path<(String, String)>,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let (room, seat) = (parse_room(&room)?, parse_seat(&seat)?);
    let request: NewLinkRequest = serde_json::from_slice(&bytes).map_err(Refusal::from)?;
    let link = app.service.new_link(room, seat, request.expires_in).await?;
    let headers = [(CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(NewLinkResponse { link })))
}

/// Take a link back, and the resume token with it
///
/// Whoever sits there is out.
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/rooms/{room}/seats/{seat}/link",
    tag = "rooms",
    security(("operator" = [])),
    params(("room" = crate::ids::RoomId, Path, description = "Which"), ("seat" = SeatId, Path, description = "Whose")),
    responses((status = 204, description = "It opens nothing any more")),
    extensions(("x-problems" = json!("place change overloaded store")))
))]
pub(super) async fn revoke(
    State(app): State<AppState>,
    _: Admin,
    Path((room, seat)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let (room, seat) = (parse_room(&room)?, parse_seat(&seat)?);
    app.service.revoke_link(room, seat).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Destroy what is kept of one person
///
/// Name, languages and what they wrote. The reason stays, with the time.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/rooms/{room}/seats/{seat}/erase",
    tag = "rooms",
    security(("operator" = [])),
    params(("room" = crate::ids::RoomId, Path, description = "Which"), ("seat" = SeatId, Path, description = "Whose")),
    request_body = EraseRequest,
    responses((status = 204, description = "It is destroyed")),
    extensions(("x-problems" = json!("body place change overloaded store")))
))]
pub(super) async fn erase(
    State(app): State<AppState>,
    _: Admin,
    Path((room, seat)): Path<(String, String)>,
    Body(bytes): Body,
) -> Result<StatusCode, Failure> {
    let (room, seat) = (parse_room(&room)?, parse_seat(&seat)?);
    let request: EraseRequest = serde_json::from_slice(&bytes).map_err(Refusal::from)?;
    let reason = match request.reason {
        ErasureReason::Request => domain::ErasureReason::Request,
        ErasureReason::Mistake => domain::ErasureReason::Mistake,
        ErasureReason::Order => domain::ErasureReason::Order,
    };
    app.service.erase(room, seat, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn parse_seat(seat: &str) -> Result<SeatId, Problem> {
    let number = seat.parse().ok().filter(|number| *number > 0);
    number
        .map(SeatId)
        .ok_or_else(|| Problem::new(ErrorCode::Malformed, "seat must be a whole number from 1"))
}
