//! Codes of the terminologies that FHIR names, and of our own.

use serde_json::{Value, json};

pub(super) const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
pub(super) const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
pub(super) const PARTICIPANT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/participant-type";
pub(super) const IDENTIFIER_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
pub(super) const CANCELLATION: &str =
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
pub(super) const CONSENT_SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
pub(super) const LOINC: &str = "http://loinc.org";
pub(super) const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";

pub(super) fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({"system": system, "code": code, "display": display})
}

pub(super) fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({"coding": [coding(system, code, display)]})
}

/// A code system of ours, named after the server.
pub(super) fn ours(base: &str, name: &str) -> String {
    format!("{base}/fhir/CodeSystem/{name}")
}

/// A resource with more fields.
pub(super) fn with<const N: usize>(mut resource: Value, fields: [(&str, Value); N]) -> Value {
    if let Some(known) = resource.as_object_mut() {
        known.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    }
    resource
}

/// Takes out what is not so: FHIR knows neither `null` nor an empty list.
pub(super) fn without_absent(mut resource: Value) -> Value {
    prune(&mut resource);
    resource
}

fn prune(value: &mut Value) {
    let is_absent = |value: &Value| match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, field| !is_absent(field));
        }
        Value::Array(list) => {
            list.iter_mut().for_each(prune);
            list.retain(|item| !is_absent(item));
        }
        _ => {}
    }
}
