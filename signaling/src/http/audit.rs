//! What happened at a clinic, for its administrators.

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};

use super::AppState;
use super::paging::{Page, Search};
use super::problem::Failure;
use super::session::Staff;
use crate::accounts::StaffAction;
use crate::protocol::AuditResponse;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/v1/audit", get(list))
}

/// What happened to the clinic's accounts
///
/// The latest first.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/audit",
    tag = "staff",
    security(("staff" = [])),
    params(Page),
    responses((status = 200, description = "A page of it", body = AuditResponse)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn list(
    State(app): State<AppState>,
    staff: Staff,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    let who = staff.may(StaffAction::SeeAudit)?;
    let (limit, after) = (page.limit()?, page.after()?);
    let trail = app.accounts.trail(who.clinic, after, limit).await?;
    Ok((
        [(CACHE_CONTROL, "no-store")],
        Json(AuditResponse::new(trail)),
    ))
}
