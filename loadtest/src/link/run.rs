//! The link with real devices: reads the clock, moves packets, answers the socket, and ends when told.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use serde::Serialize;
use tokio::net::UdpSocket;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, interval, timeout};
use tokio_tun::Tun;

use super::cable::Cable;
use super::control::Control;
use super::desk::Desk;
use super::emulator::Way;
use super::ledger::milliseconds;
use super::namespace::Namespace;
use super::spec::LinkSpec;
use super::timer::Timer;

/// A packet of the largest MTU that is allowed fits.
const BUFFER: usize = 2_048;
/// How long the first packet may take through new devices.
const FIRST_PACKET: Duration = Duration::from_secs(5);
/// Where the kernel allows no real-time scheduling: ahead of what browsers run at.
const NICE: i32 = -10;

/// A checked `link`.
#[derive(Debug, Clone)]
pub struct LinkPlan {
    /// The namespace behind the weak link.
    pub inside: String,
    /// The namespace on the good side.
    pub outside: String,
    /// The link.
    pub spec: LinkSpec,
    /// Decides every chance.
    pub seed: u64,
    /// The socket for live control, if there is to be one.
    pub control: Option<PathBuf>,
    /// Ends by itself after this; otherwise when it is told.
    pub duration: Option<Duration>,
}

#[derive(Serialize)]
struct Announcement<'a> {
    ready: bool,
    inside: Ipv4Addr,
    outside: Ipv4Addr,
    inside_device: &'a str,
    outside_device: &'a str,
    started_unix_ms: u64,
}

/// Runs a link until its time is over or a signal ends it.
pub fn run(plan: &LinkPlan) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("tokio runtime")?;
    runtime.block_on(async {
        let (inside, outside) = (
            Namespace::open(&plan.inside)?,
            Namespace::open(&plan.outside)?,
        );
        // Handlers first: who ends it early must find it tidy.
        let (mut ended, mut interrupted) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        let stop = async {
            tokio::select! {
                _ = ended.recv() => {}
                _ = interrupted.recv() => {}
                () = sleep_or_not(plan.duration) => {}
            }
        };
        let control = plan.control.as_deref().map(Control::listen).transpose()?;
        let cable = Cable::lay(&inside, &outside, plan.spec.mtu)?;
        until_packets_pass(&cable, &inside, &outside).await?;
        hurry();
        let mut link = Link::start(cable, plan.spec.clone(), plan.seed)?;
        let announcement = Announcement {
            ready: true,
            inside: link.cable.inside_address,
            outside: link.cable.outside_address,
            inside_device: link.cable.source(Way::Up).name(),
            outside_device: link.cable.source(Way::Down).name(),
            started_unix_ms: link.started_unix_ms,
        };
        let announcement = serde_json::to_string(&announcement)?;
        writeln!(std::io::stdout().lock(), "{announcement}").context("standard output")?;
        tokio::select! {
            result = link.carry(control) => result,
            () = stop => Ok(()),
        }
    })
}

/// A packet that is due waits for no renderer on the same core. Without the right to it, it may have to.
pub(super) fn hurry() {
    let own = std::process::id().to_string();
    let is_real_time = Command::new("chrt")
        .args(["--fifo", "--pid", "1", &own])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_real_time {
        rustix::process::setpriority_process(None, NICE).ok();
    }
}

async fn sleep_or_not(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// A link that carries packets.
pub struct Link {
    cable: Cable,
    desk: Desk,
    started: Instant,
    started_unix_ms: u64,
}

impl Link {
    /// Its time begins now.
    pub fn start(cable: Cable, spec: LinkSpec, seed: u64) -> anyhow::Result<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the shell: once, to lay the times of a browser over ours"
        )]
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let started_unix_ms = milliseconds(wall);
        Ok(Self {
            cable,
            desk: Desk::open(spec, seed, started_unix_ms)?,
            started: Instant::now(),
            started_unix_ms,
        })
    }

    /// Until a device fails.
    pub async fn carry(&mut self, mut control: Option<Control>) -> anyhow::Result<()> {
        let mut timer = Timer::new().context("no timer")?;
        let (mut up, mut down) = ([0; BUFFER], [0; BUFFER]);
        loop {
            self.deliver();
            timer.set(self.started.elapsed(), self.desk.emulator.deadline())?;
            tokio::select! {
                rung = timer.ring() => rung?,
                read = self.cable.source(Way::Up).recv(&mut up) => self.take(Way::Up, read, &up)?,
                read = self.cable.source(Way::Down).recv(&mut down) => self.take(Way::Down, read, &down)?,
                Some(asked) = next_request(&mut control) => {
                    let answer = self.desk.answer(self.started.elapsed(), &asked.line);
                    asked.reply.send(answer).ok();
                }
            }
        }
    }

    /// Takes a packet off a device.
    fn take(
        &mut self,
        way: Way,
        read: std::io::Result<usize>,
        buffer: &[u8],
    ) -> anyhow::Result<()> {
        let length = read.context("a device is gone, probably with its namespace")?;
        let packet = buffer.get(..length).unwrap_or_default();
        self.desk.emulator.push(way, self.started.elapsed(), packet);
        Ok(())
    }

    /// Hands over what is due.
    fn deliver(&mut self) {
        for way in Way::BOTH {
            while let Some(packet) = self.desk.emulator.poll(way, self.started.elapsed()) {
                if self.cable.target(way).try_send(&packet).is_err() {
                    self.desk.undeliverable += 1;
                }
            }
        }
    }
}

async fn next_request(control: &mut Option<Control>) -> Option<super::control::Asked> {
    match control {
        Some(control) => control.next().await,
        None => std::future::pending().await,
    }
}

/// Moves packets as they come until one of ours made it there and back.
async fn until_packets_pass(
    cable: &Cable,
    inside: &Namespace,
    outside: &Namespace,
) -> anyhow::Result<()> {
    let near = socket(inside, cable.inside_address)?;
    let far = socket(outside, cable.outside_address)?;
    let far_address = far.local_addr()?;
    let (mut up, mut down, mut there, mut back) = ([0; BUFFER], [0; BUFFER], [0; 16], [0; 16]);
    let passing = async {
        let mut again = interval(Duration::from_millis(20));
        loop {
            tokio::select! {
                _ = again.tick() => { near.send_to(b"there", far_address).await.ok(); }
                read = cable.source(Way::Up).recv(&mut up) => pass(&up, read?, cable.target(Way::Up)),
                read = cable.source(Way::Down).recv(&mut down) => pass(&down, read?, cable.target(Way::Down)),
                heard = far.recv_from(&mut there) => { far.send_to(b"back", heard?.1).await.ok(); }
                heard = near.recv_from(&mut back) => { heard?; return Ok(()); }
            }
        }
    };
    match timeout(FIRST_PACKET, passing).await {
        Ok(passed) => passed,
        Err(_) => bail!(
            "no packet came through the new devices within {FIRST_PACKET:?}: is a firewall in the way?"
        ),
    }
}

fn pass(buffer: &[u8], length: usize, target: &Tun) {
    target
        .try_send(buffer.get(..length).unwrap_or_default())
        .ok();
}

/// A UDP socket in a namespace.
pub(super) fn socket(namespace: &Namespace, address: Ipv4Addr) -> anyhow::Result<UdpSocket> {
    let socket =
        namespace.within(|| std::net::UdpSocket::bind((address, 0)).context("cannot bind"))?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket).context("cannot use a socket")
}
