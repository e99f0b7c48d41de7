//! A clinic's day, and who waits.

use axum::extract::State;
use axum::response::IntoResponse;

use super::query::DayQuery;
use super::{answer, changes, looks};
use crate::consultation as domain;
use crate::http::AppState;
use crate::http::body::JsonBody;
use crate::http::paging::Search;
use crate::http::problem::Failure;
use crate::http::session::Caller;
use crate::protocol::{LateRequest, LateResponse};

/// A day, and who waits
///
/// With since it waits up to 25 seconds until something changed.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/day",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    params(DayQuery),
    responses((status = 200, description = "The day", body = crate::protocol::Day)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(in crate::http) async fn day(
    State(app): State<AppState>,
    caller: Caller,
    Search(DayQuery { date, since }): Search<DayQuery>,
) -> Result<impl IntoResponse, Failure> {
    let by = looks(&caller)?;
    let day = app.service.day(by, date, since).await?;
    if since.is_some() {
        caller.still(&app).await?;
    }
    Ok(answer(day))
}

/// Tell all who wait today that it begins late
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/day/late",
    tag = "appointments",
    security(("staff" = []), ("key" = [])),
    request_body = crate::protocol::LateRequest,
    responses((status = 200, description = "In how many appointments people were told", body = crate::protocol::LateResponse)),
    extensions(("x-problems" = json!("body act")))
))]
pub(in crate::http) async fn late_today(
    State(app): State<AppState>,
    caller: Caller,
    JsonBody(LateRequest { minutes }): JsonBody<LateRequest>,
) -> Result<impl IntoResponse, Failure> {
    let by = changes(&caller)?;
    let delay = minutes.map(domain::Minutes);
    let told = app.service.late_today(by, delay).await?;
    Ok(answer(LateResponse { told }))
}
