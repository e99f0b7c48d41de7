//! Makes the description from what stands at the handlers and types.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::protocol::ErrorCode;

#[derive(OpenApi)]
#[openapi(
    info(title = "Nhịp Cầu", description = ABOUT),
    paths(
        super::description,
        crate::http::join::invitation,
        crate::http::join::join,
        crate::http::join::resume,
        crate::http::rooms::create,
        crate::http::rooms::end,
        crate::http::rooms::debug,
        crate::http::seats::new_link,
        crate::http::seats::revoke,
        crate::http::seats::erase,
    ),
    components(schemas(crate::protocol::Problem))
)]
struct Handlers;

const ABOUT: &str = "Video consultations over weak links. PROTOCOL.md says in words what this says for programs, and \
    what passes over the WebSocket and the data channels besides. Bodies may come and leave compressed; unknown \
    fields are refused.";

/// Words that stand for several codes at a handler (`x-problems`).
const GROUPS: &[(&str, &[&str])] = &[
    ("body", &["malformed", "too_large"]),
    ("version", &["unsupported_version"]),
    (
        "link",
        &[
            "link_unknown",
            "link_expired",
            "link_revoked",
            "ended",
            "cancelled",
            "no_show",
            "denied",
            "removed",
        ],
    ),
    (
        "sitting",
        &["taken_over", "locked", "room_full", "wrong_state"],
    ),
    ("place", &["malformed", "link_unknown"]),
    (
        "change",
        &[
            "ended",
            "cancelled",
            "no_show",
            "rate_limited",
            "wrong_state",
        ],
    ),
    ("store", &["store_away", "internal"]),
];

/// The description as it is sent: OpenAPI 3.1, each object's keys in order.
pub(super) fn description() -> String {
    let mut document = serde_json::to_value(Handlers::openapi()).unwrap();
    let info = document["info"].as_object_mut().unwrap();
    for left_out in ["contact", "license"] {
        info.remove(left_out);
    }
    for (_, operations) in document["paths"].as_object_mut().unwrap() {
        for (_, operation) in operations.as_object_mut().unwrap() {
            add_problems(operation);
        }
    }
    document["components"]["securitySchemes"] = json!({
        "operator": {"type": "http", "scheme": "bearer", "description": "The admin secret."},
    });
    serde_json::to_string_pretty(&sorted(document)).unwrap() + "\n"
}

/// Every code that a handler names becomes one of its answers, under the status that goes with the code.
fn add_problems(operation: &mut Value) {
    let named = operation.as_object_mut().unwrap().remove("x-problems");
    let mut words: Vec<&str> = named
        .iter()
        .filter_map(Value::as_str)
        .flat_map(str::split_whitespace)
        .collect();
    if operation["security"]
        .as_array()
        .is_some_and(|all| !all.is_empty())
    {
        words.push("unauthorized");
    }
    let mut by_status: BTreeMap<u16, BTreeSet<&'static str>> = BTreeMap::new();
    for word in words {
        let group = GROUPS.iter().find(|(name, _)| *name == word);
        let single = [word];
        for code in group.map_or(&single[..], |(_, codes)| codes) {
            let known = ErrorCode::from_code(code);
            assert_eq!(known.as_str(), *code, "no code and no group of codes");
            let codes = by_status.entry(known.http_status()).or_default();
            codes.insert(known.as_str());
        }
    }
    for (status, codes) in by_status {
        let listed: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
        let mut response = json!({
            "description": listed.join(", "),
            "content": {"application/problem+json": {"schema": {
                "allOf": [
                    {"$ref": "#/components/schemas/Problem"},
                    {"properties": {"code": {"enum": codes}}},
                ],
            }}},
        });
        if matches!(status, 429 | 503) {
            response["headers"] = json!({"Retry-After": {
                "description": "When to ask again, seconds.",
                "required": true,
                "schema": {"type": "integer", "minimum": 1},
            }});
        }
        operation["responses"][status.to_string()] = response;
    }
}

/// In one order, whatever order the features of a build give to maps.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<_, _> = map.into_iter().collect();
            let ordered = ordered.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(ordered.collect::<Map<_, _>>())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(sorted).collect()),
        other => other,
    }
}
