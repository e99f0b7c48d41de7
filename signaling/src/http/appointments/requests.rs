//! From what was sent to what the service does: names of colleagues, words of the domain.

use axum::http::HeaderMap;

use crate::accounts::staff::Standing;
use crate::accounts::{AccountId, StaffRole};
use crate::consultation as domain;
use crate::contact::Contact;
use crate::http::AppState;
use crate::http::problem::Failure;
use crate::protocol::limits::{PEOPLE_MAX, PEOPLE_MIN};
use crate::protocol::{BookRequest, CancelReason, ErrorCode, Invitee, PriorityClass, Problem};
use crate::service::{Booking, Newcomer, Repeat, RepeatKey, Requester, domain_role};
use crate::text::DisplayName;

/// What a hospital system calls its request.
const KEY: &str = "idempotency-key";

pub(super) async fn booking(
    app: &AppState,
    by: Requester,
    headers: &HeaderMap,
    request: BookRequest,
) -> Result<Booking, Failure> {
    let repeat = repeat(headers, &request)?;
    let got = request.people.len();
    if !(PEOPLE_MIN..=PEOPLE_MAX).contains(&got) {
        let words = format!("people must be {PEOPLE_MIN} to {PEOPLE_MAX}, got {got}");
        return Err(malformed(words).into());
    }
    let mut people = Vec::with_capacity(got);
    for (index, invitee) in request.people.into_iter().enumerate() {
        people.push(newcomer(app, by, index, invitee).await?);
    }
    Ok(Booking {
        time: domain::BookedTime {
            begins: request.begins,
            length: domain::Minutes(request.minutes),
        },
        people,
        priority: request.priority.map(priority_class),
        repeat,
    })
}

/// The same request, however its fields were ordered.
fn repeat(headers: &HeaderMap, request: &BookRequest) -> Result<Option<Repeat>, Problem> {
    let Some(key) = headers.get(KEY) else {
        return Ok(None);
    };
    let key = RepeatKey::parse(key.as_bytes()).map_err(|error| malformed(error.to_string()))?;
    let body = serde_json::to_vec(request).map_err(|error| malformed(error.to_string()))?;
    Ok(Some(Repeat { key, body }))
}

async fn newcomer(
    app: &AppState,
    by: Requester,
    index: usize,
    invitee: Invitee,
) -> Result<Newcomer, Failure> {
    let role = domain_role(invitee.role);
    let field = |name| format!("people[{index}].{name}");
    let known = match invitee.account {
        Some(account) => {
            let name = colleague(app, by, account, role).await?;
            Some(name.ok_or_else(|| no_colleague(&field("account")))?)
        }
        None => None,
    };
    let name = invitee.name.or(known).ok_or_else(|| {
        let field = field("name");
        malformed(format!(
            "{field} may be left out of somebody with an account only"
        ))
    })?;
    Ok(Newcomer {
        name,
        role,
        account: invitee.account,
        contact: Contact {
            phone: invitee.phone,
            email: invitee.email,
        },
        languages: invitee.languages,
        licence: invitee.licence,
        language: invitee.language.map(Into::into),
    })
}

/// What somebody of the clinic is called who may have a seat of this role; `None` of everybody
/// else, here and elsewhere.
pub(super) async fn colleague(
    app: &AppState,
    by: Requester,
    account: AccountId,
    role: domain::Role,
) -> Result<Option<DisplayName>, Failure> {
    let found = app.accounts.colleague(by.clinic, account).await?;
    let is_for_it = |of| match role {
        domain::Role::Practitioner => of == StaffRole::Practitioner,
        domain::Role::Interpreter => of == StaffRole::Interpreter,
        domain::Role::Patient | domain::Role::Companion | domain::Role::Observer => false,
    };
    let found = found.filter(|one| is_for_it(one.role) && one.standing != Standing::Disabled);
    Ok(found.map(|one| one.name))
}

pub(super) fn no_colleague(field: &str) -> Problem {
    malformed(format!(
        "{field} must be a practitioner's or an interpreter's of this clinic, for a seat of that role"
    ))
}

fn malformed(words: String) -> Problem {
    Problem::new(ErrorCode::Malformed, words)
}

pub(super) const fn priority_class(class: PriorityClass) -> domain::PriorityClass {
    match class {
        PriorityClass::Emergency => domain::PriorityClass::Emergency,
        PriorityClass::ChildUnderSix => domain::PriorityClass::ChildUnderSix,
        PriorityClass::Pregnant => domain::PriorityClass::Pregnant,
        PriorityClass::SevereDisability => domain::PriorityClass::SevereDisability,
        PriorityClass::SeventyFive => domain::PriorityClass::SeventyFive,
        PriorityClass::Merit => domain::PriorityClass::Merit,
    }
}

pub(super) const fn cancel_reason(reason: CancelReason) -> domain::CancelReason {
    match reason {
        CancelReason::Patient => domain::CancelReason::Patient,
        CancelReason::Practitioner => domain::CancelReason::Practitioner,
        CancelReason::Interpreter => domain::CancelReason::Interpreter,
        CancelReason::Technical => domain::CancelReason::Technical,
        CancelReason::Mistake => domain::CancelReason::Mistake,
        CancelReason::Other => domain::CancelReason::Other,
    }
}
