//! What `deploy/` ships fits the program: the dashboard and the alerts name figures that it exports, the
//! example configuration names its settings and starts it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use nhipcau::server::build::App;
use nhipcau::server::drain::Stop;

use crate::client::get;
use crate::server::{Folder, settings};

/// Words of the query language and label names that our expressions use; every other word must be a metric.
const LANGUAGE: [&str; 11] = [
    "and",
    "by",
    "clamp_min",
    "increase",
    "instance",
    "label_values",
    "rate",
    "result",
    "sum",
    "time",
    "or",
];

/// Metrics of Prometheus itself and of its blackbox exporter.
const FOREIGN: [&str; 3] = ["probe_ssl_earliest_cert_expiry", "probe_success", "up"];

fn shipped(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `/metrics` of the whole server with real shards, before anybody came.
async fn exported() -> String {
    let folder = Folder::new();
    let app = App::start(&settings(&folder))
        .await
        .expect("the server starts");
    let address = app.address();
    let (stop, wishes) = Stop::channel();
    let serving = tokio::spawn(app.serve(wishes));
    let text = get(address, "/metrics", &[]).await.text();
    stop.send(()).await.expect("the server hears");
    serving.await.expect("no panic").expect("no error");
    text
}

fn metric_names(exported: &str) -> BTreeSet<&str> {
    exported
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|rest| rest.split(' ').next())
        .collect()
}

/// Every expression of a Grafana dashboard, at whatever depth.
fn expressions(dashboard: &serde_json::Value, found: &mut Vec<String>) {
    match dashboard {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if name == "expr" || name == "definition" => {
                        found.push(text.to_owned());
                    }
                    _ => expressions(value, found),
                }
            }
        }
        serde_json::Value::Array(values) => {
            for value in values {
                expressions(value, found);
            }
        }
        _ => {}
    }
}

fn dashboard_expressions() -> Vec<String> {
    let dashboard = shipped("deploy/grafana/nhipcau.json");
    let mut found = Vec::new();
    expressions(&serde_json::from_str(&dashboard).expect("JSON"), &mut found);
    assert!(found.len() > 20, "{found:?}");
    found
}

fn alert_expressions() -> Vec<String> {
    let alerts = shipped("deploy/prometheus/alerts.yml");
    let found: Vec<String> = alerts
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("expr: "))
        .map(str::to_owned)
        .collect();
    let named = alerts.matches("- alert: ").count();
    assert_eq!(found.len(), named, "each expression stands on one line");
    assert!(named > 5);
    found
}

/// The words of an expression outside braces, brackets and quotes.
fn words(expression: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut depth = 0_usize;
    for letter in expression.chars() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    outside
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .filter(|word| word.starts_with(|letter: char| letter.is_ascii_alphabetic()))
        .map(str::to_owned)
        .collect()
}

/// The values that an expression asks of the label `result`.
fn results(expression: &str) -> Vec<&str> {
    expression
        .split("result=")
        .skip(1)
        .filter_map(|rest| rest.trim_start_matches('~').split('"').nth(1))
        .flat_map(|values| values.split('|'))
        .collect()
}

/// What an expression names and the server does not export.
fn unknown(expression: &str, exported: &str) -> Vec<String> {
    let names = metric_names(exported);
    let known =
        |word: &str| names.contains(word) || LANGUAGE.contains(&word) || FOREIGN.contains(&word);
    let values = results(expression)
        .into_iter()
        .map(|value| format!("result=\"{value}\""))
        .filter(|label| !exported.contains(label));
    words(expression)
        .into_iter()
        .filter(|word| !known(word))
        .chain(values)
        .collect()
}

#[tokio::test]
async fn dashboard_and_alerts_name_only_what_the_server_exports() {
    let exported = exported().await;
    assert!(metric_names(&exported).len() > 20, "{exported}");
    for expression in dashboard_expressions().iter().chain(&alert_expressions()) {
        let unknown = unknown(expression, &exported);
        assert!(unknown.is_empty(), "{unknown:?} in {expression}");
    }
}

#[tokio::test]
async fn the_metrics_that_the_documents_name_are_exported() {
    let exported = exported().await;
    let names = metric_names(&exported);
    let text = shipped("docs/operations.md");
    let in_text: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.starts_with("nhipcau_"))
        .collect();
    assert!(!in_text.is_empty());
    for name in in_text {
        assert!(names.contains(name), "docs/operations.md names {name}");
    }
}

#[test]
fn a_wrong_name_is_seen() {
    let exported = "# TYPE nhipcau_rooms_live gauge\nnhipcau_joins_total{result=\"ok\"} 0\n";
    assert!(unknown("sum(nhipcau_rooms_live{a=\"b\"}) > 2", exported).is_empty());
    assert_eq!(
        unknown("rate(nhipcau_rooms_dead[5m])", exported),
        ["nhipcau_rooms_dead"]
    );
    assert_eq!(
        unknown("nhipcau_rooms_live{result=~\"ok|fine\"}", exported),
        ["result=\"fine\""]
    );
}

fn nhipcau(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nhipcau"))
        .env_clear()
        .args(arguments)
        .output()
        .expect("the program runs")
}

/// The setting of a line such as `listen = …` or `# shards = 2`, and whether it is in force.
fn setting(line: &str) -> Option<(&str, bool)> {
    let (name, _) = line.split_once(" = ")?;
    let bare = name.trim_start_matches("# ");
    let is_name = bare
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_name.then_some((bare, bare == name))
}

#[test]
fn the_example_configuration_has_every_setting_and_no_other() {
    let example = shipped("deploy/nhipcau.toml");
    let in_example: BTreeSet<String> = example
        .lines()
        .filter_map(setting)
        .map(|(name, _)| name.to_owned())
        .collect();
    let help = String::from_utf8(nhipcau(&["--help"]).stdout).expect("UTF-8");
    let (_, configuration) = help.split_once("Configuration:").expect("a heading");
    let settings: BTreeSet<String> = configuration
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"))
        .filter_map(|rest| rest.split([' ', '[', '=']).next())
        .filter(|flag| !["config", "print-config"].contains(flag))
        .map(|flag| flag.replace('-', "_"))
        .collect();
    assert!(settings.contains("listen"), "{settings:?}");
    assert_eq!(in_example, settings, "deploy/nhipcau.toml and --help");
}

/// The example with its files in a folder of the test.
fn example_in(folder: &Folder) -> String {
    let root = format!("{}/", folder.0.display());
    fs::create_dir_all(folder.0.join("tls")).expect("a folder");
    let made = rcgen::generate_simple_self_signed(["consult.example.org".to_owned()])
        .expect("a certificate");
    fs::write(folder.0.join("tls/fullchain.pem"), made.cert.pem()).expect("written");
    fs::write(
        folder.0.join("tls/privkey.pem"),
        made.signing_key.serialize_pem(),
    )
    .expect("written");
    fs::write(folder.0.join("admin-secret"), "0123456789abcdef\n").expect("written");
    let secret = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
    let keys = format!("[[keys]]\nkid = \"2026-11\"\nalg = \"HS256\"\nsecret = \"{secret}\"\n");
    fs::write(folder.0.join("token-keys.toml"), keys).expect("written");
    shipped("deploy/nhipcau.toml")
        .replace("/etc/nhipcau/", &root)
        .replace("/var/lib/nhipcau/", &root)
}

fn run(folder: &Folder, configuration: &str, more: &[&str]) -> Output {
    let file = folder.0.join("nhipcau.toml");
    fs::write(&file, configuration).expect("written");
    let file = format!("--config={}", file.display());
    nhipcau(&[&[file.as_str()], more].concat())
}

#[test]
fn the_example_configuration_is_ready_to_serve() {
    let folder = Folder::new();
    let example = example_in(&folder);
    // A test may not take port 443, and the ports of the example may be taken.
    let here = ["check", "--listen=127.0.0.1:0", "--udp-ports=0"];
    let output = run(&folder, &example, &here);
    let report = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{report}{output:?}");
    assert!(report.ends_with("ready to serve\n"), "{report}");
}

#[test]
fn each_setting_that_the_example_leaves_out_is_good_as_it_stands_there() {
    let folder = Folder::new();
    let example = example_in(&folder);
    let left_out: Vec<&str> = example
        .lines()
        .filter(|line| setting(line).is_some_and(|(_, in_force)| !in_force))
        .collect();
    assert!(!left_out.is_empty());
    for line in left_out {
        // The secret excludes its file.
        let changed: String = example
            .lines()
            .filter(|other| {
                !(line.starts_with("# admin_secret =") && other.starts_with("admin_secret_file"))
            })
            .map(|other| {
                if other == line {
                    line.trim_start_matches("# ")
                } else {
                    other
                }
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let output = run(&folder, &changed, &["--print-config"]);
        assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
    }
}
