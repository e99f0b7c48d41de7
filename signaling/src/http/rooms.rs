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

pub(super) async fn end(
    State(app): State<AppState>,
    _: Admin,
    Path(room): Path<String>,
) -> Result<StatusCode, Failure> {
    app.service.end_room(parse_room(&room)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

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
