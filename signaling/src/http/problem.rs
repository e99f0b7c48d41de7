//! Errors as HTTP responses: the status, and a JSON body with the code.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::protocol::{ErrorCode, Problem};
use crate::room::{EndRoomError, JoinError};
use crate::service::CreateRoomError;

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.http_status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = retry_after(self.code);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry {
            headers.insert(RETRY_AFTER, seconds);
        }
        response
    }
}

/// When it makes sense to ask again, seconds.
const fn retry_after(code: ErrorCode) -> Option<HeaderValue> {
    match code {
        ErrorCode::RateLimited => Some(HeaderValue::from_static("6")),
        ErrorCode::Overloaded => Some(HeaderValue::from_static("2")),
        ErrorCode::Draining => Some(HeaderValue::from_static("5")),
        _ => None,
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<CreateRoomError> for Problem {
    fn from(error: CreateRoomError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<EndRoomError> for Problem {
    fn from(error: EndRoomError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
