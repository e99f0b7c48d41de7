//! The operator's routes for clinics.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};

use super::AppState;
use super::admin::Admin;
use super::body::JsonBody;
use super::paging::{Page, Search};
use super::problem::Failure;
use crate::accounts::ClinicAddress;
use crate::protocol::{
    Clinic, ClinicsResponse, ErrorCode, NewClinicRequest, NewClinicResponse, Problem,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/v1/clinics", get(list).post(add))
}

/// The clinics of this server
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/clinics",
    tag = "clinics",
    security(("operator" = [])),
    params(Page),
    responses((status = 200, description = "A page of them", body = ClinicsResponse)),
    extensions(("x-problems" = json!("malformed store")))
))]
pub(super) async fn list(
    State(app): State<AppState>,
    _: Admin,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    let (clinics, next) = page.cut(app.accounts.clinics().await?, |clinic| clinic.id)?;
    let response = ClinicsResponse {
        clinics: clinics.into_iter().map(Clinic::from).collect(),
        next: next.map(|next| next.to_string()),
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)))
}

/// Add a clinic
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/clinics",
    tag = "clinics",
    security(("operator" = [])),
    request_body = NewClinicRequest,
    responses((status = 201, description = "The clinic, and the link for its first administrator", body = NewClinicResponse)),
    extensions(("x-problems" = json!("body address_taken too_many_clinics overloaded store")))
))]
pub(super) async fn add(
    State(app): State<AppState>,
    _: Admin,
    JsonBody(request): JsonBody<NewClinicRequest>,
) -> Result<impl IntoResponse, Failure> {
    let address = ClinicAddress::parse(&request.address);
    let address = address.map_err(|error| Problem::new(ErrorCode::Malformed, error.to_string()))?;
    let (clinic, link) = app.accounts.add_clinic(address, request.name).await?;
    let clinic = Clinic::from(clinic);
    let headers = [(CACHE_CONTROL, "no-store")];
    Ok((
        StatusCode::CREATED,
        headers,
        Json(NewClinicResponse { clinic, link }),
    ))
}
