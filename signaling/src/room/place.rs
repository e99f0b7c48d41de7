//! What a live room knows of a seat beyond the log: its media, its socket, what its page says.

use std::time::{Duration, Instant};

use super::view::Seen;
use super::{ConnectionId, Outbox};
use crate::bucket::{Allowance, Bucket};
use crate::ids::{SeatId, TokenHash};
use crate::protocol::{ConnectionState, EndReason, NetworkLevel, RejoinReason, ServerMessage};
use crate::store::{FailedJoins, MediaRecord, PersonRecord};

/// Joins and resumes of one seat: reloads of an impatient person pass, a loop does not. Beyond
/// it: `rate_limited`.
pub(crate) const JOIN_ALLOWANCE: Allowance = Allowance {
    burst: 10,
    every: Duration::from_secs(3),
};

/// How often a seat without a socket is asked after at the media plane. A page that sends nothing
/// is heard by its connectivity checks alone, which come every few seconds.
const LISTEN_EVERY: Duration = Duration::from_secs(5);

/// How a seat's media is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaLink {
    /// No transport: nobody sits there, or the person waits and is not near the front.
    None,
    /// Answered, and no packet yet.
    Connecting,
    /// Carries packets.
    Up,
    /// Carried packets, and has been silent for some seconds. It may come back by itself.
    Silent,
    /// Dead.
    Lost { reason: RejoinReason },
}

impl MediaLink {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Connecting => "connecting",
            Self::Up => "up",
            Self::Silent => "silent",
            Self::Lost { .. } => "lost",
        }
    }

    /// The media plane has a transport of it.
    pub(crate) const fn has_transport(self) -> bool {
        matches!(self, Self::Connecting | Self::Up | Self::Silent)
    }

    /// Why a page should come for a fresh transport; `None` if it has one.
    const fn wants(self) -> Option<RejoinReason> {
        match self {
            Self::None => Some(RejoinReason::Called),
            Self::Lost { reason } => Some(reason),
            Self::Connecting | Self::Up | Self::Silent => None,
        }
    }
}

/// A seat's socket.
pub(crate) struct Attached {
    pub(crate) id: ConnectionId,
    /// The token it said hello with.
    pub(crate) token: TokenHash,
    /// It was told to rejoin.
    pub(crate) asked: bool,
    /// It did so: whoever says hello with the newer token is the same page.
    pub(crate) came_back: bool,
    pub(crate) outbox: Outbox,
    /// What its page knows of the room.
    pub(crate) seen: Seen,
}

/// One seat of a live room.
pub(crate) struct Place {
    pub(crate) seat: SeatId,
    pub(crate) person: PersonRecord,
    /// What its page says that it sends; survives restarts.
    pub(crate) sends: MediaRecord,
    /// What its page last said of its network.
    pub(crate) network: Option<NetworkLevel>,
    /// A practitioner looks at it: it is likely to be next.
    pub(crate) card_open: bool,
    pub(crate) media: MediaLink,
    pub(crate) attached: Option<Attached>,
    pub(crate) joins: Bucket,
    /// Joins that did not come about.
    pub(crate) failed: Option<FailedJoins>,
    /// It had a socket or media since it was sat down in.
    was_heard: bool,
    /// Since when it has neither.
    gone_since: Option<Instant>,
    /// When to ask after it at the media plane.
    listen_at: Option<Instant>,
}

impl Place {
    pub(crate) fn new(person: PersonRecord, sends: Option<MediaRecord>, now: Instant) -> Self {
        let seat = person.seat;
        Self {
            seat,
            person,
            sends: sends.unwrap_or(untouched(seat)),
            network: None,
            card_open: false,
            media: MediaLink::None,
            attached: None,
            joins: Bucket::new(now),
            failed: None,
            was_heard: false,
            gone_since: None,
            listen_at: None,
        }
    }

    /// Its person sat there when an earlier process ended.
    pub(crate) const fn outlived(&mut self) {
        self.was_heard = true;
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

    /// Asks a connected page to come for a fresh transport, once.
    pub(crate) fn ask_to_rejoin(&mut self) {
        if let Some(attached) = &mut self.attached
            && let Some(reason) = self.media.wants()
            && !attached.asked
        {
            attached.asked = true;
            attached.outbox.send(ServerMessage::Rejoin { reason });
        }
    }

    /// Its page came back with its token; it may go on with its old socket until it says hello
    /// with its new one.
    pub(crate) const fn came_back(&mut self) {
        if let Some(attached) = &mut self.attached {
            attached.came_back |= attached.asked;
            attached.asked = false;
        }
    }

    /// Its transport has another state.
    pub(crate) fn set_media(&mut self, media: MediaLink) {
        if let MediaLink::Lost { .. } = media
            && media != self.media
            && let Some(attached) = &mut self.attached
        {
            attached.asked = false; // what it was asked for is gone again
        }
        self.media = media;
    }

    /// Back to what an empty seat looks like.
    pub(crate) fn clear(&mut self) {
        self.sends = untouched(self.seat);
        self.network = None;
        self.card_open = false;
        self.media = MediaLink::None;
        self.was_heard = false;
    }

    /// What an empty seat's page says; to be stored when it differs.
    pub(crate) fn cleared_sends(&self) -> Option<MediaRecord> {
        let untouched = untouched(self.seat);
        (self.sends != untouched).then_some(untouched)
    }

    /// How its person is connected.
    pub(crate) fn connection(&self, is_present: bool) -> ConnectionState {
        let is_there = self.attached.is_some() || self.media == MediaLink::Up;
        match (is_present, is_there) {
            (false, _) => ConnectionState::None,
            (true, true) => ConnectionState::Up,
            (true, false) if self.was_heard => ConnectionState::Lost,
            (true, false) => ConnectionState::Connecting,
        }
    }

    /// What is to be expected of its network: nothing of one that is away.
    pub(crate) fn network(&self, is_present: bool) -> Option<NetworkLevel> {
        let is_up = self.connection(is_present) == ConnectionState::Up;
        self.network.filter(|_| is_up)
    }

    /// Notes whether anything of its person is there. Call after every change.
    pub(crate) fn settle(&mut self, is_present: bool, now: Instant) {
        let is_there = self.attached.is_some() || self.media == MediaLink::Up;
        self.was_heard |= is_there;
        if !is_present || is_there {
            self.gone_since = None;
        } else {
            self.gone_since.get_or_insert(now);
        }
        let may_speak = matches!(self.media, MediaLink::Up | MediaLink::Silent);
        if is_present && self.attached.is_none() && may_speak {
            self.listen_at.get_or_insert(now + LISTEN_EVERY);
        } else {
            self.listen_at = None;
        }
    }

    /// When [`Self::is_due_to_listen`] or [`Self::is_away`] may next be true.
    pub(crate) fn deadline(&self, away_timeout: Duration) -> Option<Instant> {
        let gone = self.gone_since.map(|since| since + away_timeout);
        gone.into_iter().chain(self.listen_at).min()
    }

    /// Whether to ask after it at the media plane; asks for the next time.
    pub(crate) fn is_due_to_listen(&mut self, now: Instant) -> bool {
        self.listen_at.take_if(|at| *at <= now).is_some()
    }

    /// A page of its person is connected here, or its media may still come.
    pub(crate) const fn is_there(&self) -> bool {
        self.attached.is_some() || self.media.has_transport()
    }

    /// Nothing of its person was there for so long that the seat is given up.
    pub(crate) fn is_away(&self, away_timeout: Duration, now: Instant) -> bool {
        self.gone_since
            .is_some_and(|since| since + away_timeout <= now)
    }

    /// It could not be given up now: try again after the same time.
    pub(crate) const fn begin_absence_anew(&mut self, now: Instant) {
        self.gone_since = Some(now);
    }
}

/// What a page sends until it says otherwise.
const fn untouched(seat: SeatId) -> MediaRecord {
    MediaRecord {
        seat,
        microphone: true,
        camera: true,
        hand: false,
    }
}
