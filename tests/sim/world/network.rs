//! Everything that is on its way, and the addresses between which it travels.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::Instant;

use nhipcau::media::{Joined, MediaPlane};
use str0m::config::{DtlsCert, Fingerprint};
use str0m::net::Transmit;

use super::page::Stamp;
use super::people::Person;

/// What arrives somewhere.
pub enum Arrival {
    /// A datagram at a shard.
    AtPlane {
        /// Which shard.
        plane: usize,
        /// The sender as the server sees it.
        source: SocketAddr,
        /// The server's address.
        destination: SocketAddr,
        /// The bytes.
        contents: Vec<u8>,
    },
    /// A datagram at a page.
    AtPage {
        /// Whose page.
        person: usize,
        /// Which of their transports.
        life: u16,
        /// The server's address.
        source: SocketAddr,
        /// The bytes.
        contents: Vec<u8>,
        /// When it left.
        left: Stamp,
    },
    /// A join request at the server.
    Offer {
        /// Whose.
        person: usize,
        /// Which of their transports.
        life: u16,
    },
    /// A join response at a page.
    Answer {
        /// Whose.
        person: usize,
        /// Which of their transports.
        life: u16,
        /// The response.
        joined: Joined,
    },
}

/// The addresses of a shard.
pub fn plane_address(plane: usize) -> SocketAddr {
    SocketAddr::new(
        Ipv4Addr::new(192, 0, 2, 1 + u8::try_from(plane).unwrap()).into(),
        4_000,
    )
}

/// An empty shard.
pub fn plane(index: usize) -> MediaPlane {
    MediaPlane::new(vec![plane_address(index)], certificate().clone())
}

/// One certificate for all tests: making one takes longer than a second of a call.
fn certificate() -> &'static DtlsCert {
    static CERTIFICATE: OnceLock<DtlsCert> = OnceLock::new();
    CERTIFICATE.get_or_init(|| {
        let provider = str0m::crypto::from_feature_flags();
        provider.dtls_provider.generate_certificate().unwrap()
    })
}

/// By which pages know every shard.
pub fn fingerprint() -> Fingerprint {
    let provider = str0m::crypto::from_feature_flags();
    Fingerprint {
        hash_func: "sha-256".to_owned(),
        bytes: provider
            .sha256_provider
            .sha256(&certificate().certificate)
            .to_vec(),
    }
}

/// The network.
#[derive(Default)]
pub struct Network {
    queue: BTreeMap<(Instant, u64), Arrival>,
    entered: u64,
    /// Who is reached at an address, as the server sees it.
    by_address: HashMap<SocketAddr, (usize, u16)>,
    next_port: u16,
}

impl Network {
    /// When something arrives next.
    pub fn next(&self) -> Option<Instant> {
        self.queue.keys().next().map(|(at, _)| *at)
    }

    /// Takes what has arrived.
    pub fn pop_due(&mut self, now: Instant) -> Option<Arrival> {
        let entry = self
            .queue
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    /// Sends something on its way.
    pub fn push(&mut self, at: Instant, arrival: Arrival) {
        self.entered += 1;
        self.queue.insert((at, self.entered), arrival);
    }

    /// An address that was never used, for this transport.
    pub fn address(&mut self, person: usize, life: u16) -> SocketAddr {
        self.next_port += 1;
        let host = Ipv4Addr::new(198, 51, 100, 1 + u8::try_from(person).unwrap());
        let address = SocketAddr::new(host.into(), 10_000 + self.next_port);
        self.open(address, person, life);
        address
    }

    /// This transport is reached at this address.
    pub fn open(&mut self, address: SocketAddr, person: usize, life: u16) {
        self.by_address.insert(address, (person, life));
    }

    /// Nobody is reached at this address any longer.
    pub fn close(&mut self, address: SocketAddr) {
        self.by_address.remove(&address);
    }

    /// A page sends a datagram.
    pub fn upload(&mut self, now: Instant, person: &mut Person, transmit: Transmit) {
        let Some(plane) = (0..16).find(|plane| plane_address(*plane) == transmit.destination)
        else {
            return;
        };
        let contents: Vec<u8> = transmit.contents.into();
        for at in person.up.send(now, &contents) {
            let arrival = Arrival::AtPlane {
                plane,
                source: person.public,
                destination: transmit.destination,
                contents: contents.clone(),
            };
            self.push(at, arrival);
        }
    }

    /// Who is reached at an address.
    pub fn reached_at(&self, address: SocketAddr) -> Option<usize> {
        self.by_address.get(&address).map(|(person, _)| *person)
    }

    /// The server sends a datagram.
    pub fn download(&mut self, left: Stamp, people: &mut [Person], transmit: Transmit) {
        let Some((person, life)) = self.by_address.get(&transmit.destination).copied() else {
            return;
        };
        let contents: Vec<u8> = transmit.contents.into();
        for at in people[person].down.send(left.at, &contents) {
            let (source, contents) = (transmit.source, contents.clone());
            self.push(
                at,
                Arrival::AtPage {
                    person,
                    life,
                    source,
                    contents,
                    left,
                },
            );
        }
    }
}
