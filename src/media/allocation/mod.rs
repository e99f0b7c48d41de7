//! What each viewer's budget buys: pure arithmetic.
//!
//! Voice is reserved before this runs. Every picture gets its lowest rung before any picture is
//! raised, and a rung is climbed only with room to spare, so that a link near a boundary does not
//! flap.

use super::ids::Rid;
use super::units::Bitrate;

/// Climbing needs this much of the next rung's cost, so that the noise of an estimate does not
/// carry a picture up and down.
const CLIMB_PERCENT: u64 = 120;

/// One rung of an encoding ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The encoding.
    pub rid: Rid,
    /// What forwarding it costs.
    pub cost: Bitrate,
    /// Its packets are coming in.
    pub is_flowing: bool,
}

/// What one subscription would like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The available encodings from the cheapest up. Empty if there is nothing to see.
    pub ladder: Vec<Rung>,
    /// What it gets now.
    pub current: Option<Rid>,
}

/// What a subscription gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// This encoding.
    Rung(Rid),
    /// Nothing, and why.
    Paused(PauseReason),
}

/// Why a picture is not forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// The publisher offers no encoding, or none that arrives.
    NothingOffered,
    /// Not even the lowest rung fits the budget.
    Budget,
    /// The link is so weak that its rung leaves no room for it, or it does not keep to its cap.
    Link,
}

/// Decides every subscription of one viewer, in the order of `demands`.
pub fn allocate(demands: &[Demand], budget: Bitrate) -> Vec<Target> {
    let mut left = budget;
    let mut levels: Vec<Option<usize>> = vec![None; demands.len()];
    // Round after round, each picture is offered one rung more.
    loop {
        let mut raised = false;
        for (demand, level) in demands.iter().zip(&mut levels) {
            let next = level.map_or(0, |level| level + 1);
            let Some(rung) = demand.ladder.get(next) else {
                continue;
            };
            let held = level
                .and_then(|level| demand.ladder.get(level))
                .map_or(Bitrate::ZERO, |rung| rung.cost);
            let step = rung.cost.saturating_sub(held);
            if needed(demand, rung, step) <= left {
                left = left.saturating_sub(step);
                *level = Some(next);
                raised = true;
            }
        }
        if !raised {
            break;
        }
    }
    demands
        .iter()
        .zip(levels)
        .map(
            |(demand, level)| match level.and_then(|level| demand.ladder.get(level)) {
                Some(rung) => Target::Rung(rung.rid),
                None if demand.ladder.is_empty() => Target::Paused(PauseReason::NothingOffered),
                None => Target::Paused(PauseReason::Budget),
            },
        )
        .collect()
}

/// What must be left to take this step: more than the step itself where it climbs above what the
/// subscription has now.
fn needed(demand: &Demand, rung: &Rung, step: Bitrate) -> Bitrate {
    if demand.current.is_some_and(|current| rung.rid <= current) {
        step
    } else {
        step.percent(CLIMB_PERCENT)
    }
}

/// Where a picture that shows nothing yet should start on its way to `target`: on what is flowing,
/// since waiting for a better encoding to begin would show nothing for longer; else on the lowest,
/// which a browser makes before any other.
pub fn start(demand: &Demand, target: Rid) -> Rid {
    let flowing = demand
        .ladder
        .iter()
        .rev()
        .find(|rung| rung.is_flowing && rung.rid <= target);
    flowing
        .or(demand.ladder.first())
        .map_or(target, |rung| rung.rid)
}

/// What an allocation costs, and what the cheapest next rung of any picture would add to it.
pub fn cost(demands: &[Demand], targets: &[Target]) -> (Bitrate, Option<Bitrate>) {
    let mut held = Bitrate::ZERO;
    let mut climb: Option<Bitrate> = None;
    for (demand, target) in demands.iter().zip(targets) {
        let now = match target {
            Target::Rung(rid) => demand.ladder.iter().find(|rung| rung.rid == *rid),
            Target::Paused(_) => None,
        };
        let cost = now.map_or(Bitrate::ZERO, |rung| rung.cost);
        held += cost;
        let next = demand
            .ladder
            .iter()
            .find(|rung| now.is_none_or(|now| rung.rid > now.rid));
        if let Some(next) = next {
            let step = next.cost.saturating_sub(cost).percent(CLIMB_PERCENT);
            climb = Some(climb.map_or(step, |least| least.min(step)));
        }
    }
    (held, climb)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
