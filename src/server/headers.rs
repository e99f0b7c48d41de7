//! Headers that every answer carries: what the browser may do with our page.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// Sent always. Nobody frames a consultation, guesses types, learns links from a referrer, or gets the
/// camera from inside a frame.
const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
        ),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
        ),
    ),
];

/// A year, the least that browsers' preload lists take for an earnest promise.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Whether browsers may be told never to come by plain HTTP again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrictTransport {
    /// A certificate that browsers trust: yes.
    Promise,
    /// Plain HTTP, or a self-signed certificate: with the promise, browsers would offer no way past their
    /// warning.
    Silence,
}

/// Adds the headers, leaving alone what a handler has set itself.
pub fn secure(mut response: Response, strict: StrictTransport) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if strict == StrictTransport::Promise {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(STRICT_TRANSPORT);
    }
    response
}
