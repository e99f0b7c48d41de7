//! What a live room knows of a seat beyond the log: its media, its socket, its mute state.

use std::time::{Duration, Instant};

use super::{ConnectionId, Outbox};
use crate::bucket::{Allowance, Bucket};
use crate::ids::{SeatId, TokenHash};
use crate::protocol::{EndReason, RejoinReason, ServerMessage};
use crate::text::DisplayName;

/// Joins of one seat: reloads of an impatient person pass, a loop does not. Beyond it:
/// `rate_limited`.
pub(crate) const JOIN_ALLOWANCE: Allowance = Allowance {
    burst: 10,
    every: Duration::from_secs(3),
};

/// How a seat's media is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaLink {
    /// Nobody sits there.
    Absent,
    /// Answered, and no packet yet.
    Connecting { until: Instant },
    /// Carries packets.
    Up,
    /// Dead. The seat is kept until then.
    Lost {
        reason: RejoinReason,
        until: Instant,
    },
}

impl MediaLink {
    /// When the seat is given up.
    pub(crate) const fn deadline(self) -> Option<Instant> {
        match self {
            Self::Absent | Self::Up => None,
            Self::Connecting { until } | Self::Lost { until, .. } => Some(until),
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Connecting { .. } => "connecting",
            Self::Up => "up",
            Self::Lost { .. } => "lost",
        }
    }
}

/// A seat's socket.
pub(crate) struct Attached {
    pub(crate) id: ConnectionId,
    /// The token it said hello with.
    pub(crate) token: TokenHash,
    /// It was told to rejoin: the next join of the seat is its own.
    pub(crate) asked_to_rejoin: bool,
    pub(crate) outbox: Outbox,
}

/// One seat of a live room.
pub(crate) struct Place {
    pub(crate) seat: SeatId,
    pub(crate) name: DisplayName,
    pub(crate) microphone: bool,
    pub(crate) camera: bool,
    pub(crate) media: MediaLink,
    pub(crate) attached: Option<Attached>,
    pub(crate) joins: Bucket,
}

impl Place {
    pub(crate) fn new(seat: SeatId, name: DisplayName, now: Instant) -> Self {
        Self {
            seat,
            name,
            microphone: true,
            camera: true,
            media: MediaLink::Absent,
            attached: None,
            joins: Bucket::new(now),
        }
    }

    /// Tells its page, if that is connected.
    pub(crate) fn send(&self, message: ServerMessage) {
        if let Some(attached) = &self.attached {
            attached.outbox.send(message);
        }
    }

    /// Tells its page why it is out, and lets it go.
    pub(crate) fn end(&mut self, reason: EndReason) {
        if let Some(attached) = self.attached.take() {
            attached.outbox.send(ServerMessage::Ended { reason });
            attached.outbox.close();
        }
    }

    /// The media is dead: ask the page to join again, now or when it connects.
    pub(crate) fn lose_media(&mut self, reason: RejoinReason, until: Instant) {
        self.media = MediaLink::Lost { reason, until };
        self.ask_to_rejoin();
    }

    /// Asks a connected page whose media is dead to join again.
    pub(crate) fn ask_to_rejoin(&mut self) {
        let MediaLink::Lost { reason, .. } = self.media else {
            return;
        };
        if let Some(attached) = &mut self.attached {
            attached.asked_to_rejoin = true;
            attached.outbox.send(ServerMessage::Rejoin { reason });
        }
    }

    /// Back to what an empty seat looks like.
    pub(crate) fn clear(&mut self) {
        self.microphone = true;
        self.camera = true;
        self.media = MediaLink::Absent;
    }
}
