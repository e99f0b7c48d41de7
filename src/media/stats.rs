//! What a shard counts. Plain numbers: the shell publishes them.

/// Counters that only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams handed to a transport and accepted.
    pub datagrams_accepted: u64,
    /// Datagrams from an address that nobody has announced.
    pub datagrams_unknown_source: u64,
    /// STUN that names no user fragment of ours.
    pub datagrams_unknown_fragment: u64,
    /// Datagrams that their transport's engine refused: malformed, forged or late.
    pub datagrams_refused: u64,
    /// RTP packets received that belong to a track and codec we agreed on.
    pub packets_received: u64,
    /// RTP packets that decrypted and belong to nothing we agreed on, exceed what their encoding may
    /// send, or are voice that a network held back for too long.
    pub packets_unusable: u64,
    /// Voice packets written to listeners.
    pub voice_forwarded: u64,
    /// Picture packets written to viewers.
    pub video_forwarded: u64,
    /// Packets of somebody who is not let in, once each: media, which is dropped unread; messages
    /// and keyframe requests.
    pub packets_denied: u64,
    /// Keyframes asked of publishers.
    pub keyframe_requests: u64,
    /// Data channel messages that were none of ours.
    pub messages_unknown: u64,
    /// Reports on a link beyond what any page of ours sends.
    pub reports_refused: u64,
    /// Probes of a link that were asked for too often, too soon, or by somebody who is let in.
    pub probes_refused: u64,
    /// Transports made.
    pub transports_opened: u64,
    /// Transports ended, whatever the reason.
    pub transports_closed: u64,
}

impl Counters {
    /// Name and value of each counter.
    pub fn entries(&self) -> [(&'static str, u64); 15] {
        [
            ("datagrams_accepted", self.datagrams_accepted),
            ("datagrams_unknown_source", self.datagrams_unknown_source),
            (
                "datagrams_unknown_fragment",
                self.datagrams_unknown_fragment,
            ),
            ("datagrams_refused", self.datagrams_refused),
            ("packets_received", self.packets_received),
            ("packets_unusable", self.packets_unusable),
            ("voice_forwarded", self.voice_forwarded),
            ("video_forwarded", self.video_forwarded),
            ("packets_denied", self.packets_denied),
            ("keyframe_requests", self.keyframe_requests),
            ("messages_unknown", self.messages_unknown),
            ("reports_refused", self.reports_refused),
            ("probes_refused", self.probes_refused),
            ("transports_opened", self.transports_opened),
            ("transports_closed", self.transports_closed),
        ]
    }
}

/// What is held right now. Every value returns to zero when everybody has left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Rooms with somebody in them.
    pub rooms: usize,
    /// Transports.
    pub participants: usize,
    /// Participants whose way to us is too weak for an estimator.
    pub weak_up: usize,
    /// Participants whose way from us is.
    pub weak_down: usize,
    /// Source addresses remembered.
    pub addresses: usize,
    /// ICE user fragments remembered.
    pub fragments: usize,
    /// Entries in the deadline heap.
    pub deadlines: usize,
}
