//! Bodies of the routes by which people sign in and look after their own account.
//!
//! **Invariant:** what holds a password or a code has no `Debug`.

use serde::{Deserialize, Serialize};

use crate::accounts::{self, AccountId, ClinicId};
use crate::ids::Timestamp;
use crate::opaque::LinkToken;
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

/// `GET /v1/sessions`: where the own account is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct SessionsResponse {
    /// The oldest first.
    pub sessions: Vec<OwnSession>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<String>,
}

/// A browser in which the own account is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct OwnSession {
    /// Which.
    pub id: String,
    /// When it was begun.
    #[cfg_attr(test, ts(type = "number"))]
    pub begun: Timestamp,
    /// When it was last used, to five minutes.
    #[cfg_attr(test, ts(type = "number"))]
    pub used: Timestamp,
    /// It is the one that asks.
    pub current: bool,
}

/// `POST /v1/first-administrator`: the first of a clinic, by the link that the server printed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct FirstAdministratorRequest {
    /// From behind `#first=`.
    pub link: LinkToken,
    /// What the others will call them.
    pub name: DisplayName,
    /// What they will sign in with.
    pub sign_in_name: String,
    /// As it was typed.
    pub password: String,
}

/// `POST /v1/password`: set one by invitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AcceptRequest {
    /// From behind `#invite=`.
    pub link: LinkToken,
    /// As it was typed.
    pub password: String,
}

/// `PUT /v1/password`: another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ChangePasswordRequest {
    /// As it was typed.
    pub old: String,
    /// As it was typed.
    pub new: String,
}

/// `POST /v1/second-factor`: what an app is to be told.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct SecondFactorResponse {
    /// In base32, to be typed.
    pub secret: String,
    /// `otpauth://…`, to be shown as a picture.
    pub uri: String,
}

/// `POST /v1/second-factor/confirm`: the app has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ConfirmSecondFactorRequest {
    /// Six digits of the app.
    pub code: String,
}

/// The codes for whoever loses the telephone: shown once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct RecoveryCodesResponse {
    /// Each opens once.
    pub recovery_codes: Vec<String>,
    /// The session's from here on.
    pub csrf: String,
}
