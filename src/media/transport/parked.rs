//! Lines that have carried nothing yet.
//!
//! The engine reports on each line that it could send on (RFC 3550 section 6.4.1), whether or not it
//! does: most slots of a consultation stay empty, and over a weak link none of the pictures flows. So a
//! line is in the engine only from the first time on that it carries something.
//!
//! **Invariant:** a line that has ever carried anything is not parked. Its sequence numbers would begin
//! anew under its SSRC, and AES-GCM would use one nonce twice.

use str0m::Rtc;
use str0m::media::Mid;
use str0m::rtp::Ssrc;

/// The parked lines of one transport.
#[derive(Debug, Default)]
pub struct ParkedLines {
    lines: Vec<Parked>,
}

/// What the peer was told of a line.
#[derive(Debug)]
struct Parked {
    mid: Mid,
    ssrc: Ssrc,
    retransmission: Option<Ssrc>,
}

impl ParkedLines {
    /// Takes a line out of the engine that was agreed on just now.
    pub fn park(&mut self, rtc: &mut Rtc, mid: Mid) {
        let mut api = rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(mid, None) else {
            return;
        };
        let line = Parked {
            mid,
            ssrc: stream.ssrc(),
            retransmission: stream.rtx(),
        };
        api.remove_stream_tx(line.ssrc);
        self.lines.push(line);
    }

    /// Puts a line back, as the peer knows it.
    pub fn unpark(&mut self, rtc: &mut Rtc, mid: Mid) {
        let Some(at) = self.lines.iter().position(|line| line.mid == mid) else {
            return;
        };
        let line = self.lines.swap_remove(at);
        let mut api = rtc.direct_api();
        api.declare_stream_tx(line.ssrc, line.retransmission, mid, None);
    }
}
