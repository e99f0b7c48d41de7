//! The one door to a participant's WebRTC engine.
//!
//! **Invariant:** nothing outside this module touches `&mut Rtc`, and what takes a datagram or the
//! time goes through [`Transport::apply`], which drains the engine to its next deadline before it
//! returns: the engine holds one received packet at a time and loses it if another is fed before
//! the drain. What only queues (a packet, a keyframe request, a message) leaves with the next
//! drain. Every call is guarded, so that a panic in the engine ends one transport.

mod genuine;
pub(super) mod last_flight;
mod padding;
mod parked;
mod reports;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use str0m::channel::ChannelId;
use str0m::media::{Direction, KeyframeRequestKind, Media, Mid, Rid as EngineRid};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::rtp::{RtpWrite, Ssrc};
use str0m::{Event, Input, Output, Rtc};

use self::genuine::is_of_the_peer;
pub use self::padding::Padding;
use self::parked::ParkedLines;
use self::reports::ReportGate;
pub use self::reports::ReportPace;
use super::control::{Channel, ToPage};
use super::datagram::is_stun;
pub use super::datagram::{Datagram, Reception};
use super::delayed_copy::DelayedCopies;
use super::demux::stun_check;
use super::ice_restart;
use super::ids::Rid;
use super::incoming::{IncomingStreams, rtp_ssrc};
pub use super::liveness::EndOfTransport;
use super::liveness::{Liveness, SILENCE_TIMEOUT};
use super::path::Path;
use super::transport_sequence::TransportSequence;
use super::units::Bitrate;
use super::uplink::encoding::Encoding;

/// Deadlines this near are served at once. The engine's pacer releases one packet per timeout and
/// asks to be called one microsecond later; a timer of a millisecond would cap a participant at a
/// thousand packets a second and leave no two packets to batch.
const QUANTUM: Duration = Duration::from_micros(500);

/// Timeouts served in one drain, so that one busy participant cannot starve the shard. A keyframe
/// of the largest encoding is well below this many packets.
const DRAIN_BUDGET: u32 = 512;

/// Where the engine's output goes.
pub struct Sink<'a> {
    /// Datagrams to send, in order.
    pub transmits: &'a mut Vec<Transmit>,
    /// What happened, in order.
    pub events: &'a mut Vec<Event>,
}

/// One participant's connection.
pub struct Transport {
    rtc: Rtc,
    /// The latest time the engine has seen. Time into one engine never goes back: it would be
    /// ignored silently.
    clock: Instant,
    deadline: Instant,
    liveness: Liveness,
    /// Whether media may pass, in either direction.
    passes_media: bool,
    path: Path,
    slots: Option<ChannelId>,
    link: Option<ChannelId>,
    incoming: IncomingStreams,
    congestion_numbers: TransportSequence,
    parked: ParkedLines,
    reports: ReportGate,
    padding: Padding,
    /// What the bandwidth estimator was told last.
    desired: Bitrate,
    /// What goes out once more, a while later.
    pub copies: DelayedCopies,
    /// Packets were written and not yet sent.
    is_dirty: bool,
    is_broken: bool,
}

impl Transport {
    /// Takes over an engine.
    pub fn new(rtc: Rtc, now: Instant) -> Self {
        Self {
            rtc,
            clock: now,
            deadline: now,
            liveness: Liveness::new(now),
            passes_media: true,
            path: Path::default(),
            slots: None,
            link: None,
            incoming: IncomingStreams::default(),
            congestion_numbers: TransportSequence::default(),
            parked: ParkedLines::default(),
            reports: ReportGate::default(),
            padding: Padding::default(),
            desired: Bitrate::ZERO,
            copies: DelayedCopies::default(),
            is_dirty: false,
            is_broken: false,
        }
    }

    /// Runs a change on the engine and drains it. A panic inside the engine ends this transport
    /// and nothing else: the engine is dropped whole, so no half-changed state is seen again.
    fn apply<R>(
        &mut self,
        now: Instant,
        sink: &mut Sink<'_>,
        change: impl FnOnce(&mut Rtc, Instant) -> R,
    ) -> Option<R> {
        self.clock = self.clock.max(now);
        self.guard(|transport| {
            let result = change(&mut transport.rtc, transport.clock);
            transport.drain(now, sink);
            result
        })
    }

    /// Keeps a panic inside the engine from reaching the shard.
    fn guard<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.is_broken {
            return None;
        }
        let result = catch_unwind(AssertUnwindSafe(|| run(self)));
        if result.is_err() {
            tracing::error!("the WebRTC engine panicked; its transport is ended");
            self.is_broken = true;
            // Nothing is due any more; the room's next tick takes it away.
            self.deadline = self.clock + SILENCE_TIMEOUT;
        }
        result.ok()
    }

    fn drain(&mut self, now: Instant, sink: &mut Sink<'_>) {
        self.copies.release(now, sink.transmits);
        for _ in 0..DRAIN_BUDGET {
            self.deadline = loop {
                match self.rtc.poll_output() {
                    Ok(Output::Timeout(deadline)) => break deadline,
                    Ok(Output::Transmit(transmit)) => {
                        // What a probe had begun when the way was shut ends here.
                        if !self.passes_media && rtp_ssrc(&transmit.contents).is_some() {
                            continue;
                        }
                        if !self.padding.admits(&transmit.contents)
                            || !self.reports.admits(&transmit.contents, now)
                        {
                            continue;
                        }
                        if !is_stun(&transmit.contents) {
                            self.path.sent_to(transmit.destination, now);
                        }
                        self.copies.keep(&transmit, now);
                        sink.transmits.push(transmit);
                    }
                    Ok(Output::Event(event)) => sink.events.push(event),
                    Err(error) => {
                        tracing::debug!(%error, "the WebRTC engine gave up");
                        self.rtc.disconnect();
                        return;
                    }
                }
            };
            if !self.rtc.is_alive() || self.deadline > now + QUANTUM {
                return;
            }
            self.clock = self.clock.max(self.deadline);
            if self.rtc.handle_input(Input::Timeout(self.clock)).is_err() {
                self.rtc.disconnect();
                return;
            }
        }
    }

    /// A change that needs no time to pass, such as accepting an offer.
    pub fn change<R>(
        &mut self,
        now: Instant,
        sink: &mut Sink<'_>,
        change: impl FnOnce(&mut Rtc) -> R,
    ) -> Option<R> {
        self.apply(now, sink, |rtc, _| change(rtc))
    }

    /// Takes note of the answer that the peer gets.
    pub fn agreed_on(&mut self, answer: &str) {
        self.congestion_numbers = TransportSequence::negotiated(answer);
    }

    /// Spares the peer reports on these lines until they carry something. Nothing has been sent on any of
    /// them yet.
    pub fn park(&mut self, lines: Vec<Mid>) {
        self.guard(|transport| {
            for mid in lines {
                transport.parked.park(&mut transport.rtc, mid);
            }
        });
    }

    /// What becomes of padding.
    pub fn set_padding(&mut self, padding: Padding) {
        self.padding = padding;
    }

    /// How often reports on media leave.
    pub fn set_report_pace(&mut self, pace: ReportPace) {
        self.reports.set(pace);
    }

    /// Feeds one datagram.
    pub fn receive(
        &mut self,
        now: Instant,
        datagram: &Datagram<'_>,
        sink: &mut Sink<'_>,
    ) -> Reception {
        let ssrc = rtp_ssrc(datagram.contents);
        if ssrc.is_some() {
            // Before anything is decrypted: it costs the least, and the engine reports on nothing
            // that it has not seen.
            if !self.passes_media {
                return Reception::Denied;
            }
            if !self.congestion_numbers.admits(datagram.contents) {
                return Reception::Refused;
            }
        }
        let check = stun_check(datagram.contents);
        if check.is_some_and(|check| !self.path.admits(check, now)) {
            return Reception::Refused;
        }
        let (first_event, first_transmit) = (sink.events.len(), sink.transmits.len());
        let accepted = self.apply(now, sink, |rtc, clock| {
            if let Some(check) = check {
                let credentials = ice_restart::credentials(check.remote);
                rtc.direct_api().set_remote_ice_credentials(credentials);
            }
            let Ok(receive) = Receive::new(
                Protocol::Udp,
                datagram.source,
                datagram.destination,
                datagram.contents,
            ) else {
                return false;
            };
            let input = Input::Receive(clock, receive);
            if !rtc.accepts(&input) {
                return false;
            }
            if let Err(error) = rtc.handle_input(input) {
                // A malformed or forged datagram must not end a call.
                tracing::trace!(%error, "datagram refused");
                return false;
            }
            true
        });
        let mut accepted = accepted == Some(true);
        let events = sink.events.get(first_event..).unwrap_or_default();
        let is_message = events.iter().any(is_of_the_peer);
        if accepted && let Some(ssrc) = ssrc {
            accepted = self.judge(ssrc, datagram.contents, events);
        }
        // The engine answers a check only if its integrity is right. To somebody with the peer's
        // address it says that it takes whatever looks like STUN.
        let answers = sink.transmits.get(first_transmit..).unwrap_or_default();
        if is_stun(datagram.contents) {
            accepted &= answers.iter().any(|answer| is_stun(&answer.contents));
        }
        if !accepted {
            return Reception::Refused;
        }
        self.is_dirty = false;
        // Of RTCP and DTLS the engine does not say whether they authenticated; what they bring does.
        let is_authentic = ssrc.is_some() || check.is_some() || is_message;
        self.liveness.heard(now, is_authentic);
        if let Some(candidate) = self.path.heard_from(datagram.source, check, now) {
            self.apply(now, sink, |rtc, clock| {
                rtc.add_remote_candidate(candidate);
                // The engine looks at what is nominated when time passes: now, not in 50 ms.
                if rtc.handle_input(Input::Timeout(clock)).is_err() {
                    rtc.disconnect();
                }
            });
        }
        Reception::Accepted
    }

    /// Whether an ICE check, media or a message authenticated within this time.
    pub fn is_heard(&self, now: Instant, within: Duration) -> bool {
        self.liveness.is_heard(now, within)
    }

    /// When anything last came from the peer.
    pub fn last_heard(&self) -> Option<Instant> {
        self.liveness.last_heard()
    }

    /// Serves a due deadline, or sends what was written.
    pub fn advance(&mut self, now: Instant, sink: &mut Sink<'_>) {
        self.is_dirty = false;
        self.apply(now, sink, |rtc, clock| {
            if rtc.handle_input(Input::Timeout(clock)).is_err() {
                rtc.disconnect();
            }
        });
    }

    /// Queues a packet. It leaves with the next [`Transport::advance`], so that a batch of
    /// arrivals costs one drain per viewer and not one per packet.
    pub fn write(&mut self, mid: Mid, packet: RtpWrite) {
        self.guard(|transport| {
            if let Some(stream) = transport.rtc.direct_api().stream_tx_by_mid(mid, None) {
                stream.write_rtp(packet);
                transport.is_dirty = true;
            }
        });
    }

    /// Opens or shuts the way for media in both directions. While it is shut, ICE, DTLS, reports and
    /// the data channel go on, so that it opens without a round trip.
    pub fn pass_media(&mut self, passes: bool) {
        self.passes_media = passes;
        // Nothing is worth looking for.
        if !passes {
            self.set_desired(Bitrate::ZERO);
            self.copies.clear();
        }
    }

    /// Says whether a line has anything to carry.
    ///
    /// The engine pads and probes on lines that send, whether or not there is media: for somebody
    /// who has nobody to hear, that would be data spent on nothing.
    pub fn carry(&mut self, mid: Mid, carries: bool) {
        let direction = if carries && self.passes_media {
            Direction::SendOnly
        } else {
            Direction::Inactive
        };
        if direction == Direction::SendOnly {
            self.guard(|transport| transport.parked.unpark(&mut transport.rtc, mid));
        }
        if self.rtc.media(mid).map(Media::direction) != Some(direction) {
            self.guard(|transport| transport.rtc.sdp_api().set_direction(mid, direction));
            // The engine asks only now whether any line sends, and would go on padding at the rate
            // that it last worked out.
            self.set_desired(self.desired);
        }
    }

    /// Forgets what waits on a line: for the pacer, for a NACK, or as padding of a probe.
    ///
    /// The engine empties a line that stops sending; that it may start again at once ([`Self::carry`])
    /// is all that the peer would see, and it is told of neither. Sequence numbers go on, on the RTX
    /// stream too, so no SRTP nonce is used twice.
    pub fn discard(&mut self, mid: Mid) {
        self.carry(mid, false);
    }

    /// Asks the publisher for a keyframe (PLI, RFC 4585 section 6.3.1).
    pub fn request_keyframe(&mut self, encoding: &Encoding) {
        let Some(ssrc) = encoding.ssrc() else { return };
        self.guard(|transport| {
            if let Some(stream) = transport.rtc.direct_api().stream_rx(&ssrc) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
                transport.is_dirty = true;
            }
        });
    }

    /// Which m-line and RID an SSRC belongs to.
    pub fn identify(&mut self, ssrc: Ssrc) -> Option<(Mid, Option<Rid>)> {
        self.guard(|transport| {
            let mut api = transport.rtc.direct_api();
            let stream = api.stream_rx(&ssrc)?;
            let rid = stream.rid().and_then(|rid: EngineRid| Rid::parse(&rid));
            Some((stream.mid(), rid))
        })?
    }

    /// Sends a message over a data channel; `false` if that is not open.
    pub fn send(&mut self, message: ToPage, over: Channel) -> bool {
        let sent = self.guard(|transport| {
            let mut channel = transport.rtc.channel(transport.channel(over)?)?;
            channel.write(true, &message.encode()).ok()
        });
        self.is_dirty = true;
        sent.flatten() == Some(true)
    }

    /// The page opened a data channel.
    pub fn set_channel(&mut self, channel: Channel, id: ChannelId) {
        match channel {
            Channel::Slots => self.slots = Some(id),
            Channel::Link => self.link = Some(id),
        }
    }

    fn channel(&self, channel: Channel) -> Option<ChannelId> {
        match channel {
            Channel::Slots => self.slots,
            Channel::Link => self.link,
        }
    }

    /// Whether this channel is open.
    pub fn has(&self, channel: Channel) -> bool {
        self.channel(channel).is_some()
    }

    /// Whether the page can be told anything.
    pub fn has_channel(&self) -> bool {
        self.slots.is_some() || self.link.is_some()
    }

    /// Tells the bandwidth estimator how much could be used.
    pub fn set_desired(&mut self, desired: Bitrate) {
        self.desired = desired;
        let desired = str0m::bwe::Bitrate::bps(desired.as_bps());
        self.guard(|transport| {
            transport
                .rtc
                .bwe()
                .set_bitrate(str0m::bwe::Bitrate::ZERO, desired);
        });
    }

    /// Lets the bandwidth estimator forget what it has seen and start from here. Until something is
    /// desired it neither probes nor looks further.
    pub fn restart_estimate(&mut self, from: Bitrate) {
        let from = str0m::bwe::Bitrate::bps(from.as_bps());
        self.guard(|transport| transport.rtc.bwe().reset(from));
        self.set_desired(Bitrate::ZERO);
    }

    /// Whether packets were written since the last drain.
    pub fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// When it next needs [`Transport::advance`].
    pub fn deadline(&self) -> Instant {
        let copy = self.copies.deadline();
        copy.map_or(self.deadline, |copy| copy.min(self.deadline))
    }

    /// Says whether packets of an encoding that were lost on the way here are asked for. The browser
    /// answers if that was negotiated.
    pub fn ask_for_lost(&mut self, encoding: &Encoding, asks: bool) {
        let Some(ssrc) = encoding.ssrc() else { return };
        self.guard(|transport| {
            if let Some(stream) = transport.rtc.direct_api().stream_rx(&ssrc) {
                stream.suppress_nack(!asks);
            }
        });
    }

    /// Why it can be given up, if it can.
    pub fn end(&self, now: Instant) -> Option<EndOfTransport> {
        if self.is_broken || !self.rtc.is_alive() {
            return Some(EndOfTransport::Closed);
        }
        self.liveness.end(now)
    }

    /// The local ICE user fragment.
    pub fn fragment(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// Closes towards the peer: RTCP BYE and DTLS close-notify leave through the sink.
    pub fn close(&mut self, now: Instant, sink: &mut Sink<'_>) {
        self.apply(now, sink, |rtc, _| {
            if rtc.close().is_err() {
                rtc.disconnect();
            }
        });
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The engine's own output would show addresses and keys.
        f.debug_struct("Transport")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
