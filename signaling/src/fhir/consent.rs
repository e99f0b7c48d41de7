//! What people agreed to, to which words, read by whom, and what became of it.

use aws_lc_rs::digest::SHA256_OUTPUT_LEN;
use serde_json::{Value, json};

use super::coding::{ACT_CODE, CONSENT_SCOPE, LOINC, coding, concept, ours, with, without_absent};
use super::{Record, ResourceId, people};
use crate::consultation::{
    Consent, ConsentFact, ConsentStatus, Event, Fact, Method, Reader, Scope, Scopes, State, apply,
};
use crate::ids::{ContentHash, SeatId, Timestamp};
use crate::utc::instant;

/// One for each time that somebody agreed, and one for each time that somebody did not, or not any more.
pub(super) fn consents(record: &Record<'_>) -> Vec<Value> {
    let now = record.state();
    let mut state = State::default();
    let mut told = Vec::new();
    for (place, event) in (1..).zip(record.log) {
        state = apply(state, event);
        let id = ResourceId {
            room: record.room,
            place: Some(place),
        };
        match &event.fact {
            Fact::Consent(ConsentFact::Given(consent)) => {
                told.push(given(record, &state, &now, id, event, consent));
            }
            Fact::Consent(ConsentFact::Withdrawn {
                subject,
                scopes,
                by,
            }) => {
                let of = event.at;
                told.push(refused(record, &state, id, of, *subject, *scopes, *by));
            }
            _ => {}
        }
    }
    told
}

/// What every consent has.
fn frame(
    record: &Record<'_>,
    state: &State,
    id: ResourceId,
    at: Timestamp,
    subject: SeatId,
) -> Value {
    json!({
        "resourceType": "Consent",
        "id": id.to_string(),
        "scope": concept(CONSENT_SCOPE, "treatment", "Treatment"),
        "category": [concept(LOINC, "59284-0", "Consent Document")],
        "patient": people::holder(record, state, subject),
        "dateTime": instant(at),
        "organization": [people::clinic(record)],
        "policyRule": concept(ACT_CODE, "OPTIN", "opt-in"),
    })
}

fn given(
    record: &Record<'_>,
    state: &State,
    now: &State,
    id: ResourceId,
    event: &Event,
    consent: &Consent,
) -> Value {
    let stands = |scope: &Scope| {
        let status = now.consent(consent.subject, *scope);
        matches!(status, Some(ConsentStatus::Given { consent: known, at }) if known == consent && *at == event.at)
    };
    let (standing, over): (Vec<_>, Vec<_>) = consent.scopes.iter().partition(stands);
    let words = named(consent.text.hash);
    let verification = match consent.method {
        Method::Tapped => Value::Null,
        Method::Spoken { heard_by } => json!([{
            "verified": true,
            "verifiedWith": people::holder(record, state, heard_by),
            "verificationDate": instant(event.at),
        }]),
    };
    // What was agreed to and is not any more is an exception to it.
    let exceptions = over
        .into_iter()
        .map(|scope| json!({"type": "deny", "code": [code(record, scope)]}));
    let provision = json!({
        "type": "permit",
        "actor": [read_by(record, state, consent)],
        "code": codes(record, consent.scopes),
        "data": about(record),
        "provision": exceptions.collect::<Vec<_>>(),
    });
    let attachment = json!({
        "contentType": "text/plain; charset=utf-8",
        "language": consent.text.language.as_str(),
        "url": words,
    });
    let status = if standing.is_empty() {
        "inactive"
    } else {
        "active"
    };
    let resource = frame(record, state, id, event.at, consent.subject);
    without_absent(with(
        resource,
        [
            ("status", json!(status)),
            (
                "performer",
                json!([people::holder(record, state, consent.by)]),
            ),
            ("policy", json!([{"uri": words}])),
            ("sourceAttachment", attachment),
            ("verification", verification),
            ("provision", provision),
        ],
    ))
}

fn refused(
    record: &Record<'_>,
    state: &State,
    id: ResourceId,
    at: Timestamp,
    subject: SeatId,
    scopes: Scopes,
    by: Option<SeatId>,
) -> Value {
    let by = match by {
        Some(by) => people::holder(record, state, by),
        None => people::clinic(record),
    };
    let provision = json!({"type": "deny", "code": codes(record, scopes), "data": about(record)});
    let resource = frame(record, state, id, at, subject);
    without_absent(with(
        resource,
        [
            ("status", json!("rejected")),
            ("performer", json!([by])),
            ("policyRule", concept(ACT_CODE, "OPTOUT", "opt-out")),
            ("provision", provision),
        ],
    ))
}

fn codes(record: &Record<'_>, scopes: Scopes) -> Vec<Value> {
    scopes.iter().map(|scope| code(record, scope)).collect()
}

/// What the consent is about.
fn about(record: &Record<'_>) -> Value {
    json!([{"meaning": "related", "reference": {"reference": format!("Encounter/{}", record.room)}}])
}

/// Who read the words, to themselves or aloud.
fn read_by(record: &Record<'_>, state: &State, consent: &Consent) -> Value {
    let (seat, code, display) = match consent.reader {
        Reader::Oneself => (consent.by, "self", "Read it themselves"),
        Reader::Interpreter(seat) => (
            seat,
            "interpreter",
            "Read out or translated by an interpreter",
        ),
        Reader::Representative(seat) => (
            seat,
            "representative",
            "Read out by the patient's representative",
        ),
        Reader::Practitioner(seat) => (seat, "practitioner", "Read out by a practitioner"),
    };
    json!({
        "role": {"coding": [coding(&ours(record.base, "consent-reader"), code, display)]},
        "reference": people::holder(record, state, seat),
    })
}

fn code(record: &Record<'_>, scope: Scope) -> Value {
    let (code, display) = match scope {
        Scope::CareByVideo => ("careByVideo", "Care by video"),
        Scope::InterpreterPresent => ("interpreterPresent", "An interpreter present"),
        Scope::ObserverPresent => ("observerPresent", "Observers present"),
        Scope::Recording => ("recording", "Recording"),
        Scope::SharingAbroad => ("sharingAbroad", "Sharing abroad"),
        Scope::Teaching => ("teaching", "Teaching"),
    };
    concept(&ours(record.base, "consent-scope"), code, display)
}

/// A text by its SHA-256, as RFC 6920 names things.
fn named(hash: ContentHash) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::from("ni:///sha-256;");
    // 43 characters of six bits each; the last two bits are 0.
    for place in 0..(SHA256_OUTPUT_LEN * 8).div_ceil(6) {
        let sextet = (0..6).fold(0_usize, |sextet, bit| {
            let bit = place * 6 + bit;
            let byte = hash.0.get(bit / 8).copied().unwrap_or(0);
            (sextet << 1) | usize::from((byte >> (7 - bit % 8)) & 1)
        });
        text.push(char::from(ALPHABET.get(sextet).copied().unwrap_or(b'A')));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_named_as_rfc_6920_does() {
        let hash: Vec<u8> = (0..32).map(|byte| byte * 7 + 3).collect();
        let hash = ContentHash(hash.try_into().unwrap());
        assert_eq!(
            named(hash),
            "ni:///sha-256;AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw"
        );
    }
}
