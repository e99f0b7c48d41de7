//! What this server can be asked.

use serde_json::{Value, json};

use super::{Kind, MEDIA_TYPE, VERSION};

/// The day on which what follows last changed.
const CHANGED: &str = "2026-11-22";

/// The `CapabilityStatement` of a server that is reached at `base`.
pub fn capability(base: &str) -> Value {
    let resources = Kind::ALL.map(|kind| {
        json!({
            "type": kind.name(),
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "no-version",
            "referencePolicy": ["logical", "literal"],
            "searchParam": search_params(kind),
        })
    });
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": {"name": "Nhịp Cầu", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Video consultations of one clinic, read only", "url": format!("{base}/fhir")},
        "fhirVersion": VERSION,
        "format": [MEDIA_TYPE],
        "rest": [{
            "mode": "server",
            "security": {
                "cors": false,
                "description": "Authorization: Bearer with an API key of the clinic that may read records.",
            },
            "resource": resources,
        }],
    })
}

fn search_params(kind: Kind) -> Value {
    let count = json!({"name": "_count", "type": "number", "documentation": "1 to 100 consultations a page."});
    let date = |of: &str| json!({"name": "date", "type": "date", "documentation": of});
    let encounter = |name: &str| {
        json!({
            "name": name,
            "type": "reference",
            "documentation": "Encounter/{id}. Always needed: what happened is asked for by consultation.",
        })
    };
    match kind {
        Kind::Appointment => json!([date("When it begins."), count]),
        Kind::Encounter => json!([date("When it was booked for."), count]),
        Kind::Consent => json!([encounter("data"), date("When it was given or refused.")]),
        Kind::AuditEvent => json!([encounter("entity"), date("When it happened.")]),
    }
}
