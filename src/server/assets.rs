//! The page, embedded in the program: precompressed, revalidated by `ETag`, hashed files kept for ever, and
//! sent at the pace that the page asks for.

pub mod pace;

use std::borrow::Cow;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use pace::Pace;

use super::ahead::SERVER_TIMING;

/// The built web client.
#[derive(RustEmbed)]
#[folder = "web-client/dist"]
pub struct WebClient;

/// The document behind `/`.
const INDEX: &str = "index.html";

/// The document behind `/clinic`: the staff's pages, of which a patient's page loads nothing.
const CLINIC: &str = "clinic.html";

/// The document behind `/ma` (Vietnamese for code, and what is soonest said over the telephone): for who has
/// eight digits and no link.
const CODE: &str = "code.html";

/// Files here carry a hash of their content in their name: they never change.
const HASHED: &str = "assets/";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Kept, but asked about each time: a new server means a new page at the next visit.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The same file at whatever pace: what was kept at one is not asked for again at another.
const NO_VARY_SEARCH: HeaderName = HeaderName::from_static("no-vary-search");
const BUT_FOR_PACE: HeaderValue = HeaderValue::from_static("params=(\"pace\")");

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Nhịp Cầu</title>\
    <p>The page was not built: run <code>make run</code>.";

/// Serves the files of `E` at every path that no other route takes. The document carries `ahead`, see there.
pub fn router<E: RustEmbed + 'static>(ahead: Option<HeaderValue>) -> Router {
    Router::new().fallback(get(move |uri: Uri, headers: HeaderMap| async move {
        match Pace::in_query(uri.query()) {
            Ok(pace) => serve::<E>(uri.path(), &headers, pace, ahead),
            Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
        }
    }))
}

fn serve<E: RustEmbed>(
    path: &str,
    request: &HeaderMap,
    pace: Option<Pace>,
    ahead: Option<HeaderValue>,
) -> Response {
    let path = match path.trim_start_matches('/') {
        "" => INDEX,
        "clinic" => CLINIC,
        "ma" => CODE,
        named => named,
    };
    let Some(content_type) = content_type(path) else {
        return not_found();
    };
    let compressed = accepts_brotli(request)
        .then(|| E::get(&format!("{path}.br")))
        .flatten();
    let is_compressed = compressed.is_some();
    let Some(file) = compressed.or_else(|| E::get(path)) else {
        return if [INDEX, CLINIC, CODE].contains(&path) {
            not_built()
        } else {
            not_found()
        };
    };

    let tag = entity_tag(&file);
    let mut headers = HeaderMap::new();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if path.starts_with(HASHED) {
        headers.insert(header::CACHE_CONTROL, FOR_EVER);
        headers.insert(NO_VARY_SEARCH, BUT_FOR_PACE);
    } else {
        headers.insert(header::CACHE_CONTROL, ASK_FIRST);
    }
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    if let Some(ahead) = ahead.filter(|_| path == INDEX) {
        // Also where the page is not modified: what the browser holds is of an earlier start.
        headers.insert(SERVER_TIMING, ahead);
    }
    if is_known(request, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    let content = bytes(file.data);
    // A body in pieces does not tell its length by itself.
    headers.insert(header::CONTENT_LENGTH, content.len().into());
    let body = match pace {
        Some(pace) => pace.body(content),
        None => Body::from(content),
    };
    (headers, body).into_response()
}

fn bytes(content: Cow<'static, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(embedded) => Bytes::from_static(embedded),
        Cow::Owned(read) => Bytes::from(read),
    }
}

/// The content's hash; the compressed form is other content and has another one (RFC 9110 8.8.3.3).
fn entity_tag(file: &EmbeddedFile) -> String {
    // 64 of the 256 bits tell apart all versions that will ever be, in a quarter of the bytes.
    let hash = file.metadata.sha256_hash();
    let short = hash.iter().take(8).map(|byte| format!("{byte:02x}"));
    format!("\"{}\"", short.collect::<String>())
}

/// Whether the browser holds this very version (RFC 9110 13.1.2, weak comparison).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let held = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    held.flat_map(|list| list.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*")
}

/// Whether `br` is listed and not with a weight of zero (RFC 9110 12.5.3).
fn accepts_brotli(request: &HeaderMap) -> bool {
    let listed = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    listed.flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_brotli = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Ok(1.0), str::parse::<f32>);
        is_brotli && weight.is_ok_and(|weight| weight > 0.0)
    })
}

/// The types a web client is made of; a file of another kind is not served.
fn content_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

fn not_built() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_is_used_only_where_it_is_accepted() {
        let accepted = |list| accepts_brotli(&headers(header::ACCEPT_ENCODING, list));
        assert!(accepted("br"));
        assert!(accepted("gzip, deflate, BR"));
        assert!(accepted("gzip;q=1.0, br;q=0.5"));
        assert!(!accepted("gzip, deflate"));
        assert!(!accepted("br;q=0"));
        assert!(!accepted("br; q=0.000"));
        assert!(!accepted("brotli"));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn a_held_version_is_found_in_every_form_of_the_header() {
        let known = |list| is_known(&headers(header::IF_NONE_MATCH, list), "\"ab\"");
        assert!(known("\"ab\""));
        assert!(known("W/\"ab\""));
        assert!(known("\"cd\", \"ab\""));
        assert!(known("*"));
        assert!(!known("\"cd\""));
        assert!(!known("ab"));
    }
}
