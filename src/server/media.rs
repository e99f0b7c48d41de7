//! The media plane as the rest of the server sees it: a port for signaling, events, and the shards' health.

use std::net::IpAddr;
use std::sync::Arc;

use signaling::media_port::{MediaEvent, MediaPort};
use tokio::sync::mpsc;

use super::media_adapter::MediaAdapter;
use crate::config::{Settings, UdpPorts};
use crate::io;
use crate::io::reach::Reach;

/// A running media plane.
pub struct Media {
    /// What signaling calls.
    pub port: Arc<dyn MediaPort>,
    /// What signaling must hear.
    pub events: mpsc::UnboundedReceiver<MediaEvent>,
    /// What operators look at.
    pub shards: Arc<dyn Shards>,
}

/// The health of the shards. A seam: the admin endpoints are tested without threads and sockets.
pub trait Shards: Send + Sync + 'static {
    /// How many there should be.
    fn wanted(&self) -> usize;
    /// How many are running.
    fn up(&self) -> usize;
    /// The real UDP ports, one a shard.
    fn udp_ports(&self) -> Vec<u16>;
    /// Where and as whom they are met.
    fn reach(&self) -> Reach;
    /// Counters since the start, summed over the shards.
    fn counters(&self) -> Vec<(&'static str, u64)>;
    /// Values of this moment, summed over the shards.
    fn gauges(&self) -> Vec<(&'static str, u64)>;
    /// Stops the threads and waits for them.
    fn shutdown(&self);
}

impl Shards for MediaAdapter {
    fn wanted(&self) -> usize {
        self.shards()
    }

    fn up(&self) -> usize {
        self.shards_up()
    }

    fn udp_ports(&self) -> Vec<u16> {
        self.udp_ports()
    }

    fn reach(&self) -> Reach {
        self.reach().clone()
    }

    fn counters(&self) -> Vec<(&'static str, u64)> {
        self.counters()
    }

    fn gauges(&self) -> Vec<(&'static str, u64)> {
        self.gauges()
    }

    fn shutdown(&self) {
        self.shutdown();
    }
}

impl Media {
    /// Starts the shards.
    pub fn start(settings: &Settings) -> Result<Self, io::StartError> {
        let (sender, events) = mpsc::unbounded_channel();
        let adapter = MediaAdapter::start(&media_settings(settings), sender)?;
        Ok(Self {
            port: Arc::clone(&adapter) as Arc<dyn MediaPort>,
            events,
            shards: adapter,
        })
    }
}

/// The part of the configuration that concerns media, in the media plane's own types.
#[must_use]
pub fn media_settings(settings: &Settings) -> io::MediaSettings {
    io::MediaSettings {
        shards: usize::from(settings.shards),
        udp_ports: match settings.udp_ports {
            UdpPorts::Any => io::UdpPorts::Any,
            UdpPorts::Range { first, last } => io::UdpPorts::Range { first, last },
        },
        public_addresses: settings.public_addresses.clone(),
        advertise_loopback: advertises_loopback(settings),
    }
}

/// A page served on loopback only has its media there too; others could do nothing with such a candidate.
fn advertises_loopback(settings: &Settings) -> bool {
    settings.listen.ip().is_loopback()
}

/// The addresses that candidates will carry.
pub fn advertised(settings: &Settings) -> std::io::Result<Vec<IpAddr>> {
    io::addresses::advertised(&media_settings(settings))
}
