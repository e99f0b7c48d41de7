//! Writes the page's types and limits.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ts_rs::{Config, TS};

use super::*;
use crate::board::Date;
use crate::contact::{Email, Phone};
use crate::ice::IceCredentials;
use crate::opaque::{AttemptId, Link, LinkToken, ResumeToken, SeatCode};
use crate::text::{ChatRef, ChatText, DisplayName, LanguageCode, LicenceNumber};

const HEADER: &str = "// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.\n\
                      // Do not edit: change the Rust types and run it again.\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../web-client/src/protocol/generated")
}

fn add<T: TS>(text: &mut String, config: &Config) {
    let docs = T::docs().unwrap_or_default();
    write!(text, "\n{docs}export {}\n", T::decl(config)).unwrap();
}

/// One line a comment, one line a field.
fn layout(text: &str) -> String {
    let text = text
        .replace("/**\n * ", "/** ")
        .replace("\n */\n", " */\n")
        .replace(", }", ",\n}");
    let mut depth = 0_usize;
    let mut lines = String::new();
    for line in text.lines().map(str::trim_end) {
        let closing = line.starts_with('}');
        let indent = if depth > usize::from(closing) {
            "  "
        } else {
            ""
        };
        writeln!(lines, "{}{line}", if line.is_empty() { "" } else { indent }).unwrap();
        depth += line.matches('{').count();
        depth -= line.matches('}').count();
    }
    lines
}

fn messages() -> String {
    let config = Config::new();
    let mut text = HEADER.to_owned();
    let beside = "ConsentScope, Consents, Paper, PaperState, TextHash";
    writeln!(text, "import type {{ {beside} }} from './papers.ts';").unwrap();
    text.push_str("export type * from './papers.ts';\n");
    add::<LinkToken>(&mut text, &config);
    add::<Link>(&mut text, &config);
    add::<AttemptId>(&mut text, &config);
    add::<ResumeToken>(&mut text, &config);
    add::<DisplayName>(&mut text, &config);
    add::<LanguageCode>(&mut text, &config);
    add::<ChatRef>(&mut text, &config);
    add::<ChatText>(&mut text, &config);
    add::<Role>(&mut text, &config);
    add::<Admission>(&mut text, &config);
    add::<ConnectionState>(&mut text, &config);
    add::<NetworkLevel>(&mut text, &config);
    add::<Part>(&mut text, &config);
    add::<Phase>(&mut text, &config);
    add::<LateNotice>(&mut text, &config);
    add::<Seat>(&mut text, &config);
    add::<Encoding>(&mut text, &config);
    add::<Slot>(&mut text, &config);
    add::<Senders>(&mut text, &config);
    add::<Person>(&mut text, &config);
    add::<InvitationRequest>(&mut text, &config);
    add::<InvitationResponse>(&mut text, &config);
    add::<LinkHint>(&mut text, &config);
    add::<IceCredentials>(&mut text, &config);
    add::<JoinRequest>(&mut text, &config);
    add::<ResumeRequest>(&mut text, &config);
    add::<Transport>(&mut text, &config);
    add::<JoinResponse>(&mut text, &config);
    add::<LinkLifetime>(&mut text, &config);
    add::<CreateRoomRequest>(&mut text, &config);
    add::<CreateRoomResponse>(&mut text, &config);
    add::<NewLinkRequest>(&mut text, &config);
    add::<NewLinkResponse>(&mut text, &config);
    add::<ErrorCode>(&mut text, &config);
    add::<Problem>(&mut text, &config);
    add::<TurnKind>(&mut text, &config);
    add::<ClientMessage>(&mut text, &config);
    add::<ChatEntry>(&mut text, &config);
    add::<RejoinReason>(&mut text, &config);
    add::<EndReason>(&mut text, &config);
    add::<ServerMessage>(&mut text, &config);
    layout(&text)
}

/// What is agreed to, written and read afterwards; beside the messages, because it is long.
fn papers() -> String {
    let config = Config::new();
    let mut text = HEADER.to_owned();
    let known = "DisplayName, LanguageCode, Link, Phase, ResumeToken, Role";
    writeln!(text, "import type {{ {known} }} from './messages.ts';").unwrap();
    add::<ConsentScope>(&mut text, &config);
    add::<TextHash>(&mut text, &config);
    add::<ConsentMethod>(&mut text, &config);
    add::<ConsentStanding>(&mut text, &config);
    add::<ConsentState>(&mut text, &config);
    add::<Consents>(&mut text, &config);
    add::<ConsentBox>(&mut text, &config);
    add::<ConsentTextResponse>(&mut text, &config);
    add::<Paper>(&mut text, &config);
    add::<PaperSignature>(&mut text, &config);
    add::<PaperState>(&mut text, &config);
    add::<VisitRequest>(&mut text, &config);
    add::<VisitSay>(&mut text, &config);
    add::<VisitSayRequest>(&mut text, &config);
    add::<VisitStay>(&mut text, &config);
    add::<VisitPerson>(&mut text, &config);
    add::<VisitResponse>(&mut text, &config);
    layout(&text)
}

/// For the pages of staff, which load nothing of the call's.
fn access() -> String {
    let config = Config::new();
    let mut text = HEADER.to_owned();
    text.push_str("import type { DisplayName, LinkToken } from './messages.ts';\n");
    add::<StaffRole>(&mut text, &config);
    add::<Clinic>(&mut text, &config);
    add::<SignInRequest>(&mut text, &config);
    add::<SessionResponse>(&mut text, &config);
    add::<SessionsResponse>(&mut text, &config);
    add::<OwnSession>(&mut text, &config);
    add::<FirstAdministratorRequest>(&mut text, &config);
    add::<AcceptRequest>(&mut text, &config);
    add::<ChangePasswordRequest>(&mut text, &config);
    add::<SecondFactorResponse>(&mut text, &config);
    add::<ConfirmSecondFactorRequest>(&mut text, &config);
    add::<RecoveryCodesResponse>(&mut text, &config);
    add::<Standing>(&mut text, &config);
    add::<Colleague>(&mut text, &config);
    add::<StaffResponse>(&mut text, &config);
    add::<NewcomerRequest>(&mut text, &config);
    add::<InvitedResponse>(&mut text, &config);
    add::<ChangeStaffRequest>(&mut text, &config);
    add::<Scope>(&mut text, &config);
    add::<NewKeyRequest>(&mut text, &config);
    add::<NewKeyResponse>(&mut text, &config);
    add::<KeysResponse>(&mut text, &config);
    add::<KeyView>(&mut text, &config);
    add::<NewClinicRequest>(&mut text, &config);
    add::<NewClinicResponse>(&mut text, &config);
    add::<ClinicsResponse>(&mut text, &config);
    add::<AuditResponse>(&mut text, &config);
    add::<AuditEntry>(&mut text, &config);
    add::<AuditKind>(&mut text, &config);
    layout(&text)
}

/// For the pages of staff, too, and the one word of a patient who has a code.
fn appointments() -> String {
    let config = Config::new();
    let mut text = HEADER.to_owned();
    let known = "Admission, ConnectionState, DisplayName, ErrorCode, LanguageCode, LateNotice, LinkToken, NetworkLevel, Part, Phase, Role";
    writeln!(text, "import type {{ {known} }} from './messages.ts';").unwrap();
    text.push_str("export type { LateNotice, Part, Phase } from './messages.ts';\n");
    add::<Date>(&mut text, &config);
    add::<Phone>(&mut text, &config);
    add::<Email>(&mut text, &config);
    add::<LicenceNumber>(&mut text, &config);
    add::<SeatCode>(&mut text, &config);
    add::<PriorityClass>(&mut text, &config);
    add::<CancelReason>(&mut text, &config);
    add::<MessageLanguage>(&mut text, &config);
    add::<Invitee>(&mut text, &config);
    add::<BookRequest>(&mut text, &config);
    add::<BookedPerson>(&mut text, &config);
    add::<Booked>(&mut text, &config);
    add::<SeatLink>(&mut text, &config);
    add::<RescheduleRequest>(&mut text, &config);
    add::<CancelRequest>(&mut text, &config);
    add::<PriorityRequest>(&mut text, &config);
    add::<LateRequest>(&mut text, &config);
    add::<LateResponse>(&mut text, &config);
    add::<AdmitRequest>(&mut text, &config);
    add::<TransferRequest>(&mut text, &config);
    add::<CodeRequest>(&mut text, &config);
    add::<Priority>(&mut text, &config);
    add::<Lapse>(&mut text, &config);
    add::<AppointmentEnd>(&mut text, &config);
    add::<FailedJoins>(&mut text, &config);
    add::<AppointmentPerson>(&mut text, &config);
    add::<Appointment>(&mut text, &config);
    add::<AppointmentList>(&mut text, &config);
    add::<Why>(&mut text, &config);
    add::<QueueEntry>(&mut text, &config);
    add::<Day>(&mut text, &config);
    layout(&text)
}

/// For the administrators' page of webhooks.
fn webhooks() -> String {
    let config = Config::new();
    let mut text = HEADER.to_owned();
    add::<WebhookEvent>(&mut text, &config);
    add::<NewWebhookRequest>(&mut text, &config);
    add::<NewWebhookResponse>(&mut text, &config);
    add::<WebhooksResponse>(&mut text, &config);
    add::<Webhook>(&mut text, &config);
    add::<UndeliveredResponse>(&mut text, &config);
    add::<Delivery>(&mut text, &config);
    add::<LastFailure>(&mut text, &config);
    add::<FailureKind>(&mut text, &config);
    add::<RetryResponse>(&mut text, &config);
    layout(&text)
}

fn constants() -> String {
    let mut text = HEADER.to_owned();
    let numbers = [
        ("PROTOCOL_VERSION", usize::from(PROTOCOL_VERSION)),
        ("OPAQUE_CHARS", limits::OPAQUE_CHARS),
        ("SIGNED_MAX_BYTES", limits::SIGNED_MAX_BYTES),
        ("NAME_MAX_CHARS", limits::NAME_MAX_CHARS),
        ("LICENCE_MAX_CHARS", limits::LICENCE_MAX_CHARS),
        ("CHAT_TEXT_MAX_CHARS", limits::CHAT_TEXT_MAX_CHARS),
        ("CHAT_REF_MAX_CHARS", limits::CHAT_REF_MAX_CHARS),
        ("MESSAGE_MAX_BYTES", limits::MESSAGE_MAX_BYTES),
        ("PAPER_MAX_BYTES", limits::PAPER_MAX_BYTES),
    ];
    text.push('\n');
    for (name, number) in numbers {
        writeln!(text, "export const {name} = {number}").unwrap();
    }
    text
}

/// Writes what is stale, then fails once so that a stale file is never committed unseen.
#[test]
fn export_bindings() {
    std::fs::create_dir_all(folder()).unwrap();
    let mut stale = Vec::new();
    for (name, wanted) in [
        ("messages.ts", messages()),
        ("papers.ts", papers()),
        ("access.ts", access()),
        ("appointments.ts", appointments()),
        ("webhooks.ts", webhooks()),
        ("limits.ts", constants()),
    ] {
        let path = folder().join(name);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&wanted) {
            std::fs::write(&path, wanted).unwrap();
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "rewritten because they were stale: {stale:?}"
    );
}
