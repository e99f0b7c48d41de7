//! Pages of what was searched for.

use serde_json::{Value, json};

use super::Kind;
use super::coding::without_absent;

/// One page, and the way to the next.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was found.
    pub found: Vec<Value>,
    /// The query of this page, as it came: without the `?`.
    pub query: String,
    /// The query of the next one, if there is one.
    pub next: Option<String>,
}

/// A page as a Bundle. No total: counting would read the whole clinic.
pub fn searchset(base: &str, kind: Kind, page: Page) -> Value {
    let name = kind.name();
    let link = |relation: &str, query: &str| {
        let question = if query.is_empty() { "" } else { "?" };
        json!({"relation": relation, "url": format!("{base}/fhir/{name}{question}{query}")})
    };
    let mut links = vec![link("self", &page.query)];
    links.extend(page.next.map(|next| link("next", &next)));
    let entries = page.found.into_iter().map(|resource| {
        let id = resource
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        json!({
            "fullUrl": format!("{base}/fhir/{name}/{id}"),
            "resource": resource,
            "search": {"mode": "match"},
        })
    });
    let entries: Vec<_> = entries.collect();
    without_absent(
        json!({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}),
    )
}
