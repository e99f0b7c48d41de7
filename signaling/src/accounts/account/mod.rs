//! How one person signs in, and where they are signed in. Pure.
//!
//! Whether they may at all is for [`super::staff`] to say; [`find_session`] asks both.

mod apply;
mod decide;

pub use apply::{apply, replay};
pub use decide::decide;

use super::staff::{Staff, Standing};
use super::throttle::{Failures, Lane};
use super::{
    AccountId, ClinicId, OneTime, Refusal, SESSION_IDLE, SESSION_LIFETIME, SessionId, Step,
};
use crate::ids::{Timestamp, TokenHash};

/// What somebody wants of an account, judged by [`decide()`].
///
/// Wishes `by` an administrator are for [`Staff::may_administer`] to allow first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The account exists.
    Open {
        /// What sets its first password; `None`: it is set already, by the first administrator.
        invitation: Option<OneTime>,
        /// The administrator; `None`: the first one's link.
        by: Option<AccountId>,
    },
    /// A new way to set a password; the one before it dies.
    Invite {
        /// What sets it.
        invitation: OneTime,
        /// The administrator.
        by: AccountId,
    },
    /// Set a password by invitation; every session ends.
    Accept {
        /// Hash of the invitation.
        invitation: TokenHash,
    },
    /// Set another password from a session, which goes on with a new token; the others end.
    ChangePassword {
        /// From which.
        session: SessionId,
        /// Hash of its new token.
        token: TokenHash,
    },
    /// Offer a second factor, to be confirmed by a code.
    OfferTotp {
        /// From which session.
        session: SessionId,
        /// Until when.
        expires: Timestamp,
    },
    /// Show that the app has it. The session goes on with a new token; the others, begun without
    /// it, end.
    ConfirmTotp {
        /// From which session.
        session: SessionId,
        /// Which step the code belongs to; `None`: none of about now.
        step: Option<Step>,
        /// Hashes of the recovery codes.
        codes: Vec<TokenHash>,
        /// Hash of the session's new token.
        token: TokenHash,
    },
    /// Take the second factor away: the telephone is lost, and so are the codes on paper. Every
    /// session ends.
    RemoveTotp {
        /// The administrator.
        by: AccountId,
    },
    /// Sign in; the password was right.
    SignIn {
        /// The member's, when the password was looked at.
        generation: u32,
        /// Hash of the new session's token.
        token: TokenHash,
        /// What else was shown.
        proof: Proof,
        /// From where.
        lane: Lane,
    },
    /// The password or the code was wrong.
    Fail {
        /// From where.
        lane: Lane,
        /// What.
        cause: FailCause,
    },
    /// Sign out.
    SignOut {
        /// Which session.
        session: SessionId,
    },
    /// End a session from somewhere else.
    Revoke {
        /// Which.
        session: SessionId,
        /// Its person, or an administrator.
        by: AccountId,
    },
    /// Nobody signs in to it again, and its records are gone.
    Remove {
        /// The administrator.
        by: AccountId,
    },
}

/// What was shown beside the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    None,
    /// A code; the step that it belongs to, if any.
    Code(Option<Step>),
    /// Hash of a recovery code.
    Recovery(TokenHash),
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailCause {
    /// The password.
    Password,
    /// The code of the second factor, or the recovery code.
    Code,
}

/// Why somebody ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevokeCause {
    /// This person wished it.
    By(AccountId),
    /// There were too many, and it was the oldest.
    Crowded,
}

/// A thing that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It exists.
    Opened {
        /// Of which clinic.
        clinic: ClinicId,
        /// By whom; `None`: the first administrator's link.
        by: Option<AccountId>,
    },
    /// This invitation sets a password, and no other does.
    Invited {
        /// Its hash and time.
        invitation: OneTime,
        /// By whom.
        by: Option<AccountId>,
    },
    /// It has a password, or another one. Every session is over but the one it was set from.
    PasswordSet {
        /// From which session; `None`: by invitation, or by the first administrator's link.
        session: Option<SessionId>,
    },
    /// A second factor waits for its first code.
    TotpOffered {
        /// Until when.
        expires: Timestamp,
    },
    /// The second factor counts. Every session is over but the one that showed it.
    TotpEnrolled {
        /// Which did.
        session: SessionId,
        /// The step of the code that showed it.
        step: Step,
    },
    /// There are these recovery codes, and no others.
    RecoveryMade {
        /// Their hashes.
        codes: Vec<TokenHash>,
    },
    /// Second factor and recovery codes are gone, and every session is over.
    TotpRemoved {
        /// By whom.
        by: AccountId,
    },
    /// A new session.
    SignedIn {
        /// Its number.
        session: SessionId,
        /// Hash of its token.
        token: TokenHash,
        /// The member's generation that it is good for.
        generation: u32,
        /// What was shown beside the password.
        proof: Proof,
        /// From where.
        lane: Lane,
    },
    /// Somebody tried.
    SignInFailed {
        /// From where.
        lane: Lane,
        /// What was wrong.
        cause: FailCause,
    },
    /// A session goes on with another token.
    Rotated {
        /// Which.
        session: SessionId,
        /// Hash of the token.
        token: TokenHash,
    },
    /// A session is over by its own wish.
    SignedOut {
        /// Which.
        session: SessionId,
    },
    /// A session is over.
    SessionRevoked {
        /// Which.
        session: SessionId,
        /// Why.
        cause: RevokeCause,
    },
    /// It is over.
    Removed {
        /// By whom.
        by: AccountId,
    },
}

/// An account. The default is one that never was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub(super) clinic: Option<ClinicId>,
    pub(super) invitation: Option<OneTime>,
    pub(super) totp: Totp,
    pub(super) recovery: Vec<TokenHash>,
    pub(super) sessions: Vec<Session>,
    pub(super) next_session: u32,
    pub(super) known: Failures,
    pub(super) stranger: Failures,
    pub(super) last: Timestamp,
}

/// The second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Totp {
    /// There is none.
    #[default]
    None,
    /// It does not count yet.
    Offered {
        /// Until when it can be confirmed.
        expires: Timestamp,
    },
    /// It counts.
    Enrolled {
        /// The step of the latest code that was taken: it and those before it are used up.
        last: Step,
    },
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// When it was begun.
    pub begun: Timestamp,
    /// The member's generation that it is good for.
    pub generation: u32,
    pub(super) token: TokenHash,
}

impl Session {
    /// Whether it is over by its age, however much it is used.
    pub(super) fn is_old(&self, now: Timestamp) -> bool {
        now >= self.begun.plus(SESSION_LIFETIME)
    }
}

impl Account {
    /// Whose; `None` before the first event and after removal.
    pub const fn clinic(&self) -> Option<ClinicId> {
        self.clinic
    }

    /// The second factor.
    pub const fn totp(&self) -> Totp {
        self.totp
    }

    /// How many recovery codes are left.
    pub fn recovery_left(&self) -> usize {
        self.recovery.len()
    }

    /// The sessions that nobody ended, the oldest first. Whether one is good: [`find_session`].
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Whether attempts from there are answered as if the password were wrong.
    pub fn must_wait(&self, lane: Lane, now: Timestamp) -> bool {
        now < self.failures(lane).wait_until()
    }

    const fn failures(&self, lane: Lane) -> Failures {
        match lane {
            Lane::Known => self.known,
            Lane::Stranger => self.stranger,
        }
    }

    pub(super) fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

/// A session that is good now: not ended, neither idle nor old, begun for what the member is
/// today.
///
/// `used` is when sessions were last used, as far as that was written down.
pub fn find_session<'a>(
    (staff, id): (&Staff, AccountId),
    account: &'a Account,
    token: TokenHash,
    used: &[(SessionId, Timestamp)],
    now: Timestamp,
) -> Result<&'a Session, Refusal> {
    let session = account.sessions.iter().find(|one| one.token == token);
    let session = session.ok_or(Refusal::UnknownSession)?;
    let is_good = is_good((staff, id), account, session, used, now);
    is_good.then_some(session).ok_or(Refusal::UnknownSession)
}

/// The sessions of an account that are good now, the oldest first.
pub fn good_sessions<'a>(
    (staff, id): (&Staff, AccountId),
    account: &'a Account,
    used: &[(SessionId, Timestamp)],
    now: Timestamp,
) -> Vec<&'a Session> {
    let sessions = account.sessions.iter();
    sessions
        .filter(|session| is_good((staff, id), account, session, used, now))
        .collect()
}

/// When a session was last used.
pub fn last_use(session: &Session, used: &[(SessionId, Timestamp)]) -> Timestamp {
    let written = used.iter().find(|(id, _)| *id == session.id);
    written.map_or(session.begun, |(_, at)| session.begun.max(*at))
}

fn is_good(
    (staff, id): (&Staff, AccountId),
    account: &Account,
    session: &Session,
    used: &[(SessionId, Timestamp)],
    now: Timestamp,
) -> bool {
    let is_here = account.clinic.is_some() && account.clinic == staff.clinic();
    let may = staff.member(id).is_some_and(|member| {
        member.standing != Standing::Disabled && member.generation == session.generation
    });
    is_here && may && !session.is_old(now) && now < last_use(session, used).plus(SESSION_IDLE)
}
