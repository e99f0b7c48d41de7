use serde_json::{Value, json};

use super::*;
use crate::link::profiles;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn desk(profile: &str) -> Desk {
    Desk::open(profiles::named(profile).unwrap(), 1, 1_000_000).unwrap()
}

fn ask(desk: &mut Desk, at: u64, line: &str) -> Value {
    let answer = desk.answer(ms(at), line);
    assert!(!answer.contains('\n'), "{answer}");
    serde_json::from_str(&answer).unwrap()
}

/// An RTP packet of 100 bytes on the wire.
fn voice() -> Vec<u8> {
    let mut packet = vec![0; 100];
    packet[0] = 0x45;
    packet[9] = 17;
    packet[28..30].copy_from_slice(&[0x80, 111]);
    packet
}

#[test]
fn says_what_the_link_is_and_changes_what_is_named() {
    let mut desk = desk("V2");
    let link = ask(&mut desk, 0, r#"{"cmd":"link"}"#);
    assert_eq!(
        (&link["ok"], &link["seed"], &link["link"]["up"]["rate_kbps"]),
        (&json!(true), &json!(1), &json!(30.0))
    );
    let link = ask(
        &mut desk,
        1,
        r#"{"cmd":"set","direction":"up","to":{"rate_kbps":20}}"#,
    );
    assert_eq!(link["link"]["up"]["rate_kbps"], json!(20.0));
    assert_eq!(link["link"]["down"]["rate_kbps"], json!(40.0));
    let link = ask(&mut desk, 2, r#"{"cmd":"set","to":{"delay_ms":50}}"#);
    assert_eq!(
        [
            &link["link"]["up"]["delay_ms"],
            &link["link"]["down"]["delay_ms"]
        ],
        [&json!(50.0); 2]
    );
    assert_eq!(desk.emulator.shape(Way::Down).delay, ms(50));
}

#[test]
fn what_cannot_be_changes_nothing_and_says_why() {
    let mut desk = desk("V2");
    for (line, complaint) in [
        (
            r#"{"cmd":"set","direction":"both","to":{"rate_kbps":50,"queue_bytes":7}}"#,
            "queue_bytes is 7: 1400 to",
        ),
        (r#"{"cmd":"set","to":{"rat_kbps":50}}"#, "rat_kbps"),
        (
            r#"{"cmd":"set","direction":"sideways","to":{}}"#,
            "sideways",
        ),
        (
            r#"{"cmd":"outage","mode":"hold","seconds":0}"#,
            "seconds is 0: 0.001 to 3600",
        ),
        (r#"{"cmd":"outage","mode":"hold","second":1}"#, "second"),
        (r#"{"cmd":"dance"}"#, "dance"),
        ("", "not a request"),
    ] {
        let answer = ask(&mut desk, 0, line);
        assert_eq!(answer["ok"], json!(false), "{line}");
        assert!(
            answer["error"].as_str().unwrap().contains(complaint),
            "{line}: {answer}"
        );
    }
    assert_eq!(
        ask(&mut desk, 1, r#"{"cmd":"link"}"#)["link"]["up"]["rate_kbps"],
        json!(30.0)
    );
}

#[test]
fn begins_and_ends_outages() {
    let mut desk = desk("V0");
    let now = |desk: &mut Desk, at| {
        let stats = ask(desk, at, r#"{"cmd":"stats"}"#);
        [
            stats["up"]["outage_now"].clone(),
            stats["down"]["outage_now"].clone(),
        ]
    };
    ask(
        &mut desk,
        10,
        r#"{"cmd":"outage","direction":"up","mode":"hold","seconds":1}"#,
    );
    assert_eq!(now(&mut desk, 20), [json!("hold"), json!(null)]);
    ask(&mut desk, 30, r#"{"cmd":"outage","mode":"drop"}"#);
    assert_eq!(now(&mut desk, 40), [json!("drop"), json!("drop")]);
    ask(&mut desk, 50, r#"{"cmd":"end_outage","direction":"down"}"#);
    assert_eq!(now(&mut desk, 60), [json!("drop"), json!(null)]);
    ask(&mut desk, 70, r#"{"cmd":"end_outage"}"#);
    assert_eq!(now(&mut desk, 80), [json!(null), json!(null)]);
}

#[test]
fn the_schedule_starts_when_it_is_told() {
    let mut desk = desk("V6");
    ask(&mut desk, 20_000, r#"{"cmd":"restart_schedule"}"#);
    for (at, outage) in [
        (49_000, Value::Null),
        (51_000, json!("drop")),
        (59_000, Value::Null),
    ] {
        desk.emulator.push(Way::Up, ms(at), &voice());
        assert_eq!(
            ask(&mut desk, at, r#"{"cmd":"stats"}"#)["up"]["outage_now"],
            outage,
            "{at}"
        );
    }
}

#[test]
fn totals_and_series_have_the_shape_that_is_documented() {
    let mut desk = desk("V0");
    desk.emulator.push(Way::Up, ms(5), &voice());
    assert!(desk.emulator.poll(Way::Up, ms(250)).is_some());
    let stats = ask(&mut desk, 300, r#"{"cmd":"stats"}"#);
    assert_eq!(
        (&stats["elapsed_ms"], &stats["started_unix_ms"]),
        (&json!(300), &json!(1_000_000))
    );
    let one = json!({"packets": 1, "bytes": 100});
    let none = json!({"packets": 0, "bytes": 0});
    let account =
        json!({"offered": one, "delivered": one, "overflow": none, "lost": none, "outage": none});
    assert_eq!(stats["up"]["classes"], json!({"rtp": account}));
    assert_eq!(stats["up"]["delivered"], one);
    let stream = json!({"direction": "up", "ssrc": 0, "payload_type": 111, "offered": one, "delivered": one,
        "padded": none, "first_ms": 5, "last_ms": 5});
    assert_eq!(stats["streams"], json!([stream]));
    assert_eq!(
        (&stats["connections"], &stats["reports"]),
        (&json!([]), &json!([]))
    );
    let series = ask(&mut desk, 300, r#"{"cmd":"series"}"#);
    assert_eq!(
        (&series["bin_ms"], &series["up"]["first_ms"]),
        (&json!(100), &json!(0))
    );
    assert_eq!(series["up"]["offered_bytes"], json!([100]));
    // 100 bytes at 2 Mbit/s and 30 ms.
    assert_eq!(series["up"]["classes"], json!({"rtp": [100]}));
    assert_eq!(series["down"]["offered_bytes"], json!([]));
    assert_eq!(
        ask(&mut desk, 300, r#"{"cmd":"series","from_ms":100}"#)["up"]["offered_bytes"],
        json!([])
    );
}
