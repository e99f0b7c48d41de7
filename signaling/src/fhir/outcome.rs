//! Errors as FHIR tells them.

use serde_json::{Value, json};

use crate::protocol::{ErrorCode, Problem};

/// A problem as an `OperationOutcome`; its own code stands beside FHIR's.
pub fn outcome(problem: &Problem) -> Value {
    let kind = match problem.code.http_status() {
        400 => "invalid",
        401 => "login",
        403 => "forbidden",
        404 => "not-found",
        409 => "conflict",
        410 => "deleted",
        413 => "too-long",
        429 => "throttled",
        503 => "transient",
        _ => "exception",
    };
    let severity = match problem.code {
        ErrorCode::Internal => "fatal",
        _ => "error",
    };
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{
            "severity": severity,
            "code": kind,
            "details": {"text": problem.code.as_str()},
            "diagnostics": problem.message,
        }],
    })
}
