use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const HELLO: &str = r#"{"type":"hello","version":1,"resume":"AAAAAAAAAAAAAAAAAAAAAA"}"#;
const CHAT: &str = r#"{"type":"chat","ref":"m1","text":"Chào"}"#;
const MEDIA: &str = r#"{"type":"media","microphone":true,"camera":false}"#;
const LEAVE: &str = r#"{"type":"leave"}"#;

struct Pair {
    connection: Connection,
    now: Instant,
}

impl Pair {
    #[expect(
        clippy::disallowed_methods,
        reason = "any instant will do as an origin"
    )]
    fn opened() -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(now),
            now,
        }
    }

    fn live() -> Self {
        let mut pair = Self::opened();
        assert!(matches!(pair.says(HELLO)[..], [Step::Hello(_)]));
        pair
    }

    fn says(&mut self, text: &str) -> Vec<Step> {
        self.connection.handle_text(text, self.now)
    }

    /// Lets time pass to the machine's own next deadline.
    fn waits(&mut self) -> Vec<Step> {
        self.now = self.connection.poll_timeout().unwrap();
        self.connection.handle_timeout(self.now)
    }
}

fn outcome(steps: &[Step]) -> String {
    let words = steps.iter().map(|step| match step {
        Step::Hello(_) => "hello".to_owned(),
        Step::Say(said) => word(said).to_owned(),
        Step::Send(ServerMessage::Error { code, .. }) => code.as_str().to_owned(),
        Step::Send(other) => format!("{other:?}"),
        Step::Ping => "ping".to_owned(),
        Step::Close(code) => format!("close {}", code.as_u16()),
    });
    words.collect::<Vec<_>>().join(", ")
}

const fn word(said: &Said) -> &'static str {
    match said {
        Said::Media { .. } => "media",
        Said::Connection { .. } => "connection",
        Said::Hand { .. } => "hand",
        Said::Chat { .. } => "chat",
        Said::Turn { .. } => "turn",
        Said::Admit { .. } => "admit",
        Said::Deny { .. } => "deny",
        Said::Hold { .. } => "hold",
        Said::Remove { .. } => "remove",
        Said::AskMute { .. } => "askMute",
        Said::Lock { .. } => "lock",
        Said::OpenCard { .. } => "openCard",
        Said::End => "end",
        Said::Consent(_) => "consent",
        Said::WithdrawConsent { .. } => "withdrawConsent",
        Said::WritePaper { .. } => "writePaper",
        Said::SignOff { .. } => "signOff",
        Said::Treat { .. } => "treat",
        Said::Represent { .. } => "represent",
        Said::Late { .. } => "late",
        Said::Leave => "leave",
    }
}

#[test]
fn what_comes_first_must_be_hello() {
    let cases = [
        (HELLO, "hello"),
        (CHAT, "malformed, close 1008"),
        (LEAVE, "malformed, close 1008"),
        ("", "malformed, close 1008"),
        (
            r#"{"type":"hello","version":2,"resume":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
            "unsupported_version, close 1008",
        ),
        (
            r#"{"type":"hello","resume":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
            "malformed, close 1008",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(outcome(&Pair::opened().says(text)), wanted, "{text}");
    }
}

#[test]
fn a_live_page_is_heard_and_its_mistakes_are_named() {
    let deep = "[".repeat(10_000);
    let long_chat = format!(
        r#"{{"type":"chat","ref":"m","text":"{}"}}"#,
        "x".repeat(2_001)
    );
    let oversize = format!(
        r#"{{"type":"chat","ref":"m","text":"{}"}}"#,
        "x".repeat(16_384)
    );
    let cases = [
        (MEDIA, "media"),
        (CHAT, "chat"),
        (LEAVE, "leave"),
        (HELLO, "malformed"),
        ("{", "malformed"),
        ("null", "malformed"),
        ("[]", "malformed"),
        (&deep, "malformed"),
        (r#"{"type":"dance"}"#, "malformed"),
        (r#"{"type":"leave","now":true}"#, "malformed"),
        (r#"{"type":"leave"} {"type":"leave"}"#, "malformed"),
        (r#"{"type":"leave","type":"chat"}"#, "malformed"),
        (r#"{"type":"media","microphone":1,"camera":0}"#, "malformed"),
        (r#"{"type":"chat","ref":"","text":"x"}"#, "malformed"),
        (r#"{"type":"chat","ref":"m","text":"\ud800"}"#, "malformed"),
        (&long_chat, "malformed"),
        (&oversize, "too_large, close 1009"),
    ];
    for (text, wanted) in cases {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(outcome(&Pair::live().says(text)), wanted, "{shown}");
    }
}

#[test]
fn a_binary_frame_is_refused() {
    let mut pair = Pair::live();
    assert_eq!(
        outcome(&pair.connection.handle_binary(pair.now)),
        "malformed"
    );
}

#[test]
fn silence_before_hello_ends_after_ten_seconds() {
    let mut pair = Pair::opened();
    let start = pair.now;
    assert_eq!(outcome(&pair.waits()), "malformed, close 1008");
    assert_eq!(pair.now - start, Duration::from_secs(10));
}

#[test]
fn a_silent_page_is_pinged_twice_and_then_given_up() {
    let mut pair = Pair::live();
    let start = pair.now;
    let told: Vec<_> = (0..3)
        .map(|_| {
            let steps = pair.waits();
            ((pair.now - start).as_secs(), outcome(&steps))
        })
        .collect();
    let wanted = [(20, "ping"), (40, "ping"), (45, "close 1008")];
    assert_eq!(told, wanted.map(|(at, what)| (at, what.to_owned())));
    assert_eq!(pair.connection.poll_timeout(), None);
}

#[test]
fn a_page_that_answers_pings_stays() {
    let mut pair = Pair::live();
    for _ in 0..100 {
        assert_eq!(outcome(&pair.waits()), "ping");
        pair.connection.handle_sign_of_life(pair.now);
    }
}

#[test]
fn chat_is_limited_and_mute_still_works() {
    let mut pair = Pair::live();
    let told: Vec<_> = (0..11).map(|_| outcome(&pair.says(CHAT))).collect();
    assert_eq!(told[..10], vec!["chat"; 10]);
    assert_eq!(told[10], "rate_limited");
    assert_eq!(outcome(&pair.says(MEDIA)), "media");
    pair.now += Duration::from_secs(1);
    assert_eq!(outcome(&pair.says(CHAT)), "chat");
}

#[test]
fn calls_to_others_are_limited_by_themselves() {
    let mut pair = Pair::live();
    let turn = r#"{"type":"turn","kind":"repeat"}"#;
    let ask = r#"{"type":"askMute","seat":2}"#;
    let told: Vec<_> = [turn, ask]
        .repeat(3)
        .into_iter()
        .map(|text| outcome(&pair.says(text)))
        .collect();
    assert_eq!(
        told,
        ["turn", "askMute", "turn", "askMute", "turn", "rate_limited"]
    );
    assert_eq!(outcome(&pair.says(CHAT)), "chat");
    pair.now += Duration::from_secs(2);
    assert_eq!(outcome(&pair.says(turn)), "turn");
}

#[test]
fn a_flood_is_refused_and_then_closed() {
    let mut pair = Pair::live();
    let told: Vec<_> = (0..90).map(|_| outcome(&pair.says(MEDIA))).collect();
    let count = |wanted: &str| told.iter().filter(|told| *told == wanted).count();
    assert_eq!(count("media"), 29); // hello took one of the burst of 30
    assert_eq!(count("rate_limited"), 50);
    assert_eq!(count("rate_limited, close 1008"), 1);
    assert_eq!(count(""), 10);
}

#[test]
fn nothing_is_heard_after_the_close() {
    let mut pair = Pair::opened();
    pair.says(CHAT);
    assert!(pair.connection.is_closed());
    assert_eq!(pair.says(HELLO), []);
    assert_eq!(pair.connection.handle_binary(pair.now), []);
    assert_eq!(pair.connection.handle_timeout(pair.now), []);
}

proptest! {
    #[test]
    fn any_text_gives_a_step(texts in prop::collection::vec(any_text(), 0..20)) {
        let mut pair = Pair::opened();
        let mut greeted = false;
        for text in texts {
            let closed = pair.connection.is_closed();
            let steps = pair.says(&text);
            prop_assert_eq!(steps.is_empty(), closed);
            for step in steps {
                prop_assert!(greeted || !matches!(step, Step::Say(_)));
                greeted |= matches!(step, Step::Hello(_));
            }
        }
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::sample::select(vec![HELLO, CHAT, MEDIA, LEAVE]).prop_map(str::to_owned),
        (
            prop::sample::select(vec![HELLO, CHAT, MEDIA, LEAVE]),
            any::<prop::sample::Index>()
        )
            .prop_map(|(text, at)| text.chars().take(at.index(text.len())).collect()),
    ]
}
