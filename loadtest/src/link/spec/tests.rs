use super::*;

const WHOLE: &str = r#"{"mtu":1280,
    "up":{"rate_kbps":30.5,"queue_bytes":15000,"delay_ms":300,"jitter_ms":100,"loss_percent":1},
    "down":{"trace":"evdo-like","queue_bytes":15000,"loss_percent":10,"burst_ms":48,
        "outages":[{"mode":"drop","at_s":1.5,"length_s":0.5}]},
    "outages":[{"mode":"hold","at_s":10,"length_s":3,"every_s":20}]}"#;

#[test]
fn a_link_becomes_two_shapes() {
    let spec = LinkSpec::parse(WHOLE).unwrap();
    let up = spec.shape(Way::Up, 1).unwrap();
    assert!(matches!(up.rate, Rate::Steady(rate) if rate == BitRate::bps(30_500)));
    assert_eq!(
        (up.queue_bytes, up.delay, up.jitter),
        (
            15_000,
            Duration::from_millis(300),
            Duration::from_millis(100)
        )
    );
    assert_eq!(up.loss, Loss::Random { share: 0.01 });
    assert_eq!(up.outages.len(), 1, "the link's");
    let down = spec.shape(Way::Down, 1).unwrap();
    assert!(matches!(down.rate, Rate::Traced(_)));
    assert_eq!(
        down.loss,
        Loss::Fades {
            share: 0.1,
            mean: Duration::from_millis(48)
        }
    );
    assert_eq!(down.outages.len(), 2, "the link's and its own");
    assert_eq!(down.delay, Duration::ZERO);
}

#[test]
fn names_the_value_and_what_is_allowed() {
    let way = |changes: &str| {
        let mut way: serde_json::Value =
            serde_json::from_str(r#"{"rate_kbps":30,"queue_bytes":15000}"#).unwrap();
        let changes: serde_json::Value = serde_json::from_str(changes).unwrap();
        for (name, value) in changes.as_object().unwrap() {
            way[name] = value.clone();
        }
        let way: WaySpec = serde_json::from_value(way).unwrap();
        let spec = LinkSpec {
            mtu: 1_400,
            up: way.clone(),
            down: way,
            outages: Vec::new(),
        };
        spec.shape(Way::Up, 1).map(|_| ()).unwrap_err().to_string()
    };
    for (changes, complaint) in [
        (
            r#"{"rate_kbps":0}"#,
            "rate_kbps is 0: 1 to 100000 are allowed",
        ),
        (
            r#"{"rate_kbps":100001}"#,
            "rate_kbps is 100001: 1 to 100000 are allowed",
        ),
        (
            r#"{"rate_kbps":null}"#,
            "one of rate_kbps and trace is needed",
        ),
        (
            r#"{"trace":"evdo-like"}"#,
            "rate_kbps and trace exclude each other",
        ),
        (
            r#"{"queue_bytes":1399}"#,
            "queue_bytes is 1399: 1400 to 10000000 are allowed",
        ),
        (r#"{"queue_bytes":null}"#, "queue_bytes is missing"),
        (
            r#"{"delay_ms":-1}"#,
            "delay_ms is -1: 0 to 10000 are allowed",
        ),
        (
            r#"{"jitter_ms":5001}"#,
            "jitter_ms is 5001: 0 to 5000 are allowed",
        ),
        (
            r#"{"loss_percent":91}"#,
            "loss_percent is 91: 0 to 90 are allowed",
        ),
        (
            r#"{"burst_ms":10001}"#,
            "burst_ms is 10001: 0 to 10000 are allowed",
        ),
        (
            r#"{"outages":[{"mode":"hold","at_s":-1,"length_s":3}]}"#,
            "at_s is -1: 0 to 86400 are allowed",
        ),
        (
            r#"{"outages":[{"mode":"hold","at_s":1,"length_s":0}]}"#,
            "length_s is 0: 0.001 to 3600 are allowed",
        ),
        (
            r#"{"outages":[{"mode":"hold","at_s":1,"length_s":3,"every_s":3}]}"#,
            "every_s is 3: 3.001 to 86400 are allowed",
        ),
    ] {
        assert_eq!(way(changes), complaint);
    }
    let spec = LinkSpec {
        mtu: 1_501,
        ..LinkSpec::parse(WHOLE).unwrap()
    };
    assert_eq!(
        spec.shape(Way::Up, 1).unwrap_err().to_string(),
        "mtu is 1501: 576 to 1500 are allowed"
    );
    let mut spec = LinkSpec::parse(WHOLE).unwrap();
    spec.down.trace = Some("/nowhere/mast.txt".into());
    assert!(
        spec.shape(Way::Down, 1)
            .unwrap_err()
            .to_string()
            .starts_with("trace /nowhere/mast.txt: ")
    );
}

#[test]
fn words_that_mean_nothing_are_refused() {
    for text in [
        "{}",
        r#"{"up":{},"down":{},"sideways":{}}"#,
        r#"{"up":{"rate":30},"down":{}}"#,
        r#"{"up":{},"down":{},"outages":[{"mode":"pause","at_s":1,"length_s":1}]}"#,
    ] {
        LinkSpec::parse(text).unwrap_err();
    }
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let spec = LinkSpec::parse(WHOLE).unwrap();
    let change: WaySpec = serde_json::from_str(r#"{"rate_kbps":9,"loss_percent":0}"#).unwrap();
    let down = spec.down.changed(&change);
    assert_eq!(
        (down.rate_kbps, down.trace.as_deref()),
        (Some(9.0), None),
        "a rate in place of the trace"
    );
    assert_eq!(
        (down.loss_percent, down.burst_ms, down.queue_bytes),
        (Some(0.0), Some(48.0), Some(15_000))
    );
    assert_eq!(down.outages, spec.down.outages);
    assert_eq!(spec.down.changed(&WaySpec::default()), spec.down);
}
