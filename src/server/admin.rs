//! Endpoints for operators and their machines: alive, ready, and what is counted.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use signaling::webhook::Webhooks;

use super::media::Shards;

/// What the endpoints look at.
#[derive(Clone)]
pub struct Watched {
    service: signaling::Service,
    shards: Arc<dyn Shards>,
    webhooks: Webhooks,
    /// Filled anew at each look: nothing on the packet path ever touches it, and two servers in one process
    /// do not mix.
    metrics: Arc<PrometheusRecorder>,
}

impl Watched {
    /// Watches a signaling service, the shards under it, and what it tells hospital systems.
    #[must_use]
    pub fn new(service: signaling::Service, shards: Arc<dyn Shards>, webhooks: Webhooks) -> Self {
        let metrics = Arc::new(PrometheusBuilder::new().build_recorder());
        Self {
            service,
            shards,
            webhooks,
            metrics,
        }
    }
}

/// The routes. None of them tells anything about a person, so they need no secret.
pub fn router(watched: Watched) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(watched)
}

/// Whether new people should be sent here; the answer's text tells the operator why not.
async fn ready(State(watched): State<Watched>) -> (StatusCode, String) {
    if let Err(reason) = watched.service.ready().await {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n"));
    }
    let (up, wanted) = (watched.shards.up(), watched.shards.wanted());
    if up < wanted {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{up} of {wanted} media shards are up\n"),
        );
    }
    (StatusCode::OK, "ready\n".to_owned())
}

async fn metrics(State(watched): State<Watched>) -> impl IntoResponse {
    metrics::with_local_recorder(&*watched.metrics, || fill(&watched));
    let text = watched.metrics.handle().render();
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
}

/// Copies every figure into the recorder that is current.
fn fill(watched: &Watched) {
    for (name, value) in watched.shards.counters() {
        metrics::counter!(format!("nhipcau_media_{name}_total")).absolute(value);
    }
    for (name, value) in watched.shards.gauges() {
        set(format!("nhipcau_media_{name}"), value);
    }
    set(
        "nhipcau_media_shards".to_owned(),
        widened(watched.shards.wanted()),
    );
    set(
        "nhipcau_media_shards_up".to_owned(),
        widened(watched.shards.up()),
    );

    let counts = watched.service.counts();
    set("nhipcau_rooms_live".to_owned(), widened(counts.rooms_live));
    set(
        "nhipcau_seats_present".to_owned(),
        widened(counts.seats_present),
    );
    set("nhipcau_websockets".to_owned(), widened(counts.websockets));
    for (result, value) in counts.joins {
        metrics::counter!("nhipcau_joins_total", "result" => result).absolute(value);
    }

    let deliveries = watched.webhooks.counts();
    for (result, value) in [
        ("delivered", deliveries.delivered),
        ("failed", deliveries.failed),
        ("given_up", deliveries.given_up),
    ] {
        metrics::counter!("nhipcau_webhook_tries_total", "result" => result).absolute(value);
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "Prometheus knows only f64, exact up to 2^53"
)]
fn set(name: String, value: u64) {
    metrics::gauge!(name).set(value as f64);
}

fn widened(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
