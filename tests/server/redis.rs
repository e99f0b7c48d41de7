//! The program on a Redis: over TLS, and with a password that nobody ever sees.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use crate::server::Folder;
use crate::spawned::nhipcau;

/// A Redis of this test's own, for TLS only; ends with it.
struct Redis {
    process: Child,
    port: u16,
    folder: Folder,
}

impl Redis {
    fn start() -> Self {
        let folder = Folder::new();
        let file = |name: &str| folder.0.join(name);
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a pair");
        fs::write(file("key.pem"), made.signing_key.serialize_pem()).expect("written");
        fs::write(file("cert.pem"), made.cert.pem()).expect("written");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut process = Command::new("redis-server")
            .args(["--port", "0", "--bind", "127.0.0.1", "--save", ""])
            .args(["--tls-port", &port.to_string(), "--tls-auth-clients", "no"])
            .args(["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"])
            .args(["--tls-ca-cert-file", "cert.pem"])
            .args(["--requirepass", "swordfish"])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server; Debian: apt-get install redis-server");
        let output = process.stdout.take().expect("its log");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let is_ready = lines.any(|line| line.contains("eady to accept connections"));
        assert!(is_ready, "redis-server did not start");
        // Read on, or a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            port,
            folder,
        }
    }

    fn address(&self) -> String {
        format!("rediss://:swordfish@localhost:{}/1", self.port)
    }

    fn certificate(&self) -> PathBuf {
        self.folder.0.join("cert.pem")
    }

    /// What `check` says of it, to somebody who trusts its certificate, or does not.
    fn checked(&self, trusted: bool) -> Output {
        let mut check = self.asked(&["check", "--udp-ports=0", "--listen=127.0.0.1:0"]);
        if !trusted {
            check.env_remove("SSL_CERT_FILE");
        }
        check.output().expect("the program runs")
    }

    /// The program, on it.
    fn asked(&self, words: &[&str]) -> Command {
        let mut asked = nhipcau(words);
        let keys = self.folder.0.join("nhipcau.key");
        asked.env("NHIPCAU_STORE", self.address());
        asked.env("NHIPCAU_STORE_KEY_FILE", keys);
        asked.env("SSL_CERT_FILE", self.certificate());
        asked
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(both).expect("UTF-8")
}

#[test]
fn a_redis_behind_tls_and_a_password_is_used_and_the_password_never_shown() {
    let redis = Redis::start();
    let good = redis.checked(true);
    let said = text(&good);
    let wanted = format!(
        "Redis at localhost:{}, database 1 takes writes and keeps what it acknowledged",
        redis.port
    );
    assert!(said.contains(&wanted), "{said}");
    assert_eq!(good.status.code(), Some(0), "{said}");

    let foreign = redis.checked(false);
    assert_eq!(foreign.status.code(), Some(1));
    let refused = text(&foreign);
    assert!(refused.contains("certificate"), "{refused}");

    let wrong = redis.address().replace("swordfish", "haddock");
    let serve = redis
        .asked(&["serve", "--udp-ports=0", "--listen=127.0.0.1:0"])
        .env("NHIPCAU_STORE", &wrong)
        .output()
        .expect("the program runs");
    assert_eq!(serve.status.code(), Some(1));
    let told = text(&serve);
    assert!(told.contains("refuses the user or the password"), "{told}");

    let audit = redis.asked(&["audit", "verify"]).output();
    let audited = text(&audit.expect("the program runs"));
    assert!(
        audited.contains("0 logs, 0 entries\nevery chain fits"),
        "{audited}"
    );

    for said in [said, refused, told, audited] {
        assert!(
            !said.contains("swordfish") && !said.contains("haddock"),
            "{said}"
        );
    }
}
