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
        crate::http::fhir::metadata,
        crate::http::fhir::search,
        crate::http::fhir::read,
        crate::http::join::invitation,
        crate::http::join::join,
        crate::http::join::resume,
        crate::http::consent::text,
        crate::http::visit::visit,
        crate::http::visit::say,
        crate::http::rooms::create,
        crate::http::rooms::end,
        crate::http::rooms::debug,
        crate::http::seats::new_link,
        crate::http::seats::revoke,
        crate::http::seats::erase,
        crate::http::session::sign_in,
        crate::http::session::look,
        crate::http::session::sign_out,
        crate::http::staff::list,
        crate::http::account::take_first,
        crate::http::account::accept,
        crate::http::account::change_password,
        crate::http::account::offer,
        crate::http::account::confirm,
        crate::http::account::sessions,
        crate::http::account::end_session,
        crate::http::staff::create,
        crate::http::staff::invite,
        crate::http::staff::change,
        crate::http::staff::remove,
        crate::http::staff::remove_second_factor,
        crate::http::keys::list,
        crate::http::keys::make,
        crate::http::keys::revoke,
        crate::http::webhooks::list,
        crate::http::webhooks::make,
        crate::http::webhooks::remove,
        crate::http::webhooks::undelivered,
        crate::http::webhooks::retry,
        crate::http::clinics::list,
        crate::http::clinics::add,
        crate::http::audit::list,
        crate::http::appointments::book,
        crate::http::appointments::list,
        crate::http::appointments::one,
        crate::http::appointments::reschedule,
        crate::http::appointments::cancel,
        crate::http::appointments::no_show,
        crate::http::appointments::reopen,
        crate::http::appointments::end,
        crate::http::appointments::priority,
        crate::http::appointments::late,
        crate::http::appointments::admit,
        crate::http::appointments::transfer,
        crate::http::appointments::enter,
        crate::http::appointments::new_link,
        crate::http::appointments::calendar::entry,
        crate::http::appointments::day::day,
        crate::http::appointments::day::late_today,
        crate::http::appointments::redeem,
    ),
    components(schemas(crate::protocol::Problem, crate::fhir::Kind, crate::protocol::VisitSay))
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
    (
        "act",
        &[
            "link_unknown",
            "ended",
            "cancelled",
            "no_show",
            "wrong_state",
            "not_booked",
            "too_early",
            "too_late",
            "room_full",
            "locked",
            "rate_limited",
            "malformed",
            "overloaded",
        ],
    ),
    ("store", &["store_away", "internal"]),
    (
        "passwords",
        &[
            "password_length",
            "password_character",
            "password_is_name",
            "password_common",
        ],
    ),
];

/// What is answered to whoever has not the right secret, by the way of showing one.
const SECURED: [(&str, &[&str]); 3] = [
    ("operator", &["unauthorized"]),
    ("key", &["unauthorized", "forbidden", "store"]),
    ("staff", &["session_unknown", "forbidden", "store"]),
];

/// The description as it is sent: `OpenAPI` 3.1, each object's keys in order.
pub(super) fn description() -> String {
    let mut document = serde_json::to_value(Handlers::openapi()).unwrap();
    let info = document["info"].as_object_mut().unwrap();
    for left_out in ["contact", "license"] {
        info.remove(left_out);
    }
    for (path, operations) in document["paths"].as_object_mut().unwrap() {
        for (method, operation) in operations.as_object_mut().unwrap() {
            add_problems(path, operation);
            if method != "get" {
                add_csrf(operation);
            }
        }
    }
    document["components"]["securitySchemes"] = json!({
        "operator": {"type": "http", "scheme": "bearer", "description": "The admin secret."},
        "key": {"type": "http", "scheme": "bearer", "description": "An API key of a clinic, with the scope for it."},
        "staff": {
            "type": "apiKey", "in": "cookie", "name": "__Host-session",
            "description": "Somebody who is signed in. Over plain HTTP, which is on loopback only, the cookie is `session`.",
        },
        "csrf": {
            "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
            "description": "The `csrf` of `GET /v1/session`, with everything that changes something.",
        },
    });
    serde_json::to_string_pretty(&sorted(document)).unwrap() + "\n"
}

/// Every code that a handler names becomes one of its answers, under the status that goes with the code.
fn add_problems(path: &str, operation: &mut Value) {
    let named = operation.as_object_mut().unwrap().remove("x-problems");
    let mut words: Vec<&str> = named
        .iter()
        .filter_map(Value::as_str)
        .flat_map(str::split_whitespace)
        .collect();
    let ways = operation["security"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for (scheme, codes) in SECURED {
        if ways.iter().any(|way| way.get(scheme).is_some()) {
            words.extend(codes);
        }
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
        let content = if path.starts_with("/fhir/") {
            let outcome = json!({"properties": {"resourceType": {"const": "OperationOutcome"}}});
            json!({"application/fhir+json": {"schema": outcome}})
        } else {
            let code = json!({"properties": {"code": {"enum": codes}}});
            let all = json!([{"$ref": "#/components/schemas/Problem"}, code]);
            json!({"application/problem+json": {"schema": {"allOf": all}}})
        };
        let mut response = json!({"description": listed.join(", "), "content": content});
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

/// Whoever is signed in by a cookie shows besides that the request is their page's own.
fn add_csrf(operation: &mut Value) {
    let ways = operation.get_mut("security").and_then(Value::as_array_mut);
    for way in ways.into_iter().flatten() {
        if way.get("staff").is_some() {
            way["csrf"] = json!([]);
        }
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
