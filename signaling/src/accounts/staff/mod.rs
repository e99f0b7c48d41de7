//! Who belongs to a clinic, and as what; and its API keys. Pure.

mod apply;
mod decide;
mod webhooks;

use std::collections::BTreeSet;

pub use apply::{apply, replay};
pub use decide::decide;
pub use webhooks::Webhook;

use super::{
    AccountId, Actor, ClinicId, KeyId, NameHash, OneTime, Refusal, Scope, StaffRole, WebhookId,
};
use crate::ids::{Timestamp, TokenHash};
use crate::webhook::EventKind;

/// What somebody wants of a clinic's staff, judged by [`decide()`].
///
/// `by` is the administrator who wishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A link for the first administrator; whoever runs the server wishes it. The one before it
    /// dies.
    OfferFirst(OneTime),
    /// Become the first administrator.
    TakeFirst {
        /// Hash of the link.
        link: TokenHash,
        /// The new account.
        account: AccountId,
        /// What its person signs in with.
        name: NameHash,
    },
    /// An account for somebody.
    Create {
        /// The new account.
        account: AccountId,
        /// What its person is.
        role: StaffRole,
        /// What its person signs in with.
        name: NameHash,
        /// The administrator.
        by: AccountId,
    },
    /// Its person signed in: counts as somebody who can.
    Confirm {
        /// Whose.
        account: AccountId,
    },
    /// Another role; its sessions end.
    ChangeRole {
        /// Whose.
        account: AccountId,
        /// What its person is from here on.
        role: StaffRole,
        /// The administrator.
        by: AccountId,
    },
    /// Let nobody sign in to it; its sessions end.
    Disable {
        /// Which.
        account: AccountId,
        /// The administrator.
        by: AccountId,
    },
    /// Let its person sign in again.
    Enable {
        /// Which.
        account: AccountId,
        /// The administrator.
        by: AccountId,
    },
    /// For good; its sessions end and its name is free.
    Remove {
        /// Which.
        account: AccountId,
        /// The administrator.
        by: AccountId,
    },
    /// A key for a hospital system.
    MakeKey {
        /// Its id.
        key: KeyId,
        /// Hash of its secret.
        secret: TokenHash,
        /// What it is good for.
        scopes: BTreeSet<Scope>,
        /// The administrator.
        by: AccountId,
    },
    /// Take a key back, for good.
    RevokeKey {
        /// Which.
        key: KeyId,
        /// The administrator.
        by: AccountId,
    },
    /// Have a hospital's system told.
    MakeWebhook {
        /// Its id.
        webhook: WebhookId,
        /// Of what.
        events: BTreeSet<EventKind>,
        /// An administrator, or a key that is good for it.
        by: Actor,
    },
    /// Tell it nothing more.
    RemoveWebhook {
        /// Which.
        webhook: WebhookId,
        /// An administrator, or a key that is good for it.
        by: Actor,
    },
}

/// A thing that happened to a clinic's staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The clinic has a log.
    Opened {
        /// Which.
        clinic: ClinicId,
    },
    /// This link makes the first administrator, and no other does.
    FirstOffered(OneTime),
    /// Somebody belongs to it.
    Created {
        /// Whose account.
        account: AccountId,
        /// What they are.
        role: StaffRole,
        /// What they sign in with.
        name: NameHash,
        /// The administrator; `None`: the first one's link.
        by: Option<AccountId>,
    },
    /// They have shown that they can sign in.
    Confirmed {
        /// Who.
        account: AccountId,
    },
    /// They are something else.
    RoleChanged {
        /// Who.
        account: AccountId,
        /// What.
        role: StaffRole,
        /// By whom.
        by: AccountId,
    },
    /// They cannot sign in.
    Disabled {
        /// Who.
        account: AccountId,
        /// By whom.
        by: AccountId,
    },
    /// They can sign in again.
    Enabled {
        /// Who.
        account: AccountId,
        /// By whom.
        by: AccountId,
    },
    /// They do not belong to it any more.
    Removed {
        /// Who.
        account: AccountId,
        /// By whom.
        by: AccountId,
    },
    /// A hospital system has a key.
    KeyMade {
        /// Its id.
        key: KeyId,
        /// Hash of its secret.
        secret: TokenHash,
        /// What it is good for.
        scopes: BTreeSet<Scope>,
        /// By whom.
        by: AccountId,
    },
    /// It has it no more.
    KeyRevoked {
        /// Its id.
        key: KeyId,
        /// By whom.
        by: AccountId,
    },
    /// A hospital's system is told.
    WebhookMade {
        /// Its id.
        webhook: WebhookId,
        /// Of what.
        events: BTreeSet<EventKind>,
        /// By whom.
        by: Actor,
    },
    /// It is told nothing more.
    WebhookRemoved {
        /// Its id.
        webhook: WebhookId,
        /// By whom.
        by: Actor,
    },
}

/// The staff of a clinic. The default is that of one without a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    pub(super) clinic: Option<ClinicId>,
    pub(super) first: Option<OneTime>,
    pub(super) members: Vec<Member>,
    pub(super) keys: Vec<Key>,
    pub(super) webhooks: Vec<Webhook>,
    pub(super) removed_webhooks: Vec<WebhookId>,
    pub(super) last: Timestamp,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whose account.
    pub account: AccountId,
    /// What they are.
    pub role: StaffRole,
    /// Whether they can sign in.
    pub standing: Standing,
    /// Counts what ends all sessions that were begun before it: another role, a disabling.
    pub generation: u32,
    pub(super) name: NameHash,
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Never did, or not since being enabled again: they may not know a password. The default:
    /// nobody counts as an administrator by omission.
    #[default]
    Invited,
    /// Did.
    Active,
    /// Must not.
    Disabled,
}

/// An API key that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// Since when.
    pub made: Timestamp,
    pub(super) secret: TokenHash,
}

impl Staff {
    /// Whose staff; `None` before the first event.
    pub const fn clinic(&self) -> Option<ClinicId> {
        self.clinic
    }

    /// Everybody, in the order in which they came.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// One person of this clinic.
    pub fn member(&self, account: AccountId) -> Option<&Member> {
        self.members.iter().find(|member| member.account == account)
    }

    /// The keys that were not revoked, in the order in which they were made.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Whether somebody who can sign in may make accounts.
    pub fn has_administrator(&self) -> bool {
        self.members.iter().any(Member::is_administrator)
    }

    /// Whether an administrator may act on an account: both of this clinic.
    pub fn may_administer(
        &self,
        clinic: ClinicId,
        by: AccountId,
        account: AccountId,
    ) -> Result<&Member, Refusal> {
        self.administrator(clinic, by)?;
        self.member(account).ok_or(Refusal::UnknownAccount)
    }

    fn administrator(&self, clinic: ClinicId, by: AccountId) -> Result<&Member, Refusal> {
        if self.clinic != Some(clinic) {
            return Err(Refusal::UnknownAccount);
        }
        let member = self.member(by).ok_or(Refusal::UnknownAccount)?;
        if member.is_administrator() {
            Ok(member)
        } else {
            Err(Refusal::NotAdministrator)
        }
    }
}

impl Member {
    /// Makes accounts, and can sign in to do so.
    pub fn is_administrator(&self) -> bool {
        self.role == StaffRole::Administrator && self.standing == Standing::Active
    }
}
