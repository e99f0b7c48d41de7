//! HTTP/1.1 and HTTP/2 over TCP, plain or with TLS, for whatever routes it is given.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;

/// How long a client may take over its handshake, and over the head of a request. Over a very weak link
/// both take many seconds; longer than this is slow on purpose.
const OPENING: Duration = Duration::from_secs(30);

/// How long a connection lives without an answer: as long as a media transport, so that a phone which was
/// out of reach finds both again.
const OUT_OF_REACH: Duration = Duration::from_mins(2);

/// HTTP/2 clients are asked for a sign of life this often, so that connections of vanished phones end.
const PING_EVERY: Duration = Duration::from_secs(30);

/// A page needs a handful of requests at once; the rest is abuse.
const STREAMS_PER_CONNECTION: u32 = 64;

/// Serves until `handle` is told to stop. With TLS, ALPN chooses between HTTP/2 and HTTP/1.1.
pub async fn serve(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    router: Router,
    handle: Handle<SocketAddr>,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::Server::from_listener(listener).handle(handle);
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(OPENING);
    builder
        .http2()
        .timer(TokioTimer::new())
        // WebSockets over HTTP/2 (RFC 8441): the events share the connection that loaded the page.
        .enable_connect_protocol()
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(OUT_OF_REACH);
    // Small records and small messages help only if the kernel does not hold them back to fill packets.
    match tls {
        Some(config) => {
            let acceptor = RustlsAcceptor::new(config)
                .handshake_timeout(OPENING)
                .acceptor(NoDelayAcceptor::new());
            server.acceptor(acceptor).serve(service).await
        }
        None => server.acceptor(NoDelayAcceptor::new()).serve(service).await,
    }
}
