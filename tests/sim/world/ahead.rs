//! A page that begins ICE and DTLS before the server has answered.

use std::net::SocketAddr;

use fastrand::Rng;
use nhipcau::media::credentials::Credentials;
use str0m::config::Fingerprint;

use super::page::Page;

impl Page {
    /// Begins with a server that has not answered yet; see [`Offered::begin`].
    pub fn begin(&mut self, server: SocketAddr, fingerprint: Fingerprint, rng: &mut Rng) {
        let mut random = |count| (0..count).map(|_| rng.alphanumeric()).collect();
        let chosen = Credentials {
            fragment: random(8),
            password: random(22),
        };
        self.engine.begin(server, fingerprint, chosen);
    }

    /// The server's credentials, if the page has chosen them.
    pub fn chosen(&self) -> Option<&Credentials> {
        self.engine.chosen.as_ref()
    }
}
