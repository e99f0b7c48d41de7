//! The program as a process of its own, with a demonstration in it.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use loadtest::cli::Target;
use loadtest::http::Client;

use crate::server::Folder;

/// The program with nothing of the environment of this test.
pub fn nhipcau(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nhipcau"));
    command.env_clear().args(arguments).stdin(Stdio::null());
    command
}

/// A running `serve --demo`; killed if the test fails.
pub struct Demo {
    child: Child,
    printed: Arc<Mutex<String>>,
    pub links: serde_json::Value,
    pub folder: Folder,
}

impl Demo {
    pub fn start(more: &[&str]) -> Self {
        Self::start_in(Folder::new(), more)
    }

    /// Starts it in a folder that may hold the store of another one.
    pub fn start_in(folder: Folder, more: &[&str]) -> Self {
        let base = [
            "serve",
            "--demo",
            "--links-json=links.json",
            "--udp-ports=0",
            "--shards=1",
        ];
        let mut child = nhipcau(&[&base[..], more].concat())
            .current_dir(&folder.0)
            .stdout(Stdio::piped())
            // A file takes any amount; a pipe that nobody reads would stop the program.
            .stderr(
                File::options()
                    .create(true)
                    .append(true)
                    .open(folder.0.join("log"))
                    .expect("a log"),
            )
            .spawn()
            .expect("the program runs");
        let printed = Arc::new(Mutex::new(String::new()));
        let output = child.stdout.take().expect("its output");
        assert!(
            read_on(output, &printed),
            "the program ended: {:?}",
            std::fs::read_to_string(folder.0.join("log"))
        );
        let file =
            std::fs::read(folder.0.join("links.json")).expect("the links are written by now");
        let links = serde_json::from_slice(&file).expect("JSON");
        Self {
            child,
            printed,
            links,
            folder,
        }
    }

    pub fn address(&self) -> SocketAddr {
        let url = self.links["listening"].as_str().expect("an address");
        let (_, address) = url.split_once("://").expect("a scheme");
        address.parse().expect("an address and a port")
    }

    pub fn admin_secret(&self) -> String {
        let secret = self.links["adminSecret"].as_str();
        secret.expect("a secret").to_owned()
    }

    /// Where bots find it.
    pub fn target(&self) -> Target {
        Target {
            address: self.address(),
            authority: self.address().to_string(),
            tls: false,
        }
    }

    /// A bot's way to it.
    pub fn client(&self) -> Client {
        Client::new(self.target()).expect("no TLS is needed")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed on standard output so far.
    pub fn printed(&self) -> String {
        self.printed.lock().expect("not poisoned").clone()
    }

    /// What it has logged on standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).expect("a log")
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(status.expect("kill runs").success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    /// Kills it without a warning and starts it again, on the same port and with the same store.
    pub fn struck_down(mut self) -> Self {
        let listen = format!("--listen={}", self.address());
        self.signal("KILL");
        self.ended();
        self.again(&[&listen])
    }

    /// Starts it with the same store, now that it has ended.
    pub fn again(mut self, more: &[&str]) -> Self {
        let folder = std::mem::replace(&mut self.folder, Folder::new());
        Self::start_in(folder, more)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the output until the program serves, and what comes later in the background; `false` if it ended.
fn read_on(output: ChildStdout, printed: &Arc<Mutex<String>>) -> bool {
    let mut lines = BufReader::new(output).lines();
    let write = {
        let printed = Arc::clone(printed);
        move |line: &str| {
            let mut printed = printed.lock().expect("not poisoned");
            printed.push_str(line);
            printed.push('\n');
        }
    };
    for line in lines.by_ref() {
        let line = line.expect("text");
        write(&line);
        if line.starts_with("Ctrl-C") {
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| write(&line)));
            return true;
        }
    }
    false
}
