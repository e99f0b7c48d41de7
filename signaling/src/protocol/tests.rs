mod every;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::ids::{RoomId, SeatId, Timestamp};
use crate::opaque::{AttemptId, Link, LinkToken, ResumeToken};
use crate::text::{ChatRef, ChatText, DisplayName, LanguageCode};
use every::{LATE, every_client_message, every_server_message};

const OPAQUE: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn lan() -> Seat {
    Seat {
        seat: SeatId(1),
        name: name("Bác sĩ Lan"),
        role: Role::Practitioner,
        languages: None,
        part: None,
        admission: Admission::Admitted,
        waiting_since: None,
        ahead: None,
        present: true,
        connection: ConnectionState::Up,
        network: None,
        microphone: true,
        camera: false,
        hand: false,
    }
}

/// Every optional field is there.
fn waiting() -> Seat {
    Seat {
        seat: SeatId(2),
        name: name("Cụ Sính"),
        role: Role::Patient,
        part: Some(Part::Representing),
        admission: Admission::Waiting,
        waiting_since: Some(Timestamp(1_732_200_000_000)),
        ahead: Some(1),
        network: Some(NetworkLevel::Fair),
        ..lan()
    }
}

fn languages() -> [LanguageCode; 2] {
    ["vi", "ko"].map(|code| LanguageCode::parse(code).unwrap())
}

fn entry(r#ref: Option<&str>) -> ChatEntry {
    ChatEntry {
        id: 7,
        r#ref: r#ref.map(|text| ChatRef::parse(text).unwrap()),
        seat: SeatId(2),
        text: ChatText::parse("Chào bác sĩ").unwrap(),
        with: r#ref.map(|_| SeatId(2)),
        at: Timestamp(1_732_200_000_000),
    }
}

#[test]
fn client_messages_look_like_this() {
    for (name, message) in every_client_message() {
        insta::assert_json_snapshot!(format!("client_{name}"), message);
    }
}

#[test]
fn server_messages_look_like_this() {
    for (name, message) in every_server_message() {
        insta::assert_json_snapshot!(format!("server_{name}"), message);
    }
}

fn slow_network() -> LinkHint {
    LinkHint {
        round_trip: Duration::from_millis(600),
        kbps: 38,
    }
}

#[test]
fn a_hint_out_of_range_is_told_with_value_and_range() {
    let body = |network: &Value| json!({"version": 1, "link": OPAQUE, "attempt": OPAQUE, "offer": "v=0", "network": network});
    let refused = |network: &Value| {
        parse_versioned::<JoinRequest>(body(network).to_string().as_bytes())
            .unwrap_err()
            .to_string()
    };
    let whole = body(&json!({"rttMs": 60_000, "kbps": 10_000_000})).to_string();
    parse_versioned::<JoinRequest>(whole.as_bytes()).unwrap();
    for (network, said) in [
        (
            json!({"rttMs": 60_001, "kbps": 1}),
            "network.rttMs must be 0 to 60000, got 60001",
        ),
        (
            json!({"rttMs": 0, "kbps": 0}),
            "network.kbps must be 1 to 10000000, got 0",
        ),
        (
            json!({"rttMs": 0, "kbps": 10_000_001}),
            "network.kbps must be 1 to 10000000, got 10000001",
        ),
        (json!({"rttMs": 0}), "kbps"),
        (json!({"rttMs": 0, "kbps": 1, "surprise": 1}), "surprise"),
    ] {
        let error = refused(&network);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn http_bodies_look_like_this() {
    insta::assert_json_snapshot!(
        "http_join_request",
        JoinRequest {
            version: 1,
            link: Link::Opaque(LinkToken::parse(OPAQUE).unwrap()),
            attempt: AttemptId::parse(OPAQUE).unwrap(),
            offer: "v=0…".to_owned(),
            takeover: true,
            network: Some(slow_network()),
            ice: None,
        }
    );
    insta::assert_json_snapshot!(
        "http_resume_request",
        ResumeRequest {
            version: 1,
            resume: ResumeToken::parse(OPAQUE).unwrap(),
            attempt: AttemptId::parse(OPAQUE).unwrap(),
            offer: "v=0…".to_owned(),
            holds: true,
            network: None,
        }
    );
    insta::assert_json_snapshot!(
        "http_invitation_request",
        InvitationRequest {
            version: 1,
            link: Link::Opaque(LinkToken::parse(OPAQUE).unwrap()),
        }
    );
    insta::assert_json_snapshot!(
        "http_invitation_response",
        InvitationResponse {
            version: 1,
            you: Person {
                name: name("Chị Hoa"),
                role: Role::Interpreter,
                languages: Some(languages()),
            },
            practitioners: vec![name("Bác sĩ Lan")],
            clinic: Some(name("Trạm y tế Tả Van")),
            taken: false,
        }
    );
    insta::assert_json_snapshot!(
        "http_join_response",
        JoinResponse {
            version: 1,
            transport: Transport::New,
            answer: Some("v=0…".to_owned()),
            resume: ResumeToken::parse(OPAQUE).unwrap(),
            you: SeatId(2),
            seats: vec![lan()],
            locked: false,
            late: Some(LATE),
            slots: vec![Slot {
                slot: 0,
                epoch: 1,
                seat: SeatId(1)
            }],
            senders: Senders {
                microphone: true,
                encodings: vec![Encoding::Q, Encoding::H, Encoding::F],
            },
        }
    );
    insta::assert_json_snapshot!(
        "http_create_room_request",
        CreateRoomRequest {
            people: vec![Person {
                name: name("Bác sĩ Lan"),
                role: Role::Practitioner,
                languages: None,
            }],
            expires_in: LinkLifetime::default(),
        }
    );
    insta::assert_json_snapshot!(
        "http_create_room_response",
        CreateRoomResponse {
            room: RoomId(0xab),
            links: vec![LinkToken::parse(OPAQUE).unwrap()]
        }
    );
    insta::assert_json_snapshot!(
        "http_new_link_request",
        NewLinkRequest {
            expires_in: LinkLifetime::default(),
        }
    );
    insta::assert_json_snapshot!(
        "http_new_link_response",
        NewLinkResponse {
            link: LinkToken::parse(OPAQUE).unwrap(),
        }
    );
    insta::assert_json_snapshot!(
        "http_problem",
        Problem::new(ErrorCode::LinkUnknown, "no open consultation has this link")
    );
}

#[test]
fn messages_survive_the_wire_both_ways() {
    for (_, message) in every_client_message() {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(parse_client_message(&text).unwrap(), message);
    }
    for (_, message) in every_server_message() {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(
            serde_json::from_str::<ServerMessage>(&text).unwrap(),
            message
        );
    }
}

#[test]
fn refuses_unknown_fields_everywhere() {
    for (name, message) in every_client_message() {
        let mut value = serde_json::to_value(message).unwrap();
        value["surprise"] = Value::Bool(true);
        let error = parse_client_message(&value.to_string()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Malformed, "{name}");
        assert!(error.to_string().contains("surprise"), "{name}: {error}");
    }
    let join =
        json!({"version": 1, "link": OPAQUE, "attempt": OPAQUE, "offer": "v=0", "surprise": 1});
    let resume =
        json!({"version": 1, "resume": OPAQUE, "attempt": OPAQUE, "offer": "v=0", "surprise": 1});
    let invitation = json!({"version": 1, "link": OPAQUE, "surprise": 1});
    let person = json!({"people": [{"name": "A", "role": "patient", "surprise": 1}]});
    let room = json!({"people": [], "surprise": 1});
    let link = json!({"surprise": 1});
    refuses::<JoinRequest>(&join);
    refuses::<ResumeRequest>(&resume);
    refuses::<InvitationRequest>(&invitation);
    refuses::<CreateRoomRequest>(&person);
    refuses::<CreateRoomRequest>(&room);
    refuses::<NewLinkRequest>(&link);
}

pub(super) fn refuses<T: serde::de::DeserializeOwned>(body: &Value) {
    let Err(error) = parse_versioned::<T>(body.to_string().as_bytes()) else {
        panic!("{body} was taken")
    };
    assert!(error.to_string().contains("surprise"), "{error}");
}

#[test]
fn a_lifetime_is_sixty_seconds_to_a_year() {
    let parse = |seconds: u64| {
        serde_json::from_value::<NewLinkRequest>(json!({ "expiresInSeconds": seconds }))
    };
    assert!(parse(60).is_ok());
    assert!(parse(31_536_000).is_ok());
    assert_eq!(
        parse(59).unwrap_err().to_string(),
        "expiresInSeconds must be 60 to 31536000, got 59"
    );
    assert!(parse(31_536_001).is_err());
    let default = serde_json::from_value::<NewLinkRequest>(json!({})).unwrap();
    assert_eq!(default.expires_in.as_duration().as_secs(), 604_800);
}

#[test]
fn a_refusal_names_the_field_and_its_range() {
    let words = |text: &str| parse_client_message(text).unwrap_err().to_string();
    insta::assert_snapshot!(words(r#"{"type":"chat","ref":"m1","text":""}"#), @"text must be 1 to 2000 characters, got 0");
    insta::assert_snapshot!(words(r#"{"type":"hello","version":1,"resume":"x"}"#), @"resume must be 22 characters of A-Z a-z 0-9 - _, got 1 bytes");
    insta::assert_snapshot!(words(r#"{"type":"dance"}"#), @"unknown variant `dance`, expected one of `hello`, `media`, `connection`, `hand`, `chat`, `turn`, `admit`, `deny`, `hold`, `remove`, `askMute`, `lock`, `openCard`, `consent`, `withdrawConsent`, `writePaper`, `signOff`, `treat`, `represent`, `late`, `end`, `leave` at line 1 column 15");
    insta::assert_snapshot!(words(r#"{"type":"media","microphone":true}"#), @"missing field `camera`");
}

#[test]
fn another_version_is_named_before_its_unknown_fields() {
    let text = r#"{"type":"hello","version":2,"resume":"x","newIn2":true}"#;
    let error = parse_client_message(text).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UnsupportedVersion);
    assert_eq!(error.to_string(), "version 2 is not spoken here: 1 is");
}

#[test]
fn an_explanation_never_echoes_a_large_value() {
    let text = format!(r#"{{"type":"{}"}}"#, "ộ".repeat(4_000));
    let error = parse_client_message(&text).unwrap_err();
    assert!(error.to_string().len() < 310, "{}", error.to_string().len());
}

#[test]
fn nesting_beyond_reason_is_an_error_and_no_overflow() {
    let deep = format!(
        r#"{{"type":"media","microphone":{}{}}}"#,
        "[".repeat(8_000),
        "]".repeat(8_000)
    );
    assert_eq!(
        parse_client_message(&deep).unwrap_err().code(),
        ErrorCode::Malformed
    );
}

#[test]
fn every_code_has_one_spelling() {
    for code in ErrorCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        assert!((400..=503).contains(&code.http_status()));
    }
}

const DOCUMENT: &str = include_str!("../../../PROTOCOL.md");

pub(super) fn section(heading: &str) -> &str {
    let (_, after) = DOCUMENT
        .split_once(heading)
        .unwrap_or_else(|| panic!("PROTOCOL.md has no {heading}"));
    let end = after.find("\n## ").unwrap_or(after.len());
    &after[..end]
}

/// The JSON examples of a section.
pub(super) fn examples(heading: &str) -> Vec<&str> {
    let blocks = section(heading).split("```json\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_document_names_every_message_and_code() {
    let client = section("\n## WebSocket: page to server");
    for (name, _) in every_client_message() {
        assert!(client.contains(&format!("\n| `{name}` |")), "{name}");
    }
    let server = section("\n## WebSocket: server to page");
    for (name, _) in every_server_message() {
        assert!(server.contains(&format!("\n| `{name}` |")), "{name}");
    }
    let errors = section("\n## Errors");
    for code in ErrorCode::ALL {
        let row = format!("\n| `{}` | {} |", code.as_str(), code.http_status());
        assert!(errors.contains(&row), "{row}");
    }
    assert_eq!(
        client.matches("\n| `").count(),
        every_client_message().len()
    );
    assert_eq!(
        server.matches("\n| `").count(),
        every_server_message().len()
    );
    assert_eq!(errors.matches("\n| `").count(), ErrorCode::ALL.len());
}

#[test]
fn the_examples_of_the_document_are_real() {
    for line in examples("\n## WebSocket: page to server")[0].lines() {
        let message = parse_client_message(line).unwrap();
        same(line, &message);
    }
    for line in examples("\n## WebSocket: server to page")[0].lines() {
        let message: ServerMessage = serde_json::from_str(line).unwrap();
        same(line, &message);
    }
    let joining = examples("\n## Joining");
    parse_versioned::<JoinRequest>(joining[0].as_bytes()).unwrap();
    let response: JoinResponse = serde_json::from_str(joining[1]).unwrap();
    same(joining[1], &response);
    let looking = examples("\n## The invitation");
    parse_versioned::<InvitationRequest>(looking[0].as_bytes()).unwrap();
    let response: InvitationResponse = serde_json::from_str(looking[1]).unwrap();
    same(looking[1], &response);
    let visit = examples("\n## The visit, also afterwards");
    parse_versioned::<VisitRequest>(visit[0].as_bytes()).unwrap();
    let response: VisitResponse = serde_json::from_str(visit[1]).unwrap();
    same(visit[1], &response);
    parse_versioned::<VisitSayRequest>(visit[2].as_bytes()).unwrap();
    let consent = examples("\n## Consent");
    let response: ConsentTextResponse = serde_json::from_str(consent[0]).unwrap();
    same(consent[0], &response);
    let resuming = examples("\n## Coming back");
    parse_versioned::<ResumeRequest>(resuming[0].as_bytes()).unwrap();
    let operators = examples("\n## For operators");
    serde_json::from_str::<CreateRoomRequest>(operators[0]).unwrap();
    let response: CreateRoomResponse = serde_json::from_str(operators[1]).unwrap();
    same(operators[1], &response);
    serde_json::from_str::<NewLinkRequest>(operators[2]).unwrap();
    let response: NewLinkResponse = serde_json::from_str(operators[3]).unwrap();
    same(operators[3], &response);
    let problem: Problem = serde_json::from_str(examples("\n## Errors")[0]).unwrap();
    same(examples("\n## Errors")[0], &problem);
}

/// Nothing of the example was ignored, and nothing is missing in it.
pub(super) fn same(example: &str, message: &impl serde::Serialize) {
    let example: Value = serde_json::from_str(example).unwrap();
    assert_eq!(example, serde_json::to_value(message).unwrap());
}
