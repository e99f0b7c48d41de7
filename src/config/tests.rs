//! What a person can type, and what they are told when it is wrong.

mod public_url;
mod store;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{CommandFactory, Parser};

use super::{AdminSecret, Cli, ConfigError, Settings, StoreLocation, Tls, Typed, UdpPorts};

const CORES: usize = 4;

/// One attempt to configure the server. The file is written to a directory of its own.
#[derive(Default)]
struct Attempt {
    flags: Vec<String>,
    environment: Vec<(OsString, OsString)>,
    file: Option<PathBuf>,
}

impl Attempt {
    fn flags(mut self, flags: &[&str]) -> Self {
        self.flags
            .extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    fn file(mut self, file: &TestFile) -> Self {
        self.file = Some(file.0.clone());
        self
    }

    fn run(&self) -> Result<(Settings, Typed), ConfigError> {
        let mut words = vec!["nhipcau".to_owned(), "serve".to_owned()];
        words.extend(self.flags.clone());
        if let Some(path) = &self.file {
            words.push("--config".to_owned());
            words.push(path.display().to_string());
        }
        let cli = Cli::try_parse_from(words).expect("the command line parses");
        let typed = Typed::gather(&cli.keys, self.environment.clone())?;
        Settings::from_typed(&typed, CORES).map(|settings| (settings, typed))
    }

    fn settings(&self) -> Settings {
        self.run().expect("the configuration is valid").0
    }

    /// The one problem reported.
    fn problem(&self) -> String {
        let error = self.run().expect_err("the configuration is refused");
        assert_eq!(error.problems().len(), 1, "{error}");
        error.problems()[0].clone()
    }

    fn printed(&self) -> String {
        let (settings, typed) = self.run().expect("the configuration is valid");
        settings.print(&typed)
    }
}

/// A file that is gone when the test ends.
struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str, text: &str) -> Self {
        let directory =
            std::env::temp_dir().join(format!("nhipcau-config-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a temporary directory");
        let path = directory.join("nhipcau.toml");
        std::fs::write(&path, text).expect("a temporary file");
        Self(path)
    }

    fn shown(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        if let Some(directory) = self.0.parent() {
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

fn flags(flags: &[&str]) -> Attempt {
    Attempt::default().flags(flags)
}

#[test]
fn nothing_typed_gives_a_server_on_loopback() {
    let settings = Attempt::default().settings();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.tls, Tls::Off);
    assert_eq!(usize::from(settings.shards), CORES);
    assert_eq!(settings.admin_secret, AdminSecret::MadeAtStart);
    assert_eq!(settings.store, StoreLocation::File("./nhipcau.redb".into()));
    assert_eq!(settings.drain.as_secs(), 60);
}

#[test]
fn each_wrong_flag_gets_one_sentence_with_value_source_and_range() {
    let table = [
        ("listen", "localhost:8080"),
        ("listen", "8080"),
        ("listen", "127.0.0.1:70000"),
        ("udp-ports", "0-10"),
        ("udp-ports", "50010-50000"),
        ("udp-ports", "many"),
        ("public-address", "clinic.example"),
        ("public-address", "0.0.0.0"),
        ("public-address", "ff02::1"),
        ("tls-cert", ""),
        ("tls-self-signed", "perhaps"),
        ("admin-secret-file", ""),
        ("store", ""),
        ("store", "redis://:swordfish@"),
        ("store", "rediss://:swordfish@host/#insecure"),
        ("store", "postgres://swordfish@host"),
        ("webhooks-to", "everywhere"),
        ("shards", "0"),
        ("shards", "257"),
        ("shards", "-1"),
        ("shards", "two"),
        ("drain-seconds", "86401"),
        ("drain-seconds", "1.5"),
        ("log", "nhipcau=loud"),
        ("log", ""),
        ("clinic-name", " "),
        ("token-keys", ""),
        ("token-keys", "/nonexistent/keys.toml"),
    ];
    let sentences: Vec<String> = table
        .map(|(flag, value)| flags(&[&format!("--{flag}={value}")]).problem())
        .to_vec();
    insta::assert_snapshot!("wrong_flags", sentences.join("\n"));
}

#[test]
fn each_wrong_variable_names_the_variable() {
    let table = [
        ("NHIPCAU_LISTEN", "here"),
        ("NHIPCAU_UDP_PORTS", "-"),
        ("NHIPCAU_PUBLIC_ADDRESS", "192.0.2.1,"),
        ("NHIPCAU_PUBLIC_ADDRESS", ""),
        ("NHIPCAU_TLS_KEY", ""),
        ("NHIPCAU_TLS_SELF_SIGNED", "yes"),
        ("NHIPCAU_ADMIN_SECRET", "hunter2"),
        ("NHIPCAU_SHARDS", "0x2"),
        ("NHIPCAU_DRAIN_SECONDS", "1h"),
        ("NHIPCAU_COLOUR", "swordfish"),
    ];
    let sentences: Vec<String> = table
        .map(|(name, value)| Attempt::default().variable(name, value).problem())
        .to_vec();
    insta::assert_snapshot!("wrong_variables", sentences.join("\n"));
}

#[test]
fn each_wrong_line_of_the_file_names_the_file() {
    let table = [
        "listen = 8080",
        "udp_ports = [1, 2]",
        "public_address = 5",
        "public_address = []",
        "public_address = [\"192.0.2.1\", true]",
        "tls_cert = 1",
        "tls_self_signed = \"maybe\"",
        "admin_secret = 12345678901234567890",
        "store = false",
        "shards = 1.5",
        "shards = 99999999999999999999",
        "drain_seconds = -1",
        "log = 3",
        "colour = \"swordfish\"",
        "[tls]\ncert = \"a\"",
        "shards = ",
        "admin_secret = \"swordfish",
    ];
    let file = |index: usize, text: &str| TestFile::new(&format!("line-{index}"), text);
    let sentences: Vec<String> = table
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let file = file(index, text);
            Attempt::default()
                .file(&file)
                .problem()
                .replace(&file.shown(), "nhipcau.toml")
        })
        .collect();
    insta::assert_snapshot!("wrong_lines", sentences.join("\n"));
}

#[test]
fn all_problems_are_told_at_once() {
    let error = flags(&["--shards=0", "--drain-seconds=x", "--listen=y"])
        .run()
        .expect_err("refused");
    insta::assert_snapshot!("three_problems", error.to_string());
}

#[test]
fn a_missing_file_is_named() {
    let problem = flags(&["--config", "/nonexistent/nhipcau.toml"]).problem();
    assert!(
        problem.starts_with("the configuration file /nonexistent/nhipcau.toml cannot be read"),
        "{problem}"
    );
    let problem = Attempt::default()
        .variable("NHIPCAU_CONFIG", "/nonexistent/other.toml")
        .problem();
    assert!(problem.contains("/nonexistent/other.toml"), "{problem}");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut attempt = Attempt::default();
    attempt
        .environment
        .push(("NHIPCAU_STORE".into(), OsString::from_vec(vec![0xff])));
    let problem = attempt.problem();
    assert!(problem.contains("the variable NHIPCAU_STORE"), "{problem}");
}

#[test]
fn foreign_variables_are_left_alone() {
    Attempt::default()
        .variable("PATH", "/bin")
        .variable("NHIPCAUX", "1")
        .settings();
}

#[test]
fn flags_win_over_variables_and_those_over_the_file() {
    let file = TestFile::new(
        "precedence",
        "shards = 1\ndrain_seconds = 1\nlog = \"error\"\n",
    );
    let attempt = flags(&["--shards", "3"])
        .variable("NHIPCAU_SHARDS", "2")
        .variable("NHIPCAU_DRAIN_SECONDS", "2")
        .file(&file);
    let settings = attempt.settings();
    assert_eq!(
        (
            settings.shards,
            settings.drain.as_secs(),
            settings.log.as_str()
        ),
        (3, 2, "error")
    );
}

#[test]
fn the_flag_names_the_file_before_the_variable_does() {
    let chosen = TestFile::new("chosen", "shards = 1");
    let other = TestFile::new("other", "shards = 2");
    let attempt = Attempt::default().variable("NHIPCAU_CONFIG", &other.shown());
    assert_eq!(attempt.settings().shards, 2);
    assert_eq!(attempt.file(&chosen).settings().shards, 1);
}

#[test]
fn addresses_come_as_repeated_flags_commas_or_a_list() {
    let expected: Vec<IpAddr> = vec![
        "192.0.2.1".parse().expect("v4"),
        "2001:db8::1".parse().expect("v6"),
    ];
    let file = TestFile::new(
        "addresses",
        "public_address = [\"192.0.2.1\", \"2001:db8::1\"]",
    );
    let ways = [
        flags(&[
            "--public-address",
            "192.0.2.1",
            "--public-address",
            "2001:db8::1",
        ]),
        flags(&[
            "--public-address",
            "192.0.2.1",
            "--public-address",
            "2001:db8::1",
        ])
        .variable("NHIPCAU_PUBLIC_ADDRESS", "198.51.100.7"),
        Attempt::default().variable("NHIPCAU_PUBLIC_ADDRESS", "192.0.2.1, 2001:db8::1,192.0.2.1"),
        Attempt::default().file(&file),
    ];
    for way in ways {
        assert_eq!(way.settings().public_addresses, expected);
    }
}

#[test]
fn udp_ports_are_a_range_one_port_or_any() {
    let parsed = |text: &str| {
        flags(&["--shards=1", &format!("--udp-ports={text}")])
            .settings()
            .udp_ports
    };
    assert_eq!(parsed("0"), UdpPorts::Any);
    assert_eq!(
        parsed("3478"),
        UdpPorts::Range {
            first: 3478,
            last: 3478
        }
    );
    assert_eq!(
        parsed("50000-50001"),
        UdpPorts::Range {
            first: 50_000,
            last: 50_001
        }
    );
    let file = TestFile::new("ports", "udp_ports = 0");
    assert_eq!(
        Attempt::default().file(&file).settings().udp_ports,
        UdpPorts::Any
    );
}

#[test]
fn every_shard_needs_a_port() {
    let problem = flags(&["--udp-ports=50000-50001", "--shards=3"]).problem();
    insta::assert_snapshot!("too_few_ports", problem);
}

#[test]
fn plain_http_stays_on_loopback() {
    for listen in ["127.0.0.1:0", "127.3.2.1:80", "[::1]:80"] {
        assert_eq!(flags(&["--listen", listen]).settings().tls, Tls::Off);
    }
    insta::assert_snapshot!("plain_http", flags(&["--listen=0.0.0.0:8080"]).problem());
    let lan = flags(&["--listen=0.0.0.0:8080", "--tls-self-signed"]).settings();
    assert_eq!(lan.tls, Tls::SelfSigned);
    let files = flags(&["--listen=[::]:443", "--tls-cert=a.pem", "--tls-key=b.pem"]).settings();
    assert_eq!(
        files.tls,
        Tls::Files {
            certificate: "a.pem".into(),
            key: "b.pem".into()
        }
    );
}

#[test]
fn a_certificate_needs_its_key_and_excludes_a_self_signed_one() {
    let sentences = [
        flags(&["--tls-cert=a.pem"]).problem(),
        Attempt::default()
            .variable("NHIPCAU_TLS_KEY", "b.pem")
            .problem(),
        flags(&["--tls-cert=a.pem", "--tls-key=b.pem", "--tls-self-signed"]).problem(),
    ];
    insta::assert_snapshot!("half_certificates", sentences.join("\n"));
}

#[test]
fn an_admin_secret_may_come_from_a_file_but_not_twice() {
    let file = TestFile::new("secret", "0123456789abcdef-secret\n");
    let AdminSecret::Configured(secret) = flags(&["--admin-secret-file", &file.shown()])
        .settings()
        .admin_secret
    else {
        panic!("the secret was configured");
    };
    assert_eq!(secret.reveal(), "0123456789abcdef-secret");

    let short = TestFile::new("short-secret", "swordfish\n");
    let sentences = [
        flags(&["--admin-secret-file", &short.shown()]).problem(),
        flags(&["--admin-secret-file=/nonexistent"]).problem(),
        flags(&["--admin-secret-file=x", "--admin-secret=0123456789abcdef"]).problem(),
    ];
    insta::assert_snapshot!(
        "secret_files",
        sentences.join("\n").replace(&short.shown(), "secret.txt")
    );
}

#[test]
fn a_secret_of_digits_stays_as_it_was_typed() {
    let settings = Attempt::default()
        .variable("NHIPCAU_ADMIN_SECRET", "0000000000000001")
        .settings();
    let AdminSecret::Configured(secret) = settings.admin_secret else {
        panic!("the secret was configured");
    };
    assert_eq!(secret.reveal(), "0000000000000001");
}

#[test]
fn no_output_holds_a_secret() {
    let attempt = flags(&["--admin-secret=swordfish-swordfish"]);
    let (settings, _) = attempt.run().expect("valid");
    assert!(!format!("{settings:?}").contains("swordfish"));
    assert!(!attempt.printed().contains("swordfish"));
    assert!(
        !flags(&["--admin-secret=sword fish"])
            .problem()
            .contains("sword")
    );
}

#[test]
fn the_printed_configuration_tells_every_source() {
    let file = TestFile::new(
        "printed",
        "drain_seconds = 5\nstore = \"/var/lib/nhip \\\"cau\\\".redb\"\n",
    );
    let attempt = flags(&[
        "--listen=[::]:443",
        "--tls-cert=a.pem",
        "--tls-key=b.pem",
        "--public-address=192.0.2.1",
        "--admin-secret=swordfish-swordfish",
    ])
    .variable("NHIPCAU_SHARDS", "2")
    .file(&file);
    insta::assert_snapshot!(
        "printed",
        attempt.printed().replace(&file.shown(), "nhipcau.toml")
    );
}

#[test]
fn the_printed_configuration_reads_back_as_itself() {
    let attempts = [
        Attempt::default(),
        flags(&[
            "--udp-ports=0",
            "--shards=2",
            "--log=warn,nhipcau=debug",
            "--store=a \"b\"\\c\t.redb",
            "--webhooks-to=private",
        ]),
        flags(&[
            "--listen=0.0.0.0:0",
            "--tls-self-signed",
            "--public-address=192.0.2.1",
        ]),
        flags(&["--tls-cert=a", "--tls-key=b", "--drain-seconds=0"]),
    ];
    for (index, attempt) in attempts.iter().enumerate() {
        let file = TestFile::new(&format!("read-back-{index}"), &attempt.printed());
        assert_eq!(
            Attempt::default().file(&file).settings(),
            attempt.settings()
        );
    }
}

#[test]
fn help_tells_every_key() {
    Cli::command().debug_assert();
    insta::assert_snapshot!("help", Cli::command().render_long_help().to_string());
    let serve = Cli::command()
        .find_subcommand_mut("serve")
        .map(|serve| serve.render_long_help().to_string());
    insta::assert_snapshot!("help_serve", serve.unwrap_or_default());
}

#[test]
fn keys_may_stand_before_or_after_the_command() {
    for words in [
        ["nhipcau", "--shards=2", "check"],
        ["nhipcau", "check", "--shards=2"],
    ] {
        let cli = Cli::try_parse_from(words).expect("parses");
        let typed = Typed::gather(&cli.keys, []).expect("gathers");
        assert_eq!(
            Settings::from_typed(&typed, CORES).expect("valid").shards,
            2
        );
    }
}
