//! Servers to test: the whole composition over a fake media plane, and bare routes over HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use nhipcau::config::{AdminSecret, Settings, StoreLocation, Tls, UdpPorts};
use nhipcau::io::reach::Reach;
use nhipcau::server::build::App;
use nhipcau::server::drain::Stop;
use nhipcau::server::first::{self, FirstLink};
use nhipcau::server::http;
use nhipcau::server::media::{Media, Shards};
use signaling::media_port::fake::FakeMedia;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::client::PATIENCE;

/// A folder that is gone when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("nhipcau-server-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server on loopback with everything at its smallest.
pub fn settings(folder: &Folder) -> Settings {
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        udp_ports: UdpPorts::Any,
        public_addresses: vec![Ipv4Addr::LOCALHOST.into()],
        tls: Tls::Off,
        admin_secret: AdminSecret::MadeAtStart,
        store: StoreLocation::File(folder.0.join("nhipcau.redb")),
        store_keys: folder.0.join("nhipcau.redb.key"),
        public_url: None,
        messages: folder.0.join("messages"),
        webhooks: signaling::webhook::Reach::Public,
        shards: 1,
        drain: Duration::from_hours(1),
        log: "off".to_owned(),
        clinic_name: None,
        token_keys: signaling::TokenKeys::default(),
    }
}

/// Shards whose health is what the test says.
pub struct FakeShards {
    pub up: AtomicUsize,
    pub was_shut_down: AtomicUsize,
}

impl Shards for FakeShards {
    fn wanted(&self) -> usize {
        2
    }

    fn up(&self) -> usize {
        self.up.load(Ordering::Relaxed)
    }

    fn udp_ports(&self) -> Vec<u16> {
        vec![1, 2]
    }

    fn reach(&self) -> Reach {
        Reach {
            fingerprint: [0xa5; 32],
            addresses: vec![Ipv4Addr::LOCALHOST.into()],
            ports: self.udp_ports(),
        }
    }

    fn counters(&self) -> Vec<(&'static str, u64)> {
        vec![("datagrams_received", 7)]
    }

    fn gauges(&self) -> Vec<(&'static str, u64)> {
        vec![("participants", 3)]
    }

    fn shutdown(&self) {
        self.was_shut_down.fetch_add(1, Ordering::Relaxed);
    }
}

/// The whole server over a media plane without media.
pub struct TestServer {
    pub address: SocketAddr,
    pub url: String,
    pub admin_secret: String,
    pub service: signaling::Service,
    /// The ways to clinics that nobody administers yet.
    pub first: Vec<FirstLink>,
    pub shards: Arc<FakeShards>,
    pub stop: mpsc::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
    _folder: Folder,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::configured(|_| {}).await
    }

    pub async fn configured(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = Folder::new();
        let mut settings = settings(&folder);
        change(&mut settings);
        let shards = Arc::new(FakeShards {
            up: AtomicUsize::new(2),
            was_shut_down: AtomicUsize::new(0),
        });
        // The fake has nothing to report.
        let (_, events) = mpsc::unbounded_channel();
        let media = Media {
            port: Arc::new(FakeMedia::new()),
            events,
            shards: shards.clone(),
        };
        let app = App::with_media(&settings, media)
            .await
            .expect("the server starts");
        let (stop, wishes) = Stop::channel();
        Self {
            address: app.address(),
            url: app.url().to_owned(),
            admin_secret: app.admin_secret().to_owned(),
            service: app.service().clone(),
            first: first::offer(app.accounts(), app.url())
                .await
                .expect("links"),
            shards,
            stop,
            serving: tokio::spawn(app.serve(wishes)),
            _folder: folder,
        }
    }

    /// Asks to stop, once to drain, twice to end at once.
    pub async fn wish_to_stop(&self) {
        self.stop.send(()).await.expect("the server hears");
    }

    /// Waits for the end of the process's work.
    pub async fn ended(&mut self) {
        let ended = tokio::time::timeout(PATIENCE, &mut self.serving)
            .await
            .expect("it ends");
        ended.expect("no panic").expect("no error");
    }
}

/// Serves bare routes the way the server serves its own, until the test ends.
pub async fn serve_routes(router: Router, tls: Option<RustlsConfig>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(http::serve(listener, tls, router, Handle::new()));
    address
}
