//! The bots' way to the server: one TCP or TLS connection a request unless several are to share one, and the
//! stream of a WebSocket.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper::header;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::cli::Target;
use crate::protocol::Problem;

/// A join does one DTLS certificate's worth of work; a server that needs longer has failed it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// Far above any answer; a larger one is a bug worth seeing.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.code, self.detail)
    }
}

impl std::error::Error for Failure {}

/// What goes wrong on this side, be it the machine's fault or the bot's.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new("client", format!("{error:#}"))
    }
}

/// A byte stream to the server, plain or TLS.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Why a request brought no answer; `code` is what the report counts by.
#[derive(Debug)]
pub struct Failure {
    /// The server's stable code, or `network`, `timeout`, `unreadable`, `status_<n>`.
    pub code: String,
    /// For the reader of the report.
    pub detail: String,
}

impl Failure {
    /// A failure this side noticed.
    pub fn new(code: &str, detail: impl std::fmt::Display) -> Self {
        Self {
            code: code.to_owned(),
            detail: detail.to_string(),
        }
    }
}

/// Talks to one server; cheap to clone.
#[derive(Clone)]
pub struct Client {
    target: Target,
    tls: Option<TlsConnector>,
    from: Option<IpAddr>,
}

impl Client {
    /// A client for `target`; builds the TLS configuration once.
    pub fn new(target: Target) -> anyhow::Result<Self> {
        let tls = target.tls.then(insecure_tls).transpose()?;
        Ok(Self {
            target,
            tls,
            from: None,
        })
    }

    /// The same, calling from this address of the machine, so that the server can tell people apart.
    #[must_use]
    pub fn calling_from(&self, address: IpAddr) -> Self {
        Self {
            from: Some(address),
            ..self.clone()
        }
    }

    /// Whom this client talks to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The address that media is sent from: the one chosen, else the server's own, since it is on this
    /// machine.
    pub fn local_address(&self) -> IpAddr {
        match (self.from, self.target.address.ip()) {
            (Some(chosen), _) => chosen,
            // 127.0.0.2 and the like are bound by nobody else; the server's candidates are on .1.
            (None, IpAddr::V4(server)) if server.is_loopback() => Ipv4Addr::LOCALHOST.into(),
            (None, IpAddr::V6(server)) if server.is_loopback() => Ipv6Addr::LOCALHOST.into(),
            (None, other) => other,
        }
    }

    /// Opens a stream to the server.
    pub async fn connect(&self) -> anyhow::Result<Box<dyn Stream>> {
        let socket = match self.target.address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(from) = self.from {
            socket.bind(SocketAddr::new(from, 0))?;
        }
        let tcp = socket.connect(self.target.address).await?;
        tcp.set_nodelay(true)?;
        match &self.tls {
            None => Ok(Box::new(tcp)),
            Some(connector) => {
                let name = ServerName::IpAddress(self.target.address.ip().into());
                Ok(Box::new(connector.connect(name, tcp).await?))
            }
        }
    }

    /// Opens a connection for several requests in a row.
    pub async fn line(&self) -> Result<Line, Failure> {
        let opened = async {
            let stream = self.connect().await.context("connect")?;
            let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .context("handshake")?;
            anyhow::Ok((sender, connection))
        };
        let (sender, connection) = timeout(REQUEST_TIMEOUT, opened)
            .await
            .map_err(|_| Failure::new("timeout", "no connection in time"))?
            .map_err(|error| Failure::new("network", format!("{error:#}")))?;
        let authority = self.target.authority.clone();
        // What goes wrong with the connection shows in the request that it fails.
        let driver = tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(Line {
            sender,
            authority,
            driver,
        })
    }

    /// Sends a JSON body (deflated, as the page does) and reads a JSON answer.
    pub async fn post<B: Serialize, R: DeserializeOwned>(
        &self,
        path: &str,
        bearer: Option<&str>,
        body: &B,
    ) -> Result<R, Failure> {
        self.line().await?.post(path, bearer, body).await
    }

    /// Sends a DELETE and ignores the body of the answer.
    pub async fn delete(&self, path: &str, bearer: &str) -> Result<(), Failure> {
        let mut line = self.line().await?;
        line.request(Method::DELETE, path, Some(bearer), None)
            .await
            .map(|_| ())
    }

    /// Reads a text.
    pub async fn get_text(&self, path: &str, bearer: Option<&str>) -> Result<String, Failure> {
        let mut line = self.line().await?;
        let body = line.request(Method::GET, path, bearer, None).await?;
        String::from_utf8(body.into()).map_err(|error| Failure::new("unreadable", error))
    }
}

/// One connection to the server; ends when dropped.
pub struct Line {
    sender: SendRequest<Full<Bytes>>,
    authority: String,
    driver: JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Line {
    /// As [`Client::post`], on this connection.
    pub async fn post<B: Serialize, R: DeserializeOwned>(
        &mut self,
        path: &str,
        bearer: Option<&str>,
        body: &B,
    ) -> Result<R, Failure> {
        let json = serde_json::to_vec(body).map_err(|error| Failure::new("unreadable", error))?;
        let body = deflate(&json).map_err(|error| Failure::new("unreadable", error))?;
        let answer = self.request(Method::POST, path, bearer, Some(body)).await?;
        serde_json::from_slice(&answer).map_err(|error| Failure::new("unreadable", error))
    }

    async fn request(
        &mut self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        deflated_json: Option<Vec<u8>>,
    ) -> Result<Bytes, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.authority);
        if let Some(secret) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        if deflated_json.is_some() {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, "deflate");
        }
        let request = request
            .body(Full::new(Bytes::from(deflated_json.unwrap_or_default())))
            .map_err(|error| Failure::new("unreadable", error))?;
        let (status, body) = timeout(REQUEST_TIMEOUT, self.exchange(request))
            .await
            .map_err(|_| Failure::new("timeout", format!("no answer within {REQUEST_TIMEOUT:?}")))?
            .map_err(|error| Failure::new("network", format!("{error:#}")))?;
        if status.is_success() {
            return Ok(body);
        }
        // The server's message may repeat what was sent; the code never does.
        Err(match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => Failure {
                code: problem.code,
                detail: format!("status {}", status.as_u16()),
            },
            Err(_) => Failure::new(&format!("status_{}", status.as_u16()), "no problem body"),
        })
    }

    async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        self.sender.ready().await.context("connection")?;
        let response = self.sender.send_request(request).await.context("request")?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_RESPONSE_BYTES)
            .collect()
            .await
            .map_err(|error| anyhow::anyhow!(error))?;
        Ok((parts.status, body.to_bytes()))
    }
}

fn deflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// How many bytes `text` takes deflated: the figure the join budget is about.
pub fn deflated_len(text: &str) -> usize {
    deflate(text.as_bytes()).map_or(0, |bytes| bytes.len())
}

fn insecure_tls() -> anyhow::Result<TlsConnector> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Arc::new(AnyCertificate(
        provider
            .signature_verification_algorithms
            .supported_schemes(),
    ));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Accepts every certificate: the target is this machine, and `--insecure` was typed.
#[derive(Debug)]
struct AnyCertificate(Vec<SignatureScheme>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}
