//! `GET /v1/consent-text/{language}/{scopes}`: the words that people are asked to agree to.

use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};

use super::AppState;
use super::problem::Failure;
use crate::connection::scopes;
use crate::consent_text;
use crate::ids::LanguageCode;
use crate::protocol::{
    ConsentBox, ConsentScope, ConsentTextResponse, ErrorCode, Problem, TextHash,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/v1/consent-text/{language}/{scopes}", get(text))
}

/// The words of a consent
///
/// All that is shown to who is asked, with its hash. Nothing about anybody: every cache may keep it. A new version has other words, and so another
/// hash, beside which the server goes on taking the old one.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/consent-text/{language}/{scopes}",
    tag = "visit",
    params(
        ("language" = String, Path, description = "`vi`, `en` or `ko`"),
        ("scopes" = String, Path, description = "Some of `careByVideo`, `interpreterPresent` and `observerPresent`, with commas between them"),
    ),
    responses((status = 200, description = "The words, with the boxes that are asked for", body = ConsentTextResponse)),
    extensions(("x-problems" = json!("malformed")))
))]
pub(super) async fn text(
    Path((language, asked)): Path<(String, String)>,
) -> Result<impl IntoResponse, Failure> {
    let text = shown(&language, &asked)?;
    Ok(([(CACHE_CONTROL, "public, max-age=3600")], Json(text)))
}

/// The words with the boxes of these names, which have commas between them.
fn shown(language: &str, asked: &str) -> Result<ConsentTextResponse, Problem> {
    let malformed = |words: String| Problem::new(ErrorCode::Malformed, words);
    let text = consent_text::newest(language).ok_or_else(|| {
        let known = consent_text::languages().collect::<Vec<_>>().join(", ");
        malformed(format!("language must be one of {known}"))
    })?;
    let boxes: Vec<_> = text
        .boxes
        .iter()
        .map(|(scope, _)| ConsentScope::from(*scope))
        .collect();
    let names = asked.split(',').map(|name| {
        let scope = serde_json::from_value(name.into()).ok();
        scope.filter(|scope| boxes.contains(scope)).ok_or_else(|| {
            let words = "scopes must be some of careByVideo, interpreterPresent and \
                         observerPresent, with commas between them";
            malformed(words.to_owned())
        })
    });
    let asked = scopes(names.collect::<Result<Vec<_>, _>>()?);
    let boxes = text.asked(asked).map(|(scope, words)| ConsentBox {
        scope: scope.into(),
        words: words.to_owned(),
    });
    let language = LanguageCode::parse(text.language);
    Ok(ConsentTextResponse {
        version: text.version,
        language: language.map_err(|error| malformed(error.to_string()))?,
        hash: TextHash(text.hash(asked)),
        title: text.title.to_owned(),
        paragraphs: text
            .paragraphs
            .iter()
            .map(|&words| words.to_owned())
            .collect(),
        boxes: boxes.collect(),
    })
}
