//! The program itself: exit codes, what it prints, and how signals end it.

use std::process::Output;

use crate::client::{connect_tls, exchange, get};
use crate::server::Folder;
use crate::spawned::{Demo, nhipcau};

fn output(arguments: &[&str]) -> Output {
    nhipcau(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_bad_configuration_exits_with_64_and_a_sentence() {
    let output = output(&["serve", "--shards=0"]);
    assert_eq!(output.status.code(), Some(64));
    assert_eq!(
        text(&output.stderr),
        "nhipcau: the configuration cannot be used\n  \
         shards is \"0\" (from the flag --shards) but must be a whole number from 1 to 256\n"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn an_unknown_variable_exits_with_64() {
    let output = nhipcau(&["check"])
        .env("NHIPCAU_COLOUR", "blue")
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("NHIPCAU_COLOUR"));
}

#[test]
fn a_wrong_command_line_exits_with_64_and_help_with_0() {
    for arguments in [&["serve", "--colour"][..], &["dance"], &[], &["--shards=1"]] {
        assert_eq!(output(arguments).status.code(), Some(64), "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["serve", "--help"], &["--version"]] {
        assert_eq!(output(arguments).status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn the_configuration_is_printed_without_secrets() {
    for arguments in [
        &["--print-config"][..],
        &["serve", "--print-config"],
        &["--print-config", "check"],
    ] {
        let output = nhipcau(arguments)
            .env("NHIPCAU_ADMIN_SECRET", "swordfish-swordfish")
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(0));
        let printed = text(&output.stdout);
        assert!(
            printed
                .contains("# from the variable NHIPCAU_ADMIN_SECRET\n# admin_secret: [redacted]\n")
        );
        assert!(!printed.contains("swordfish"));
    }
}

#[test]
fn check_tells_a_ready_machine_from_one_that_is_not() {
    let folder = Folder::new();
    let store = folder.0.join("nhipcau.redb");
    let store = format!("--store={}", store.display());
    let base = [
        "check",
        "--listen=127.0.0.1:0",
        "--udp-ports=0",
        "--shards=1",
    ];

    let good = output(&[&base[..], &[&store]].concat());
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stdout));
    assert!(text(&good.stdout).ends_with("ready to serve\n"));

    let bad = output(&[&base[..], &["--store=/nonexistent/nhipcau.redb"]].concat());
    assert_eq!(bad.status.code(), Some(1), "{}", text(&bad.stdout));
    assert!(text(&bad.stdout).contains("to mend it:"));
}

#[test]
fn a_server_that_cannot_start_exits_with_1_and_a_sentence() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = format!("--listen={}", held.local_addr().expect("an address"));
    let folder = Folder::new();
    let output = nhipcau(&["serve", &listen, "--udp-ports=0", "--shards=1"])
        .current_dir(&folder.0)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("nhipcau: cannot listen on 127.0.0.1:"),
        "{}",
        text(&output.stderr)
    );
}

#[tokio::test]
async fn the_demonstration_prints_three_links_and_ends_by_either_signal() {
    for signal in ["TERM", "INT"] {
        let mut demo = Demo::start(&["--listen=127.0.0.1:0"]);
        let links = demo.links["links"].as_array().expect("links").clone();
        let named: Vec<(&str, &str)> = links
            .iter()
            .map(|link| {
                (
                    link["name"].as_str().expect("a name"),
                    link["role"].as_str().expect("a role"),
                )
            })
            .collect();
        assert_eq!(
            named,
            [
                ("Bác sĩ Lan", "practitioner"),
                ("Bà Mẩy", "patient"),
                ("Phiên dịch Dín", "interpreter")
            ]
        );
        let page = demo.links["listening"]
            .as_str()
            .expect("an address")
            .to_owned();
        for link in &links {
            let url = link["url"].as_str().expect("a link");
            let token = url
                .strip_prefix(&format!("{page}/#"))
                .expect("a link to the page");
            assert_eq!(token.len(), 22);
            assert!(demo.printed().contains(url));
        }
        assert!(
            demo.links["adminSecret"]
                .as_str()
                .is_some_and(|secret| secret.len() >= 16)
        );
        assert_eq!(get(demo.address(), "/readyz", &[]).await.status, 200);

        demo.signal(signal);
        let status = demo.ended();
        assert_eq!(status.code(), Some(0), "SIG{signal}");
        assert!(demo.folder.0.join("nhipcau.redb").exists());
    }
}

#[tokio::test]
async fn the_demonstration_works_on_every_address_with_a_certificate_of_its_own() {
    let demo = Demo::start(&[
        "--listen=0.0.0.0:0",
        "--public-address=127.0.0.1",
        "--tls-self-signed",
    ]);
    assert!(
        demo.links["listening"]
            .as_str()
            .is_some_and(|url| url.starts_with("https://127.0.0.1:"))
    );
    let stream = connect_tls(demo.address(), &["http/1.1"], &rustls::version::TLS13).await;
    assert_eq!(
        exchange(stream, "GET", "/healthz", &[], "").await.status,
        200
    );
}

#[tokio::test]
async fn no_personal_data_is_in_the_log() {
    let mut demo = Demo::start(&["--listen=127.0.0.1:0", "--log=trace"]);
    get(demo.address(), "/", &[]).await;
    demo.signal("TERM");
    demo.ended();
    let log = demo.log();
    assert!(log.contains("serving"), "{log}");
    let mut forbidden = vec!["Lan".to_owned(), "Mẩy".to_owned(), "Dín".to_owned()];
    forbidden.push(
        demo.links["adminSecret"]
            .as_str()
            .expect("a secret")
            .to_owned(),
    );
    for link in demo.links["links"].as_array().expect("links") {
        let (_, token) = link["url"]
            .as_str()
            .expect("a link")
            .split_once('#')
            .expect("a token");
        forbidden.push(token.to_owned());
    }
    for word in forbidden {
        assert!(!log.contains(&word), "{word} is in the log");
    }
}
