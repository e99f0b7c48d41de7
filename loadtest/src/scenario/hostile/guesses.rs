//! Thousands of wrong links, resume tokens and hellos from the address that the honest people have, too.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::clinic::{Clinic, LATE};
use super::report::Attack;
use crate::bot::enter::{Key, Offered};
use crate::bot::person::Person;
use crate::bot::slots::SendPlan;
use crate::bot::wire::Wire;
use crate::chance::unique_id;
use crate::cli::HostilePlan;
use crate::http::{Client, Failure, Line};
use crate::protocol::{
    Invitation, InvitationRequest, JoinRequest, ResumeRequest, ServerMessage, VERSION,
};
use crate::server::Process;

/// Connections that guess at once.
const LINES: usize = 4;
/// One guess in so many is a hello on a WebSocket of its own.
const HELLO_EVERY: usize = 50;
/// By how much the server's memory may grow: one address takes 64 bytes, whatever it tries; the rest is what
/// the allocator keeps of the requests under way.
const GROWTH_MB: u64 = 8;
/// How soon a right link must work.
const AT_ONCE: Duration = Duration::from_secs(2);

/// All guesses, and then a right link.
pub async fn attack(clinic: &Clinic, plan: &HostilePlan) -> Attack {
    let mut attack = Attack::new("wrong links, resume tokens and hellos from one address");
    let outcome = guess_all(clinic, plan, &mut attack).await;
    attack.ended(outcome)
}

async fn guess_all(
    clinic: &Clinic,
    plan: &HostilePlan,
    attack: &mut Attack,
) -> Result<(), Failure> {
    let look = || Ok::<_, Failure>(plan.server_pid.map(Process::read).transpose()?);
    let mut body = clinic.body(LATE);
    let offered = Offered::new(
        &clinic.client,
        &std::sync::Arc::new(SendPlan::default()),
        &mut body.chance,
    )
    .await?;
    let (offer, before, since) = (offered.sdp.clone(), look()?, Instant::now());
    let mut guessing = JoinSet::new();
    for line in 0..LINES {
        let (client, offer) = (clinic.client.clone(), offer.clone());
        let share = plan.guesses / LINES + usize::from(line < plan.guesses % LINES);
        guessing.spawn(async move { guess(&client, &offer, share).await });
    }
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(guessed) = guessing.join_next().await {
        let guessed = guessed.map_err(|error| Failure::new("client", error))??;
        for (code, count) in guessed {
            *codes.entry(code).or_default() += count;
        }
    }
    attack.note(format!(
        "{codes:?} in {:.1} s",
        since.elapsed().as_secs_f64()
    ));
    let answered: usize = codes.values().sum();
    attack.expect(answered == plan.guesses, || {
        format!("{answered} answers to {} guesses", plan.guesses)
    });
    for code in codes.keys() {
        attack.expect(
            ["link_unknown", "rate_limited"].contains(&code.as_str()),
            || format!("a wrong link was answered {code}"),
        );
    }
    attack.expect(codes.contains_key("rate_limited"), || {
        "nobody was stopped".to_owned()
    });

    // At once, from the same address.
    let late = async {
        let link = clinic.room.link(LATE)?;
        let request = InvitationRequest {
            version: VERSION,
            link,
        };
        let client = &clinic.client;
        let _: Invitation = client.post("/v1/invitation", None, &request).await?;
        Person::come(client, Key::Link(link), clinic.body(LATE)).await
    };
    let since = Instant::now();
    let late = timeout(AT_ONCE, late)
        .await
        .map_err(|_| Failure::new("timeout", format!("a right link took over {AT_ONCE:?}")))??;
    attack.note(format!(
        "a right link works {} ms later",
        since.elapsed().as_millis()
    ));
    late.leave().await?;
    crate::bot::enter::close(&offered.peer).await;

    if let (Some(before), Some(after)) = (before, look()?) {
        let grown = after.resident_kb.saturating_sub(before.resident_kb);
        attack.note(format!(
            "the server's memory grew by {grown} kB, from {} kB",
            before.resident_kb
        ));
        attack.expect(grown <= GROWTH_MB * 1_024, || {
            format!("memory grew by {grown} kB, {GROWTH_MB} MB at most")
        });
    }
    Ok(())
}

/// So many guesses on one connection; how often which code came.
async fn guess(
    client: &Client,
    offer: &str,
    times: usize,
) -> Result<BTreeMap<String, usize>, Failure> {
    let mut codes = BTreeMap::new();
    let mut line = client.line().await?;
    for number in 0..times {
        let mut code = guess_one(client, &mut line, offer, number).await?;
        if code == "network" {
            // The server may end a connection after an error.
            line = client.line().await?;
            code = guess_one(client, &mut line, offer, number).await?;
        }
        *codes.entry(code).or_default() += 1;
    }
    Ok(codes)
}

async fn guess_one(
    client: &Client,
    connection: &mut Line,
    offer: &str,
    number: usize,
) -> Result<String, Failure> {
    let (wrong, attempt) = (unique_id()?, unique_id()?);
    let (version, link, resume, attempt) = (VERSION, wrong.as_str(), wrong.as_str(), &*attempt);
    if number % HELLO_EVERY == HELLO_EVERY - 1 {
        return hello(client, resume).await;
    }
    let answer: Result<Value, Failure> = match number % 3 {
        0 => {
            let request = InvitationRequest { version, link };
            connection.post("/v1/invitation", None, &request).await
        }
        1 => {
            let request = JoinRequest {
                version,
                link,
                attempt,
                offer,
                takeover: true,
            };
            connection.post("/v1/join", None, &request).await
        }
        _ => {
            let request = ResumeRequest {
                version,
                resume,
                attempt,
                offer,
            };
            connection.post("/v1/resume", None, &request).await
        }
    };
    Ok(answer.map_or_else(|failure| failure.code, |_| "accepted".to_owned()))
}

async fn hello(client: &Client, resume: &str) -> Result<String, Failure> {
    let mut wire = Wire::hello(client, resume).await?;
    Ok(match wire.must_hear().await? {
        ServerMessage::Error { code } => code,
        other => format!("{other:?}"),
    })
}
