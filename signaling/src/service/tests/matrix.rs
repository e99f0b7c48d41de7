//! Every WebSocket message, wrong in every way: a clear error with the right code, nothing that
//! was accepted is lost, and nobody else hears of it.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::connection::{CloseCode, Connection, Step};
use crate::protocol::ErrorCode;

/// One of each, as PROTOCOL.md writes it.
fn messages() -> Vec<Value> {
    vec![
        json!({"type": "hello", "version": 1, "resume": "AAAAAAAAAAAAAAAAAAAAAA"}),
        json!({"type": "media", "microphone": true, "camera": false}),
        json!({"type": "connection", "network": "weak"}),
        json!({"type": "hand", "raised": true}),
        json!({"type": "chat", "ref": "m1", "text": "Chào", "to": 2}),
        json!({"type": "turn", "kind": "pause"}),
        json!({"type": "admit", "seat": 2}),
        json!({"type": "deny", "seat": 2}),
        json!({"type": "hold", "seat": 2}),
        json!({"type": "remove", "seat": 2}),
        json!({"type": "askMute", "seat": 2}),
        json!({"type": "lock", "locked": true}),
        json!({"type": "openCard", "seat": 2}),
        json!({"type": "consent", "subject": 2, "hash": "0".repeat(64), "language": "vi", "scopes": ["careByVideo"], "reader": 3, "spokenBy": 4}),
        json!({"type": "withdrawConsent", "subject": 2, "scopes": ["observerPresent"]}),
        json!({"type": "writePaper", "paper": "notes", "base": 0, "text": "Ho"}),
        json!({"type": "signOff", "paper": "notes", "version": 1}),
        json!({"type": "treat", "seat": 2}),
        json!({"type": "represent", "seat": 2}),
        json!({"type": "late", "minutes": 10}),
        json!({"type": "end"}),
        json!({"type": "leave"}),
    ]
}

/// All the ways in which a message can be no message.
fn broken(message: &Value) -> Vec<String> {
    let text = message.to_string();
    let mut all = vec![
        text[..text.len() - 1].to_owned(),
        format!("{text}{text}"),
        format!("[{text}]"),
        text.replace(':', "="),
        text.replace("\"type\"", "\"Type\""),
    ];
    let with = |field: &str, value: Value| {
        let mut changed = message.clone();
        changed[field] = value;
        changed.to_string()
    };
    all.push(with("surprise", json!(1)));
    all.push(with("type", json!(7)));
    all.push(with("type", json!("dance")));
    let fields: Vec<_> = message.as_object().unwrap().keys().cloned().collect();
    for field in fields.iter().filter(|field| *field != "type") {
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        // An empty list of boxes is a message, and the rules of consent refuse it.
        let list = (field != "scopes").then(|| json!([])).unwrap_or(json!([1]));
        // An empty text is a message, too: everything that was written was taken out again.
        let none = if message["type"] == "writePaper" && field == "text" {
            json!(1)
        } else {
            json!("")
        };
        let is_optional = ["to", "minutes", "reader", "spokenBy"].contains(&field.as_str())
            || message["type"] == "represent";
        for value in [json!({}), list, json!(-1), json!(1.5), none, deep] {
            all.push(with(field, value));
        }
        if !is_optional {
            let mut without = message.clone();
            without.as_object_mut().unwrap().remove(field);
            all.push(without.to_string());
        }
    }
    let depth = "[".repeat(4_000) + &"]".repeat(4_000);
    all.push(text.replacen('{', &format!("{{\"deep\":{depth},"), 1));
    all.push(text.replacen('{', "{\"type\":\"leave\",", 1));
    all
}

/// A socket without a socket: what the machine lets through goes to the room.
struct Wire {
    machine: Connection,
    page: Page,
}

impl Wire {
    /// What the page is told at once by the machine, after what the room was told.
    async fn send(&mut self, text: &str) -> Vec<Step> {
        let now = Instant::now().into_std();
        let steps = self.machine.handle_text(text, now);
        for step in &steps {
            if let Step::Say(said) = step {
                self.page.says(said.clone()).await;
            }
        }
        steps
    }

    fn new(page: Page) -> Self {
        let mut machine = Connection::new(Instant::now().into_std());
        let hello = messages()[0].to_string();
        let steps = machine.handle_text(&hello, Instant::now().into_std());
        assert!(matches!(steps[..], [Step::Hello(_)]));
        Self { machine, page }
    }
}

fn code(steps: &[Step]) -> ErrorCode {
    match steps {
        [
            Step::Send(ServerMessage::Error { code, message }),
            rest @ ..,
        ] => {
            assert!(!message.is_empty() && message.len() < 400, "{message}");
            assert!(
                rest.is_empty() || matches!(rest, [Step::Close(_)]),
                "{rest:?}"
            );
            *code
        }
        other => panic!("an error was expected, got {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_message_is_refused_and_disturbs_nobody() {
    let world = World::new().await;
    let (mut lan, sinh) = world.two_in().await;
    let resume = world.take_over(SINH).await.resume.clone();
    drop(sinh);
    let mut wire = Wire::new(world.welcomed(&resume).await);
    wire.send(r#"{"type":"chat","ref":"kept","text":"Tôi đau ở đây"}"#)
        .await;
    world.present().await;
    lan.drain();
    wire.page.drain();
    let mut tried = 0;
    for message in messages() {
        for text in broken(&message) {
            // A fresh machine: its patience with mistakes is another test's affair.
            wire.machine = Wire::machine();
            let steps = wire.send(&text).await;
            assert_eq!(code(&steps), ErrorCode::Malformed, "{text}");
            assert_eq!(steps.len(), 1, "{text}");
            tried += 1;
        }
        wire.machine = Wire::machine();
        let mut large = message.clone();
        large["surprise"] = json!("x".repeat(16_384));
        let steps = wire.send(&large.to_string()).await;
        assert_eq!(code(&steps), ErrorCode::TooLarge);
        assert_eq!(steps[1], Step::Close(CloseCode::TooBig));
    }
    assert!(tried > 200, "{tried}");
    world.present().await;
    assert_eq!(lan.drain(), []);
    assert_eq!(wire.page.drain(), []);
    // What was accepted before is there for whoever comes back.
    let mut again = world.connect(&resume).await;
    let ServerMessage::Welcome { chat, .. } = again.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(chat.len(), 1);
    assert_eq!(chat[0].text.as_str(), "Tôi đau ở đây");
}

impl Wire {
    fn machine() -> Connection {
        let mut machine = Connection::new(Instant::now().into_std());
        machine.handle_text(&messages()[0].to_string(), Instant::now().into_std());
        machine
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_role_or_moment_is_told_and_what_was_said_before_stays() {
    let world = World::new().await;
    let mut lan = world.enter(LAN).await;
    let joined = world.join(SINH).await;
    let mut wire = Wire::new(world.welcomed(&joined.resume).await);
    wire.send(r#"{"type":"chat","ref":"kept","text":"Tôi đến rồi"}"#)
        .await;
    world.present().await;
    lan.drain();
    wire.page.drain();
    for message in messages() {
        let kind = message["type"].as_str().unwrap().to_owned();
        let wanted = match kind.as_str() {
            // Fine for somebody who waits, and for a machine that has had its hello.
            "hello" | "media" | "connection" | "leave" | "consent" | "withdrawConsent" => continue,
            "hand" | "turn" => ErrorCode::WrongState,
            _ => ErrorCode::Forbidden,
        };
        wire.machine = Wire::machine();
        let steps = wire.send(&message.to_string()).await;
        assert!(matches!(steps[..], [Step::Say(_)]), "{kind}");
        let words = wire.page.is_refused(wanted).await;
        assert!(!words.is_empty(), "{kind}");
        if wanted == ErrorCode::WrongState {
            assert!(words.contains("waiting"), "{words}");
        }
    }
    world.present().await;
    assert_eq!(lan.drain(), []);
    let mut again = world.connect(&joined.resume).await;
    let ServerMessage::Welcome { chat, .. } = again.next().await else {
        panic!("welcome was expected")
    };
    assert_eq!(chat[0].text.as_str(), "Tôi đến rồi");
}
