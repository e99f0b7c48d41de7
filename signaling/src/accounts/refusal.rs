//! Why a command is refused.

use super::{ACCOUNTS_MAX, CLINICS_MAX, KEYS_MAX};
use crate::webhook::WEBHOOKS_MAX;

/// A refusal. Codes are the contract, texts are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such account in this clinic.
    #[error("there is no such account")]
    UnknownAccount,
    /// Only administrators may.
    #[error("only an administrator of the clinic may do this")]
    NotAdministrator,
    /// Nobody would be left to make accounts.
    #[error("this is the last administrator of the clinic who can sign in")]
    LastAdministrator,
    /// The first administrator's link is for clinics without one.
    #[error("the clinic has an administrator already")]
    AdministratorExists,
    /// Somebody else of the clinic signs in with it.
    #[error("somebody of this clinic has that sign-in name already")]
    NameTaken,
    /// See [`ACCOUNTS_MAX`].
    #[error("a clinic has {ACCOUNTS_MAX} accounts at most")]
    TooManyAccounts,
    /// See [`KEYS_MAX`].
    #[error("a clinic has {KEYS_MAX} API keys at most")]
    TooManyKeys,
    /// No such API key in this clinic, or revoked.
    #[error("there is no such API key")]
    UnknownKey,
    /// See [`WEBHOOKS_MAX`].
    #[error("a clinic has {WEBHOOKS_MAX} webhooks at most")]
    TooManyWebhooks,
    /// No such webhook in this clinic, or removed.
    #[error("there is no such webhook")]
    UnknownWebhook,
    /// Another clinic of this server has it.
    #[error("another clinic of this server has that address already")]
    AddressTaken,
    /// See [`CLINICS_MAX`].
    #[error("a server has {CLINICS_MAX} clinics at most, beside its main one")]
    TooManyClinics,
    /// Never was, was used, or was replaced by a newer one.
    #[error("this link is unknown, was used already, or was replaced by a newer one")]
    LinkUnknown,
    /// Too late.
    #[error("this link has expired")]
    LinkExpired,
    /// Of a name that nobody has, a wrong password, a disabled account, and too many failures:
    /// one answer, so that it tells nobody who works here.
    #[error(
        "name or password is not right, or there were too many tries: wait a quarter of an hour at most"
    )]
    SignIn,
    /// The password is right, and the account has a second factor.
    #[error("a code of the second factor is needed")]
    CodeRequired,
    /// Wrong, too old, or used before.
    #[error("this code is wrong or was used already")]
    CodeWrong,
    /// There is one; an administrator removes it.
    #[error("the account has a second factor already")]
    TotpEnrolled,
    /// Nothing to confirm, or too late.
    #[error("no second factor was offered in the last minutes")]
    TotpNotOffered,
    /// Signed out, ended, or never was.
    #[error("nobody is signed in by this session")]
    UnknownSession,
}

impl Refusal {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownAccount => "account_unknown",
            Self::NotAdministrator => "forbidden",
            Self::LastAdministrator => "last_administrator",
            Self::AdministratorExists => "administrator_exists",
            Self::NameTaken => "name_taken",
            Self::TooManyAccounts => "too_many_accounts",
            Self::TooManyKeys => "too_many_keys",
            Self::UnknownKey => "key_unknown",
            Self::TooManyWebhooks => "too_many_webhooks",
            Self::UnknownWebhook => "webhook_unknown",
            Self::AddressTaken => "address_taken",
            Self::TooManyClinics => "too_many_clinics",
            Self::LinkUnknown => "link_unknown",
            Self::LinkExpired => "link_expired",
            Self::SignIn => "sign_in_failed",
            Self::CodeRequired => "code_required",
            Self::CodeWrong => "code_wrong",
            Self::TotpEnrolled => "totp_enrolled",
            Self::TotpNotOffered => "totp_not_offered",
            Self::UnknownSession => "session_unknown",
        }
    }
}
