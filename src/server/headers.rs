//! Headers that every answer carries: what the browser may do with our page.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

/// Sent always. Nobody frames a consultation, guesses types, learns links from a referrer, keeps a handle on
/// its window, or gets the camera from inside a frame.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    // What `frame-ancestors` says, for browsers that do not know it.
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        // What a consultation needs, for the page itself; what it never needs, for nobody.
        HeaderValue::from_static(
            "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), \
             screen-wake-lock=(self), speaker-selection=(self), fullscreen=(self), \
             picture-in-picture=(self), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), \
             hid=(), midi=()",
        ),
    ),
];

/// The page carries its own policy with the hashes of its one script and its styles, so that no inline script
/// but ours runs; a `meta` element cannot say who may frame it, so that is said here. Both hold.
const OF_A_PAGE: HeaderValue = HeaderValue::from_static(
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
);

/// Everything else is data: whatever it contains, a browser that shows it runs and loads nothing.
const OF_DATA: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

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
    let is_unchanged = response.status() == StatusCode::NOT_MODIFIED;
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // "Not modified" has no type, and what it says replaces what the browser holds: the page would lose its own.
    if !is_unchanged {
        let policy = if is_page { OF_A_PAGE } else { OF_DATA };
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(policy);
    }
    if strict == StrictTransport::Promise {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(STRICT_TRANSPORT);
    }
    response
}
