//! Schemas for the description of the API, of types whose JSON no derive can read off.
//!
//! Most types of the wire derive theirs. Here are those that are parsed from a text or a number: their schema says
//! what their parser takes.

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::accounts::{AccountId, ClinicId, DeliveryId, KeyId, WebhookId};
use crate::board::Date;
use crate::contact::{Email, Phone};
use crate::fhir::Kind;
use crate::ice::IceCredentials;
use crate::ids::{RoomId, SeatId, Timestamp};
use crate::opaque::{AttemptId, Link, LinkToken, ResumeToken, SIGNED_MAX_BYTES, SeatCode};
use crate::protocol::limits::PAPER_MAX_BYTES;
use crate::protocol::{LinkHint, LinkLifetime, TextHash, VisitRequest, VisitSayRequest};
use crate::text::PaperText;
use crate::text::{DisplayName, LICENCE_MAX_CHARS, LanguageCode, LicenceNumber, NAME_MAX_CHARS};

/// `(types, what they are, more of the schema)`.
macro_rules! schemas {
    ($($type:ty: $words:literal, $schema:tt;)+) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let mut schema = json!($schema);
                schema["description"] = Value::from($words);
                RefOr::T(serde_json::from_value(schema).unwrap())
            }
        }
        impl ToSchema for $type {}
    )+};
}

schemas! {
    RoomId: "A consultation. No secret; opens nothing.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$"};
    ClinicId: "A clinic of this server. No secret; opens nothing.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$"};
    AccountId: "An account. No secret; opens nothing.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$"};
    KeyId: "Names an API key. No secret; opens nothing.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$"};
    WebhookId: "Names a webhook. No secret; opens nothing.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$"};
    DeliveryId: "One thing that one webhook is told.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$"};
    Kind: "What is told in FHIR.",
        {"type": "string", "enum": Kind::ALL.map(Kind::name)};
    Date: "A day, as Vietnam's calendars have it.",
        {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"};
    Phone: "A telephone number: digits, with a plus sign in front of a country's code.",
        {"type": "string", "pattern": "^[+]?[0-9]{3,15}$"};
    Email: "An e-mail address.",
        {"type": "string", "maxLength": 254, "pattern": "^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]*[A-Za-z0-9]$"};
    SeatCode: "Eight digits, to be read out where no link arrives.",
        {"type": "string", "pattern": "^[0-9]{8}$"};
    SeatId: "One person's place in a consultation.",
        {"type": "integer", "minimum": 1, "maximum": u16::MAX};
    Timestamp: "Milliseconds since 1970-01-01 UTC.",
        {"type": "integer", "format": "int64", "minimum": 0};
    LanguageCode: "A language by its ISO 639 code.",
        {"type": "string", "pattern": "^[a-z]{2,3}$"};
    DisplayName: "How a person is named to the others: one line, trimmed.",
        {"type": "string", "minLength": 1, "maxLength": NAME_MAX_CHARS, "pattern": line()};
    LicenceNumber: "The number of a licence to practise: one line, trimmed.",
        {"type": "string", "minLength": 1, "maxLength": LICENCE_MAX_CHARS, "pattern": line()};
    LinkToken: "What an invitation carries behind the `#`: it opens one seat.",
        {"type": "string", "pattern": OPAQUE};
    ResumeToken: "This page sits in that seat.",
        {"type": "string", "pattern": OPAQUE};
    AttemptId: "Made by the page, once for each attempt.",
        {"type": "string", "pattern": OPAQUE};
    Link: "What stands behind the `#` of an invitation: ours, or a token that a hospital system signed.",
        {"type": "string", "maxLength": SIGNED_MAX_BYTES,
         "pattern": "^([A-Za-z0-9_-]{22}|[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+)$"};
    LinkLifetime: "How long a link opens its room, seconds.",
        {"type": "integer", "minimum": 60, "maximum": 31_536_000, "default": 604_800};
    LinkHint: "What a page saw of its network while it was loaded.",
        {"type": "object", "additionalProperties": false, "required": ["rttMs", "kbps"], "properties": {
            "rttMs": {"type": "integer", "minimum": 0, "maximum": 60_000, "description": "A round trip, ms."},
            "kbps": {"type": "integer", "minimum": 1, "maximum": 10_000_000, "description": "The rate, kbit/s."}}};
    IceCredentials: "What the page has chosen for the server's side of the transport.",
        {"type": "object", "additionalProperties": false, "required": ["ufrag", "pwd"], "properties": {
            "ufrag": {"type": "string", "pattern": "^[A-Za-z0-9+/]{8,32}$"},
            "pwd": {"type": "string", "pattern": "^[A-Za-z0-9+/]{22,64}$"}}};
    TextHash: "SHA-256 of words as they were shown.",
        {"type": "string", "pattern": "^[0-9a-f]{64}$"};
    PaperText: "What is written, 65 536 bytes of UTF-8 at most.",
        {"type": "string", "maxLength": PAPER_MAX_BYTES};
    VisitRequest: "By the link or by the newest resume token.",
        {"type": "object", "additionalProperties": false, "required": ["version"],
         "properties": {"version": {"type": "integer", "minimum": 1, "maximum": 1}, "link": {"$ref": "#/components/schemas/Link"}, "resume": {"$ref": "#/components/schemas/ResumeToken"}}};
    VisitSayRequest: "By the link or by the newest resume token, and what.",
        {"type": "object", "additionalProperties": false, "required": ["version", "say"],
         "properties": {"version": {"type": "integer", "minimum": 1, "maximum": 1}, "link": {"$ref": "#/components/schemas/Link"}, "resume": {"$ref": "#/components/schemas/ResumeToken"},
            "say": {"$ref": "#/components/schemas/VisitSay"}}};
}

/// 128 random bits as base64url.
const OPAQUE: &str = "^[A-Za-z0-9_-]{22}$";

/// No control characters, none that reorder the text around them, and one at least that is seen.
fn line() -> String {
    const NEVER: &str = "\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
    format!("^[^{NEVER}]*[^\\s{NEVER}][^{NEVER}]*$")
}
