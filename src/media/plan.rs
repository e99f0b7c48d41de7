//! Who gets which encoding, and what publishers therefore need to send.

use std::time::Instant;

use super::allocation::{Demand, Rung};
use super::codec::Codec;
use super::control::SendPlan;
use super::ids::SeatId;
use super::participant::Participant;

/// Decides every picture of every viewer from the publishers' ladders and the viewers' budgets.
pub fn allocate(participants: &mut [Participant], now: Instant) {
    let ladders: Vec<(SeatId, Option<Codec>, Vec<Rung>)> = participants
        .iter_mut()
        .map(|publisher| (publisher.seat(), codec(publisher), ladder(publisher, now)))
        .collect();
    for viewer in participants {
        // A picture that the viewer cannot decode is not there for it.
        let is_offered = |codec: Option<Codec>| codec.is_none_or(|codec| viewer.decodes(codec));
        let demands: Vec<Demand> = viewer
            .downlink
            .slots()
            .iter()
            .map(|slot| {
                let owner = slot.owner();
                let offered = ladders
                    .iter()
                    .find(|(seat, codec, _)| owner == Some(*seat) && is_offered(*codec));
                match (&slot.video, offered) {
                    (Some(video), Some((_, _, ladder))) => Demand {
                        ladder: ladder.clone(),
                        current: video.forwarding().current(),
                    },
                    _ => Demand::default(),
                }
            })
            .collect();
        viewer.aim(&demands, now);
    }
}

fn codec(publisher: &Participant) -> Option<Codec> {
    publisher.uplink.camera.as_ref()?.codec()
}

fn ladder(publisher: &mut Participant, now: Instant) -> Vec<Rung> {
    // A page that has not been asked yet cannot be blamed for sending nothing.
    let was_asked = publisher.transport.has_channel();
    let mut rungs = Vec::new();
    let Some(camera) = &mut publisher.uplink.camera else {
        return rungs;
    };
    for (above, encoding) in camera.encodings_mut().enumerate() {
        // A browser drops encodings from the top, for want of bandwidth or of pixels. The lowest is
        // asked for as long as it takes: a camera that was off comes back there.
        if above > 0 && was_asked && !encoding.is_available(now) {
            break;
        }
        rungs.push(Rung {
            rid: encoding.rid(),
            cost: encoding.cost(now),
            is_flowing: encoding.is_flowing(now),
        });
    }
    rungs
}

/// What somebody takes of each publisher: its voice while it has a slot anywhere, and each
/// encoding that is forwarded or awaited.
pub fn wanted(participants: &[Participant]) -> Vec<(SeatId, SendPlan)> {
    participants
        .iter()
        .map(|publisher| {
            let seat = publisher.seat();
            let mut plan = SendPlan::default();
            // A page that cannot be told anything yet speaks: on a lossy link its data channel may
            // take seconds, in which somebody may come who wants to hear it. Whoever waits is
            // heard by nobody, whatever happens meanwhile.
            plan.microphone = publisher.is_let_in() && !publisher.transport.has_channel();
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
