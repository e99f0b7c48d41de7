//! What happened to a clinic's accounts and in them: its own log, and one of each account that it
//! ever had, as one list. Names are looked up when it is read; the logs have none.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use super::{Accounts, Result};
use crate::accounts::secret::{from_hex, hex};
use crate::accounts::{
    AccountId, Actor, ClinicId, Event, KeyId, StaffRole, WebhookId, account, staff,
};
use crate::ids::Timestamp;
use crate::text::DisplayName;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: TrailAct,
    /// About whom, if it is about somebody.
    pub account: Option<Whom>,
    /// Who did it, if it was somebody else.
    pub by: Option<Whom>,
    /// Which hospital system did it, if it was one.
    pub by_key: Option<KeyId>,
}

/// Somebody, and what they are called; without a name they are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// Whose account.
    pub account: AccountId,
    /// What the others call them.
    pub name: Option<DisplayName>,
}

/// What can happen, as far as somebody who looks after a clinic cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailAct {
    /// A link for the first administrator was made.
    FirstAdministratorOffered,
    /// An account was made.
    AccountCreated(StaffRole),
    /// Its person signed in for the first time.
    AccountConfirmed,
    /// Its person has another role.
    RoleChanged(StaffRole),
    /// Nobody signs in to it.
    AccountDisabled,
    /// Its person may sign in again.
    AccountEnabled,
    /// It is gone.
    AccountRemoved,
    /// A hospital system has a key.
    KeyMade(KeyId),
    /// It has it no more.
    KeyRevoked(KeyId),
    /// A hospital system is told what happens.
    WebhookMade(WebhookId),
    /// It is told nothing more.
    WebhookRemoved(WebhookId),
    /// A link to set a password was made.
    Invited,
    /// A password was set.
    PasswordSet,
    /// A second factor counts.
    SecondFactorAdded,
    /// It is gone.
    SecondFactorRemoved,
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried, with a wrong password or code.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// A session was ended from elsewhere.
    SessionEnded,
}

/// Where an entry stands: by time, then by log, then by its place there. The logs only grow, so
/// that a place stays where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailPlace {
    at: Timestamp,
    /// The account's; of the clinic's own log none.
    log: Option<AccountId>,
    number: u64,
}

/// A text that is no place of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in the trail must be 48 or 32 hexadecimal digits")]
pub struct TrailPlaceError;

impl fmt::Display for TrailPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, log, number } = self;
        f.write_str(&hex(&at.0.to_be_bytes()))?;
        f.write_str(&hex(&number.to_be_bytes()))?;
        log.map_or(Ok(()), |log| write!(f, "{log}"))
    }
}

impl FromStr for TrailPlace {
    type Err = TrailPlaceError;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let part = |range: std::ops::Range<usize>| {
            let bytes = text.get(range).and_then(from_hex);
            bytes.map(u64::from_be_bytes).ok_or(TrailPlaceError)
        };
        let log = match text.len() {
            32 => None,
            48 => Some(AccountId(part(32..48)?)),
            _ => return Err(TrailPlaceError),
        };
        Ok(Self {
            at: Timestamp(part(0..16)?),
            log,
            number: part(16..32)?,
        })
    }
}

/// An entry before its names are known.
struct Found {
    place: TrailPlace,
    act: TrailAct,
    account: Option<AccountId>,
    by: Option<Actor>,
}

/// The latest so many of those before a place.
struct Latest {
    before: Option<TrailPlace>,
    limit: usize,
    found: Vec<Found>,
}

impl Latest {
    fn take(&mut self, found: Found) {
        if self.before.is_none_or(|before| found.place < before) {
            self.found.push(found);
        }
    }

    /// Keeps one more than are wanted: whether there is a next page.
    fn cut(&mut self) {
        self.found
            .sort_unstable_by_key(|found| Reverse(found.place));
        self.found.truncate(self.limit.saturating_add(1));
    }
}

impl Accounts {
    /// What happened at a clinic, the latest first; and behind which place there is more.
    ///
    /// Reads the log of every account, one after the other: work for an administrator who looks
    /// something up, and never more of it in memory than one log and a page.
    pub async fn trail(
        &self,
        clinic: ClinicId,
        after: Option<TrailPlace>,
        limit: usize,
    ) -> Result<(Vec<TrailEntry>, Option<TrailPlace>)> {
        let mut latest = Latest {
            before: after,
            limit,
            found: Vec::new(),
        };
        let stored = self.store.load_staff(clinic).await?;
        let events = stored.map(|stored| stored.events).unwrap_or_default();
        let mut accounts = Vec::new();
        for (number, event) in (0..).zip(&events) {
            if let staff::Fact::Created { account, .. } = event.fact {
                accounts.push(account);
            }
            if let Some(found) = of_staff(number, event) {
                latest.take(found);
            }
        }
        latest.cut();
        for account in accounts {
            let stored = self.store.load(account).await?;
            let events = stored.map(|stored| stored.events).unwrap_or_default();
            for (number, event) in (0..).zip(&events) {
                if let Some(found) = of_account(account, number, event) {
                    latest.take(found);
                }
            }
            latest.cut();
        }
        let mut found = latest.found;
        let next = (found.len() > limit).then(|| {
            found.truncate(limit);
            found.last().map(|last| last.place)
        });
        let mut entries = Vec::with_capacity(found.len());
        for Found {
            place,
            act,
            account,
            by,
        } in found
        {
            let (by, by_key) = match by {
                Some(Actor::Account(by)) => (Some(by), None),
                Some(Actor::Key(key)) => (None, Some(key)),
                None => (None, None),
            };
            entries.push(TrailEntry {
                at: place.at,
                act,
                account: self.whom(account).await?,
                by: self.whom(by.filter(|by| Some(*by) != account)).await?,
                by_key,
            });
        }
        Ok((entries, next.flatten()))
    }

    async fn whom(&self, account: Option<AccountId>) -> Result<Option<Whom>> {
        let Some(account) = account else {
            return Ok(None);
        };
        let known = self.account(account).await?;
        let profile = known.as_ref().and_then(|known| known.1.profile.as_ref());
        let name = profile.map(|profile| profile.name.clone());
        Ok(Some(Whom { account, name }))
    }
}

fn of_staff(number: u64, event: &Event<staff::Fact>) -> Option<Found> {
    use staff::Fact;
    let place = TrailPlace {
        at: event.at,
        log: None,
        number,
    };
    let (act, account, by) = match &event.fact {
        Fact::Opened { .. } => return None,
        Fact::FirstOffered(_) => (TrailAct::FirstAdministratorOffered, None, None),
        Fact::Created {
            account, role, by, ..
        } => (TrailAct::AccountCreated(*role), Some(*account), *by),
        Fact::Confirmed { account } => (TrailAct::AccountConfirmed, Some(*account), None),
        Fact::RoleChanged { account, role, by } => {
            (TrailAct::RoleChanged(*role), Some(*account), Some(*by))
        }
        Fact::Disabled { account, by } => (TrailAct::AccountDisabled, Some(*account), Some(*by)),
        Fact::Enabled { account, by } => (TrailAct::AccountEnabled, Some(*account), Some(*by)),
        Fact::Removed { account, by } => (TrailAct::AccountRemoved, Some(*account), Some(*by)),
        Fact::KeyMade { key, by, .. } => (TrailAct::KeyMade(*key), None, Some(*by)),
        Fact::KeyRevoked { key, by } => (TrailAct::KeyRevoked(*key), None, Some(*by)),
        Fact::WebhookMade { webhook, by, .. } => {
            return Some(of_webhook(TrailAct::WebhookMade(*webhook), *by, place));
        }
        Fact::WebhookRemoved { webhook, by } => {
            return Some(of_webhook(TrailAct::WebhookRemoved(*webhook), *by, place));
        }
    };
    Some(Found {
        place,
        act,
        account,
        by: by.map(Actor::Account),
    })
}

const fn of_webhook(act: TrailAct, by: Actor, place: TrailPlace) -> Found {
    Found {
        place,
        act,
        account: None,
        by: Some(by),
    }
}

/// `None`: what only the program cares about, and what the clinic's own log says as well.
fn of_account(account: AccountId, number: u64, event: &Event<account::Fact>) -> Option<Found> {
    use account::{Fact, RevokeCause};
    let (act, by) = match &event.fact {
        Fact::Opened { .. }
        | Fact::TotpOffered { .. }
        | Fact::RecoveryMade { .. }
        | Fact::Rotated { .. }
        | Fact::Removed { .. } => return None,
        Fact::Invited { by, .. } => (TrailAct::Invited, *by),
        Fact::PasswordSet { .. } => (TrailAct::PasswordSet, None),
        Fact::TotpEnrolled { .. } => (TrailAct::SecondFactorAdded, None),
        Fact::TotpRemoved { by } => (TrailAct::SecondFactorRemoved, Some(*by)),
        Fact::SignedIn { .. } => (TrailAct::SignedIn, None),
        Fact::SignInFailed { .. } => (TrailAct::SignInFailed, None),
        Fact::SignedOut { .. } => (TrailAct::SignedOut, None),
        Fact::SessionRevoked { cause, .. } => match cause {
            RevokeCause::By(by) => (TrailAct::SessionEnded, Some(*by)),
            RevokeCause::Crowded => (TrailAct::SessionEnded, None),
        },
    };
    let place = TrailPlace {
        at: event.at,
        log: Some(account),
        number,
    };
    Some(Found {
        place,
        act,
        account: Some(account),
        by: by.map(Actor::Account),
    })
}
