//! A Redis of a test's own: a real `redis-server` in a temporary folder, gone with the test.

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::super::address::RedisAddress;

/// Starts are quick; this is for a machine that has a lot to do.
const START: Duration = Duration::from_mins(1);

/// Between the test and the server stands a shell: it ends the server when the test's end of its
/// input is closed, however the test ends.
const SHELL: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
redis-server "$@" &
server=$!
echo "process $server"
read -r wish
case $wish in
  stop) kill -TERM "$server"; kill -CONT "$server" ;;
  *) kill -KILL "$server" ;;
esac 2>/dev/null
wait "$server" 2>/dev/null
[ -n "$wish" ] || rm -rf "$folder"
"#;

/// How the server is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settings {
    /// All that the store promises is kept.
    Safe,
    /// As [`Self::Safe`], as the only node of a cluster.
    Cluster,
    /// Settings of the test's own.
    Own(&'static [&'static str]),
}

/// The words of [`Settings::Safe`].
const SAFE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// A running server.
pub(crate) struct TestRedis {
    folder: PathBuf,
    settings: Settings,
    running: Option<Running>,
}

struct Running {
    shell: Child,
    log: Mutex<Receiver<String>>,
    process: String,
}

impl TestRedis {
    /// Starts one and waits until it takes commands.
    pub(crate) fn start(settings: Settings) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("nhipcau-redis-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let mut redis = Self {
            folder,
            settings,
            running: None,
        };
        redis.start_again();
        if settings == Settings::Cluster {
            redis.tell(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
            while !redis
                .tell(&["CLUSTER", "INFO"])
                .contains("cluster_state:ok")
            {
                std::thread::yield_now();
            }
        }
        redis
    }

    /// Starts it with what it has on disk.
    pub(crate) fn start_again(&mut self) {
        self.spawn();
        self.await_ready();
    }

    /// Waits until it has read what it has on disk.
    pub(crate) fn await_ready(&mut self) {
        // Over TCP it says "Ready", over a socket "is now ready".
        self.await_line("eady to accept connections");
    }

    /// Starts it, and does not wait until it has read what it has on disk.
    pub(crate) fn spawn(&mut self) {
        assert!(self.running.is_none(), "it runs already");
        let own = match self.settings {
            Settings::Safe | Settings::Cluster => SAFE,
            Settings::Own(own) => own,
        };
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(&self.folder);
        command.args(["--port", "0", "--save", "", "--daemonize", "no"]);
        command.arg("--dir").arg(&self.folder);
        command.arg("--unixsocket").arg(self.socket()).args(own);
        if self.settings == Settings::Cluster {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port().to_string();
            command.args(["--cluster-enabled", "yes", "--cluster-port", &port]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().expect("a shell");
        let output = BufReader::new(shell.stdout.take().expect("the log"));
        let (tell, log) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Read on when nobody listens any more: a full pipe would stop the server.
                tell.send(line).ok();
            }
        });
        let process = String::new();
        let log = Mutex::new(log);
        self.running = Some(Running {
            shell,
            log,
            process,
        });
        let line = self.await_line("process ");
        let running = self.running.as_mut().unwrap();
        line.trim_start_matches("process ")
            .clone_into(&mut running.process);
    }

    /// Waits for a line of the server's log.
    fn await_line(&mut self, wanted: &str) -> String {
        let running = self.running.as_mut().unwrap();
        loop {
            let Ok(line) = running.log.get_mut().unwrap().recv_timeout(START) else {
                panic!("redis-server did not start; Debian: apt-get install redis-server");
            };
            if line.contains(wanted) {
                return line;
            }
        }
    }

    /// Ends it as its administrator would.
    pub(crate) fn stop(&mut self) {
        self.end("stop\n");
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.end("kill\n");
    }

    /// Copies what is on disk. It must not run.
    pub(crate) fn copy(&self) -> PathBuf {
        let copy = self.folder.join("copy");
        fs::create_dir(&copy).unwrap();
        for file in fs::read_dir(self.kept()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
        copy
    }

    /// Makes a copy what is on disk. It must not run.
    pub(crate) fn restore(&self, copy: &Path) {
        self.lose();
        fs::rename(copy, self.kept()).unwrap();
    }

    /// Takes away what is on disk. It must not run.
    pub(crate) fn lose(&self) {
        assert!(self.running.is_none(), "it runs");
        fs::remove_dir_all(self.kept()).unwrap();
    }

    fn kept(&self) -> PathBuf {
        self.folder.join("appendonlydir")
    }

    fn end(&mut self, wish: &str) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        let mut input = running.shell.stdin.take().unwrap();
        input.write_all(wish.as_bytes()).unwrap();
        drop(input);
        running.shell.wait().unwrap();
    }

    /// It stands still: connections are taken, nothing is answered.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = &self.running.as_ref().unwrap().process;
        let kill = format!("kill {signal} {process}");
        let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(status.success());
    }

    /// What it answers to a command, in the notation of the library.
    pub(crate) fn tell(&self, words: &[&str]) -> String {
        let client = redis::Client::open(self.address().info().clone()).unwrap();
        let mut connection = client.get_connection().unwrap();
        let mut command = redis::Cmd::new();
        let answer: redis::Value = command.arg(words).query(&mut connection).unwrap();
        format!("{answer:?}")
    }

    pub(crate) fn address(&self) -> RedisAddress {
        let text = format!("redis+unix://{}", self.socket().display());
        RedisAddress::parse(&text).unwrap()
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    /// The key file of the servers on it.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.join("nhipcau.key")
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(running.shell.stdin.take());
            running.shell.wait().ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}
