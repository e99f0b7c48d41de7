//! `POST /v1/visit` and `/v1/visit/say`: one's own visit, during it and afterwards.

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};

use super::AppState;
use super::address::ClientAddress;
use super::body::Body;
use super::problem::Failure;
use crate::opaque::{Link, ResumeToken};
use crate::protocol::{ErrorCode, Problem, VisitRequest, VisitSayRequest, parse_versioned};
use crate::service::{Credential, VisitError};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/visit", post(visit))
        .route("/v1/visit/say", post(say))
}

/// One's own visit
///
/// Who was there and when, what was agreed to, the signed summary. By `link` or `resume`, while it
/// goes on and for seven days after its end.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/visit",
    tag = "visit",
    request_body = VisitRequest,
    responses((status = 200, description = "What this person may see of it", body = crate::protocol::VisitResponse)),
    extensions(("x-problems" = json!("body version link taken_over rate_limited overloaded wrong_state store")))
))]
pub(super) async fn visit(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let VisitRequest { link, resume, .. } = parse_versioned(&bytes)?;
    let credential = credential(link, resume)?;
    let seen = app.service.visit(credential, None, address).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(seen)))
}

/// Write, sign or withdraw without a socket
///
/// What may be said when all is over: notes and summary are written and signed, consent is withdrawn.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/visit/say",
    tag = "visit",
    request_body = VisitSayRequest,
    responses((status = 200, description = "It is done; the visit as it is now", body = crate::protocol::VisitResponse)),
    extensions(("x-problems" = json!(
        "body version link taken_over rate_limited overloaded forbidden wrong_state paper_changed signed_already store"
    )))
))]
pub(super) async fn say(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Body(bytes): Body,
) -> Result<impl IntoResponse, Failure> {
    let VisitSayRequest {
        link, resume, say, ..
    } = parse_versioned(&bytes)?;
    let credential = credential(link, resume)?;
    let say = Some(say.into());
    let seen = app.service.visit(credential, say, address).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(seen)))
}

fn credential(link: Option<Link>, resume: Option<ResumeToken>) -> Result<Credential, Problem> {
    match (link, resume) {
        (Some(link), None) => Ok(Credential::Link(link)),
        (None, Some(resume)) => Ok(Credential::Resume(resume)),
        _ => Err(Problem::new(
            ErrorCode::Malformed,
            "either link or resume is needed, and not both",
        )),
    }
}

impl From<VisitError> for Failure {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::Join(error) => error.into(),
            VisitError::Refused(refused) => {
                Problem::new(refused.code(), refused.to_string()).into()
            }
        }
    }
}
