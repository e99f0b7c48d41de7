//! A request's body: decompressed before, limited in size and time here.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_ENCODING;
use tokio::time::timeout;

use crate::protocol::limits::{BODY_MAX_BYTES, BODY_TIMEOUT};
use crate::protocol::{ErrorCode, Problem};

/// The bytes of a JSON body.
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        // The decompression layer takes the header away with the encoding; what is left of it
        // is one that it does not know.
        if request.headers().contains_key(CONTENT_ENCODING) {
            return Err(malformed(
                "content-encoding must be deflate, gzip or none".to_owned(),
            ));
        }
        let read = timeout(BODY_TIMEOUT, Bytes::from_request(request, state)).await;
        let Ok(read) = read else {
            let seconds = BODY_TIMEOUT.as_secs();
            return Err(malformed(format!("the body must come within {seconds} s")));
        };
        read.map(Self).map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                let words = format!("a body has {BODY_MAX_BYTES} bytes at most");
                return Problem::new(ErrorCode::TooLarge, words);
            }
            malformed("the body cannot be read as its content-encoding says".to_owned())
        })
    }
}

fn malformed(words: String) -> Problem {
    Problem::new(ErrorCode::Malformed, words)
}
