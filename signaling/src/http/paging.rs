//! What stands behind the `?` of an address, and pages of lists.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::protocol::{ErrorCode, Problem};

/// Most of a list in one answer.
const LIMIT_MAX: usize = 100;
/// As many as a list shows when nothing is said.
const LIMIT: usize = 50;

/// The fields of a query. What cannot be read is named.
pub(super) struct Search<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Search<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let read = Query::try_from_uri(&parts.uri);
        let Query(read) = read.map_err(|error| {
            let words = std::error::Error::source(&error).map(ToString::to_string);
            let words = words.unwrap_or_else(|| error.to_string());
            Problem::new(ErrorCode::Malformed, format!("query: {words}"))
        })?;
        Ok(Self(read))
    }
}

/// Which part of a list: `?limit=` 1 to 100, 50 if nothing is said, and `&after=` the `next` of
/// the page before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub(super) struct Page {
    /// How many; 50 if nothing is said.
    #[serde(default)]
    #[cfg_attr(test, param(minimum = 1, maximum = 100))]
    limit: Option<usize>,
    /// The `next` of the page before.
    #[serde(default)]
    #[cfg_attr(test, param(pattern = "^[0-9a-f]{1,48}$"))]
    after: Option<String>,
}

impl Page {
    /// Of a list that has more to ask for than these.
    pub(super) const fn new(limit: Option<usize>, after: Option<String>) -> Self {
        Self { limit, after }
    }

    /// How many.
    pub(super) fn limit(&self) -> Result<usize, Problem> {
        let limit = self.limit.unwrap_or(LIMIT);
        if (1..=LIMIT_MAX).contains(&limit) {
            return Ok(limit);
        }
        let words = format!("limit must be 1 to {LIMIT_MAX}, got {limit}");
        Err(Problem::new(ErrorCode::Malformed, words))
    }

    /// This page of a whole list, in the order of its ids; and behind which there is more.
    pub(super) fn cut<T, C: Ord + Copy + std::str::FromStr>(
        &self,
        mut items: Vec<T>,
        id: impl Fn(&T) -> C,
    ) -> Result<(Vec<T>, Option<C>), Problem> {
        let (limit, after) = (self.limit()?, self.after::<C>()?);
        items.sort_unstable_by_key(&id);
        items.retain(|item| after.is_none_or(|after| id(item) > after));
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(&id);
        Ok((items, next))
    }

    /// Behind what; `None`: from the start.
    pub(super) fn after<C: std::str::FromStr>(&self) -> Result<Option<C>, Problem> {
        let after = self.after.as_deref().map(str::parse);
        let words = "after must be the next of the page before";
        let malformed = |_| Problem::new(ErrorCode::Malformed, words);
        after.transpose().map_err(malformed)
    }
}
