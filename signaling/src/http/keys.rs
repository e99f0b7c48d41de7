//! API keys of hospital systems.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::{delete, get};
use axum::{Json, Router};

use super::AppState;
use super::body::JsonBody;
use super::paging::{Page, Search};
use super::problem::Failure;
use super::session::Staff;
use crate::accounts::{IdError, Scope, StaffAction};
use crate::protocol::{ErrorCode, KeyView, KeysResponse, NewKeyRequest, NewKeyResponse, Problem};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/keys", get(list).post(make))
        .route("/v1/keys/{key}", delete(revoke))
}

/// The API keys of the clinic
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/keys",
    tag = "staff",
    security(("staff" = [])),
    params(Page),
    responses((status = 200, description = "A page of them", body = KeysResponse)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn list(
    State(app): State<AppState>,
    staff: Staff,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    let keys = app.accounts.keys(&by).await?;
    let (keys, next) = page.cut(keys, |key| key.id)?;
    let keys = keys.into_iter().map(KeyView::from).collect();
    Ok((
        [(CACHE_CONTROL, "no-store")],
        Json(KeysResponse { keys, next }),
    ))
}

/// Make an API key
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/keys",
    tag = "staff",
    security(("staff" = [])),
    request_body = NewKeyRequest,
    responses((status = 201, description = "The key, shown once", body = NewKeyResponse)),
    extensions(("x-problems" = json!("body too_many_keys")))
))]
pub(super) async fn make(
    State(app): State<AppState>,
    staff: Staff,
    JsonBody(request): JsonBody<NewKeyRequest>,
) -> Result<impl IntoResponse, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    if request.scopes.is_empty() {
        let words = "scopes must be at least one";
        return Err(Problem::new(ErrorCode::Malformed, words).into());
    }
    let scopes = request.scopes.into_iter().map(Scope::from).collect();
    let key = app.accounts.make_key(&by, scopes).await?;
    let response = NewKeyResponse {
        key: key.id,
        text: key.text(),
    };
    let headers = [(CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(response)))
}

/// Revoke an API key
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/keys/{key}",
    tag = "staff",
    security(("staff" = [])),
    params(("key" = crate::accounts::KeyId, Path, description = "Which")),
    responses((status = 204, description = "It opens nothing any more")),
    extensions(("x-problems" = json!("malformed key_unknown")))
))]
pub(super) async fn revoke(
    State(app): State<AppState>,
    staff: Staff,
    Path(key): Path<String>,
) -> Result<StatusCode, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    let key = key
        .parse()
        .map_err(|error: IdError| Problem::new(ErrorCode::Malformed, error.to_string()))?;
    app.accounts.revoke_key(&by, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
