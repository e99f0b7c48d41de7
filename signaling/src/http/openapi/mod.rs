//! `GET /v1/openapi.json`: the description of this API, for programs.
//!
//! It is a file of the source tree. A test makes the same text from the handlers and their types and fails where the two
//! differ (`the_description_is_that_of_the_handlers`), so that the server itself needs nothing that makes it.

#[cfg(test)]
mod describe;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use super::AppState;

/// What `make bindings` writes.
const DESCRIPTION: &str = include_str!("../../../openapi.json");

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/v1/openapi.json", get(description))
}

/// This description
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/openapi.json",
    tag = "description",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)),
))]
async fn description() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        // It changes with the program only, and who asks may ask again.
        (CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, DESCRIPTION)
}
