//! Webhooks of a clinic, for its administrators and its hospital systems.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use axum::{Json, Router};

use super::AppState;
use super::body::JsonBody;
use super::paging::{Page, Search};
use super::problem::Failure;
use super::session::Caller;
use crate::accounts::{AccountError, Actor, IdError, StaffAction, WebhookId};
use crate::protocol::{
    Delivery, ErrorCode, NewWebhookRequest, NewWebhookResponse, Problem, RetryResponse,
    UndeliveredResponse, Webhook, WebhooksResponse,
};
use crate::store::Place;
use crate::store::accounts::AccountStoreError;
use crate::webhook::{By, EventKind, Target, WebhookError};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/webhooks", get(list).post(make))
        .route("/v1/webhooks/{webhook}", delete(remove))
        .route("/v1/webhooks/{webhook}/undelivered", get(undelivered))
        .route("/v1/webhooks/{webhook}/retry", post(retry))
}

/// The webhooks of the clinic
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/webhooks",
    tag = "webhooks",
    security(("staff" = []), ("key" = [])),
    params(Page),
    responses((status = 200, description = "A page of them", body = WebhooksResponse)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    let (clinic, _by) = by(&caller)?;
    let (ids, next) = page.cut(app.webhooks.ids(clinic).await?, |id| *id)?;
    let mut webhooks = Vec::with_capacity(ids.len());
    for id in ids {
        match app.webhooks.look(clinic, id).await {
            Ok(standing) => webhooks.push(Webhook::from(standing)),
            // Removed since the list was read.
            Err(WebhookError::Accounts(AccountError::Refused(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(answer(WebhooksResponse { webhooks, next }))
}

/// Have an address told what happens to appointments
///
/// PROTOCOL.md says what is sent there, how it is signed, and how often it is tried.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/webhooks",
    tag = "webhooks",
    security(("staff" = []), ("key" = [])),
    request_body = NewWebhookRequest,
    responses((status = 201, description = "The webhook; its secret is shown once", body = NewWebhookResponse)),
    extensions(("x-problems" = json!("body too_many_webhooks")))
))]
pub(super) async fn make(
    State(app): State<AppState>,
    caller: Caller,
    JsonBody(request): JsonBody<NewWebhookRequest>,
) -> Result<impl IntoResponse, Failure> {
    let by = by(&caller)?;
    let target = Target::parse(&request.url, app.webhooks.reach());
    let target = target.map_err(|error| malformed(error.to_string()))?;
    if request.events.is_empty() {
        return Err(malformed("events must be at least one".to_owned()).into());
    }
    let events = request.events.into_iter().map(EventKind::from).collect();
    let made = app.webhooks.make(by, &target, events).await?;
    let secret = made.view.destination.secret.text();
    let webhook = Webhook::from(made);
    let response = NewWebhookResponse { webhook, secret };
    Ok((StatusCode::CREATED, answer(response)))
}

/// Tell it nothing more
///
/// What waits for it goes with it.
#[cfg_attr(test, utoipa::path(
    delete,
    path = "/v1/webhooks/{webhook}",
    tag = "webhooks",
    security(("staff" = []), ("key" = [])),
    params(("webhook" = WebhookId, Path, description = "Which")),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!("malformed webhook_unknown")))
))]
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: Caller,
    Path(webhook): Path<String>,
) -> Result<StatusCode, Failure> {
    let by = by(&caller)?;
    app.webhooks.remove(by, id(&webhook)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What could not be delivered to it
///
/// The latest first. Kept for thirty days.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/webhooks/{webhook}/undelivered",
    tag = "webhooks",
    security(("staff" = []), ("key" = [])),
    params(("webhook" = WebhookId, Path, description = "Which"), Page),
    responses((status = 200, description = "A page of it", body = UndeliveredResponse)),
    extensions(("x-problems" = json!("malformed webhook_unknown")))
))]
pub(super) async fn undelivered(
    State(app): State<AppState>,
    caller: Caller,
    Path(webhook): Path<String>,
    Search(page): Search<Page>,
) -> Result<impl IntoResponse, Failure> {
    let (clinic, _by) = by(&caller)?;
    let (limit, after) = (page.limit()?, page.after::<Place>()?);
    let of = (clinic, id(&webhook)?);
    let (found, next) = app.webhooks.undelivered(of, after, limit).await?;
    Ok(answer(UndeliveredResponse {
        deliveries: found.into_iter().map(Delivery::from).collect(),
        next: next.map(|next| next.to_string()),
    }))
}

/// Try all of it again from now on
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/webhooks/{webhook}/retry",
    tag = "webhooks",
    security(("staff" = []), ("key" = [])),
    params(("webhook" = WebhookId, Path, description = "Which")),
    responses((status = 200, description = "How much is tried again", body = RetryResponse)),
    extensions(("x-problems" = json!("malformed webhook_unknown")))
))]
pub(super) async fn retry(
    State(app): State<AppState>,
    caller: Caller,
    Path(webhook): Path<String>,
) -> Result<impl IntoResponse, Failure> {
    let (clinic, _by) = by(&caller)?;
    let retried = app.webhooks.retry(clinic, id(&webhook)?).await?;
    Ok(answer(RetryResponse { retried }))
}

/// Whoever may look after the webhooks of their clinic.
fn by(caller: &Caller) -> Result<By, Problem> {
    caller.may(StaffAction::ManageWebhooks)?;
    let actor = match caller {
        Caller::Staff(who) => Actor::Account(who.account),
        Caller::Key(holder) => Actor::Key(holder.key),
    };
    Ok((caller.clinic(), actor))
}

fn id(webhook: &str) -> Result<WebhookId, Problem> {
    webhook
        .parse()
        .map_err(|error: IdError| malformed(error.to_string()))
}

fn malformed(words: String) -> Problem {
    Problem::new(ErrorCode::Malformed, words)
}

/// The address may hold a secret: nobody keeps it who only carries it.
fn answer<T: serde::Serialize>(body: T) -> impl IntoResponse + use<T> {
    ([(CACHE_CONTROL, "no-store")], Json(body))
}

impl From<WebhookError> for Failure {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Accounts(error) => error.into(),
            WebhookError::Store(error) => AccountError::from(AccountStoreError::from(error)).into(),
        }
    }
}
