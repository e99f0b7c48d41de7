//! A shard's UDP socket: batches in, batches out.
//!
//! Reads many datagrams per system call (recvmmsg, with receive offload) and sends runs of equal
//! size to one destination as one (UDP segmentation offload), which costs a third of sending them
//! one by one.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;

use mio::net::UdpSocket;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};

use super::{StartError, UdpPorts, addresses};
use crate::media::Transmit;
use crate::media::transport::Datagram;

/// What the kernel may hold for us: a second of 30 Mbit/s. Less loses packets whenever the thread
/// is late, more only hides that it is.
const SOCKET_BUFFER_BYTES: usize = 4 << 20;

/// Room for one read: the largest UDP datagram, which with receive offload is a whole run of them.
const READ_BUFFER_BYTES: usize = 65_535;

/// The kernel takes no longer run (`UDP_MAX_SEGMENTS` is 64 in old kernels, and a run must stay below
/// 64 KiB with headers).
const RUN_BYTES: usize = 60_000;

/// What the socket counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct SocketCounters {
    pub received: u64,
    pub received_bytes: u64,
    pub sent: u64,
    pub sent_bytes: u64,
    /// System calls that sent something: `sent` divided by this is what segmentation saves.
    pub send_calls: u64,
    /// Dropped because the kernel took no more, or refused the destination.
    pub unsent: u64,
}

impl SocketCounters {
    /// Name and value of each counter.
    pub fn entries(&self) -> [(&'static str, u64); 6] {
        [
            ("datagrams_received", self.received),
            ("bytes_received", self.received_bytes),
            ("datagrams_sent", self.sent),
            ("bytes_sent", self.sent_bytes),
            ("send_calls", self.send_calls),
            ("datagrams_unsent", self.unsent),
        ]
    }
}

/// A bound, non-blocking socket with its buffers.
pub struct ShardSocket {
    socket: UdpSocket,
    state: UdpSocketState,
    port: u16,
    is_ipv6: bool,
    /// Addresses that we may put as the source of a datagram.
    own: Vec<IpAddr>,
    buffers: Vec<Vec<u8>>,
    run: Vec<u8>,
    pub counters: SocketCounters,
}

/// The ports to try.
pub fn ports(ports: UdpPorts) -> RangeInclusive<u16> {
    match ports {
        UdpPorts::Any => 0..=0,
        UdpPorts::Range { first, last } => first..=last,
    }
}

impl ShardSocket {
    /// Binds the first port that is free.
    pub fn bind_one_of(
        candidates: &mut RangeInclusive<u16>,
        ports: UdpPorts,
        shard: usize,
    ) -> Result<Self, StartError> {
        let (first, last) = match ports {
            UdpPorts::Any => (0, 0),
            UdpPorts::Range { first, last } => (first, last),
        };
        let failed = |source| StartError::NoPort {
            first,
            last,
            shard,
            source,
        };
        if ports == UdpPorts::Any {
            return Self::bind(0).map_err(failed);
        }
        let mut reason = io::Error::other("every port is taken by another shard");
        for port in candidates {
            match Self::bind(port) {
                Ok(socket) => return Ok(socket),
                Err(error) => reason = error,
            }
        }
        Err(failed(reason))
    }

    /// Binds a port on every address, IPv6 and IPv4 in one socket where there is IPv6.
    pub fn bind(port: u16) -> io::Result<Self> {
        let (socket, is_ipv6) = match open(Domain::IPV6, Ipv6Addr::UNSPECIFIED.into(), port) {
            Ok(socket) => (socket, true),
            Err(_) => (
                open(Domain::IPV4, Ipv4Addr::UNSPECIFIED.into(), port)?,
                false,
            ),
        };
        let socket = UdpSocket::from_std(socket.into());
        let port = socket.local_addr()?.port();
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        for enlarge in [
            UdpSocketState::set_recv_buffer_size,
            UdpSocketState::set_send_buffer_size,
        ] {
            if let Err(error) = enlarge(&state, UdpSockRef::from(&socket), SOCKET_BUFFER_BYTES) {
                tracing::debug!(%error, "socket buffers stay small");
            }
        }
        Ok(Self {
            socket,
            state,
            port,
            is_ipv6,
            own: addresses::local()?,
            buffers: (0..BATCH_SIZE)
                .map(|_| vec![0; READ_BUFFER_BYTES])
                .collect(),
            run: Vec::with_capacity(RUN_BYTES),
            counters: SocketCounters::default(),
        })
    }

    /// The bound port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// For registering with a poller.
    pub fn source(&mut self) -> &mut UdpSocket {
        &mut self.socket
    }

    /// Reads one batch; `false` if there was nothing. `candidates` are the addresses that the
    /// core believes it is reached at.
    pub fn receive(
        &mut self,
        candidates: &[SocketAddr],
        mut take: impl FnMut(&Datagram<'_>),
    ) -> io::Result<bool> {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut slices: Vec<IoSliceMut<'_>> = self
            .buffers
            .iter_mut()
            .map(|buffer| IoSliceMut::new(buffer))
            .collect();
        let reference = UdpSockRef::from(&self.socket);
        let count = match self.state.recv(reference, &mut slices, &mut metas) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            // An ICMP error of an earlier datagram is not about this socket.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(true),
            Err(error) => return Err(error),
        };
        for (meta, buffer) in metas.iter().zip(&self.buffers).take(count) {
            let source = canonical(meta.addr);
            let destination = reached(meta.dst_ip, self.port, source, candidates);
            let bytes = buffer.get(..meta.len).unwrap_or_default();
            for contents in bytes.chunks(meta.stride.max(1)) {
                self.counters.received += 1;
                self.counters.received_bytes += contents.len() as u64;
                take(&Datagram {
                    source,
                    destination,
                    contents,
                });
            }
        }
        Ok(true)
    }

    /// Sends everything, runs of equal size to one destination together.
    pub fn send(&mut self, transmits: &[Transmit]) {
        let mut rest = transmits;
        while let Some(first) = rest.first() {
            let count = run_length(rest, self.state.max_gso_segments());
            let (run, after) = rest.split_at(count);
            rest = after;
            let sent = if count == 1 {
                self.send_one(first, &first.contents, None)
            } else {
                let mut joined = std::mem::take(&mut self.run);
                joined.clear();
                for transmit in run {
                    joined.extend_from_slice(&transmit.contents);
                }
                let sent = self.send_one(first, &joined, Some(first.contents.len()));
                self.run = joined;
                sent
            };
            if sent {
                self.counters.sent += count as u64;
                self.counters.sent_bytes += run
                    .iter()
                    .map(|transmit| transmit.contents.len() as u64)
                    .sum::<u64>();
                self.counters.send_calls += 1;
            } else {
                self.counters.unsent += count as u64;
            }
        }
    }

    fn send_one(&self, like: &Transmit, contents: &[u8], segment_size: Option<usize>) -> bool {
        let source = like.source.ip();
        let transmit = quinn_udp::Transmit {
            destination: self.mapped(like.destination),
            ecn: None,
            contents,
            segment_size,
            // The answer must come from the address that was asked, on a machine with several.
            src_ip: self.own.contains(&source).then_some(source),
        };
        match self
            .state
            .try_send(UdpSockRef::from(&self.socket), &transmit)
        {
            Ok(()) => true,
            Err(error) => {
                // A full buffer is congestion: waiting would only make voice later.
                tracing::trace!(%error, "datagrams dropped");
                false
            }
        }
    }

    /// IPv4 addresses as an IPv6 socket wants them.
    fn mapped(&self, address: SocketAddr) -> SocketAddr {
        match address {
            SocketAddr::V4(v4) if self.is_ipv6 => {
                SocketAddr::from((v4.ip().to_ipv6_mapped(), v4.port()))
            }
            other => other,
        }
    }
}

fn open(domain: Domain, address: IpAddr, port: u16) -> io::Result<Socket> {
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    if domain == Domain::IPV6 {
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::new(address, port).into())?;
    Ok(socket)
}

fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// The candidate through which a datagram came. Behind a 1:1 NAT the packet names a private
/// address while the candidate names the public one of the same family.
fn reached(
    ip: Option<IpAddr>,
    port: u16,
    source: SocketAddr,
    candidates: &[SocketAddr],
) -> SocketAddr {
    let arrived_at = ip.map(|ip| SocketAddr::new(ip.to_canonical(), port));
    let of_family = || {
        candidates
            .iter()
            .find(|other| other.is_ipv4() == source.is_ipv4())
    };
    arrived_at
        .filter(|address| candidates.contains(address))
        .or_else(|| of_family().copied())
        .or(arrived_at)
        .unwrap_or(source)
}

/// How many of the first datagrams may go as one: same addresses, same size; a shorter one may
/// end the run.
fn run_length(transmits: &[Transmit], most: usize) -> usize {
    let Some(first) = transmits.first() else {
        return 0;
    };
    let size = first.contents.len();
    let most = most.min(RUN_BYTES / size.max(1)).max(1);
    let mut count = 1;
    for next in transmits.iter().skip(1).take(most - 1) {
        let same = next.destination == first.destination && next.source == first.source;
        if !same || next.contents.len() > size || next.contents.is_empty() {
            break;
        }
        count += 1;
        if next.contents.len() < size {
            break;
        }
    }
    count
}

#[cfg(test)]
#[path = "socket_tests.rs"]
mod tests;
