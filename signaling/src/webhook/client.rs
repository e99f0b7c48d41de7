//! One request to one webhook: bounded in time and size, to a machine that was looked at, without redirects.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::signature::HEADER;
use super::{Failure, Reach, Request, Sender, Target};

/// From looking the name up to the answer's first line. A hospital's system that needs longer takes deliveries later.
const PATIENCE: Duration = Duration::from_secs(10);

/// Until the next address of the name is tried: many machines have one of IPv6 that leads nowhere.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);

/// Sends requests over TLS, and over plain TCP where [`Reach`] allows that. Clones share what they trust.
#[derive(Clone)]
pub struct Client {
    tls: Arc<ClientConfig>,
    reach: Reach,
    patience: Duration,
}

/// Nothing can be sent over TLS here.
#[derive(Debug, thiserror::Error)]
#[error("no TLS for webhooks: {0}")]
pub struct ClientError(#[from] rustls::Error);

impl Client {
    /// A client that goes no further than `reach`, and trusts the certificates that this machine does: a hospital's own
    /// authority is among them where its administrators have put it.
    pub fn new(reach: Reach) -> Result<Self, ClientError> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (_added, unreadable) = roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            tracing::warn!(
                unreadable,
                "no certificates to trust: no webhook is reached over TLS"
            );
        }
        Self::trusting(roots, reach)
    }

    /// A client that trusts these.
    pub(super) fn trusting(roots: RootCertStore, reach: Reach) -> Result<Self, ClientError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = Arc::new(tls);
        Ok(Self {
            tls,
            reach,
            patience: PATIENCE,
        })
    }

    /// One that a test need not wait for.
    #[cfg(test)]
    pub(super) const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn post(&self, request: Request) -> Result<(), Failure> {
        let answer = timeout(self.patience, self.ask(request)).await;
        let status = answer.map_err(|_elapsed| Failure::Late)??;
        if status.is_success() {
            return Ok(());
        }
        Err(Failure::Status(status.as_u16()))
    }

    async fn ask(&self, request: Request) -> Result<StatusCode, Failure> {
        let Request {
            target,
            signature,
            body,
        } = request;
        let stream = connect(&self.find(&target).await?).await?;
        let request = hyper::Request::post(target.path())
            .header(HOST, target.authority())
            .header(USER_AGENT, concat!("Nhipcau/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(CONNECTION, "close")
            .header(HEADER, signature)
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| Failure::Connection)?;
        if !target.is_tls() {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(target.host().to_owned()).map_err(|_| Failure::Name)?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = connector.connect(name, stream).await;
        exchange(stream.map_err(|_| Failure::Tls)?, request).await
    }

    /// The machines of the name, each of them looked at. What is connected to is one of these: a name that says
    /// something else a moment later changes nothing.
    async fn find(&self, target: &Target) -> Result<Vec<SocketAddr>, Failure> {
        let found = lookup_host((target.host(), target.port())).await;
        let found: Vec<_> = found.map_err(|_| Failure::Name)?.collect();
        let is_allowed = |address: &SocketAddr| self.reach.allows(address.ip());
        if !found.iter().all(is_allowed) {
            return Err(Failure::Forbidden);
        }
        Ok(found)
    }
}

impl Sender for Client {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<(), Failure>> {
        let client = self.clone();
        async move { client.post(request).await }.boxed()
    }
}

/// The first machine that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut failure = Failure::Name;
    for address in addresses {
        match timeout(CONNECT_PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(_)) | Err(_) => failure = Failure::Connection,
        }
    }
    Err(failure)
}

/// The answer's status. Its body is not read: nothing in it matters, and it may never end.
async fn exchange<S>(stream: S, request: hyper::Request<Full<Bytes>>) -> Result<StatusCode, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Connection)?;
    let answer = sender.send_request(request);
    tokio::pin!(answer, connection);
    let answered = tokio::select! {
        answered = &mut answer => answered,
        // The connection drives the request; ended before it, there is no answer to come.
        _ended = &mut connection => answer.await,
    };
    let answered = answered.map_err(|_| Failure::Connection)?;
    Ok(answered.status())
}
