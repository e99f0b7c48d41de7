//! A request's body: decompressed before, limited in size and time here.

use std::error::Error;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::{LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::protocol::limits::{BODY_MAX_BYTES, BODY_TIMEOUT};
use crate::protocol::{ErrorCode, Problem, Refusal};

/// The bytes of a JSON body.
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Self::Rejection> {
        // The decompression layer takes the header away with the encoding; what is left of it
        // is one that it does not know.
        if request.headers().contains_key(CONTENT_ENCODING) {
            let words = "content-encoding must be deflate, gzip or none";
            return Err(Problem::new(ErrorCode::Malformed, words));
        }
        let reading = to_bytes(request.into_body(), BODY_MAX_BYTES);
        match timeout(BODY_TIMEOUT, reading).await {
            Ok(Ok(bytes)) => Ok(Self(bytes)),
            Ok(Err(error)) if is_too_large(&error) => {
                let words = format!("a body has {BODY_MAX_BYTES} bytes at most");
                Err(Problem::new(ErrorCode::TooLarge, words))
            }
            Ok(Err(_)) => {
                let words = "the body cannot be read as its content-encoding says";
                Err(Problem::new(ErrorCode::Malformed, words))
            }
            Err(_elapsed) => {
                let words = format!("the body must come within {} s", BODY_TIMEOUT.as_secs());
                Err(Problem::new(ErrorCode::Malformed, words))
            }
        }
    }
}

/// A JSON body that says that it is one: no form of another site can, without asking us first
/// (CORS, <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>), and we refuse.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let words = "content-type must be application/json";
            return Err(Problem::new(ErrorCode::Malformed, words));
        }
        let Body(bytes) = Body::from_request(request, state).await?;
        let read = serde_json::from_slice(&bytes).map_err(Refusal::from)?;
        Ok(Self(read))
    }
}

/// Limits the body as it comes over the network.
pub(super) async fn limit(request: Request) -> Request {
    request.map(|body| axum::body::Body::new(Limited::new(body, BODY_MAX_BYTES)))
}

/// Whether a limit is at the bottom of it: decompression wraps the error of what it reads.
fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    if error.is::<LengthLimitError>() {
        return true;
    }
    // `source` of an I/O error skips the error that it was made of.
    let inner = match error.downcast_ref::<std::io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    };
    inner.is_some_and(is_too_large)
}
