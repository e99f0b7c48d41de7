//! Bodies of the routes for staff: signing in, and who is signed in.
//!
//! **Invariant:** what holds a password or a code has no `Debug`.

use serde::{Deserialize, Serialize};

use crate::accounts::{self, AccountId, ClinicId, staff};
use crate::text::DisplayName;

/// `POST /v1/session`: sign in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct SignInRequest {
    /// The clinic's address; without it the main one.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub clinic: Option<String>,
    /// As it was typed.
    pub sign_in_name: String,
    /// As it was typed.
    pub password: String,
    /// Six digits of the second factor.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub code: Option<String>,
    /// A code on paper instead.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub recovery_code: Option<String>,
}

/// Who is signed in, and what their page needs. Holds the secret against cross-site requests.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct SessionResponse {
    /// Whose session.
    #[cfg_attr(test, ts(type = "string"))]
    pub account: AccountId,
    /// What the others call them.
    pub name: DisplayName,
    /// What they are to the clinic.
    pub role: StaffRole,
    /// Where they work.
    pub clinic: Clinic,
    /// Goes into `X-CSRF-Token` of everything that changes something.
    pub csrf: String,
    /// Whether signing in needs a code.
    pub has_second_factor: bool,
}

/// A clinic of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Clinic {
    /// Its id.
    #[cfg_attr(test, ts(type = "string"))]
    pub id: ClinicId,
    /// What its people type to say where they work.
    pub address: String,
    /// What it is called.
    pub name: DisplayName,
}

/// What somebody is to the clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum StaffRole {
    /// Treats or advises.
    Practitioner,
    /// Books, calls, looks after who waits.
    Coordinator,
    /// Translates.
    Interpreter,
    /// Makes accounts and keys, and takes them back.
    Administrator,
}

impl From<accounts::StaffRole> for StaffRole {
    fn from(role: accounts::StaffRole) -> Self {
        match role {
            accounts::StaffRole::Practitioner => Self::Practitioner,
            accounts::StaffRole::Coordinator => Self::Coordinator,
            accounts::StaffRole::Interpreter => Self::Interpreter,
            accounts::StaffRole::Administrator => Self::Administrator,
        }
    }
}

impl From<StaffRole> for accounts::StaffRole {
    fn from(role: StaffRole) -> Self {
        match role {
            StaffRole::Practitioner => Self::Practitioner,
            StaffRole::Coordinator => Self::Coordinator,
            StaffRole::Interpreter => Self::Interpreter,
            StaffRole::Administrator => Self::Administrator,
        }
    }
}

impl From<accounts::Clinic> for Clinic {
    fn from(clinic: accounts::Clinic) -> Self {
        Self {
            id: clinic.id,
            address: clinic.address.as_str().to_owned(),
            name: clinic.name,
        }
    }
}

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
