//! A request's body: decompressed before, limited in size and time here.

use std::error::Error;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_ENCODING;
use http_body_util::{LengthLimitError, Limited};
use tokio::time::timeout;

use crate::protocol::limits::{BODY_MAX_BYTES, BODY_TIMEOUT};
use crate::protocol::{ErrorCode, Problem};

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
