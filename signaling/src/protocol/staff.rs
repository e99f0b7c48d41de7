//! Bodies of the routes by which a clinic is looked after: its people, its keys, its trail; and by
//! which an operator adds clinics.

use serde::{Deserialize, Serialize};

use super::{Clinic, StaffRole};
use crate::accounts::{self, AccountId, KeyId, TrailPlace, WebhookId, staff};
use crate::ids::Timestamp;
use crate::opaque::LinkToken;
use crate::text::DisplayName;

/// `GET /v1/staff`: a page of who works at the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct StaffResponse {
    /// In an order of no meaning.
    pub staff: Vec<Colleague>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub next: Option<AccountId>,
}

/// Somebody who works at the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Colleague {
    /// Whose account.
    #[cfg_attr(test, ts(type = "string"))]
    pub account: AccountId,
    /// What the others call them.
    pub name: DisplayName,
    /// What they are.
    pub role: StaffRole,
    /// Whether they can sign in.
    pub standing: Standing,
    /// Whether they need a code to do so.
    pub has_second_factor: bool,
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Standing {
    /// Did not yet, or not since being enabled again.
    Invited,
    /// Did.
    Active,
    /// Must not.
    Disabled,
}

impl From<staff::Standing> for Standing {
    fn from(standing: staff::Standing) -> Self {
        match standing {
            staff::Standing::Invited => Self::Invited,
            staff::Standing::Active => Self::Active,
            staff::Standing::Disabled => Self::Disabled,
        }
    }
}

impl From<accounts::Colleague> for Colleague {
    fn from(one: accounts::Colleague) -> Self {
        Self {
            account: one.account,
            name: one.name,
            role: one.role.into(),
            standing: one.standing.into(),
            has_second_factor: one.has_second_factor,
        }
    }
}

/// `POST /v1/staff`: an account for somebody.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewcomerRequest {
    /// What the others will call them.
    pub name: DisplayName,
    /// What they will sign in with: an e-mail address or a staff number.
    pub sign_in_name: String,
    /// What they are.
    pub role: StaffRole,
}

/// The account, and the link by which its person sets a password: shown once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct InvitedResponse {
    /// Whose.
    #[cfg_attr(test, ts(type = "string"))]
    pub account: AccountId,
    /// The page's address is `https://host/clinic#invite=` + link.
    pub link: LinkToken,
}

/// `PATCH /v1/staff/{account}`: one of the two.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ChangeStaffRequest {
    /// What they are from here on.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub role: Option<StaffRole>,
    /// Whether they must not sign in.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub disabled: Option<bool>,
}

/// One thing that an API key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Scope {
    /// Sees appointments.
    AppointmentsRead,
    /// Makes, moves and cancels appointments.
    AppointmentsWrite,
    /// Reads records in the form of FHIR.
    RecordsRead,
    /// Says where webhooks go, and sees which did not arrive.
    Webhooks,
}

impl From<accounts::Scope> for Scope {
    fn from(scope: accounts::Scope) -> Self {
        match scope {
            accounts::Scope::AppointmentsRead => Self::AppointmentsRead,
            accounts::Scope::AppointmentsWrite => Self::AppointmentsWrite,
            accounts::Scope::RecordsRead => Self::RecordsRead,
            accounts::Scope::Webhooks => Self::Webhooks,
        }
    }
}

impl From<Scope> for accounts::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::AppointmentsRead => Self::AppointmentsRead,
            Scope::AppointmentsWrite => Self::AppointmentsWrite,
            Scope::RecordsRead => Self::RecordsRead,
            Scope::Webhooks => Self::Webhooks,
        }
    }
}

/// `POST /v1/keys`: a key for a hospital system.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewKeyRequest {
    /// What it is good for: at least one.
    pub scopes: Vec<Scope>,
}

/// The key: shown once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewKeyResponse {
    /// Names it in lists and in the trail.
    #[cfg_attr(test, ts(type = "string"))]
    pub key: KeyId,
    /// What goes behind `Authorization: Bearer`.
    pub text: String,
}

/// `GET /v1/keys`: those that were not revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct KeysResponse {
    /// In an order of no meaning.
    pub keys: Vec<KeyView>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub next: Option<KeyId>,
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct KeyView {
    /// Which.
    #[cfg_attr(test, ts(type = "string"))]
    pub key: KeyId,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// Since when.
    #[cfg_attr(test, ts(type = "number"))]
    pub created: Timestamp,
    /// When it was last used, to an hour; without it never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub used: Option<Timestamp>,
}

impl From<accounts::KeyView> for KeyView {
    fn from(key: accounts::KeyView) -> Self {
        Self {
            key: key.id,
            scopes: key.scopes.into_iter().map(Scope::from).collect(),
            created: key.made,
            used: key.used,
        }
    }
}

/// `POST /v1/clinics`: one more clinic on this server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewClinicRequest {
    /// What its people type to say where they work: 2 to 40 of `a-z 0-9 -`.
    pub address: String,
    /// What it is called.
    pub name: DisplayName,
}

/// The clinic, and the link by which its first administrator comes: shown once, good for a day.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewClinicResponse {
    /// The clinic.
    pub clinic: Clinic,
    /// The page's address is `https://host/clinic#first=` + link.
    pub link: LinkToken,
}

/// `GET /v1/clinics`: all of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ClinicsResponse {
    /// In the order of their ids, the main one first.
    pub clinics: Vec<Clinic>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<String>,
}

/// `GET /v1/audit`: what happened to the clinic's accounts, and in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AuditResponse {
    /// The latest first.
    pub entries: Vec<AuditEntry>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AuditEntry {
    /// When.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// Whose account it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub account: Option<AccountId>,
    /// What that person is called today; left out if the account is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<DisplayName>,
    /// Whose account did it, if it was somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub by_account: Option<AccountId>,
    /// What that person is called today; left out if the account is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub by: Option<DisplayName>,
    /// The role that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub role: Option<StaffRole>,
    /// The API key that it is about, or that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub key: Option<KeyId>,
    /// The webhook that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub webhook: Option<WebhookId>,
}

/// What can happen to accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum AuditKind {
    /// A link for the first administrator was made.
    FirstAdministratorOffered,
    /// An account was made.
    AccountCreated,
    /// Its person signed in for the first time, or again after it was enabled.
    AccountConfirmed,
    /// Its person has another role.
    RoleChanged,
    /// Nobody signs in to it.
    AccountDisabled,
    /// Its person may sign in again.
    AccountEnabled,
    /// It is gone.
    AccountRemoved,
    /// A hospital system has a key.
    KeyMade,
    /// It has it no more.
    KeyRevoked,
    /// A hospital system is told what happens.
    WebhookMade,
    /// It is told nothing more.
    WebhookRemoved,
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
    /// A session was ended from elsewhere, or was the oldest of too many.
    SessionEnded,
}

impl AuditResponse {
    /// A page of the trail.
    pub fn new((entries, next): (Vec<accounts::TrailEntry>, Option<TrailPlace>)) -> Self {
        Self {
            entries: entries.into_iter().map(AuditEntry::from).collect(),
            next: next.map(|next| next.to_string()),
        }
    }
}

impl From<accounts::TrailEntry> for AuditEntry {
    fn from(entry: accounts::TrailEntry) -> Self {
        use accounts::TrailAct;
        let (mut role, mut key, mut webhook) = (None, entry.by_key, None);
        let kind = match entry.act {
            TrailAct::FirstAdministratorOffered => AuditKind::FirstAdministratorOffered,
            TrailAct::AccountCreated(given) => {
                role = Some(given.into());
                AuditKind::AccountCreated
            }
            TrailAct::AccountConfirmed => AuditKind::AccountConfirmed,
            TrailAct::RoleChanged(given) => {
                role = Some(given.into());
                AuditKind::RoleChanged
            }
            TrailAct::AccountDisabled => AuditKind::AccountDisabled,
            TrailAct::AccountEnabled => AuditKind::AccountEnabled,
            TrailAct::AccountRemoved => AuditKind::AccountRemoved,
            TrailAct::KeyMade(made) => {
                key = Some(made);
                AuditKind::KeyMade
            }
            TrailAct::KeyRevoked(revoked) => {
                key = Some(revoked);
                AuditKind::KeyRevoked
            }
            TrailAct::WebhookMade(made) => {
                webhook = Some(made);
                AuditKind::WebhookMade
            }
            TrailAct::WebhookRemoved(removed) => {
                webhook = Some(removed);
                AuditKind::WebhookRemoved
            }
            TrailAct::Invited => AuditKind::Invited,
            TrailAct::PasswordSet => AuditKind::PasswordSet,
            TrailAct::SecondFactorAdded => AuditKind::SecondFactorAdded,
            TrailAct::SecondFactorRemoved => AuditKind::SecondFactorRemoved,
            TrailAct::SignedIn => AuditKind::SignedIn,
            TrailAct::SignInFailed => AuditKind::SignInFailed,
            TrailAct::SignedOut => AuditKind::SignedOut,
            TrailAct::SessionEnded => AuditKind::SessionEnded,
        };
        let (account, name) = parts(entry.account);
        let (by_account, by) = parts(entry.by);
        Self {
            at: entry.at,
            kind,
            account,
            name,
            by_account,
            by,
            role,
            key,
            webhook,
        }
    }
}

fn parts(whom: Option<accounts::Whom>) -> (Option<AccountId>, Option<DisplayName>) {
    whom.map_or((None, None), |whom| (Some(whom.account), whom.name))
}
