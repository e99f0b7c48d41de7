//! From a wish to what happens.

use std::collections::BTreeSet;

use super::{Fact, Staff, Standing, Wish, webhooks};
use crate::accounts::{
    ACCOUNTS_MAX, AccountId, ClinicId, Command, Event, KEYS_MAX, KeyId, NameHash, OneTime, Refusal,
    Scope, StaffRole, events,
};
use crate::ids::{Timestamp, TokenHash};

type Facts = Result<Vec<Fact>, Refusal>;

/// What the command leads to. No event: it is so already.
pub fn decide(
    staff: &Staff,
    Command { clinic, wish }: Command<Wish>,
    now: Timestamp,
) -> Result<Vec<Event<Fact>>, Refusal> {
    let facts = match wish {
        Wish::OfferFirst(link) => offer_first(staff, clinic, link),
        Wish::TakeFirst {
            link,
            account,
            name,
        } => take_first(staff, clinic, (link, account, name), now),
        Wish::Create {
            account,
            role,
            name,
            by,
        } => create(staff, clinic, (account, role, name), by),
        Wish::Confirm { account } => confirm(staff, clinic, account),
        Wish::ChangeRole { account, role, by } => change_role(staff, clinic, (account, role), by),
        Wish::Disable { account, by } => disable(staff, clinic, account, by),
        Wish::Enable { account, by } => enable(staff, clinic, account, by),
        Wish::Remove { account, by } => remove(staff, clinic, account, by),
        Wish::MakeKey {
            key,
            secret,
            scopes,
            by,
        } => make_key(staff, clinic, (key, secret, scopes), by),
        Wish::RevokeKey { key, by } => revoke_key(staff, clinic, key, by),
        Wish::MakeWebhook {
            webhook,
            events,
            by,
        } => webhooks::make(staff, clinic, (webhook, events), by),
        Wish::RemoveWebhook { webhook, by } => webhooks::remove(staff, clinic, webhook, by),
    }?;
    Ok(events(facts, now, staff.last))
}

fn offer_first(staff: &Staff, clinic: ClinicId, link: OneTime) -> Facts {
    if staff.has_administrator() {
        return Err(Refusal::AdministratorExists);
    }
    let opened = match staff.clinic {
        None => Some(Fact::Opened { clinic }),
        Some(known) if known == clinic => None,
        Some(_) => return Err(Refusal::UnknownAccount),
    };
    Ok(opened
        .into_iter()
        .chain([Fact::FirstOffered(link)])
        .collect())
}

fn take_first(
    staff: &Staff,
    clinic: ClinicId,
    (link, account, name): (TokenHash, AccountId, NameHash),
    now: Timestamp,
) -> Facts {
    let offered = staff.first.filter(|_| staff.clinic == Some(clinic));
    offered.ok_or(Refusal::LinkUnknown)?.check(link, now)?;
    if staff.has_administrator() {
        return Err(Refusal::AdministratorExists);
    }
    is_new(staff, account, name)?;
    let role = StaffRole::Administrator;
    let created = Fact::Created {
        account,
        role,
        name,
        by: None,
    };
    // The password was set with the link: this person can sign in.
    Ok(vec![created, Fact::Confirmed { account }])
}

fn create(
    staff: &Staff,
    clinic: ClinicId,
    (account, role, name): (AccountId, StaffRole, NameHash),
    by: AccountId,
) -> Facts {
    staff.administrator(clinic, by)?;
    is_new(staff, account, name)?;
    let by = Some(by);
    Ok(vec![Fact::Created {
        account,
        role,
        name,
        by,
    }])
}

fn is_new(staff: &Staff, account: AccountId, name: NameHash) -> Result<(), Refusal> {
    if staff.members.len() >= ACCOUNTS_MAX {
        return Err(Refusal::TooManyAccounts);
    }
    let is_taken = |member: &super::Member| member.name == name || member.account == account;
    if staff.members.iter().any(is_taken) {
        return Err(Refusal::NameTaken);
    }
    Ok(())
}

fn confirm(staff: &Staff, clinic: ClinicId, account: AccountId) -> Facts {
    let member = staff
        .member(account)
        .filter(|_| staff.clinic == Some(clinic));
    match member.ok_or(Refusal::UnknownAccount)?.standing {
        Standing::Invited => Ok(vec![Fact::Confirmed { account }]),
        Standing::Active => Ok(Vec::new()),
        Standing::Disabled => Err(Refusal::UnknownAccount),
    }
}

fn change_role(
    staff: &Staff,
    clinic: ClinicId,
    (account, role): (AccountId, StaffRole),
    by: AccountId,
) -> Facts {
    let member = staff.may_administer(clinic, by, account)?;
    if member.role == role {
        return Ok(Vec::new());
    }
    not_the_last(staff, account)?;
    Ok(vec![Fact::RoleChanged { account, role, by }])
}

fn disable(staff: &Staff, clinic: ClinicId, account: AccountId, by: AccountId) -> Facts {
    let member = staff.may_administer(clinic, by, account)?;
    if member.standing == Standing::Disabled {
        return Ok(Vec::new());
    }
    not_the_last(staff, account)?;
    Ok(vec![Fact::Disabled { account, by }])
}

fn enable(staff: &Staff, clinic: ClinicId, account: AccountId, by: AccountId) -> Facts {
    let member = staff.may_administer(clinic, by, account)?;
    let is_disabled = member.standing == Standing::Disabled;
    let enabled = is_disabled.then_some(Fact::Enabled { account, by });
    Ok(enabled.into_iter().collect())
}

fn remove(staff: &Staff, clinic: ClinicId, account: AccountId, by: AccountId) -> Facts {
    staff.may_administer(clinic, by, account)?;
    not_the_last(staff, account)?;
    Ok(vec![Fact::Removed { account, by }])
}

/// Somebody else can administer, or this one could not anyway.
fn not_the_last(staff: &Staff, account: AccountId) -> Result<(), Refusal> {
    let mut administrators = staff.members.iter().filter(|one| one.is_administrator());
    if administrators.all(|one| one.account == account) {
        return Err(Refusal::LastAdministrator);
    }
    Ok(())
}

fn make_key(
    staff: &Staff,
    clinic: ClinicId,
    (key, secret, scopes): (KeyId, TokenHash, BTreeSet<Scope>),
    by: AccountId,
) -> Facts {
    staff.administrator(clinic, by)?;
    if staff.keys.len() >= KEYS_MAX {
        return Err(Refusal::TooManyKeys);
    }
    Ok(vec![Fact::KeyMade {
        key,
        secret,
        scopes,
        by,
    }])
}

fn revoke_key(staff: &Staff, clinic: ClinicId, key: KeyId, by: AccountId) -> Facts {
    staff.administrator(clinic, by)?;
    if !staff.keys.iter().any(|known| known.id == key) {
        return Err(Refusal::UnknownKey);
    }
    Ok(vec![Fact::KeyRevoked { key, by }])
}
