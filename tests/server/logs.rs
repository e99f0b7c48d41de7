//! No secret and nothing about a person is in the log, in what is printed, or in what operators may look at.

use std::collections::HashSet;
use std::time::Duration;

use loadtest::bot::enter::{Key, Offered, ask};
use loadtest::bot::person::Person;
use loadtest::bot::wire::Wire;
use loadtest::http::Client;
use loadtest::protocol::{
    Admission, ClientMessage, JoinRequest, JoinResponse, LinkMade, NewLink, RoomCreated,
    ServerMessage,
};

use crate::client::{get, request};
use crate::people::{SIGNING_SECRET, body, come, from, hears, room, say, sees, signed, write_keys};
use crate::server::Folder;
use crate::spawned::Demo;

/// Addresses of clients; the server itself is 127.0.0.1.
const DOCTOR: &str = "127.0.0.7";
const PATIENT: &str = "127.0.0.8";
const STRANGER: &str = "127.0.0.9";

const PEOPLE: [(&str, &str); 5] = [
    ("Thầy thuốc Ánh", "practitioner"),
    ("Bà Sùng", "patient"),
    ("Páo thông ngôn", "interpreter"),
    ("Dở em gái", "companion"),
    ("Tú sinh viên", "observer"),
];

/// Everything that must not be found anywhere.
#[derive(Default)]
pub struct Forbidden {
    texts: Vec<(&'static str, String)>,
    /// Few digits, which as part of a longer number or id stand anywhere by chance.
    words: Vec<(&'static str, String)>,
}

impl Forbidden {
    pub fn add(&mut self, what: &'static str, secret: impl Into<String>) {
        self.texts.push((what, secret.into()));
    }

    /// Digits that must not stand by themselves.
    pub fn add_digits(&mut self, what: &'static str, digits: impl Into<String>) {
        self.words.push((what, digits.into()));
    }

    /// The address and port that a connection sends from, and what its offer says of it.
    async fn add_transport(&mut self, person: &Person) {
        let Some(transport) = &person.transport else {
            return;
        };
        let described = transport.peer().connection.local_description().await;
        let sdp = described.expect("an offer").sdp;
        let mut ports = 0;
        for line in sdp.lines() {
            if let Some(candidate) = line.strip_prefix("a=candidate:") {
                let port = candidate.split(' ').nth(5).expect("a port");
                self.add("a UDP port", format!(":{port}"));
                self.add("a UDP port", format!("port={port}"));
                ports += 1;
            }
            for name in ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:"] {
                if let Some(value) = line.strip_prefix(name) {
                    self.add("a line of SDP", value);
                }
            }
        }
        assert!(ports > 0, "no candidate in {sdp}");
    }

    pub fn assert_absent(&self, place: &str, text: &str) {
        let words: HashSet<_> = text.split(|one: char| !one.is_alphanumeric()).collect();
        for (what, digits) in &self.words {
            assert!(
                !words.contains(digits.as_str()),
                "{what}, {digits}, is in {place}"
            );
        }
        for (what, secret) in &self.texts {
            assert!(
                secret.len() >= 4,
                "{what} {secret:?} is too short to be looked for"
            );
            assert!(
                !text.contains(secret.as_str()),
                "{what}, {secret:?}, is in {place}:\n{}",
                text.lines()
                    .filter(|line| line.contains(secret.as_str()))
                    .collect::<Vec<_>>()
                    .join("\n")
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_consultation_at_trace_leaves_no_name_secret_text_or_address() {
    let folder = Folder::new();
    write_keys(&folder.0);
    let mut demo = Demo::start_in(
        folder,
        &[
            "--listen=127.0.0.1:0",
            "--log=trace",
            "--token-keys=keys.toml",
        ],
    );
    let room = room(&demo, &PEOPLE).await;
    let mut forbidden = Forbidden::default();
    for address in [DOCTOR, PATIENT, STRANGER] {
        forbidden.add("an address", address);
    }
    for (name, _) in PEOPLE {
        // Each word of it: a part of a name is a name.
        name.split(' ')
            .filter(|word| word.len() >= 4)
            .for_each(|word| forbidden.add("a name", word));
    }
    for link in &room.links {
        forbidden.add("a link", link);
    }
    forbidden.add("the admin secret", demo.admin_secret());
    forbidden.add("a signing secret", SIGNING_SECRET);

    consult(&demo, &room, &mut forbidden).await;
    mistakes(&demo, &room, &mut forbidden).await;

    for path in ["/metrics", "/healthz", "/readyz"] {
        let answer = get(demo.address(), path, &[]).await;
        forbidden.assert_absent(path, &answer.text());
    }
    let bearer = format!("Bearer {}", demo.admin_secret());
    let path = format!("/debug/rooms/{}", room.room);
    let answer = get(demo.address(), &path, &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("seats"), "{}", answer.text());
    forbidden.assert_absent(&path, &answer.text());

    let room_path = format!("/v1/rooms/{}", room.room);
    let secret = demo.admin_secret();
    demo.client()
        .delete(&room_path, &secret)
        .await
        .expect("ended");
    demo.signal("TERM");
    demo.ended();
    let (log, printed) = (demo.log(), demo.printed());
    for proof in ["joined", "admitted", "put out", room.room.as_str()] {
        assert!(
            log.contains(proof),
            "the log does not even say {proof}:\n{log}"
        );
    }
    forbidden.assert_absent("the log", &log);
    forbidden
        .texts
        .retain(|(what, _)| *what != "the admin secret");
    // What is printed at the start is for whoever started it: the demonstration's links and the admin secret.
    forbidden.assert_absent("what is printed", &printed);
}

#[test]
#[should_panic(expected = "a name, \"Sùng\", is in the log")]
fn a_word_that_is_there_is_found() {
    let mut forbidden = Forbidden::default();
    forbidden.add("a name", "Sùng");
    forbidden.assert_absent("the log", "joined\nBà Sùng joined\n");
}

#[test]
#[should_panic(expected = "a code, 123456, is in the log")]
fn digits_that_stand_by_themselves_are_found() {
    let mut forbidden = Forbidden::default();
    forbidden.add_digits("a code", "123456");
    // A fraction of a second, a part of an id.
    forbidden.assert_absent("ids", "22:16:43.123456Z room=00123456ab");
    forbidden.assert_absent("the log", "body={\"code\":\"123456\"}");
}

/// What people do in a consultation.
async fn consult(demo: &Demo, room: &RoomCreated, forbidden: &mut Forbidden) {
    let (doctors, patients) = (from(demo, DOCTOR), from(demo, PATIENT));
    let mut doctor = come(&doctors, Key::Link(&room.links[0]), 0).await;
    let mut patient = come(&patients, Key::Link(&room.links[1]), 1).await;
    doctor.talk().await.expect("connected");
    doctor.sees_waiting(2).await.expect("told");
    say(&mut doctor, ClientMessage::OpenCard { seat: 2 }).await;
    say(&mut doctor, ClientMessage::Hold { seat: 2 }).await;
    let chat = |reference, text, to| ClientMessage::Chat {
        reference,
        text,
        to,
    };
    let texts = [
        ("ref-waiting", "Chờ bác sĩ một phút nhé"),
        ("ref-patient", "Tôi đau bụng từ hôm qua"),
        ("ref-room", "Đơn thuốc: paracetamol 500"),
    ];
    for (reference, text) in texts {
        forbidden.add("a chat reference", reference);
        forbidden.add("a chat text", text);
    }
    say(&mut doctor, chat(texts[0].0, texts[0].1, Some(2))).await;
    said(&mut patient, texts[0].1).await;
    say(&mut patient, chat(texts[1].0, texts[1].1, None)).await;
    said(&mut doctor, texts[1].1).await;
    say(&mut doctor, ClientMessage::Admit { seat: 2 }).await;
    patient.let_in().await.expect("let in");
    patient.talk().await.expect("connected");
    hears(&patient).await;
    say(&mut doctor, chat(texts[2].0, texts[2].1, None)).await;
    said(&mut patient, texts[2].1).await;
    for message in [
        ClientMessage::Media {
            microphone: false,
            camera: false,
        },
        ClientMessage::Connection { network: "weak" },
        ClientMessage::Hand { raised: true },
        ClientMessage::Turn { kind: "pause" },
    ] {
        say(&mut patient, message).await;
    }
    say(&mut doctor, ClientMessage::AskMute { seat: 2 }).await;
    for person in [&doctor, &patient] {
        forbidden.add("a resume token", &person.resume);
        forbidden.add_transport(person).await;
    }

    let mut companion = come(&patients, Key::Link(&room.links[3]), 3).await;
    forbidden.add("a resume token", &companion.resume);
    doctor.sees_waiting(4).await.expect("told");
    say(&mut doctor, ClientMessage::Deny { seat: 4 }).await;
    companion.wire.ended().await.expect("told");
    say(&mut doctor, ClientMessage::Lock { locked: true }).await;
    say(&mut doctor, ClientMessage::Lock { locked: false }).await;

    patient.come_back().await.expect("back");
    forbidden.add("a resume token", &patient.resume);
    patient.talk().await.expect("connected");
    forbidden.add_transport(&patient).await;
    doctor.come_back().await.expect("back");
    forbidden.add("a resume token", &doctor.resume);
    say(&mut doctor, ClientMessage::Remove { seat: 2 }).await;
    sees(&mut doctor, 2, Admission::Removed).await;
    doctor.leave().await.expect("left");
}

/// Hears this text.
async fn said(person: &mut Person, text: &str) {
    let is_it = |message| match message {
        ServerMessage::Chat { text: heard, .. } => (heard == text).then_some(()),
        _ => None,
    };
    person.wire.until(is_it).await.expect("told");
}

/// What goes wrong: the paths on which a server is most tempted to say what it got.
async fn mistakes(demo: &Demo, room: &RoomCreated, forbidden: &mut Forbidden) {
    let stranger = from(demo, STRANGER);
    let (wrong, attempt) = ("wrongwrongwrongwrongwr", "attemptattemptattempta");
    let typed = "typed-by-a-person";
    for (what, secret) in [
        ("a wrong link", wrong),
        ("an attempt id", attempt),
        ("what was typed", typed),
    ] {
        forbidden.add(what, secret);
    }
    for key in [
        Key::Link(wrong),
        Key::Resume(wrong),
        Key::Link(&room.links[1]),
    ] {
        ask(&stranger, key, "v=0\r\n").await.expect_err("refused");
    }
    let plan = std::sync::Arc::default();
    let offered = Offered::new(&stranger, &plan, &mut body(2).chance)
        .await
        .expect("an offer");
    let join = JoinRequest {
        version: 1,
        link: &room.links[2],
        attempt,
        offer: &offered.sdp,
        takeover: false,
    };
    let joined: JoinResponse = stranger.post("/v1/join", None, &join).await.expect("in");
    forbidden.add("a resume token", &joined.resume);
    let answer = joined.answer.expect("an answer");
    for name in ["a=ice-ufrag:", "a=ice-pwd:"] {
        let value = answer.lines().find_map(|line| line.strip_prefix(name));
        forbidden.add("a line of SDP", value.expect("in every answer"));
    }
    bad_sockets(&stranger, &joined.resume, typed).await;

    // Half a request, with the link in the half that came.
    for path in ["/v1/join", "/v1/invitation", "/v1/resume"] {
        let half = format!(
            r#"{{"version":1,"link":"{}","resume":"{wrong}","{typed}":"#,
            room.links[4]
        );
        let json = ("content-type", "application/json");
        let answer = request(demo.address(), "POST", path, &[json], &half).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    let answer = get(demo.address(), &format!("/{typed}?link={wrong}"), &[]).await;
    assert_eq!(answer.status, 404);
    let secret = demo.admin_secret();
    let path = format!("/v1/rooms/{}/seats/5/link", room.room);
    let made: LinkMade = stranger
        .post(&path, Some(&secret), &NewLink {})
        .await
        .expect("a link");
    forbidden.add("a link", &made.link);
    stranger.delete(&path, &secret).await.expect("revoked");
    stranger
        .delete(&path, wrong)
        .await
        .expect_err("not the secret");
    ask(&stranger, Key::Link(&made.link), "v=0\r\n")
        .await
        .expect_err("revoked");

    let hour = Duration::from_hours(1);
    let good = signed("person-key-17", "Dương bệnh nhân", "patient", hour, false);
    let expired = signed("person-key-18", "Dương bệnh nhân", "patient", hour, true);
    let strange = signed("person-key-19", "Dương bệnh nhân", typed, hour, false);
    for token in [&good, &expired, &strange] {
        for part in token.split('.').skip(1) {
            forbidden.add("a part of a signed invitation", part);
        }
    }
    for word in ["Dương", "appointment-4711", "person-key"] {
        forbidden.add("a claim", word);
    }
    let invited = come(&stranger, Key::Link(&good), 2).await;
    forbidden.add("a resume token", &invited.resume);
    forbidden.add_transport(&invited).await;
    // Else the server would wait for its consultation to end.
    invited.leave().await.expect("left");
    for token in [&expired, &strange] {
        ask(&stranger, Key::Link(token), &offered.sdp)
            .await
            .expect_err("refused");
    }
}

/// Sockets that say what they must not.
async fn bad_sockets(client: &Client, resume: &str, typed: &str) {
    let mut wire = Wire::hello(client, typed).await.expect("open");
    wire.refusal().await.expect("refused");
    let (mut wire, _) = Wire::greeted(client, resume).await.expect("greeted");
    for text in [
        format!(r#"{{"type":"chat","ref":"r1","text":"{typed}","extra":1}}"#),
        format!(r#"{{"type":"{typed}"}}"#),
        format!(r#"{{"type":"admit","seat":"{typed}"}}"#),
        typed.to_owned(),
    ] {
        wire.say_text(text).await.expect("said");
        wire.refusal().await.expect("refused");
    }
}
