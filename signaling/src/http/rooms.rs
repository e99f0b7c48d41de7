//! The operator's routes: open, end and look at rooms.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

use super::AppState;
use super::admin::Admin;
use super::body::Body;
use super::problem::Failure;
use crate::ids::{RoomId, RoomIdError};
use crate::protocol::limits::{PEOPLE_MAX, PEOPLE_MIN};
use crate::protocol::{CreateRoomRequest, ErrorCode, Problem, Refusal};

/// Open a room for these people
///
/// Seats are numbered from 1 in their order. The links are in the answer and nowhere else.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/rooms",
    tag = "rooms",
    security(("operator" = [])),
    request_body = CreateRoomRequest,
    responses((status = 201, description = "The room and its links", body = crate::protocol::CreateRoomResponse)),
    extensions(("x-problems" = json!("body draining store")))
))]
pub(super) async fn create(
    State(app): State<AppState>,
    _: Admin,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let request: CreateRoomRequest = serde_json::from_slice(&bytes).map_err(Refusal::from)?;
    let got = request.people.len();
    if !(PEOPLE_MIN..=PEOPLE_MAX).contains(&got) {
        let words = format!("people must be {PEOPLE_MIN} to {PEOPLE_MAX}, got {got}");
        return Err(Problem::new(ErrorCode::Malformed, words).into());
    }
    let created = app.service.create_room(request).await?;
    let headers = [(CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(created)))
}

/// End a consultation for everybody, for good
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/rooms/{room}",
    tag = "rooms",
    security(("operator" = [])),
    params(("room" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 204, description = "It has ended")),
    extensions(("x-problems" = json!("place overloaded store")))
))]
pub(super) async fn end(
    State(app): State<AppState>,
    _: Admin,
    Path(room): Path<String>,
) -> Result<StatusCode, Failure> {
    app.service.end_room(parse_room(&room)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the server knows of a live room
///
/// Without names and without chat. Its shape is for people and may change.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/debug/rooms/{room}",
    tag = "rooms",
    security(("operator" = [])),
    params(("room" = crate::ids::RoomId, Path, description = "Which")),
    responses((status = 200, description = "For people", body = Object)),
    extensions(("x-problems" = json!("place")))
))]
pub(super) async fn debug(
    State(app): State<AppState>,
    _: Admin,
    Path(room): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    let known = app.service.debug_room(parse_room(&room)?).await;
    let known =
        known.ok_or_else(|| Problem::new(ErrorCode::LinkUnknown, "no live room has this id"))?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(known)))
}

pub(super) fn parse_room(room: &str) -> Result<RoomId, Problem> {
    room.parse()
        .map_err(|error: RoomIdError| Problem::new(ErrorCode::Malformed, error.to_string()))
}
