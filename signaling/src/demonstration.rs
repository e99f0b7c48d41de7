//! A clinic to look at: people who work there, and three patients today.
//!
//! It is made as any other: an administrator by the first link, accounts by invitation, times by
//! booking. Whoever starts a demonstration again on the same store finds the same people, and
//! today's patients.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use tokio::time::Instant;

use crate::Service;
use crate::accounts::{
    ACCOUNTS_MAX, AccountError, AccountId, Accounts, Attempt, ClinicId, FirstAdministrator,
    Newcomer, Refusal, SecondFactor, SignInName, SignInNameError, SignedIn, StaffRole,
};
use crate::board::View;
use crate::consultation::{BookedTime, Minutes, PriorityClass, Role};
use crate::contact::Contact;
use crate::ids::{LanguageError, Timestamp};
use crate::opaque::LinkToken;
use crate::service::{AppointmentError, Booking, Newcomer as Guest, Requester};
use crate::store::Actor;
use crate::store::accounts::Profile;
use crate::text::{DisplayName, LanguageCode, TextError};

/// Who works there: the name, the one to sign in with, and what they are.
const STAFF: [(&str, &str, StaffRole); 4] = [
    ("Chị Nga", "nga", StaffRole::Administrator),
    ("Bác sĩ Lan", "lan", StaffRole::Practitioner),
    ("Cô Hạnh", "hanh", StaffRole::Coordinator),
    ("Anh Sơn", "son", StaffRole::Interpreter),
];
/// Who comes today: the name, who is seen first by law, and whether the interpreter comes, too.
const PATIENTS: [(&str, Option<PriorityClass>, bool); 3] = [
    ("Bà Mẩy", None, true),
    ("Bác Sính", None, false),
    ("Cụ Páo", Some(PriorityClass::SeventyFive), false),
];
/// How long each takes; the first begins at the next of these.
const MINUTES: u16 = 15;
/// What the interpreter translates: Iu Mien, as Bà Mẩy speaks it.
const LANGUAGES: [&str; 2] = ["ium", "vi"];

/// How to sign in to the demonstration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demonstration {
    /// Who works there.
    pub people: Vec<DemonstrationPerson>,
    /// The patients that this start has booked for today, and their links, which are told once.
    pub patients: Vec<(&'static str, LinkToken)>,
    /// Theirs, all the same: made from the secret of the store, so that it is the same after a
    /// restart and nowhere else.
    pub password: String,
}

/// Somebody of the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemonstrationPerson {
    /// As the others see it.
    pub name: &'static str,
    /// To sign in with.
    pub sign_in_name: &'static str,
    /// What they are.
    pub role: StaffRole,
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemonstrationError {
    /// A name that is none.
    #[error("the demonstration has a bad name: {0}")]
    Name(#[from] TextError),
    /// A language that is none.
    #[error("the demonstration has a bad language: {0}")]
    Language(#[from] LanguageError),
    /// A name that nobody signs in with.
    #[error("the demonstration has a bad sign-in name: {0}")]
    SignInName(#[from] SignInNameError),
    /// The accounts.
    #[error("the demonstration's accounts cannot be made: {0}")]
    Account(#[from] AccountError),
    /// The appointments.
    #[error("the demonstration's appointments cannot be booked: {0}")]
    Booking(String),
}

impl From<AppointmentError> for DemonstrationError {
    fn from(error: AppointmentError) -> Self {
        Self::Booking(error.to_string())
    }
}

/// Makes the demonstration, or finds it made. `None`: somebody's real clinic is in the store, and
/// nothing of it is touched.
pub async fn demonstrate(
    service: &Service,
    accounts: &Accounts,
) -> Result<Option<Demonstration>, DemonstrationError> {
    let clinic = ClinicId::MAIN;
    let password = accounts.demonstration_password();
    if !accounts.has_administrator(clinic).await? {
        hire(accounts, clinic, &password).await?;
    }
    let coordinator = match sign_in(accounts, clinic, "hanh", &password).await {
        Ok(coordinator) => coordinator,
        Err(AccountError::Refused(Refusal::SignIn)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let by = Requester {
        clinic,
        view: View::Clinic,
        actor: Actor::Account(coordinator.account),
    };
    let is_free = service.day(by, None, None).await?.appointments.is_empty();
    let patients = if is_free {
        book(service, accounts, by).await?
    } else {
        Vec::new()
    };
    accounts.sign_out(&coordinator).await?;
    let people = STAFF.map(|(name, sign_in_name, role)| DemonstrationPerson {
        name,
        sign_in_name,
        role,
    });
    Ok(Some(Demonstration {
        people: people.into(),
        patients,
        password,
    }))
}

async fn hire(
    accounts: &Accounts,
    clinic: ClinicId,
    password: &str,
) -> Result<(), DemonstrationError> {
    let [(name, sign_in_name, _), others @ ..] = STAFF;
    let link = accounts.offer_first(clinic).await?;
    let first = FirstAdministrator {
        link,
        profile: profile(name, sign_in_name)?,
        password: password.to_owned(),
    };
    accounts.take_first(first).await?;
    let administrator = sign_in(accounts, clinic, sign_in_name, password).await?;
    for (name, sign_in_name, role) in others {
        let profile = profile(name, sign_in_name)?;
        let made = accounts.create(&administrator, Newcomer { profile, role });
        let (_account, link) = made.await?;
        accounts.accept(&link, password).await?;
    }
    Ok(accounts.sign_out(&administrator).await?)
}

async fn book(
    service: &Service,
    accounts: &Accounts,
    by: Requester,
) -> Result<Vec<(&'static str, LinkToken)>, DemonstrationError> {
    let (colleagues, _) = accounts.colleagues(by.clinic, None, ACCOUNTS_MAX).await?;
    let of = |role| {
        let found = colleagues.iter().find(|one| one.role == role);
        found.map(|one| (one.account, one.name.clone()))
    };
    let staff = (of(StaffRole::Practitioner), of(StaffRole::Interpreter));
    let (Some(practitioner), Some(interpreter)) = staff else {
        let words = "its practitioner or its interpreter was removed";
        return Err(DemonstrationError::Booking(words.to_owned()));
    };
    let step = Minutes(MINUTES).as_duration();
    let mut begins = next(service.now(), step);
    let mut links = Vec::new();
    for (name, priority, is_interpreted) in PATIENTS {
        let mut people = vec![
            guest(DisplayName::parse(name)?, Role::Patient, None),
            guest(
                practitioner.1.clone(),
                Role::Practitioner,
                Some(practitioner.0),
            ),
        ];
        if is_interpreted {
            let (account, name) = interpreter.clone();
            let [one, other] = LANGUAGES;
            people.push(Guest {
                languages: Some([LanguageCode::parse(one)?, LanguageCode::parse(other)?]),
                ..guest(name, Role::Interpreter, Some(account))
            });
        }
        let time = BookedTime {
            begins,
            length: Minutes(MINUTES),
        };
        let booking = Booking {
            time,
            people,
            priority,
            repeat: None,
        };
        let booked = service.book(by, booking).await?;
        let link = booked
            .people
            .into_iter()
            .next()
            .and_then(|patient| patient.link);
        links.extend(link.map(|link| (name, link)));
        begins = begins.plus(step);
    }
    Ok(links)
}

/// The next time that is a whole number of steps.
fn next(now: Timestamp, step: Duration) -> Timestamp {
    let step = u64::try_from(step.as_millis()).unwrap_or(u64::MAX);
    Timestamp(now.0.div_ceil(step).saturating_mul(step))
}

fn guest(name: DisplayName, role: Role, account: Option<AccountId>) -> Guest {
    Guest {
        name,
        role,
        account,
        contact: Contact::default(),
        languages: None,
        licence: None,
        language: None,
    }
}

fn profile(name: &str, sign_in_name: &str) -> Result<Profile, DemonstrationError> {
    Ok(Profile {
        name: DisplayName::parse(name)?,
        sign_in_name: SignInName::parse(sign_in_name)?,
    })
}

async fn sign_in(
    accounts: &Accounts,
    clinic: ClinicId,
    name: &str,
    password: &str,
) -> Result<SignedIn, AccountError> {
    let welcome = accounts.sign_in(Attempt {
        clinic,
        name: name.to_owned(),
        password: password.to_owned(),
        second: SecondFactor::None,
        device: None,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        at: Instant::now().into_std(),
    });
    accounts.who(&welcome.await?.token).await
}

#[cfg(test)]
mod tests;
