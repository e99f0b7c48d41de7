//! Who works at a clinic.

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};

use super::AppState;
use super::paging::{Page, Search};
use super::problem::Failure;
use super::session::Caller;
use crate::accounts::StaffAction;
use crate::protocol::{Colleague, StaffResponse};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/v1/staff", get(list))
}

/// Who works at the clinic
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/staff",
    tag = "staff",
    security(("staff" = []), ("key" = [])),
    params(Page),
    responses((status = 200, description = "A page of them", body = StaffResponse)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    caller.may(StaffAction::SeeStaff)?;
    let (limit, after) = (page.limit()?, page.after()?);
    let listed = app.accounts.colleagues(caller.clinic(), after, limit);
    let (colleagues, next) = listed.await?;
    let staff = colleagues.into_iter().map(Colleague::from).collect();
    let response = StaffResponse { staff, next };
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)))
}
