//! From what happened to what is so.

use super::{Fact, Key, Member, Staff, Standing, Webhook};
use crate::accounts::{AccountId, Event};

/// The staff after one more event. Total: an event in the log has been decided before, and is
/// never refused here.
#[must_use]
pub fn apply(mut staff: Staff, event: &Event<Fact>) -> Staff {
    staff.last = event.at;
    match &event.fact {
        Fact::Opened { clinic } => staff.clinic = Some(*clinic),
        Fact::FirstOffered(link) => staff.first = Some(*link),
        Fact::Created {
            account,
            role,
            name,
            by,
        } => {
            if by.is_none() {
                staff.first = None;
            }
            staff.members.push(Member {
                account: *account,
                role: *role,
                standing: Standing::Invited,
                generation: 0,
                name: *name,
            });
        }
        Fact::Confirmed { account } => change(&mut staff, *account, |member| {
            member.standing = Standing::Active;
        }),
        Fact::RoleChanged { account, role, .. } => change(&mut staff, *account, |member| {
            member.role = *role;
            member.generation = member.generation.saturating_add(1);
        }),
        Fact::Disabled { account, .. } => change(&mut staff, *account, |member| {
            member.standing = Standing::Disabled;
            member.generation = member.generation.saturating_add(1);
        }),
        Fact::Enabled { account, .. } => change(&mut staff, *account, |member| {
            member.standing = Standing::Invited;
        }),
        Fact::Removed { account, .. } => {
            staff.members.retain(|member| member.account != *account);
        }
        Fact::KeyMade {
            key,
            secret,
            scopes,
            ..
        } => staff.keys.push(Key {
            id: *key,
            scopes: scopes.clone(),
            made: event.at,
            secret: *secret,
        }),
        Fact::KeyRevoked { key, .. } => staff.keys.retain(|known| known.id != *key),
        Fact::WebhookMade {
            webhook, events, ..
        } => staff.webhooks.push(Webhook {
            id: *webhook,
            events: events.clone(),
            made: event.at,
        }),
        Fact::WebhookRemoved { webhook, .. } => {
            staff.webhooks.retain(|known| known.id != *webhook);
            staff.removed_webhooks.push(*webhook);
        }
    }
    staff
}

/// The staff after a whole log.
#[must_use]
pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event<Fact>>) -> Staff {
    events.into_iter().fold(Staff::default(), apply)
}

fn change(staff: &mut Staff, account: AccountId, how: impl Fn(&mut Member)) {
    let member = staff
        .members
        .iter_mut()
        .find(|member| member.account == account);
    if let Some(member) = member {
        how(member);
    }
}
