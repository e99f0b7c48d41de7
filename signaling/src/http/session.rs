//! Who a request of staff or of a hospital system comes from, and signing in and out.

use axum::extract::{FromRequestParts, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::post;
use axum::{Json, Router};
use tokio::time::Instant;

use super::AppState;
use super::address::ClientAddress;
use super::body::JsonBody;
use super::jar::Jar;
use super::problem::Failure;
use crate::accounts::{
    AccountError, Attempt, ClinicId, KeyHolder, RecoveryCode, Refusal, SecondFactor, SessionToken,
    SignedIn, StaffAction, TotpCode,
};
use crate::protocol::{ErrorCode, Problem, SessionResponse, SignInRequest};

/// Carries what only our own page can have read: no other site's form or script sets it.
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/v1/session", post(sign_in).get(look).delete(sign_out))
}

/// Somebody who is signed in. What changes something must carry the session's CSRF token.
pub(super) struct Staff(pub(super) SignedIn);

impl Staff {
    /// Who it is, if the action is for their role.
    pub(super) fn may(&self, action: StaffAction) -> Result<SignedIn, Problem> {
        let Self(who) = self;
        if action.is_for(who.role) {
            return Ok(*who);
        }
        let words = format!("this is not for the role {}", who.role);
        Err(Problem::new(ErrorCode::Forbidden, words))
    }
}

/// Whoever may ask about a clinic: somebody who is signed in, or a hospital system.
///
/// With an API key no cookie is looked at, and so no CSRF token: another site can make a browser
/// send cookies, never `Authorization`.
pub(super) enum Caller {
    /// A person, with everything that [`Staff`] checks.
    Staff(SignedIn),
    /// A hospital system.
    Key(KeyHolder),
}

impl Caller {
    /// Of which clinic: no other is there for them.
    pub(super) const fn clinic(&self) -> ClinicId {
        match self {
            Self::Staff(who) => who.clinic,
            Self::Key(holder) => holder.clinic,
        }
    }

    /// Refuses what role or scopes are not for.
    pub(super) fn may(&self, action: StaffAction) -> Result<(), Problem> {
        match self {
            Self::Staff(who) => Staff(*who).may(action).map(|_who| ()),
            Self::Key(holder) if action.is_in(&holder.scopes) => Ok(()),
            Self::Key(_) => {
                let words = "this API key has no scope for it";
                Err(Problem::new(ErrorCode::Forbidden, words))
            }
        }
    }

    /// Refuses whoever was signed out or kept out, or had their key revoked, since they asked: for
    /// answers that somebody waited for.
    pub(super) async fn still(&self, app: &AppState) -> Result<(), Failure> {
        match self {
            Self::Staff(who) => Ok(app.accounts.still(who).await?),
            Self::Key(holder) => app.accounts.still_holds(holder).await.map_err(no_key),
        }
    }
}

/// Somebody who is signed in, and by which token.
pub(super) struct Session {
    pub(super) who: SignedIn,
    pub(super) token: SessionToken,
}

impl FromRequestParts<AppState> for Session {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let Jar(jar) = Jar::of(parts, state);
        let token = jar.find_session(cookies(&parts.headers));
        let token = token.ok_or(Refusal::UnknownSession)?;
        // Before anything is looked up: a request of another site leaves no trace, not even that
        // the session was used.
        if !parts.method.is_safe() {
            let presented = parts
                .headers
                .get(CSRF)
                .and_then(|value| value.to_str().ok());
            if !state
                .accounts
                .csrf(&token)
                .matches(presented.unwrap_or_default())
            {
                let words = "x-csrf-token must be the csrf of GET /v1/session";
                return Err(Problem::new(ErrorCode::Forbidden, words).into());
            }
        }
        let who = state.accounts.who(&token).await?;
        Ok(Self { who, token })
    }
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let session = Session::from_request_parts(parts, state).await?;
        Ok(Self(session.who))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            let Staff(who) = Staff::from_request_parts(parts, state).await?;
            return Ok(Self::Staff(who));
        }
        let holder = state.accounts.key(bearer(&parts.headers)).await;
        holder.map(Self::Key).map_err(no_key)
    }
}

fn no_key(error: AccountError) -> Failure {
    match error {
        AccountError::Refused(_) => {
            let words = "the API key is wrong or was revoked";
            Problem::new(ErrorCode::Unauthorized, words).into()
        }
        error => error.into(),
    }
}

/// What stands behind `Authorization: Bearer`; nothing, if there is no such header.
pub(super) fn bearer(headers: &HeaderMap) -> &str {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, secret)| secret)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(COOKIE).into_iter();
    values.filter_map(|value| value.to_str().ok())
}

/// Sign in
///
/// The session comes as a cookie that no script reads. Bodies must say that they are JSON.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/session",
    tag = "staff",
    request_body = SignInRequest,
    responses((
        status = 200,
        description = "Who signed in",
        body = SessionResponse,
        headers(("Set-Cookie" = String, description = "The session, and on a new device what is known of it")),
    )),
    extensions(("x-problems" = json!("body sign_in_failed code_required code_wrong rate_limited overloaded store")))
))]
pub(super) async fn sign_in(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    Jar(jar): Jar,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SignInRequest>,
) -> Result<impl IntoResponse, Failure> {
    // Always a session of its own: whatever cookie came with the request, nobody goes on with it.
    let second = second_factor(&request)?;
    let clinic = app.accounts.clinic_at(request.clinic.as_deref()).await?;
    let welcome = app.accounts.sign_in(Attempt {
        // Nobody works at a clinic that is not there, and that is answered as any wrong name is.
        clinic: clinic.map_or(ClinicId::NONE, |clinic| clinic.id),
        name: request.sign_in_name,
        password: request.password,
        second,
        device: jar.find_device(cookies(&headers)),
        address,
        at: Instant::now().into_std(),
    });
    let welcome = welcome.await?;
    // Whoever was signed in on this browser is so no more.
    if let Some(before) = jar.find_session(cookies(&headers))
        && let Ok(who) = app.accounts.who(&before).await
    {
        app.accounts.sign_out(&who).await?;
    }
    let who = app.accounts.who(&welcome.token).await?;
    let session = jar.session(&welcome.token);
    let device = welcome.device.map(|device| jar.device(&device));
    let given = [session].into_iter().chain(device);
    let given: Vec<_> = given.map(|cookie| (SET_COOKIE, cookie)).collect();
    let token = welcome.token;
    let shown = shown(&app, Session { who, token }).await?;
    Ok((AppendHeaders(given), shown))
}

/// Who is signed in
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/session",
    tag = "staff",
    security(("staff" = [])),
    responses((status = 200, description = "Who is signed in", body = SessionResponse)),
))]
pub(super) async fn look(
    State(app): State<AppState>,
    session: Session,
) -> Result<impl IntoResponse, Failure> {
    shown(&app, session).await
}

/// Sign out
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/session",
    tag = "staff",
    security(("staff" = [])),
    responses((status = 204, description = "Nobody is signed in by this session any more")),
))]
pub(super) async fn sign_out(
    State(app): State<AppState>,
    Jar(jar): Jar,
    Staff(who): Staff,
) -> Result<impl IntoResponse, Failure> {
    app.accounts.sign_out(&who).await?;
    let headers = [(SET_COOKIE, jar.no_session())];
    Ok((StatusCode::NO_CONTENT, headers))
}

/// The answer to whoever is signed in: it holds the CSRF token, so that no cache may keep it.
pub(super) async fn shown(
    app: &AppState,
    Session { who, token }: Session,
) -> Result<impl IntoResponse + use<>, Failure> {
    let myself = app.accounts.myself(&who).await?;
    let response = SessionResponse {
        account: who.account,
        name: myself.name,
        role: who.role.into(),
        clinic: myself.clinic.into(),
        csrf: app.accounts.csrf(&token).text(),
        has_second_factor: myself.has_second_factor,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)))
}

fn second_factor(request: &SignInRequest) -> Result<SecondFactor, Problem> {
    let malformed = |words: String| Problem::new(ErrorCode::Malformed, words);
    match (&request.code, &request.recovery_code) {
        (None, None) => Ok(SecondFactor::None),
        (Some(code), None) => {
            let code = TotpCode::parse(code).map_err(|error| malformed(error.to_string()))?;
            Ok(SecondFactor::Code(code))
        }
        (None, Some(code)) => {
            let code = RecoveryCode::parse(code).map_err(|error| malformed(error.to_string()))?;
            Ok(SecondFactor::Recovery(code))
        }
        (Some(_), Some(_)) => Err(malformed("code or recoveryCode, not both".to_owned())),
    }
}
