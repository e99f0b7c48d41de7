//! The stored form of what happens to a clinic's staff. JSON, converted by hand, as in
//! [`super::super::codec`] and for the same reasons.

use serde::{Deserialize, Serialize};

use crate::accounts::staff::Fact;
use crate::accounts::{
    AccountId, Actor, ClinicId, Event, KeyId, NameHash, OneTime, Scope, StaffRole, WebhookId,
};
use crate::ids::{Timestamp, TokenHash};
use crate::webhook::EventKind;

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    at: Timestamp,
    fact: StoredFact,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredFact {
    Opened {
        clinic: u64,
    },
    FirstOffered(StoredOneTime),
    Created {
        account: u64,
        role: StoredRole,
        name: [u8; 32],
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<u64>,
    },
    Confirmed {
        account: u64,
    },
    RoleChanged {
        account: u64,
        role: StoredRole,
        by: u64,
    },
    Disabled(StoredAct),
    Enabled(StoredAct),
    Removed(StoredAct),
    KeyMade {
        key: u64,
        secret: [u8; 32],
        scopes: Vec<StoredScope>,
        by: u64,
    },
    KeyRevoked {
        key: u64,
        by: u64,
    },
    WebhookMade {
        webhook: u64,
        events: Vec<StoredKind>,
        #[serde(flatten)]
        by: StoredActor,
    },
    WebhookRemoved {
        webhook: u64,
        #[serde(flatten)]
        by: StoredActor,
    },
}

/// By its name.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
struct StoredKind(EventKind);

impl From<StoredKind> for &'static str {
    fn from(StoredKind(kind): StoredKind) -> Self {
        kind.as_str()
    }
}

impl TryFrom<String> for StoredKind {
    type Error = &'static str;

    fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
        let kind = EventKind::parse(&text).ok_or("an event that webhooks are not told of")?;
        Ok(Self(kind))
    }
}

/// A person or a hospital system.
#[derive(Serialize, Deserialize)]
enum StoredActor {
    #[serde(rename = "by")]
    Account(u64),
    #[serde(rename = "byKey")]
    Key(u64),
}

/// What an administrator did to somebody.
#[derive(Serialize, Deserialize)]
struct StoredAct {
    account: u64,
    by: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredOneTime {
    hash: [u8; 32],
    expires: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredRole {
    Practitioner,
    Coordinator,
    Interpreter,
    Administrator,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredScope {
    AppointmentsRead,
    AppointmentsWrite,
    RecordsRead,
    Webhooks,
}

type Result<T> = std::result::Result<T, serde_json::Error>;

pub(super) fn encode_staff_event(event: &Event<Fact>) -> Result<Vec<u8>> {
    let fact = store_fact(&event.fact);
    serde_json::to_vec(&StoredEvent { at: event.at, fact })
}

pub(super) fn decode_staff_event(bytes: &[u8]) -> Result<Event<Fact>> {
    let StoredEvent { at, fact } = serde_json::from_slice(bytes)?;
    let fact = load_fact(fact);
    Ok(Event { at, fact })
}

pub(super) const fn store_one_time(one_time: OneTime) -> StoredOneTime {
    StoredOneTime {
        hash: one_time.hash.0,
        expires: one_time.expires,
    }
}

pub(super) const fn load_one_time(stored: &StoredOneTime) -> OneTime {
    OneTime {
        hash: TokenHash(stored.hash),
        expires: stored.expires,
    }
}

fn store_fact(fact: &Fact) -> StoredFact {
    let act = |account: &AccountId, by: &AccountId| StoredAct {
        account: account.0,
        by: by.0,
    };
    match fact {
        Fact::Opened { clinic } => StoredFact::Opened { clinic: clinic.0 },
        Fact::FirstOffered(link) => StoredFact::FirstOffered(store_one_time(*link)),
        Fact::Created {
            account,
            role,
            name,
            by,
        } => StoredFact::Created {
            account: account.0,
            role: store_role(*role),
            name: name.0,
            by: by.map(|by| by.0),
        },
        Fact::Confirmed { account } => StoredFact::Confirmed { account: account.0 },
        Fact::RoleChanged { account, role, by } => StoredFact::RoleChanged {
            account: account.0,
            role: store_role(*role),
            by: by.0,
        },
        Fact::Disabled { account, by } => StoredFact::Disabled(act(account, by)),
        Fact::Enabled { account, by } => StoredFact::Enabled(act(account, by)),
        Fact::Removed { account, by } => StoredFact::Removed(act(account, by)),
        Fact::KeyMade {
            key,
            secret,
            scopes,
            by,
        } => StoredFact::KeyMade {
            key: key.0,
            secret: secret.0,
            scopes: scopes.iter().copied().map(store_scope).collect(),
            by: by.0,
        },
        Fact::KeyRevoked { key, by } => StoredFact::KeyRevoked {
            key: key.0,
            by: by.0,
        },
        Fact::WebhookMade {
            webhook,
            events,
            by,
        } => StoredFact::WebhookMade {
            webhook: webhook.0,
            events: events.iter().copied().map(StoredKind).collect(),
            by: store_actor(*by),
        },
        Fact::WebhookRemoved { webhook, by } => StoredFact::WebhookRemoved {
            webhook: webhook.0,
            by: store_actor(*by),
        },
    }
}

fn load_fact(fact: StoredFact) -> Fact {
    let act = |act: &StoredAct| (AccountId(act.account), AccountId(act.by));
    match fact {
        StoredFact::Opened { clinic } => Fact::Opened {
            clinic: ClinicId(clinic),
        },
        StoredFact::FirstOffered(link) => Fact::FirstOffered(load_one_time(&link)),
        StoredFact::Created {
            account,
            role,
            name,
            by,
        } => Fact::Created {
            account: AccountId(account),
            role: load_role(&role),
            name: NameHash(name),
            by: by.map(AccountId),
        },
        StoredFact::Confirmed { account } => Fact::Confirmed {
            account: AccountId(account),
        },
        StoredFact::RoleChanged { account, role, by } => Fact::RoleChanged {
            account: AccountId(account),
            role: load_role(&role),
            by: AccountId(by),
        },
        StoredFact::Disabled(stored) => {
            let (account, by) = act(&stored);
            Fact::Disabled { account, by }
        }
        StoredFact::Enabled(stored) => {
            let (account, by) = act(&stored);
            Fact::Enabled { account, by }
        }
        StoredFact::Removed(stored) => {
            let (account, by) = act(&stored);
            Fact::Removed { account, by }
        }
        StoredFact::KeyMade {
            key,
            secret,
            scopes,
            by,
        } => Fact::KeyMade {
            key: KeyId(key),
            secret: TokenHash(secret),
            scopes: scopes.iter().map(load_scope).collect(),
            by: AccountId(by),
        },
        StoredFact::KeyRevoked { key, by } => Fact::KeyRevoked {
            key: KeyId(key),
            by: AccountId(by),
        },
        StoredFact::WebhookMade {
            webhook,
            events,
            by,
        } => Fact::WebhookMade {
            webhook: WebhookId(webhook),
            events: events.into_iter().map(|kind| kind.0).collect(),
            by: load_actor(&by),
        },
        StoredFact::WebhookRemoved { webhook, by } => Fact::WebhookRemoved {
            webhook: WebhookId(webhook),
            by: load_actor(&by),
        },
    }
}

const fn store_actor(actor: Actor) -> StoredActor {
    match actor {
        Actor::Account(account) => StoredActor::Account(account.0),
        Actor::Key(key) => StoredActor::Key(key.0),
    }
}

const fn load_actor(actor: &StoredActor) -> Actor {
    match actor {
        StoredActor::Account(account) => Actor::Account(AccountId(*account)),
        StoredActor::Key(key) => Actor::Key(KeyId(*key)),
    }
}

const fn store_role(role: StaffRole) -> StoredRole {
    match role {
        StaffRole::Practitioner => StoredRole::Practitioner,
        StaffRole::Coordinator => StoredRole::Coordinator,
        StaffRole::Interpreter => StoredRole::Interpreter,
        StaffRole::Administrator => StoredRole::Administrator,
    }
}

const fn load_role(role: &StoredRole) -> StaffRole {
    match role {
        StoredRole::Practitioner => StaffRole::Practitioner,
        StoredRole::Coordinator => StaffRole::Coordinator,
        StoredRole::Interpreter => StaffRole::Interpreter,
        StoredRole::Administrator => StaffRole::Administrator,
    }
}

const fn store_scope(scope: Scope) -> StoredScope {
    match scope {
        Scope::AppointmentsRead => StoredScope::AppointmentsRead,
        Scope::AppointmentsWrite => StoredScope::AppointmentsWrite,
        Scope::RecordsRead => StoredScope::RecordsRead,
        Scope::Webhooks => StoredScope::Webhooks,
    }
}

const fn load_scope(scope: &StoredScope) -> Scope {
    match scope {
        StoredScope::AppointmentsRead => Scope::AppointmentsRead,
        StoredScope::AppointmentsWrite => Scope::AppointmentsWrite,
        StoredScope::RecordsRead => Scope::RecordsRead,
        StoredScope::Webhooks => Scope::Webhooks,
    }
}
