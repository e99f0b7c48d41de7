//! The HTTP routes. Only this folder and [`crate::ws`] know axum.

mod account;
pub(crate) mod address;
mod admin;
mod appointments;
mod audit;
mod body;
mod clinics;
mod consent;
mod fhir;
mod jar;
mod join;
mod keys;
mod openapi;
mod paging;
mod problem;
mod rooms;
mod seats;
mod session;
mod staff;
#[cfg(test)]
pub(crate) mod tests;
mod visit;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, delete, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;

use crate::accounts::{Accounts, Cookies};
use crate::auth::AdminSecret;
use crate::service::Service;
use crate::webhook::Webhooks;
use crate::ws;

/// What the handlers need.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) service: Service,
    pub(crate) admin: AdminSecret,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) cookies: Cookies,
    pub(crate) webhooks: Webhooks,
}

/// Who has an account here, and how browsers keep a session.
#[derive(Clone)]
pub struct Access {
    /// The accounts of all clinics.
    pub accounts: Arc<Accounts>,
    /// As the server is reached.
    pub cookies: Cookies,
    /// What hospital systems are told.
    pub webhooks: Webhooks,
}

/// All routes of signaling. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`:
/// limits are per address, and without one all callers share an allowance.
pub fn router(service: Service, admin: AdminSecret, access: Access) -> Router {
    let Access {
        accounts,
        cookies,
        webhooks,
    } = access;
    let state = AppState {
        service,
        admin,
        accounts,
        cookies,
        webhooks,
    };
    let json = Router::new()
        .route("/v1/invitation", post(join::invitation))
        .merge(consent::routes())
        .merge(visit::routes())
        .route("/v1/join", post(join::join))
        .route("/v1/resume", post(join::resume))
        .route("/v1/rooms", post(rooms::create))
        .route("/v1/rooms/{room}", delete(rooms::end))
        .route(
            "/v1/rooms/{room}/seats/{seat}/link",
            post(seats::new_link).delete(seats::revoke),
        )
        .route("/v1/rooms/{room}/seats/{seat}/erase", post(seats::erase))
        .route("/debug/rooms/{room}", get(rooms::debug))
        .merge(fhir::routes())
        .merge(openapi::routes())
        .merge(session::routes())
        .merge(account::routes())
        .merge(staff::routes())
        .merge(appointments::routes())
        .merge(keys::routes())
        .merge(webhooks::routes())
        .merge(clinics::routes())
        .merge(audit::routes())
        .layer(axum::middleware::map_response(problem::from_framework))
        // The size that handlers see is limited by `Body`; the compressed size here, since a
        // body may decompress to nothing for ever.
        .layer(RequestDecompressionLayer::new().pass_through_unaccepted(true))
        .layer(axum::middleware::map_request(body::limit))
        .layer(CompressionLayer::new());
    let sockets = Router::new()
        // Any method: GET over HTTP/1.1, CONNECT over HTTP/2 (RFC 8441).
        .route("/v1/connect", any(ws::connect));
    json.merge(sockets).with_state(state)
}
