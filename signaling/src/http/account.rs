//! The own account: its password, its second factor, where it is signed in.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use tokio::time::Instant;

use super::AppState;
use super::address::ClientAddress;
use super::body::JsonBody;
use super::jar::Jar;
use super::paging::{Page, Search};
use super::problem::Failure;
use super::session::{Session, Staff, shown};
use crate::accounts::{AccountError, FirstAdministrator, Refusal, SessionId, SignInName, TotpCode};
use crate::protocol::{
    AcceptRequest, ChangePasswordRequest, ConfirmSecondFactorRequest, ErrorCode,
    FirstAdministratorRequest, OwnSession, Problem, RecoveryCodesResponse, SecondFactorResponse,
    SessionsResponse,
};
use crate::store::accounts::Profile;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/first-administrator", post(take_first))
        .route("/v1/password", post(accept).put(change_password))
        .route("/v1/second-factor", post(offer))
        .route("/v1/second-factor/confirm", post(confirm))
        .route("/v1/sessions", get(sessions))
        .route("/v1/sessions/{id}", delete(end_session))
}

/// What somebody typed to sign in with, where it is to be kept.
pub(super) fn sign_in_name(text: &str) -> Result<SignInName, Problem> {
    let name = SignInName::parse(text);
    name.map_err(|error| Problem::new(ErrorCode::Malformed, error.to_string()))
}

/// Become the first administrator of a clinic
///
/// By the link that the server prints while a clinic has none.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/first-administrator",
    tag = "staff",
    request_body = FirstAdministratorRequest,
    responses((status = 201, description = "The account is there; sign in")),
    extensions(("x-problems" = json!("body link_unknown link_expired administrator_exists rate_limited overloaded store passwords")))
))]
pub(super) async fn take_first(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    JsonBody(request): JsonBody<FirstAdministratorRequest>,
) -> Result<StatusCode, Failure> {
    app.accounts.count(address, Instant::now().into_std())?;
    let profile = Profile {
        name: request.name,
        sign_in_name: sign_in_name(&request.sign_in_name)?,
    };
    let first = FirstAdministrator {
        link: request.link,
        profile,
        password: request.password,
    };
    app.accounts.take_first(first).await?;
    Ok(StatusCode::CREATED)
}

/// Set a password by invitation
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/password",
    tag = "staff",
    request_body = AcceptRequest,
    responses((status = 204, description = "It is set; sign in")),
    extensions(("x-problems" = json!("body link_unknown link_expired rate_limited overloaded store passwords")))
))]
pub(super) async fn accept(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    JsonBody(request): JsonBody<AcceptRequest>,
) -> Result<StatusCode, Failure> {
    app.accounts.count(address, Instant::now().into_std())?;
    app.accounts
        .accept(&request.link, &request.password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set another password
///
/// The session goes on under another token; every other one ends.
#[cfg_attr(test, utoipa::path(
    put,
    path = "/v1/password",
    tag = "staff",
    security(("staff" = [])),
    request_body = ChangePasswordRequest,
    responses((status = 200, description = "Who is signed in", body = crate::protocol::SessionResponse)),
    extensions(("x-problems" = json!("body sign_in_failed overloaded passwords")))
))]
pub(super) async fn change_password(
    State(app): State<AppState>,
    Jar(jar): Jar,
    Staff(who): Staff,
    JsonBody(request): JsonBody<ChangePasswordRequest>,
) -> Result<impl IntoResponse, Failure> {
    let changed = app
        .accounts
        .change_password(&who, &request.old, &request.new);
    let token = changed.await?.token;
    let cookie = [(SET_COOKIE, jar.session(&token))];
    let shown = shown(&app, Session { who, token }).await?;
    Ok((cookie, shown))
}

/// Ask for a second factor
///
/// It counts once a code of it is confirmed.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/second-factor",
    tag = "staff",
    security(("staff" = [])),
    responses((status = 200, description = "What an app is told", body = SecondFactorResponse)),
    extensions(("x-problems" = json!("totp_enrolled")))
))]
pub(super) async fn offer(
    State(app): State<AppState>,
    Staff(who): Staff,
) -> Result<impl IntoResponse, Failure> {
    let (secret, uri) = app.accounts.offer_second_factor(&who).await?;
    let response = SecondFactorResponse {
        secret: secret.text(),
        uri,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)))
}

/// Confirm a second factor by its first code
///
/// The session goes on under another token; every other one ends.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/second-factor/confirm",
    tag = "staff",
    security(("staff" = [])),
    request_body = ConfirmSecondFactorRequest,
    responses((status = 200, description = "Codes for whoever loses the telephone, shown once", body = RecoveryCodesResponse)),
    extensions(("x-problems" = json!("body code_wrong totp_enrolled totp_not_offered")))
))]
pub(super) async fn confirm(
    State(app): State<AppState>,
    Jar(jar): Jar,
    Staff(who): Staff,
    JsonBody(request): JsonBody<ConfirmSecondFactorRequest>,
) -> Result<impl IntoResponse, Failure> {
    let code = TotpCode::parse(&request.code);
    let code = code.map_err(|error| Problem::new(ErrorCode::Malformed, error.to_string()))?;
    let (welcome, codes) = app.accounts.confirm_totp(&who, &code).await?;
    let response = RecoveryCodesResponse {
        recovery_codes: codes
            .iter()
            .map(crate::accounts::RecoveryCode::text)
            .collect(),
        csrf: welcome.csrf.text(),
    };
    let headers = [
        (CACHE_CONTROL, "no-store".to_owned()),
        (SET_COOKIE, jar.session(&welcome.token)),
    ];
    Ok((headers, Json(response)))
}

/// Where the own account is signed in
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/sessions",
    tag = "staff",
    security(("staff" = [])),
    params(Page),
    responses((status = 200, description = "A page of it", body = SessionsResponse)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn sessions(
    State(app): State<AppState>,
    Staff(who): Staff,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    let sessions = app.accounts.sessions(&who).await?;
    let (sessions, next) = page.cut(sessions, |one| one.id.0)?;
    let own = |one: crate::accounts::SessionView| OwnSession {
        id: one.id.0.to_string(),
        begun: one.begun,
        used: one.used,
        current: one.id == who.session,
    };
    let response = SessionsResponse {
        sessions: sessions.into_iter().map(own).collect(),
        next: next.map(|next| next.to_string()),
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)))
}

/// Sign out elsewhere
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/sessions/{id}",
    tag = "staff",
    security(("staff" = [])),
    params(("id" = u32, Path, description = "Which session")),
    responses((status = 204, description = "It is over")),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn end_session(
    State(app): State<AppState>,
    Staff(who): Staff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let id = id.parse().map(SessionId).map_err(|_| {
        Problem::new(
            ErrorCode::Malformed,
            "session must be a whole number from 1",
        )
    })?;
    match app.accounts.revoke(&who, who.account, id).await {
        // It is over already, as was wished.
        Ok(()) | Err(AccountError::Refused(Refusal::UnknownSession)) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(error.into()),
    }
}
