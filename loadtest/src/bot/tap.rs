//! A wire that somebody else holds: passes a bot's datagrams to the server and back, keeps some of them, and
//! can go deaf, so that the bot never learns that the server has done with it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// Larger than any datagram of WebRTC.
const DATAGRAM_MAX: usize = 2_048;
/// Media datagrams kept for a replay: two seconds of voice.
const KEPT: usize = 100;
/// First bytes of SRTP and SRTCP (RFC 7983).
const MEDIA: std::ops::RangeInclusive<u8> = 128..=191;

/// A wire between one bot and the server; cut when dropped.
pub struct Tap {
    address: SocketAddr,
    server: SocketAddr,
    shared: Arc<Shared>,
    passing: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    is_deaf: AtomicBool,
    to_server: AtomicU64,
    kept: Mutex<Vec<Bytes>>,
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.passing.abort();
    }
}

impl Tap {
    /// Puts a wire into an SDP answer: to its loopback candidate, in place of all candidates.
    pub async fn splice(answer: &str) -> anyhow::Result<(Self, String)> {
        let server = candidate(answer)
            .ok_or_else(|| anyhow::anyhow!("the answer has no candidate on loopback"))?;
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let shared = Arc::new(Shared::default());
        let passing = tokio::spawn(pass(socket, server, Arc::clone(&shared)));
        let tap = Self {
            address,
            server,
            shared,
            passing,
        };
        let answer = tap.in_place_of_candidates(answer);
        Ok((tap, answer))
    }

    fn in_place_of_candidates(&self, answer: &str) -> String {
        let (ip, port) = (self.server.ip().to_string(), self.server.port().to_string());
        let mut lines = Vec::new();
        for line in answer.lines() {
            let mut words: Vec<&str> = line.split(' ').collect();
            if !line.starts_with("a=candidate:") {
                lines.push(line.to_owned());
            } else if let [_, _, _, _, host, at, ..] = words.as_mut_slice()
                && *host == ip
                && *at == port
            {
                let own = self.address.port().to_string();
                *at = &own;
                lines.push(words.join(" "));
            }
        }
        lines.join("\r\n") + "\r\n"
    }

    /// From now on nothing of the server reaches the bot.
    pub fn go_deaf(&self) {
        self.shared.is_deaf.store(true, Ordering::Relaxed);
    }

    /// Media datagrams passed to the server so far.
    pub fn to_server(&self) -> u64 {
        self.shared.to_server.load(Ordering::Relaxed)
    }

    /// Sends the datagrams that were kept once more, from an address that nobody has announced; how many.
    pub async fn replay(&self) -> anyhow::Result<u64> {
        let kept = self.shared.kept.lock();
        let kept = kept.unwrap_or_else(PoisonError::into_inner).clone();
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut sent = 0;
        for datagram in kept {
            socket.send_to(&datagram, self.server).await?;
            sent += 1;
        }
        Ok(sent)
    }
}

/// The candidate on loopback.
fn candidate(answer: &str) -> Option<SocketAddr> {
    answer
        .lines()
        .filter_map(|line| line.strip_prefix("a=candidate:"))
        .filter_map(|line| {
            let mut words = line.split(' ').skip(4);
            let (ip, port) = (words.next()?, words.next()?);
            Some(SocketAddr::new(ip.parse().ok()?, port.parse().ok()?))
        })
        .find(|address| address.ip() == Ipv4Addr::LOCALHOST)
}

async fn pass(socket: UdpSocket, server: SocketAddr, shared: Arc<Shared>) {
    let mut bot = None;
    let mut buffer = [0; DATAGRAM_MAX];
    loop {
        // An error is an ICMP answer to an earlier datagram: whoever was there has gone.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        let datagram = buffer.get(..length).unwrap_or_default();
        let to = if from == server {
            if shared.is_deaf.load(Ordering::Relaxed) {
                continue;
            }
            let Some(bot) = bot else { continue };
            bot
        } else {
            bot = Some(from);
            if datagram.first().is_some_and(|first| MEDIA.contains(first)) {
                shared.to_server.fetch_add(1, Ordering::Relaxed);
                let mut kept = shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() < KEPT {
                    kept.push(Bytes::copy_from_slice(datagram));
                }
            }
            server
        };
        let _ = socket.send_to(datagram, to).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passes_both_ways_counts_media_and_goes_deaf() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = server.local_addr().unwrap().port();
        let answer = format!(
            "v=0\r\na=candidate:1 1 udp 9 192.0.2.1 9 typ host\r\na=candidate:2 1 udp 9 127.0.0.1 {port} typ host\r\n"
        );
        let (tap, spliced) = Tap::splice(&answer).await.unwrap();
        assert!(!spliced.contains("192.0.2.1") && !spliced.contains(&format!(" {port} ")));
        let through = candidate(&spliced).unwrap();
        assert_eq!(through, tap.address);

        let bot = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        bot.send_to(&[0x80, 1], through).await.unwrap();
        let mut buffer = [0; 8];
        let (length, from) = server.recv_from(&mut buffer).await.unwrap();
        assert_eq!((&buffer[..length], tap.to_server()), (&[0x80, 1][..], 1));
        server.send_to(&[2], from).await.unwrap();
        assert_eq!(bot.recv_from(&mut buffer).await.unwrap(), (1, through));

        assert_eq!(tap.replay().await.unwrap(), 1);
        let (_, stranger) = server.recv_from(&mut buffer).await.unwrap();
        assert_ne!(stranger, from);

        tap.go_deaf();
        server.send_to(&[3], from).await.unwrap();
        bot.send_to(&[4], through).await.unwrap();
        // What the bot says still comes; when it is here, the server's word was dropped or is in the queue.
        server.recv_from(&mut buffer).await.unwrap();
        assert!(bot.try_recv_from(&mut buffer).is_err());
    }
}
