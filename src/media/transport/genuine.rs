//! Whether what came was genuine: undoes what a forged packet changed in the engine.

use str0m::Event;
use str0m::rtp::Ssrc;

use super::Transport;
use crate::media::incoming::{Incoming, Proof};

impl Transport {
    /// Whether an RTP packet was genuine, by what the engine made of it.
    pub(super) fn judge(&mut self, ssrc: Ssrc, packet: &[u8], events: &[Event]) -> bool {
        let delivered = events.iter().find_map(|event| match event {
            Event::RtpPacket(packet) => Some(&packet.header),
            _ => None,
        });
        let Some(header) = delivered else {
            self.congestion_numbers.was_taken(packet);
            // Padding that probes the bandwidth comes where retransmissions do, and delivers
            // nothing.
            return self.guard(|transport| transport.undo_forgery(ssrc)) == Some(true);
        };
        self.congestion_numbers
            .was_delivered(header.ext_vals.transport_cc);
        if !self.incoming.has(ssrc) {
            self.prove(header.ssrc, ssrc);
        }
        true
    }

    /// A packet from an SSRC that is new to us has authenticated.
    fn prove(&mut self, main: Ssrc, ssrc: Ssrc) {
        if main != ssrc {
            self.incoming.prove_rtx(main, ssrc);
            return;
        }
        self.guard(|transport| {
            let mut api = transport.rtc.direct_api();
            let Some(stream) = api.stream_rx(&ssrc) else {
                return;
            };
            let proven = Incoming {
                ssrc,
                rtx: None,
                mid: stream.mid(),
                rid: stream.rid(),
            };
            match transport.incoming.prove(proven) {
                Proof::First => {}
                Proof::Replaces(old) => {
                    api.remove_stream_rx(old);
                }
                Proof::TooMany => {
                    tracing::debug!("a peer keeps changing its SSRCs; its transport is ended");
                    transport.rtc.disconnect();
                }
            }
        });
    }

    /// Puts the engine's table of streams back to what authenticated packets have shown; returns
    /// whether the SSRC is a place of retransmissions.
    fn undo_forgery(&mut self, ssrc: Ssrc) -> bool {
        let mut api = self.rtc.direct_api();
        if !self.incoming.has(ssrc) {
            api.remove_stream_rx(ssrc);
        }
        let mut is_rtx = false;
        for genuine in self.incoming.iter() {
            let found = api.stream_rx(&genuine.ssrc).map(|stream| stream.rtx());
            if found.is_none_or(|rtx| genuine.rtx.is_some() && rtx != genuine.rtx) {
                api.expect_stream_rx(genuine.ssrc, genuine.rtx, genuine.mid, genuine.rid);
            }
            is_rtx |= genuine.rtx.or(found.flatten()) == Some(ssrc);
        }
        is_rtx
    }
}

/// Whether only the peer itself can have caused this event.
pub(super) fn is_of_the_peer(event: &Event) -> bool {
    matches!(event, Event::ChannelData(_) | Event::KeyframeRequest(_))
}
