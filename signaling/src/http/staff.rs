//! Who works at a clinic, and what administrators do with their accounts.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};

use super::AppState;
use super::account::sign_in_name;
use super::body::JsonBody;
use super::paging::{Page, Search};
use super::problem::Failure;
use super::session::{Caller, Staff};
use crate::accounts::{AccountId, IdError, Newcomer, StaffAction};
use crate::protocol::{
    ChangeStaffRequest, Colleague, ErrorCode, InvitedResponse, NewcomerRequest, Problem,
    StaffResponse,
};
use crate::store::accounts::Profile;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/staff", get(list).post(create))
        .route("/v1/staff/{account}", patch(change).delete(remove))
        .route("/v1/staff/{account}/invitation", post(invite))
        .route(
            "/v1/staff/{account}/second-factor",
            delete(remove_second_factor),
        )
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

/// Make an account
///
/// Its person sets a password by the link.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/staff",
    tag = "staff",
    security(("staff" = [])),
    request_body = NewcomerRequest,
    responses((status = 201, description = "The account and an invitation, shown once", body = InvitedResponse)),
    extensions(("x-problems" = json!("body name_taken too_many_accounts")))
))]
pub(super) async fn create(
    State(app): State<AppState>,
    staff: Staff,
    JsonBody(request): JsonBody<NewcomerRequest>,
) -> Result<impl IntoResponse, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    let newcomer = Newcomer {
        profile: Profile {
            name: request.name,
            sign_in_name: sign_in_name(&request.sign_in_name)?,
        },
        role: request.role.into(),
    };
    let (account, link) = app.accounts.create(&by, newcomer).await?;
    Ok(invited(InvitedResponse { account, link }))
}

/// Invite somebody again
///
/// The invitation before dies.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/staff/{account}/invitation",
    tag = "staff",
    security(("staff" = [])),
    params(("account" = AccountId, Path, description = "Whose account")),
    responses((status = 201, description = "An invitation, shown once", body = InvitedResponse)),
    extensions(("x-problems" = json!("malformed account_unknown")))
))]
pub(super) async fn invite(
    State(app): State<AppState>,
    staff: Staff,
    Path(account): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    let account = parse(&account)?;
    let link = app.accounts.invite(&by, account).await?;
    Ok(invited(InvitedResponse { account, link }))
}

fn invited(response: InvitedResponse) -> impl IntoResponse {
    let headers = [(CACHE_CONTROL, "no-store")];
    (StatusCode::CREATED, headers, Json(response))
}

/// Give somebody another role, or keep them out
#[cfg_attr(test, utoipa::path(
    patch,
    path = "/v1/staff/{account}",
    tag = "staff",
    security(("staff" = [])),
    params(("account" = AccountId, Path, description = "Whose account")),
    request_body = ChangeStaffRequest,
    responses((status = 204, description = "It is so; their sessions are over")),
    extensions(("x-problems" = json!("body account_unknown last_administrator")))
))]
pub(super) async fn change(
    State(app): State<AppState>,
    staff: Staff,
    Path(account): Path<String>,
    JsonBody(request): JsonBody<ChangeStaffRequest>,
) -> Result<StatusCode, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    let account = parse(&account)?;
    let ChangeStaffRequest { role, disabled } = request;
    // Two changes would be two entries of the log, and the second could be refused.
    match (role, disabled) {
        (Some(role), None) => app.accounts.change_role(&by, account, role.into()).await?,
        (None, Some(true)) => app.accounts.disable(&by, account).await?,
        (None, Some(false)) => app.accounts.enable(&by, account).await?,
        (None, None) | (Some(_), Some(_)) => {
            let words = "role or disabled, one of the two";
            return Err(Problem::new(ErrorCode::Malformed, words).into());
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Remove an account
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/staff/{account}",
    tag = "staff",
    security(("staff" = [])),
    params(("account" = AccountId, Path, description = "Whose account")),
    responses((status = 204, description = "Name, password and second factor are forgotten")),
    extensions(("x-problems" = json!("malformed account_unknown last_administrator")))
))]
pub(super) async fn remove(
    State(app): State<AppState>,
    staff: Staff,
    Path(account): Path<String>,
) -> Result<StatusCode, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    app.accounts.remove(&by, parse(&account)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a second factor away whose telephone is lost
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/staff/{account}/second-factor",
    tag = "staff",
    security(("staff" = [])),
    params(("account" = AccountId, Path, description = "Whose account")),
    responses((status = 204, description = "Signing in needs no code; their sessions are over")),
    extensions(("x-problems" = json!("malformed account_unknown")))
))]
pub(super) async fn remove_second_factor(
    State(app): State<AppState>,
    staff: Staff,
    Path(account): Path<String>,
) -> Result<StatusCode, Failure> {
    let by = staff.may(StaffAction::ManageStaff)?;
    app.accounts.remove_totp(&by, parse(&account)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(account: &str) -> Result<AccountId, Problem> {
    account
        .parse()
        .map_err(|error: IdError| Problem::new(ErrorCode::Malformed, error.to_string()))
}
