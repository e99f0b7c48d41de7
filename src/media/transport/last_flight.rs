//! The last flight of the DTLS handshake, said again as often as the page asks for it.
//!
//! It is ours, and nothing but it tells the page that the handshake is over. A page that has not got it
//! repeats its own last flight and is to be answered (RFC 6347 section 4.2.4), or it hears nobody.
//! The engine's DTLS answers the first repeat and then rests for 2, 4, 8 and 16 seconds, while a page's own
//! repeats become as rare: where two answers are lost one after the other, which bursts do, the voice
//! comes many seconds late or never. So what the engine's DTLS leaves unanswered is answered here.
//!
//! The answer is the datagram of before, byte by byte: nothing is encrypted twice under one number, and
//! a page that has it already drops it as replayed.

use std::sync::Arc;
use std::time::Instant;

use str0m::config::DtlsVersion;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion,
};
use str0m::crypto::{CryptoError, CryptoProvider, from_feature_flags};

/// So many answers at most: browsers give up after a dozen repeats, and a stranger who makes repeats up gets
/// no more than these sent to the page.
const ANSWERS: u32 = 16;

/// Content types (RFC 5246 section 6.2.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// The message that stands once in a client's last flight, and in none of its others (RFC 5246 section 7.4.7).
const CLIENT_KEY_EXCHANGE: u8 = 16;

/// The engine's cryptography, with DTLS that says its last flight again.
pub fn cryptography() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        dtls_provider: &Provider,
        ..from_feature_flags()
    })
}

#[derive(Debug)]
struct Provider;

impl DtlsProvider for Provider {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        from_feature_flags().dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let provider = from_feature_flags().dtls_provider;
        Ok(Box::new(Dtls {
            inner: provider.new_dtls(cert, now, version, mtu)?,
            now,
            last: Last::NotSaid,
            answer: Answer::None,
        }))
    }
}

/// One side of a handshake.
#[derive(Debug)]
struct Dtls {
    inner: Box<dyn DtlsInstance>,
    /// The latest time that it was told.
    now: Instant,
    last: Last,
    answer: Answer,
}

/// Our last flight.
#[derive(Debug)]
enum Last {
    NotSaid,
    /// Nothing shows yet that the page has it; so many answers are left.
    Said {
        datagram: Vec<u8>,
        left: u32,
    },
    /// The page has sent what only who has it can send.
    Heard,
}

/// What becomes of a repeat that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    None,
    /// Unless the engine's DTLS answers it.
    Perhaps,
    /// With the next poll.
    Due,
}

impl Dtls {
    /// Our last flight, where it has to be said again now.
    fn due(&self) -> Option<&[u8]> {
        match &self.last {
            Last::Said { datagram, left } if self.answer == Answer::Due && *left > 0 => {
                Some(datagram)
            }
            _ => None,
        }
    }

    /// It was said again.
    fn has_answered(&mut self) {
        self.answer = Answer::None;
        if let Last::Said { left, .. } = &mut self.last {
            *left -= 1;
        }
    }

    /// A datagram leaves.
    fn says(&mut self, datagram: &[u8]) {
        // A server's last flight begins so, and nothing else that it says does.
        if self.inner.is_active() || datagram.first() != Some(&CHANGE_CIPHER_SPEC) {
            return;
        }
        self.answer = Answer::None;
        if let Last::NotSaid = self.last {
            self.last = Last::Said {
                datagram: datagram.to_vec(),
                left: ANSWERS,
            };
        }
    }
}

impl DtlsInstance for Dtls {
    fn set_active(&mut self, active: bool) {
        self.inner.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        if matches!(self.last, Last::Said { .. }) && repeats_last_flight(packet) {
            self.answer = Answer::Perhaps;
        }
        self.inner.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        if let Some(datagram) = self.due() {
            let needed = datagram.len();
            let Some(room) = buf.get_mut(..needed) else {
                return DtlsOutput::BufferTooSmall { needed };
            };
            room.copy_from_slice(datagram);
            self.has_answered();
            return DtlsOutput::Packet(room);
        }
        let output = self.inner.poll_output(buf);
        match &output {
            DtlsOutput::Packet(datagram) => self.says(datagram),
            DtlsOutput::ApplicationData(_) => self.last = Last::Heard,
            DtlsOutput::Timeout(_) if self.answer == Answer::Perhaps => {
                self.answer = Answer::Due;
                return DtlsOutput::Timeout(self.now);
            }
            _ => {}
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.now = now;
        self.inner.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.inner.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.inner.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.inner.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.inner.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.inner.close()
    }
}

/// Whether a client's last flight, or the part of it that every repeat has once, begins in this datagram.
fn repeats_last_flight(mut datagram: &[u8]) -> bool {
    // Content type, version, epoch, sequence number, length (RFC 6347 section 4.1).
    while let Some((&[kind, _, _, e1, e0, .., l1, l0], rest)) = datagram.split_first_chunk::<13>() {
        let length = u16::from_be_bytes([l1, l0]);
        let Some((record, rest)) = rest.split_at_checked(length.into()) else {
            return false;
        };
        if kind == HANDSHAKE && [e1, e0] == [0, 0] && begins_key_exchange(record) {
            return true;
        }
        datagram = rest;
    }
    false
}

fn begins_key_exchange(mut record: &[u8]) -> bool {
    // Type, length, message number, offset and length of the fragment (RFC 6347 section 4.2.2).
    while let Some((&[kind, _, _, _, _, _, o2, o1, o0, l2, l1, l0], rest)) =
        record.split_first_chunk::<12>()
    {
        if kind == CLIENT_KEY_EXCHANGE && [o2, o1, o0] == [0, 0, 0] {
            return true;
        }
        let length = u32::from_be_bytes([0, l2, l1, l0]);
        let Some(rest) = usize::try_from(length).ok().and_then(|at| rest.get(at..)) else {
            return false;
        };
        record = rest;
    }
    false
}

#[cfg(test)]
#[path = "last_flight_tests.rs"]
mod tests;
