//! What passed and what did not, counted since the link came up; bounded however long it runs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::classify::{Class, Flow};
use super::emulator::Way;
use super::model::Outcome;

/// Connections, streams and RTCP types counted apart, each; the flows of more are counted by class only.
const MAX_FLOWS: usize = 1_024;

/// Packets and their bytes on the wire, IP header included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub packets: u64,
    /// Their lengths together.
    pub bytes: u64,
}

impl Tally {
    fn add(&mut self, bytes: usize) {
        self.packets += 1;
        self.bytes += bytes as u64;
    }
}

/// The two ends of a way: what came to it and what came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ends {
    /// Written to the link by a sender.
    pub offered: Tally,
    /// Handed to the receiver.
    pub delivered: Tally,
}

/// What became of the packets of one direction, or of one class of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Written to the link by a sender.
    pub offered: Tally,
    /// Handed to the receiver.
    pub delivered: Tally,
    /// Dropped because the queue was full.
    pub overflow: Tally,
    /// Lost on the air.
    pub lost: Tally,
    /// Lost in an outage.
    pub outage: Tally,
}

impl Account {
    fn close(&mut self, outcome: Outcome, bytes: usize) {
        match outcome {
            Outcome::Delivered => self.delivered.add(bytes),
            Outcome::Overflow => self.overflow.add(bytes),
            Outcome::Lost => self.lost.add(bytes),
            Outcome::Outage => self.outage.add(bytes),
        }
    }
}

/// A TCP connection, named by its ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// The port behind the weak link.
    pub inside_port: u16,
    /// The port on the good side.
    pub outside_port: u16,
    /// From inside to outside.
    pub up: Ends,
    /// From outside to inside.
    pub down: Ends,
    /// Delivered behind TCP headers, repetitions included: from inside to outside.
    pub up_payload_bytes: u64,
    /// The same from outside to inside.
    pub down_payload_bytes: u64,
    /// When its first packet was offered.
    pub first_ms: u64,
    /// When its last was offered.
    pub last_ms: u64,
}

/// An RTP stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stream {
    /// Whose way it goes.
    pub direction: Way,
    /// Which.
    pub ssrc: u32,
    /// Its payload type; a stream that changes it is counted as several.
    pub payload_type: u8,
    /// All its packets.
    #[serde(flatten)]
    pub ends: Ends,
    /// Those offered with the padding bit set.
    pub padded: Tally,
    /// When its first packet was offered.
    pub first_ms: u64,
    /// When its last was offered.
    pub last_ms: u64,
}

/// RTCP compounds by their first packet's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reports {
    /// Whose way they go.
    pub direction: Way,
    /// 200 sender report, 201 receiver report, 205 and 206 feedback.
    pub packet_type: u8,
    /// All of that type.
    #[serde(flatten)]
    pub ends: Ends,
}

/// What one packet is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Its class.
    pub class: Class,
    /// Its flow.
    pub flow: Flow,
}

/// Counts by direction, class and flow.
#[derive(Debug, Default)]
pub struct Ledger {
    up: Accounts,
    down: Accounts,
    connections: BTreeMap<(u16, u16), Connection>,
    streams: BTreeMap<(Way, u32, u8), Stream>,
    reports: BTreeMap<(Way, u8), Reports>,
}

/// One direction's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// Of all packets.
    #[serde(flatten)]
    pub total: Account,
    /// By class, without those that had no packet.
    pub classes: BTreeMap<Class, Account>,
    /// Not IPv4, hence neither counted elsewhere nor delivered.
    pub not_ipv4: u64,
}

impl Ledger {
    /// One direction's totals.
    pub fn accounts(&self, way: Way) -> &Accounts {
        match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        }
    }

    /// TCP connections, by their ports.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.connections.values()
    }

    /// RTP streams, those of the uplink first.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.streams.values()
    }

    /// RTCP types, those of the uplink first.
    pub fn reports(&self) -> impl Iterator<Item = &Reports> {
        self.reports.values()
    }

    /// A packet that this link cannot carry.
    pub fn count_foreign(&mut self, way: Way) {
        self.accounts_mut(way).not_ipv4 += 1;
    }

    /// A packet was offered.
    pub fn open(&mut self, way: Way, label: Label, bytes: usize, at: Duration) {
        let accounts = self.accounts_mut(way);
        accounts.total.offered.add(bytes);
        accounts
            .classes
            .entry(label.class)
            .or_default()
            .offered
            .add(bytes);
        let at_ms = milliseconds(at);
        match label.flow {
            Flow::None => {}
            Flow::Tcp { .. } => {
                if let Some(connection) = self.connection(way, label.flow, at_ms) {
                    connection.last_ms = at_ms;
                    connection.ends_mut(way).offered.add(bytes);
                }
            }
            Flow::Rtp {
                ssrc,
                payload_type,
                is_padded,
            } => {
                if let Some(stream) = self.stream(way, ssrc, payload_type, at_ms) {
                    stream.last_ms = at_ms;
                    stream.ends.offered.add(bytes);
                    if is_padded {
                        stream.padded.add(bytes);
                    }
                }
            }
            Flow::Rtcp { packet_type } => {
                if let Some(reports) = self.of_type(way, packet_type) {
                    reports.ends.offered.add(bytes);
                }
            }
        }
    }

    /// Its way ended.
    pub fn close(&mut self, way: Way, label: Label, bytes: usize, outcome: Outcome, at: Duration) {
        let accounts = self.accounts_mut(way);
        accounts.total.close(outcome, bytes);
        accounts
            .classes
            .entry(label.class)
            .or_default()
            .close(outcome, bytes);
        if outcome != Outcome::Delivered {
            return;
        }
        match label.flow {
            Flow::None => {}
            Flow::Tcp { payload, .. } => {
                if let Some(connection) = self.connection(way, label.flow, milliseconds(at)) {
                    connection.ends_mut(way).delivered.add(bytes);
                    *connection.payload_mut(way) += payload as u64;
                }
            }
            Flow::Rtp {
                ssrc, payload_type, ..
            } => {
                if let Some(stream) = self.stream(way, ssrc, payload_type, milliseconds(at)) {
                    stream.ends.delivered.add(bytes);
                }
            }
            Flow::Rtcp { packet_type } => {
                if let Some(reports) = self.of_type(way, packet_type) {
                    reports.ends.delivered.add(bytes);
                }
            }
        }
    }

    fn accounts_mut(&mut self, way: Way) -> &mut Accounts {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    fn connection(&mut self, way: Way, flow: Flow, at_ms: u64) -> Option<&mut Connection> {
        let Flow::Tcp {
            source,
            destination,
            ..
        } = flow
        else {
            return None;
        };
        let (inside_port, outside_port) = match way {
            Way::Up => (source, destination),
            Way::Down => (destination, source),
        };
        bounded(&mut self.connections, (inside_port, outside_port), || {
            Connection {
                inside_port,
                outside_port,
                up: Ends::default(),
                down: Ends::default(),
                up_payload_bytes: 0,
                down_payload_bytes: 0,
                first_ms: at_ms,
                last_ms: at_ms,
            }
        })
    }

    fn stream(&mut self, way: Way, ssrc: u32, payload_type: u8, at_ms: u64) -> Option<&mut Stream> {
        bounded(&mut self.streams, (way, ssrc, payload_type), || Stream {
            direction: way,
            ssrc,
            payload_type,
            ends: Ends::default(),
            padded: Tally::default(),
            first_ms: at_ms,
            last_ms: at_ms,
        })
    }

    fn of_type(&mut self, way: Way, packet_type: u8) -> Option<&mut Reports> {
        bounded(&mut self.reports, (way, packet_type), || Reports {
            direction: way,
            packet_type,
            ends: Ends::default(),
        })
    }
}

impl Connection {
    fn ends_mut(&mut self, way: Way) -> &mut Ends {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    fn payload_mut(&mut self, way: Way) -> &mut u64 {
        match way {
            Way::Up => &mut self.up_payload_bytes,
            Way::Down => &mut self.down_payload_bytes,
        }
    }
}

/// The entry of a key; nothing if it would be one too many.
fn bounded<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, new: impl FnOnce() -> V) -> Option<&mut V> {
    if map.len() >= MAX_FLOWS && !map.contains_key(&key) {
        return None;
    }
    Some(map.entry(key).or_insert_with(new))
}

/// Whole milliseconds.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
