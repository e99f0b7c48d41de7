//! Error codes: the stable half of every error. The message beside it is for people and may change.

use serde::{Deserialize, Serialize};

/// What went wrong, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum ErrorCode {
    /// A body or message that is not what PROTOCOL.md describes; the message names the field.
    Malformed,
    /// A protocol version that this server does not speak.
    UnsupportedVersion,
    /// The SDP offer cannot be answered.
    OfferInvalid,
    /// No open consultation has this link, resume token or room id.
    LinkUnknown,
    /// The link's time is over.
    LinkExpired,
    /// The clinic took the link back, or sent a newer one.
    LinkRevoked,
    /// The consultation is over.
    Ended,
    /// A living page has the seat; ask the person, then join with `takeover`.
    SeatTaken,
    /// Another page has taken the seat since.
    TakenOver,
    /// A practitioner turned this person away.
    Denied,
    /// A practitioner put this person out.
    Removed,
    /// The room is locked: nobody new comes in.
    Locked,
    /// This role may not do this.
    Forbidden,
    /// This role may do this, but not now.
    WrongState,
    /// The consultation was opened without a time.
    NotBooked,
    /// The appointment was called off.
    Cancelled,
    /// The appointment is over: the patient did not come.
    NoShow,
    /// This may be done later.
    TooEarly,
    /// This could be done for a time, and that is over.
    TooLate,
    /// One person at a time is this, and another one is.
    OnlyOne,
    /// Somebody has withdrawn the consent that this needs.
    ConsentWithdrawn,
    /// What is signed stays as it is.
    SignedAlready,
    /// Name or password is not right, or there were too many tries.
    SignInFailed,
    /// The password is right, and the account has a second factor.
    CodeRequired,
    /// A code of a second factor that is wrong, too old, or was used before.
    CodeWrong,
    /// Nobody is signed in by this session.
    SessionUnknown,
    /// The clinic has no such account.
    AccountUnknown,
    /// The clinic has no such API key.
    KeyUnknown,
    /// An idempotency key that came with another request before.
    KeyReused,
    /// Nobody would be left to make accounts.
    LastAdministrator,
    /// The clinic has an administrator already.
    AdministratorExists,
    /// Somebody else of the clinic signs in with this name.
    NameTaken,
    /// The clinic has as many accounts as it may.
    TooManyAccounts,
    /// The clinic has as many API keys as it may.
    TooManyKeys,
    /// The clinic has as many webhooks as it may.
    TooManyWebhooks,
    /// The clinic has no such webhook.
    WebhookUnknown,
    /// Another clinic of the server has this address.
    AddressTaken,
    /// The server has as many clinics as it may.
    TooManyClinics,
    /// The account has a second factor already.
    TotpEnrolled,
    /// No second factor waits for its first code.
    TotpNotOffered,
    /// A new password that is too short or too long.
    PasswordLength,
    /// A new password with a control character.
    PasswordCharacter,
    /// A new password that is the sign-in name.
    PasswordIsName,
    /// A new password that is tried first everywhere.
    PasswordCommon,
    /// Somebody saved another version of a paper meanwhile.
    PaperChanged,
    /// As many people are in the consultation as it holds.
    RoomFull,
    /// A body or message over its size limit.
    TooLarge,
    /// Too many requests; wait and try again.
    RateLimited,
    /// The server is about to stop and takes nobody new.
    Draining,
    /// The server has no room for more; try again.
    Overloaded,
    /// Nothing can be stored at this moment, and so nothing changes; who talks goes on talking.
    StoreAway,
    /// The admin secret is missing or wrong.
    Unauthorized,
    /// A fault of the server.
    Internal,
}

impl ErrorCode {
    /// Every code, in the order of PROTOCOL.md.
    pub const ALL: &[Self] = &[
        Self::Malformed,
        Self::UnsupportedVersion,
        Self::OfferInvalid,
        Self::LinkUnknown,
        Self::LinkExpired,
        Self::LinkRevoked,
        Self::Ended,
        Self::SeatTaken,
        Self::TakenOver,
        Self::Denied,
        Self::Removed,
        Self::Locked,
        Self::Forbidden,
        Self::WrongState,
        Self::NotBooked,
        Self::Cancelled,
        Self::NoShow,
        Self::TooEarly,
        Self::TooLate,
        Self::OnlyOne,
        Self::ConsentWithdrawn,
        Self::SignedAlready,
        Self::SignInFailed,
        Self::CodeRequired,
        Self::CodeWrong,
        Self::SessionUnknown,
        Self::AccountUnknown,
        Self::KeyUnknown,
        Self::KeyReused,
        Self::LastAdministrator,
        Self::AdministratorExists,
        Self::NameTaken,
        Self::TooManyAccounts,
        Self::TooManyKeys,
        Self::TooManyWebhooks,
        Self::WebhookUnknown,
        Self::AddressTaken,
        Self::TooManyClinics,
        Self::TotpEnrolled,
        Self::TotpNotOffered,
        Self::PasswordLength,
        Self::PasswordCharacter,
        Self::PasswordIsName,
        Self::PasswordCommon,
        Self::PaperChanged,
        Self::RoomFull,
        Self::TooLarge,
        Self::RateLimited,
        Self::Draining,
        Self::Overloaded,
        Self::StoreAway,
        Self::Unauthorized,
        Self::Internal,
    ];

    /// The code as it is written on the wire and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnsupportedVersion => "unsupported_version",
            Self::OfferInvalid => "offer_invalid",
            Self::LinkUnknown => "link_unknown",
            Self::LinkExpired => "link_expired",
            Self::LinkRevoked => "link_revoked",
            Self::Ended => "ended",
            Self::SeatTaken => "seat_taken",
            Self::TakenOver => "taken_over",
            Self::Denied => "denied",
            Self::Removed => "removed",
            Self::Locked => "locked",
            Self::Forbidden => "forbidden",
            Self::WrongState => "wrong_state",
            Self::NotBooked => "not_booked",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
            Self::TooEarly => "too_early",
            Self::TooLate => "too_late",
            Self::OnlyOne => "only_one",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::SignedAlready => "signed_already",
            Self::SignInFailed => "sign_in_failed",
            Self::CodeRequired => "code_required",
            Self::CodeWrong => "code_wrong",
            Self::SessionUnknown => "session_unknown",
            Self::AccountUnknown => "account_unknown",
            Self::KeyUnknown => "key_unknown",
            Self::KeyReused => "key_reused",
            Self::LastAdministrator => "last_administrator",
            Self::AdministratorExists => "administrator_exists",
            Self::NameTaken => "name_taken",
            Self::TooManyAccounts => "too_many_accounts",
            Self::TooManyKeys => "too_many_keys",
            Self::TooManyWebhooks => "too_many_webhooks",
            Self::WebhookUnknown => "webhook_unknown",
            Self::AddressTaken => "address_taken",
            Self::TooManyClinics => "too_many_clinics",
            Self::TotpEnrolled => "totp_enrolled",
            Self::TotpNotOffered => "totp_not_offered",
            Self::PasswordLength => "password_length",
            Self::PasswordCharacter => "password_character",
            Self::PasswordIsName => "password_is_name",
            Self::PasswordCommon => "password_common",
            Self::PaperChanged => "paper_changed",
            Self::RoomFull => "room_full",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::Draining => "draining",
            Self::Overloaded => "overloaded",
            Self::StoreAway => "store_away",
            Self::Unauthorized => "unauthorized",
            Self::Internal => "internal",
        }
    }

    /// The code with this spelling; `internal` if there is none.
    pub fn from_code(text: &str) -> Self {
        let mut codes = Self::ALL.iter();
        let known = codes.find(|code| code.as_str() == text);
        known.copied().unwrap_or(Self::Internal)
    }

    /// The HTTP status that goes with the code.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Malformed
            | Self::UnsupportedVersion
            | Self::OfferInvalid
            | Self::PasswordLength
            | Self::PasswordCharacter
            | Self::PasswordIsName
            | Self::PasswordCommon => 400,
            Self::Unauthorized
            | Self::SignInFailed
            | Self::CodeRequired
            | Self::CodeWrong
            | Self::SessionUnknown => 401,
            Self::LinkUnknown | Self::AccountUnknown | Self::KeyUnknown | Self::WebhookUnknown => {
                404
            }
            Self::LinkExpired
            | Self::LinkRevoked
            | Self::Ended
            | Self::Cancelled
            | Self::NoShow => 410,
            Self::Denied | Self::Removed | Self::Forbidden => 403,
            Self::RoomFull
            | Self::SeatTaken
            | Self::TakenOver
            | Self::Locked
            | Self::WrongState
            | Self::NotBooked
            | Self::TooEarly
            | Self::TooLate
            | Self::OnlyOne
            | Self::ConsentWithdrawn
            | Self::SignedAlready
            | Self::KeyReused
            | Self::LastAdministrator
            | Self::AdministratorExists
            | Self::NameTaken
            | Self::TooManyAccounts
            | Self::TooManyKeys
            | Self::TooManyWebhooks
            | Self::AddressTaken
            | Self::TooManyClinics
            | Self::TotpEnrolled
            | Self::TotpNotOffered
            | Self::PaperChanged => 409,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Draining | Self::Overloaded | Self::StoreAway => 503,
        }
    }
}

/// The body of every HTTP error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Problem {
    /// For programs.
    pub code: ErrorCode,
    /// For people: names the field, the value and the allowed range where there is one.
    pub message: String,
}

impl Problem {
    /// A code with its words.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
