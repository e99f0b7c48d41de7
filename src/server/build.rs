//! From settings to a running server: everything is opened first, then it serves until it is told to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use signaling::RandomError;
use signaling::accounts::{AccountError, Accounts, Cookies, Cost, Passwords};
use signaling::message::Spool;
use signaling::store::{Store, StoreError};
use signaling::telling::Teller;
use signaling::webhook::{self, Client, ClientError, Deliverer, Webhooks};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tracing::{info, warn};

use super::drain::{Stop, drain};
use super::headers::{StrictTransport, secure};
use super::media::{Media, Shards};
use super::tls::reload::{self, Watch};
use super::tls::{Identity, TlsError, self_signed};
use super::upkeep::Door;
use super::{admin, ahead, assets, base_url, http, now};
use crate::config::{AdminSecret, Settings, StoreLocation, Tls};

/// What stops a server from starting.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port of the page.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The media plane.
    #[error(transparent)]
    Media(#[from] crate::io::StartError),
    /// The database file.
    #[error("the store {path} cannot be opened: {source}")]
    Store {
        /// Which.
        path: PathBuf,
        /// What the store says.
        source: StoreError,
    },
    /// The Redis; the error names it.
    #[error(transparent)]
    Redis(StoreError),
    /// Who may sign in.
    #[error("the accounts of the store cannot be opened: {0}")]
    Accounts(#[from] AccountError),
    /// The folder for messages to people.
    #[error("the folder {path} for messages cannot be made: {source}")]
    Messages {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What webhooks are sent with.
    #[error(transparent)]
    Webhooks(#[from] ClientError),
    /// The admin secret that is made at start.
    #[error("no admin secret can be made: {0}")]
    Secret(#[from] RandomError),
    /// The list of interfaces.
    #[error("the network interfaces cannot be listed: {0}")]
    Interfaces(std::io::Error),
}

/// How long an answer may take to leave after the last consultation has ended.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Ended rooms are forgotten by the hour; how long they are kept is signaling's affair.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// A server with everything opened, serving nobody yet.
pub struct App {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
    router: Router,
    service: signaling::Service,
    accounts: Arc<Accounts>,
    shards: Arc<dyn Shards>,
    admin_secret: signaling::AdminSecret,
    url: String,
    patience: Duration,
    /// Ends with the server: dropping it stops every task in it.
    tasks: JoinSet<()>,
}

impl App {
    /// Opens the store and the ports and starts the media plane.
    pub async fn start(settings: &Settings) -> Result<Self, StartError> {
        // The media plane comes last: a start that is refused leaves no thread behind.
        let opened = Opened::new(settings).await?;
        let media = Media::start(settings)?;
        Self::assemble(settings, opened, media)
    }

    /// Puts the parts together around a media plane that is running already; for tests.
    pub async fn with_media(settings: &Settings, media: Media) -> Result<Self, StartError> {
        Self::assemble(settings, Opened::new(settings).await?, media)
    }

    fn assemble(settings: &Settings, opened: Opened, mut media: Media) -> Result<Self, StartError> {
        let Opened {
            listener,
            address,
            certificate,
            store,
            accounts,
            door,
            messages,
            webhooks,
            deliverer,
            url,
        } = opened;
        let teller = Teller::new(
            Arc::new(store.clone()),
            Arc::clone(&accounts),
            (Arc::new(messages), webhooks.clone()),
            signaling::Clock::system(),
            url.clone(),
        );
        let service = signaling::Service::new(
            Arc::new(store),
            Arc::clone(&media.port),
            signaling::Settings {
                clinic: settings.clinic_name.clone(),
                token_keys: settings.token_keys.clone(),
                booking_key: accounts.booking_key(),
                url: url.clone(),
                ..signaling::Settings::default()
            },
        );
        let admin_secret = match &settings.admin_secret {
            AdminSecret::Configured(secret) => {
                signaling::AdminSecret::new(secret.reveal().to_owned())
            }
            AdminSecret::MadeAtStart => signaling::AdminSecret::random()?,
        };

        let mut tasks = JoinSet::new();
        let hearing = service.clone();
        tasks.spawn(async move {
            while let Some(event) = media.events.recv().await {
                hearing.handle_media_event(event).await;
            }
        });
        let sweeping = service.clone();
        tasks.spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_EVERY).await;
                sweeping.sweep().await;
            }
        });
        tasks.spawn(teller.run(service.news()));
        tasks.spawn(deliverer.run());
        if let Some(door) = door {
            tasks.spawn(door.serve());
        }
        let tls = certificate.map(|certificate| certificate.serve(&mut tasks));

        Ok(Self {
            listener,
            address,
            tls,
            router: router(
                settings,
                &service,
                &media.shards,
                admin_secret.clone(),
                (Arc::clone(&accounts), webhooks),
            ),
            service,
            accounts,
            shards: media.shards,
            admin_secret,
            url,
            patience: settings.drain,
            tasks,
        })
    }

    /// The address of the page, with the real port.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where HTTP is served, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The signaling service, for making rooms from inside.
    #[must_use]
    pub fn service(&self) -> &signaling::Service {
        &self.service
    }

    /// The accounts of all clinics.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Opens the admin endpoints.
    #[must_use]
    pub fn admin_secret(&self) -> &str {
        self.admin_secret.expose()
    }

    /// Serves until stopped, lets running consultations end, and ends every thread and task.
    pub async fn serve(self, mut stop: Stop) -> std::io::Result<()> {
        let Self {
            listener,
            tls,
            router,
            service,
            shards,
            patience,
            mut tasks,
            ..
        } = self;
        let handle = Handle::new();
        let serving = tokio::spawn(http::serve(listener, tls, router, handle.clone()));
        tokio::pin!(serving);
        info!(address = %self.address, udp_ports = ?shards.udp_ports(), "serving");

        let failed = tokio::select! {
            ended = &mut serving => Some(ended),
            () = stop.wished() => None,
        };
        let served = if let Some(ended) = failed {
            ended
        } else {
            drain(&service, &mut stop, patience).await;
            handle.graceful_shutdown(Some(LAST_ANSWERS));
            serving.await
        };
        tasks.shutdown().await;
        // Joining threads blocks; that must not be done on a thread that serves others.
        let joined = tokio::task::spawn_blocking(move || shards.shutdown()).await;
        served.map_err(std::io::Error::other)??;
        joined.map_err(std::io::Error::other)
    }
}

/// What can be refused without harm, opened before anything runs.
struct Opened {
    listener: TcpListener,
    address: SocketAddr,
    certificate: Option<Certificate>,
    store: Store,
    accounts: Arc<Accounts>,
    door: Option<Door>,
    messages: Spool,
    webhooks: Webhooks,
    deliverer: Deliverer,
    url: String,
}

impl Opened {
    async fn new(settings: &Settings) -> Result<Self, StartError> {
        let refused = |source| StartError::Listen {
            address: settings.listen,
            source,
        };
        let listener = TcpListener::bind(settings.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let certificate = certificate(settings)?;
        let store = open(settings).await?;
        let accounts = Arc::new(accounts(settings, &store).await?);
        let door = match &settings.store {
            StoreLocation::File(path) => door(path, &store),
            StoreLocation::Redis(_) => None,
        };
        let messages = Spool::open(&settings.messages).map_err(|source| StartError::Messages {
            path: settings.messages.clone(),
            source,
        })?;
        let (reach, clock) = (settings.webhooks, signaling::Clock::system());
        let webhooks = Webhooks::new(&store, Arc::clone(&accounts), reach, clock);
        let client = Arc::new(Client::new(reach)?);
        let deliverer = Deliverer::new(webhooks.clone(), client, webhook::chance);
        let url = base_url(settings, address).map_err(StartError::Interfaces)?;
        Ok(Self {
            listener,
            address,
            certificate,
            store,
            accounts,
            door,
            messages,
            webhooks,
            deliverer,
            url,
        })
    }
}

async fn open(settings: &Settings) -> Result<Store, StartError> {
    let now = signaling::Clock::system().now();
    let keys = &settings.store_keys;
    match &settings.store {
        StoreLocation::File(path) => {
            let opened = Store::open_embedded(path, keys, now).await;
            opened.map_err(|source| StartError::Store {
                path: path.clone(),
                source,
            })
        }
        StoreLocation::Redis(address) => {
            let opened = Store::open_redis(address, keys, now).await;
            opened.map_err(StartError::Redis)
        }
    }
}

/// The accounts in the store, with the secrets that it keeps sealed.
async fn accounts(settings: &Settings, store: &Store) -> Result<Accounts, AccountError> {
    let name = settings.clinic_name.clone();
    // Each shard has a core of its own; half of them are left alone by whoever signs in.
    let threads = usize::from(settings.shards) / 2;
    let passwords = Passwords::new(Cost::OWASP, threads)?;
    Accounts::open(store, name, passwords, signaling::Clock::system()).await
}

/// The door for backups of a file. A Redis is copied by its own means.
fn door(path: &Path, store: &Store) -> Option<Door> {
    let door = Door::open(path, store.clone());
    let door = door.inspect_err(|error| {
        warn!(%error, "no door for backups: the store is copied while the server is stopped only");
    });
    door.ok()
}

/// All routes: signaling's, the operators', and the page for the rest.
fn router(
    settings: &Settings,
    service: &signaling::Service,
    shards: &Arc<dyn Shards>,
    admin_secret: signaling::AdminSecret,
    (accounts, webhooks): (Arc<Accounts>, Webhooks),
) -> Router {
    let strict = match settings.tls {
        Tls::Files { .. } => StrictTransport::Promise,
        Tls::Off | Tls::SelfSigned => StrictTransport::Silence,
    };
    let cookies = match settings.tls {
        Tls::Files { .. } | Tls::SelfSigned => Cookies::Secure,
        Tls::Off => Cookies::Loopback,
    };
    let watched = admin::Watched::new(service.clone(), Arc::clone(shards), webhooks.clone());
    let access = signaling::Access {
        accounts,
        cookies,
        webhooks,
    };
    signaling::router(service.clone(), admin_secret, access)
        .merge(admin::router(watched))
        .merge(assets::router::<assets::WebClient>(ahead::header(
            &shards.reach(),
        )))
        .layer(map_response(move |response| async move {
            secure(response, strict)
        }))
}

/// A certificate and, if it came from files, the watch over them.
struct Certificate {
    identity: Identity,
    watch: Option<Watch>,
}

fn certificate(settings: &Settings) -> Result<Option<Certificate>, StartError> {
    let now = now();
    let certificate = match &settings.tls {
        Tls::Off => return Ok(None),
        Tls::Files { certificate, key } => {
            let (watch, identity) = Watch::start(certificate.clone(), key.clone())?;
            Certificate {
                identity,
                watch: Some(watch),
            }
        }
        Tls::SelfSigned => {
            let names = self_signed::Names::of_this_machine(&settings.public_addresses)
                .map_err(StartError::Interfaces)?;
            Certificate {
                identity: self_signed::make(&names, now)?,
                watch: None,
            }
        }
    };
    reload::report(&certificate.identity, now);
    Ok(Some(certificate))
}

impl Certificate {
    /// The configuration for the acceptor, kept fresh by a task if the certificate came from files.
    fn serve(self, tasks: &mut JoinSet<()>) -> RustlsConfig {
        let config = RustlsConfig::from_config(self.identity.config());
        if let Some(watch) = self.watch {
            tasks.spawn(reload::keep_fresh(watch, config.clone(), reload::EVERY));
        }
        config
    }
}
