//! Who gets which encoding, and what publishers therefore need to send.

use std::time::Instant;

use super::allocation::{Demand, Rung};
use super::control::SendPlan;
use super::ids::SeatId;
use super::participant::Participant;

/// Decides every picture of every viewer from the publishers' ladders and the viewers' budgets.
pub fn allocate(participants: &mut [Participant], now: Instant) {
    let ladders: Vec<(SeatId, Vec<Rung>)> = participants
        .iter_mut()
        .map(|publisher| (publisher.seat(), ladder(publisher, now)))
        .collect();
    for viewer in participants {
        let demands: Vec<Demand> = viewer
            .downlink
            .slots()
            .iter()
            .map(|slot| {
                let offered = ladders.iter().find(|(seat, _)| slot.owner() == Some(*seat));
                match (&slot.video, offered) {
                    (Some(video), Some((_, ladder))) => Demand {
                        ladder: ladder.clone(),
                        current: video.forwarding().current(),
                    },
                    _ => Demand::default(),
                }
            })
            .collect();
        viewer.aim(&demands);
    }
}

fn ladder(publisher: &mut Participant, now: Instant) -> Vec<Rung> {
    // A page that has not been asked yet cannot be blamed for sending nothing.
    let was_asked = publisher.transport.has_channel();
    let Some(camera) = &mut publisher.uplink.camera else {
        return Vec::new();
    };
    camera
        .encodings_mut()
        .filter_map(|encoding| {
            let cost = encoding.cost(now);
            let is_available = !was_asked || encoding.is_available(now);
            is_available.then_some(Rung {
                rid: encoding.rid(),
                cost,
            })
        })
        .collect()
}

/// What somebody takes of each publisher: its voice while it has a slot anywhere, and each
/// encoding that is forwarded or awaited.
pub fn wanted(participants: &[Participant]) -> Vec<(SeatId, SendPlan)> {
    participants
        .iter()
        .map(|publisher| {
            let seat = publisher.seat();
            let mut plan = SendPlan::default();
            let slots = participants
                .iter()
                .flat_map(|viewer| viewer.downlink.slots());
            for slot in slots.filter(|slot| slot.owner() == Some(seat)) {
                plan.microphone = true;
                if let Some(video) = &slot.video {
                    let forwarding = video.forwarding();
                    for rid in [forwarding.current(), forwarding.awaited()]
                        .into_iter()
                        .flatten()
                    {
                        plan.want(rid);
                    }
                }
            }
            (seat, plan)
        })
        .collect()
}
