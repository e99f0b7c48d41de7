//! Errors as HTTP responses: the status, and a JSON body with the code.

use axum::Json;
use axum::body::to_bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::accounts::{self, AccountError};
use crate::bucket::Wait;
use crate::protocol::{ErrorCode, Problem};
use crate::room::{EndRoomError, JoinError, LinkChangeError};
use crate::service::CreateRoomError;

/// A problem, and when to ask again.
#[derive(Debug)]
pub(super) struct Failure {
    problem: Problem,
    /// Seconds; `None`: the usual ones for the code.
    wait: Option<u64>,
}

impl Failure {
    /// Too much of something, and when to ask again.
    pub(super) fn rate_limited(words: String, wait: Wait) -> Self {
        Self {
            problem: Problem::new(ErrorCode::RateLimited, words),
            wait: Some(wait.as_seconds()),
        }
    }
}

/// Longest explanation of the web framework that is passed on, bytes. It may quote what it did not understand.
const EXPLANATION_MAX_BYTES: usize = 400;

/// What the web framework refuses before a handler sees it, such as an address that is no UTF-8, it says in plain text:
/// it becomes a problem like every other.
pub(super) async fn from_framework(response: Response) -> Response {
    let is_text = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_text || !response.status().is_client_error() {
        return response;
    }
    let said = to_bytes(response.into_body(), EXPLANATION_MAX_BYTES).await;
    let words = match &said {
        Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Err(_longer) => "the address or a header cannot be read".to_owned(),
    };
    Problem::new(ErrorCode::Malformed, words).into_response()
}

impl Failure {
    /// The problem itself.
    pub(super) const fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.code.http_status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.wait.or(usual_wait(self.problem.code));
        let mut response = (status, Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Failure::from(self).into_response()
    }
}

/// When it makes sense to ask again, seconds.
const fn usual_wait(code: ErrorCode) -> Option<u64> {
    match code {
        ErrorCode::RateLimited => Some(6),
        ErrorCode::Overloaded | ErrorCode::StoreAway => Some(2),
        ErrorCode::Draining => Some(5),
        _ => None,
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            wait: None,
        }
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        let wait = match &error {
            JoinError::RateLimited { wait, .. } => Some(wait.as_seconds()),
            _ => None,
        };
        Self {
            problem: Problem::new(error.code(), error.to_string()),
            wait,
        }
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        let wait = match &error {
            AccountError::Wait(wait) => Some(wait.as_seconds()),
            _ => None,
        };
        let code = ErrorCode::from_code(error.code());
        // What went wrong inside is for the operator.
        let words = if code == ErrorCode::Internal {
            tracing::error!(%error, "accounts");
            "a fault of the server".to_owned()
        } else {
            error.to_string()
        };
        Self {
            problem: Problem::new(code, words),
            wait,
        }
    }
}

impl From<accounts::Refusal> for Failure {
    fn from(refusal: accounts::Refusal) -> Self {
        AccountError::from(refusal).into()
    }
}

impl From<CreateRoomError> for Failure {
    fn from(error: CreateRoomError) -> Self {
        Problem::new(error.code(), error.to_string()).into()
    }
}

impl From<EndRoomError> for Failure {
    fn from(error: EndRoomError) -> Self {
        Problem::new(error.code(), error.to_string()).into()
    }
}

impl From<LinkChangeError> for Failure {
    fn from(error: LinkChangeError) -> Self {
        Problem::new(error.code(), error.to_string()).into()
    }
}
