//! Signaling: who is in which consultation, and what they may do.
//!
//! Reading order: [`consultation`] (the rules, pure) → [`protocol`] (the wire) → `room` (a live
//! room: one task, one mailbox) → [`Service`] (finds the room) → [`http`](router) and `ws` (the
//! rim). It knows an SFU only as a [`media_port::MediaPort`], and a database only as a
//! [`store::RoomStore`].
//!
//! **Invariant:** no name, link, token, offer, address or chat text is ever logged.

pub mod accounts;
mod auth;
mod board;
mod bucket;
pub mod calendar;
mod clock;
pub mod connection;
mod consent_text;
pub mod consultation;
pub mod contact;
pub mod demonstration;
pub mod fhir;
mod http;
pub mod ice;
pub mod ids;
pub mod media_port;
pub mod message;
pub mod opaque;
mod per_address;
pub mod protocol;
mod room;
#[cfg(test)]
mod schemas;
mod service;
pub mod store;
pub mod telling;
pub mod text;
pub mod utc;
pub mod webhook;
mod ws;

pub use auth::{AdminSecret, BookingKey, RandomError, TokenKey, TokenKeyError, TokenKeys};
pub use board::{Ahead, Date, DateError};
pub use bucket::Wait;
pub use clock::Clock;
pub use http::{Access, router};
pub use room::{EndRoomError, JoinError, LinkChangeError};
pub use service::{
    CodeError, Codes, Counts, CreateRoomError, NotReady, PersonError, Service, Settings,
};
