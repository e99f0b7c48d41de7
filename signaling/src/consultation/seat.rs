//! One seat: whose it is, whether somebody sits there, and whether that person is let in.

use std::fmt;

use super::{BookedTime, Role};
use crate::ids::{SeatId, Timestamp, TokenHash};

/// One seat.
///
/// **Invariants**: it waits since some time exactly while its admission is waiting or held; a
/// seat that is present is waiting, held or admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatState {
    /// Its number.
    pub id: SeatId,
    /// What its person is.
    pub role: Role,
    /// Whether somebody sits in it.
    pub presence: Presence,
    /// Whether its person is let in. It outlives presence.
    pub admission: Admission,
    /// When its person began to wait; a reload or a restart does not begin it anew.
    pub waiting_since: Option<Timestamp>,
    /// What opens it from outside. `None`: something else than the log says what does (a log of
    /// before links were in it, a hospital's signed token), or nothing does, if
    /// [`Self::link_revoked`].
    pub link: Option<LinkState>,
    /// Its link was taken back, and no new one was made.
    pub link_revoked: bool,
    /// What was kept of its person was destroyed: it is nobody's, for good.
    pub erased: bool,
    /// Hash of the token that speaks for it; stays when its person leaves.
    pub resume: Option<TokenHash>,
    /// Hash of the token that the page came back with when it was given [`Self::resume`]: still
    /// good, because the answer with the new one may have been lost. Gone once the page has
    /// shown that it holds the new one.
    pub previous_resume: Option<TokenHash>,
    /// When its person first came, since the time was booked or moved; `None`: not yet.
    pub came: Option<Timestamp>,
    /// Which person has it, from 1: it changes hands when its link is revoked, and when a
    /// practitioner hands it to a colleague.
    pub person: u16,
}

impl SeatState {
    pub(super) const fn new(id: SeatId, role: Role) -> Self {
        Self {
            id,
            role,
            presence: Presence::Absent,
            admission: Admission::None,
            waiting_since: None,
            link: None,
            link_revoked: false,
            erased: false,
            resume: None,
            previous_resume: None,
            came: None,
            person: 1,
        }
    }

    /// Whoever sat there is out, and no page of theirs can speak for it any more.
    pub(super) const fn put_out(&mut self) {
        self.presence = Presence::Absent;
        self.waiting_since = None;
        self.resume = None;
        self.previous_resume = None;
    }

    /// It is somebody else's from here on.
    pub(super) const fn next_person(&mut self) {
        self.put_out();
        self.came = None;
        self.person = self.person.saturating_add(1);
    }

    /// Another time counts from here on. Whoever is there has come for that one; whoever waits
    /// and is away does not wait for it yet.
    pub(super) const fn forget_coming(&mut self) {
        if self.is_present() {
            return;
        }
        self.came = None;
        if self.is_waiting() {
            self.admission = Admission::None;
            self.waiting_since = None;
        }
    }

    /// Somebody sits in it.
    pub const fn is_present(&self) -> bool {
        matches!(self.presence, Presence::Present)
    }

    /// Its person is let in, whether there or not.
    pub const fn is_admitted(&self) -> bool {
        matches!(self.admission, Admission::Admitted)
    }

    /// Its person waits, held or not, whether there or not.
    pub const fn is_waiting(&self) -> bool {
        self.admission.is_waiting()
    }

    /// Its person needs nobody to let them in: was let in before, or comes in by role.
    pub(super) const fn may_enter(&self) -> bool {
        match self.admission {
            Admission::Admitted => true,
            Admission::None | Admission::Waiting | Admission::Held => self.role.enters_directly(),
            Admission::Denied | Admission::Removed => false,
        }
    }
}

/// Whether somebody sits in a seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Nobody.
    #[default]
    Absent,
    /// Its person.
    Present,
}

/// Whether a seat's person is let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Admission {
    /// Never came, or left by own wish before being let in. The default: nobody is let in by
    /// omission.
    #[default]
    None,
    /// Waits.
    Waiting,
    /// Waits and was told: a minute more.
    Held,
    /// Is let in, until removed. Survives leaving, reloads and restarts.
    Admitted,
    /// Was not let in, and may not ask again until a practitioner admits them.
    Denied,
    /// Was taken out, and may not come back until a practitioner admits them.
    Removed,
}

impl Admission {
    /// Every admission.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Waiting,
        Self::Held,
        Self::Admitted,
        Self::Denied,
        Self::Removed,
    ];

    /// Waits, held or not.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting | Self::Held)
    }
}

impl fmt::Display for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Admitted => "admitted",
            Self::Denied => "denied",
            Self::Removed => "removed",
        })
    }
}

/// An invitation's link, as the log knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkState {
    /// Hash of the link. Any other link to the seat is dead.
    pub hash: TokenHash,
    /// From here on it brings nobody in who is not there.
    pub expires: Timestamp,
}

impl LinkState {
    /// Good until the end of the booked time at least, if there is one: a link that the clinic
    /// sends out opens what it is for.
    pub(super) fn lasting(self, time: Option<BookedTime>) -> Self {
        let until = time.map_or(self.expires, BookedTime::ends);
        let expires = self.expires.max(until);
        Self { expires, ..self }
    }
}
