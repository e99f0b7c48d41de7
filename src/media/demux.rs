//! Finds the participant that a datagram belongs to.
//!
//! Many participants share one UDP port. A known source address goes straight to its owner; an
//! unknown one is accepted only if it is STUN that names a known ICE user fragment (RFC 8445
//! section 7.3), and becomes known only after the owner's engine has accepted it. So neither a
//! flood from unknown addresses nor a spoofed fragment makes this grow.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::ids::{RoomId, SeatId};

/// Addresses remembered per transport. A phone that wanders between networks uses a handful; more
/// means somebody is playing. The one that has checked its path the longest ago is forgotten.
const ADDRESSES_PER_TRANSPORT: usize = 8;

/// An address that has checked its path within this is not forgotten for another: browsers check the
/// path that they use every 2.5 s or more often. Whoever has many requests that were lost on their
/// way to us could otherwise drive a page out of its own transport.
const IN_USE: Duration = Duration::from_secs(5);

/// Transaction ids remembered per transport: an hour and more of a browser's checks, 24 kB at most.
/// The oldest is forgotten.
const TRANSACTIONS_PER_TRANSPORT: usize = 2_048;

/// Which transport a datagram is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The room.
    pub room: RoomId,
    /// The seat whose transport it is.
    pub seat: SeatId,
}

/// What [`Demux::route`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The source address is known.
    Known(Owner),
    /// Unknown source, but STUN for a known user fragment: offer it, then call [`Demux::learn`]
    /// if it was accepted.
    Candidate(Owner),
    /// Unknown source and not STUN.
    UnknownSource,
    /// STUN that names no fragment of ours.
    UnknownFragment,
}

/// Address and fragment tables of one shard.
#[derive(Debug, Default)]
pub struct Demux {
    by_address: HashMap<SocketAddr, Owner>,
    by_fragment: HashMap<String, Owner>,
    transports: HashMap<Owner, Entry>,
}

#[derive(Debug, Default)]
struct Entry {
    fragment: String,
    /// With the time of the latest check from there.
    addresses: Vec<(SocketAddr, Instant)>,
    /// Transaction ids of the binding requests that were accepted, from the oldest on.
    transactions: VecDeque<Transaction>,
}

impl Demux {
    /// Whether no transport has this user fragment, the one that is about to be replaced included: what was
    /// overheard of that one must be worth nothing on the next.
    pub fn is_free(&self, fragment: &str) -> bool {
        !self.by_fragment.contains_key(fragment)
    }

    /// Makes a transport reachable by its local ICE user fragment.
    pub fn register(&mut self, owner: Owner, fragment: &str) {
        self.forget(owner);
        self.by_fragment.insert(fragment.to_owned(), owner);
        let entry = Entry {
            fragment: fragment.to_owned(),
            ..Entry::default()
        };
        self.transports.insert(owner, entry);
    }

    /// Removes every trace of a transport.
    pub fn forget(&mut self, owner: Owner) {
        if let Some(entry) = self.transports.remove(&owner) {
            self.by_fragment.remove(&entry.fragment);
            for (address, _) in entry.addresses {
                self.by_address.remove(&address);
            }
        }
    }

    /// Finds the owner of a datagram.
    pub fn route(&self, source: SocketAddr, datagram: &[u8]) -> Route {
        if let Some(owner) = self.by_address.get(&source) {
            // A new transport behind the same address and port (a reloaded page may get both
            // again) announces itself by STUN with another fragment.
            if let Some(fragment) = stun_fragment(datagram)
                && let Some(named) = self.by_fragment.get(fragment)
                && named != owner
            {
                return Route::Candidate(*named);
            }
            return Route::Known(*owner);
        }
        let Some(fragment) = stun_fragment(datagram) else {
            return Route::UnknownSource;
        };
        match self.by_fragment.get(fragment) {
            Some(owner) => Route::Candidate(*owner),
            None => Route::UnknownFragment,
        }
    }

    /// Remembers that datagrams from this address are for that transport.
    pub fn learn(&mut self, source: SocketAddr, owner: Owner, now: Instant) {
        let Some(entry) = self.transports.get_mut(&owner) else {
            return;
        };
        if entry.addresses.len() >= ADDRESSES_PER_TRANSPORT {
            let checked = entry.addresses.iter().map(|(_, at)| *at);
            let oldest = checked.enumerate().min_by_key(|(_, at)| *at);
            let Some((index, _)) =
                oldest.filter(|(_, at)| now.saturating_duration_since(*at) >= IN_USE)
            else {
                return;
            };
            self.by_address.remove(&entry.addresses.remove(index).0);
        }
        entry.addresses.push((source, now));
        if let Some(previous) = self.by_address.insert(source, owner)
            && previous != owner
            && let Some(entry) = self.transports.get_mut(&previous)
        {
            entry.addresses.retain(|(address, _)| *address != source);
        }
    }

    /// Whether this binding request of an address that is not known was accepted before, from
    /// another address: then somebody has overheard it and wants the media to come to them. It is
    /// as valid as the original, since nothing in STUN's integrity is about addresses or time.
    pub fn is_replay(&self, owner: Owner, datagram: &[u8]) -> bool {
        let entry = self.transports.get(&owner);
        entry
            .zip(stun_transaction(datagram))
            .is_some_and(|(entry, transaction)| entry.transactions.contains(&transaction))
    }

    /// Remembers an accepted datagram, if it is STUN.
    pub fn was_accepted(
        &mut self,
        source: SocketAddr,
        owner: Owner,
        datagram: &[u8],
        now: Instant,
    ) {
        let Some(transaction) = stun_transaction(datagram) else {
            return;
        };
        let Some(entry) = self.transports.get_mut(&owner) else {
            return;
        };
        let known = entry.addresses.iter_mut();
        for (_, checked) in known.filter(|(address, _)| *address == source) {
            *checked = now;
        }
        if entry.transactions.len() >= TRANSACTIONS_PER_TRANSPORT {
            entry.transactions.pop_front();
        }
        entry.transactions.push_back(transaction);
    }

    /// How many addresses and fragments are held: both return to zero when everybody has left.
    pub fn len(&self) -> (usize, usize) {
        (self.by_address.len(), self.by_fragment.len())
    }
}

const STUN_HEADER_BYTES: usize = 20;
const STUN_MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const STUN_USERNAME: u16 = 0x0006;
const STUN_MESSAGE_INTEGRITY: u16 = 0x0008;
const STUN_USE_CANDIDATE: u16 = 0x0025;

/// What ties a STUN request to its response: 96 random bits (RFC 8489 section 5).
type Transaction = [u8; 12];

fn stun_transaction(datagram: &[u8]) -> Option<Transaction> {
    let header = datagram.get(..STUN_HEADER_BYTES)?;
    let is_stun = header.first()? & 0xc0 == 0 && header.get(4..8)? == STUN_MAGIC_COOKIE;
    is_stun.then(|| header.get(8..)?.try_into().ok())?
}

/// The receiver's user fragment in a STUN binding request. `None` for anything else, however mangled.
pub fn stun_fragment(datagram: &[u8]) -> Option<&str> {
    stun_check(datagram).map(|check| check.local)
}

/// What a STUN binding request says before its integrity was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check<'a> {
    /// The receiver's user fragment: the part of USERNAME before the colon (RFC 8445 section 7.2.2).
    pub local: &'a str,
    /// The sender's.
    pub remote: &'a str,
    /// Whether the sender wants media on this path (USE-CANDIDATE, RFC 8445 section 7.1.2).
    pub nominates: bool,
}

/// Reads a connectivity check. What follows MESSAGE-INTEGRITY is not covered by it and not read.
pub fn stun_check(datagram: &[u8]) -> Option<Check<'_>> {
    let (header, mut attributes) = datagram.split_at_checked(STUN_HEADER_BYTES)?;
    // The two top bits of STUN are zero, unlike DTLS and RTP (RFC 7983).
    if header.first()? & 0xc0 != 0 || header.get(4..8)? != STUN_MAGIC_COOKIE {
        return None;
    }
    let (mut username, mut nominates) = (None, false);
    while let Some((head, rest)) = attributes.split_at_checked(4) {
        let [t1, t0, l1, l0] = *head else { return None };
        let length = usize::from(u16::from_be_bytes([l1, l0]));
        match u16::from_be_bytes([t1, t0]) {
            STUN_USERNAME => username = Some(std::str::from_utf8(rest.get(..length)?).ok()?),
            STUN_USE_CANDIDATE => nominates = true,
            STUN_MESSAGE_INTEGRITY => break,
            _ => {}
        }
        // Attributes are padded to four bytes (RFC 8489 section 14).
        attributes = rest
            .get(length.checked_next_multiple_of(4)?..)
            .unwrap_or_default();
    }
    let (local, remote) = username?.split_once(':')?;
    Some(Check {
        local,
        remote,
        nominates,
    })
}

#[cfg(test)]
#[path = "demux_tests.rs"]
mod tests;
