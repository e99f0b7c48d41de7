//! Where a calibration happens: two namespaces, link processes between them, and UDP through those.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tokio::time::Instant;

use crate::link::emulator::Way;
use crate::link::namespace::Namespace;
use crate::link::spec::LinkSpec;

/// How long a child may take for what takes it milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// After which whatever was started ends by itself, if a calibration is killed; it takes a minute.
const LEASE_SECONDS: &str = "180";
/// IPv4 and UDP headers: what a datagram is longer on the wire.
pub const HEADERS: usize = 28;

/// A process that is ended with this.
struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Two namespaces of our own, and a folder for what the links need.
pub struct Grounds {
    inside: Namespace,
    outside: Namespace,
    holders: [Held; 2],
    folder: PathBuf,
}

impl Grounds {
    /// Makes them, or says why it cannot.
    pub fn open() -> anyhow::Result<Self> {
        let [(inside, one), (outside, other)] = [namespace()?, namespace()?];
        let folder = std::env::temp_dir().join(format!("nhipcau-link-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self {
            inside,
            outside,
            holders: [one, other],
            folder,
        })
    }

    /// Starts a link in a process of its own and waits until packets pass.
    pub fn link(&self, name: &str, spec: &LinkSpec, seed: u64) -> anyhow::Result<Rig> {
        let name = name.replace(' ', "-");
        let (file, control) = (
            self.folder.join(format!("{name}.json")),
            self.folder.join(format!("{name}.sock")),
        );
        fs::write(&file, serde_json::to_string(spec)?)
            .with_context(|| file.display().to_string())?;
        let [inside, outside] = [0, 1].map(|end| {
            self.holders
                .get(end)
                .map_or(0, |held| held.0.id())
                .to_string()
        });
        let mut child = Command::new(std::env::current_exe()?)
            .args([
                "link",
                "--inside",
                &inside,
                "--outside",
                &outside,
                "--seed",
                &seed.to_string(),
                "--seconds",
                LEASE_SECONDS,
            ])
            .args([Path::new("--link"), &file, Path::new("--control"), &control])
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a link")?;
        let stdout = child.stdout.take().context("no standard output")?;
        let child = Held(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the link did not become ready")?;
        let socket = |end: &str, namespace: &Namespace| {
            let address: Ipv4Addr = ready
                .get(end)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .parse()?;
            namespace.within(|| UdpSocket::bind((address, 0)).context("cannot bind"))
        };
        let control = UnixStream::connect(&control).context("no control socket")?;
        control.set_read_timeout(Some(PATIENCE))?;
        Ok(Rig {
            inside: socket("inside", &self.inside)?,
            outside: socket("outside", &self.outside)?,
            child,
            control: BufReader::new(control),
        })
    }
}

impl Drop for Grounds {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// A namespace that lives as long as the process which holds it.
fn namespace() -> anyhow::Result<(Namespace, Held)> {
    let own = fs::read_link("/proc/self/ns/net").context("no /proc")?;
    let mut holder = Held(
        Command::new("unshare")
            .args(["--net", "sleep", LEASE_SECONDS])
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run `unshare` (util-linux)")?,
    );
    let path = format!("/proc/{}/ns/net", holder.0.id());
    let begun = Instant::now();
    loop {
        if let Some(status) = holder.0.try_wait()? {
            let why = holder
                .0
                .stderr
                .take()
                .map(std::io::read_to_string)
                .transpose()?
                .unwrap_or_default();
            bail!(
                "`unshare --net` ended with {status}: {}; as root it may, or under `unshare --map-root-user --net`",
                why.trim()
            );
        }
        if fs::read_link(&path).is_ok_and(|namespace| namespace != own) {
            return Ok((Namespace::open(&path)?, holder));
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "`unshare --net` made no namespace within {PATIENCE:?}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A link under test, and a socket at each end of it.
pub struct Rig {
    inside: UdpSocket,
    outside: UdpSocket,
    child: Held,
    control: BufReader<UnixStream>,
}

/// A datagram's way.
#[derive(Debug, Clone, Copy)]
pub struct Passage {
    /// When it was given to the device.
    pub sent: Instant,
    /// When it came out; nothing if it did not.
    pub arrived: Option<Instant>,
}

impl Passage {
    /// From one end to the other, in milliseconds.
    pub fn took_ms(&self) -> Option<f64> {
        self.arrived
            .map(|arrived| (arrived - self.sent).as_secs_f64() * 1_000.0)
    }
}

/// Datagrams of equal length at equal distances.
#[derive(Debug, Clone, Copy)]
pub struct Traffic {
    /// On the wire.
    pub bytes: usize,
    /// From one to the next.
    pub interval: Duration,
    /// How many.
    pub count: usize,
    /// How long to wait for the last.
    pub linger: Duration,
}

impl Rig {
    /// Asks the control socket.
    pub fn ask(&mut self, line: &str) -> anyhow::Result<Value> {
        let control = self.control.get_mut();
        control.write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        self.control.read_line(&mut answer)?;
        let answer: Value = serde_json::from_str(&answer)?;
        ensure!(
            answer.get("ok") == Some(&Value::Bool(true)),
            "{line}: {answer}"
        );
        Ok(answer)
    }

    /// Sends both directions' traffic at once and says what became of each datagram, the uplink's first.
    pub fn send(&self, traffic: [Traffic; 2]) -> anyhow::Result<[Vec<Passage>; 2]> {
        let [up, down] = traffic;
        std::thread::scope(|scope| {
            let up = scope.spawn(move || send(&self.inside, &self.outside, up));
            let down = scope.spawn(move || send(&self.outside, &self.inside, down));
            let [up, down] =
                [up, down].map(|run| run.join().unwrap_or_else(|_| bail!("a sender panicked")));
            Ok([up?, down?])
        })
    }

    /// What the link's process, which has one thread, has used of a processor. Not from its `stat`, which counts in
    /// ticks: who is woken by timers is seen at every tick, or at none.
    pub fn processor_time(&self) -> anyhow::Result<Duration> {
        let path = format!("/proc/{}/schedstat", self.child.0.id());
        let text = fs::read_to_string(&path).with_context(|| path.clone())?;
        let nanoseconds = text.split_whitespace().next().with_context(|| path)?;
        Ok(Duration::from_nanos(nanoseconds.parse()?))
    }
}

/// The place of a direction in a pair.
pub const fn place(way: Way) -> usize {
    way as usize
}

fn send(from: &UdpSocket, to: &UdpSocket, traffic: Traffic) -> anyhow::Result<Vec<Passage>> {
    let target = to.local_addr()?;
    let length = traffic.bytes.saturating_sub(HEADERS);
    std::thread::scope(|scope| {
        let hearing = scope.spawn(move || hear(to, traffic));
        let sent = speak(from, target, traffic, length);
        let heard = hearing
            .join()
            .unwrap_or_else(|_| bail!("a receiver panicked"))?;
        Ok(sent?
            .into_iter()
            .zip(heard)
            .map(|(sent, arrived)| Passage { sent, arrived })
            .collect())
    })
}

fn speak(
    from: &UdpSocket,
    target: SocketAddr,
    traffic: Traffic,
    length: usize,
) -> anyhow::Result<Vec<Instant>> {
    let begun = Instant::now();
    let mut sent = Vec::with_capacity(traffic.count);
    // The first byte is no protocol's of RFC 7983.
    let mut payload = vec![0xff; length];
    for number in 0..u32::try_from(traffic.count)? {
        std::thread::sleep(
            (begun + traffic.interval * number).saturating_duration_since(Instant::now()),
        );
        if let Some(place) = payload.get_mut(1..5) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        sent.push(Instant::now());
        from.send_to(&payload, target)?;
    }
    Ok(sent)
}

/// When each number was heard. Those that are still under way from the traffic before are not among them.
fn hear(to: &UdpSocket, traffic: Traffic) -> anyhow::Result<Vec<Option<Instant>>> {
    let until = Instant::now() + traffic.interval * u32::try_from(traffic.count)? + traffic.linger;
    let mut heard = vec![None; traffic.count];
    let mut buffer = [0; 2_048];
    let mut missing = traffic.count;
    while missing > 0 {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        to.set_read_timeout(Some(left))?;
        let Ok((length, _)) = to.recv_from(&mut buffer) else {
            break;
        };
        let number = buffer
            .get(1..5)
            .and_then(|bytes| bytes.first_chunk())
            .map(|bytes| u32::from_be_bytes(*bytes));
        let place = number.and_then(|number| heard.get_mut(usize::try_from(number).ok()?));
        if let Some(place @ None) = place
            && length + HEADERS == traffic.bytes
        {
            *place = Some(Instant::now());
            missing -= 1;
        }
    }
    Ok(heard)
}
