//! Webhooks of a whole server: an appointment is booked, a hospital's system hears of it, and the log holds nothing by
//! which somebody else could speak to that system.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::access::{PASSWORD, Page, text, token};
use crate::client::{get, request};
use crate::logs::Forbidden;
use crate::server::Folder;
use crate::spawned::Demo;

/// The next request that comes, answered with this status.
async fn answer(listener: &TcpListener, status: &str) -> (String, Value) {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut said = String::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.expect("bytes");
        assert!(read > 0, "cut off: {said}");
        said.push_str(std::str::from_utf8(&part[..read]).expect("UTF-8"));
        // One small body: it ends with its brace.
        if let Some((head, body)) = said.split_once("\r\n\r\n")
            && body.ends_with('}')
        {
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("sent");
            let body = serde_json::from_str(body).expect("JSON");
            return (head.to_owned(), body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhooks_address_and_secret_are_in_no_log_and_no_metric() {
    let more = [
        "--listen=127.0.0.1:0",
        "--log=trace",
        "--webhooks-to=loopback",
    ];
    let mut demo = Demo::start_in(Folder::new(), &more);
    let url = text(&demo.links["firstAdministrators"][0], "url").to_owned();
    let mut page = Page::new(demo.address());
    let first = json!({
        "link": token(&url), "name": "Lan", "signInName": "lan@benhvien.vn", "password": PASSWORD,
    });
    page.send("POST", "/v1/first-administrator", &first).await;
    let sign_in = json!({"signInName": "lan@benhvien.vn", "password": PASSWORD});
    assert_eq!(page.send("POST", "/v1/session", &sign_in).await.0, 200);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let system = listener.local_addr().expect("an address");
    let mut forbidden = Forbidden::default();
    forbidden.add("a path", "hooks/oanh-7f3a");
    forbidden.add("a query", "khoa=cua-rieng-toi");
    forbidden.add("an address", format!(":{}", system.port()));
    let wanted = json!({
        "url": format!("http://{system}/hooks/oanh-7f3a?khoa=cua-rieng-toi"), "events": ["booked"],
    });
    let (status, made) = page.send("POST", "/v1/webhooks", &wanted).await;
    assert_eq!(status, 201, "{made}");
    forbidden.add("a secret", text(&made, "secret"));
    let elsewhere = json!({"url": "ftp://hooks/oanh-7f3a?khoa=cua-rieng-toi", "events": ["ended"]});
    assert_eq!(page.send("POST", "/v1/webhooks", &elsewhere).await.0, 400);

    let scopes = json!({"scopes": ["appointmentsWrite"]});
    let (_, key) = page.send("POST", "/v1/keys", &scopes).await;
    let bearer = format!("Bearer {}", text(&key, "text"));
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &*bearer),
    ];
    let now = signaling::Clock::system().now().0;
    let booking = json!({"begins": now + 3_600_000, "minutes": 20, "people": [
        {"name": "Bác sĩ Lan", "role": "practitioner"}, {"name": "Cụ Sính", "role": "patient"},
    ]});
    let path = "/v1/appointments";
    let booked = request(demo.address(), "POST", path, &headers, &booking.to_string()).await;
    assert_eq!(booked.status, 201, "{}", booked.text());
    let booked: Value = serde_json::from_slice(&booked.body).expect("JSON");

    let (head, body) = answer(&listener, "500 Oh").await;
    assert_eq!(body["appointment"], booked["appointment"]);
    assert_eq!(body["event"], "booked");
    let signature = head.lines().find_map(|line| line.split_once(",v1="));
    forbidden.add("a signature", signature.expect("signed").1);
    // Tried again: how the first one went was written down.
    let (_, again) = answer(&listener, "200 OK").await;
    assert_eq!(again, body);
    let metrics = get(demo.address(), "/metrics", &[]).await.text();
    let counted = r#"nhipcau_webhook_tries_total{result="failed"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
    forbidden.assert_absent("/metrics", &metrics);
    for path in ["/v1/audit", "/readyz"] {
        let (_, shown) = page.send("GET", path, &Value::Null).await;
        forbidden.assert_absent(path, &shown.to_string());
    }
    demo.signal("TERM");
    demo.ended();
    let log = demo.log();
    assert!(log.contains("a delivery failed"), "{log}");
    forbidden.assert_absent("the log", &log);
    forbidden.assert_absent("what is printed", &demo.printed());
}
