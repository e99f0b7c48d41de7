//! Attacks on a server with people in it, each with a verdict.
//!
//! Reading order: `clinic` (the people who must not notice anything) → `media`, `commands`, `links`, `guesses`
//! (the attacks) → `report`. Everything is bounded in count and time, and goes to loopback only.

mod clinic;
mod commands;
mod guesses;
mod links;
mod media;
mod report;

use std::time::Duration;

use anyhow::Context as _;

use crate::bot::media::pictures;
use crate::bot::picture::Colour;
use crate::cli::HostilePlan;
use crate::http::Client;
use clinic::Clinic;
pub use report::{Attack, HostileReport};

/// Links live this long at least; so long waits who wants to see one expire.
const SHORTEST_LIFE: Duration = Duration::from_mins(1);

/// Makes every attack; fails only where nothing could be attacked at all.
pub async fn run(plan: &HostilePlan) -> anyhow::Result<HostileReport> {
    anyhow::ensure!(
        plan.target.address.ip().is_loopback(),
        "attacks are only ever made on a loopback address"
    );
    let client = Client::new(plan.target.clone())?;
    let short = if plan.expiry {
        Some(links::Short::begin(&client, plan).await?)
    } else {
        None
    };
    // Before anybody talks: drawing takes this process half a second in which it could not listen.
    let pictures = pictures(Colour::PALETTE[0]);
    let mut clinic = Clinic::open(&client, plan)
        .await
        .context("the room of the honest people")?;
    let mut attacks = media::attacks(&mut clinic, plan, pictures).await;
    attacks.extend(commands::attacks(&client, plan).await);
    attacks.extend(links::attacks(&client, plan).await);
    attacks.push(guesses::attack(&clinic, plan).await);
    // Last: what the honest people heard covers everything above.
    attacks.push(clinic.close().await);
    if let Some(short) = short {
        attacks.push(short.attack().await);
    }
    Ok(HostileReport { attacks })
}

/// How long a run of this plan may take at most, for the caller that bounds it.
pub fn longest(plan: &HostilePlan) -> Duration {
    // Five kinds of forged media before and one after; a guess takes a few milliseconds.
    let guesses = u32::try_from(plan.guesses).unwrap_or(u32::MAX);
    plan.spell * 8
        + Duration::from_millis(20) * guesses
        + 2 * SHORTEST_LIFE
        + Duration::from_mins(2)
}
