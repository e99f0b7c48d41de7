//! Who gets which encoding, and what publishers therefore need to send.

use std::time::Instant;

use super::allocation::{Demand, Rung};
use super::codec::Codec;
use super::congestion::rungs::{self, AudioRung, OwnVoice};
use super::congestion::watch::LinkWatch;
use super::control::{Cap, Redundancy, SendPlan};
use super::downlink::slot::Slot;
use super::ids::SeatId;
use super::participant::Participant;
use super::units::Bitrate;
use super::uplink::encoding;

/// Decides every picture of every viewer from the publishers' ladders and the viewers' budgets.
pub fn allocate(participants: &mut [Participant], now: Instant) {
    let ladders: Vec<(SeatId, Option<Codec>, Vec<Rung>)> = participants
        .iter_mut()
        .map(|publisher| (publisher.seat(), codec(publisher), ladder(publisher, now)))
        .collect();
    let voices: Vec<(SeatId, Bitrate)> = participants
        .iter()
        .map(|speaker| (speaker.seat(), reserve(speaker)))
        .collect();
    for viewer in participants {
        // A picture that the viewer cannot decode is not there for it, and voice comes first on a
        // link of which nothing is known.
        let is_offered = |codec: Option<Codec>| {
            viewer.link.is_known() && codec.is_none_or(|codec| viewer.decodes(codec))
        };
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
        let heard = |slot: &Slot| voices.iter().find(|(seat, _)| slot.owner() == Some(*seat));
        let voices = viewer.downlink.slots().iter().filter_map(heard);
        let voices = voices.map(|(_, cost)| *cost).sum();
        viewer.aim(&demands, voices, now);
    }
}

/// What is set aside for a voice before any picture is considered: what it costs at most as its page
/// was told to send it.
fn reserve(speaker: &Participant) -> Bitrate {
    let plan = speaker.uplink.plan();
    match (plan.audio, plan.redundancy) {
        (AudioRung::Full, _) => encoding::VOICE,
        (rung, Redundancy::None) => rung.cost(),
        (rung, Redundancy::PacketBefore) => rung.cost_with_packet_before(),
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
    if !publisher.link.is_known() {
        return rungs;
    }
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
    match own_cap(publisher, now) {
        OwnCap::Uncapped => {}
        OwnCap::Capped(_) => rungs.truncate(1),
        OwnCap::Rests => rungs.clear(),
    }
    rungs
}

/// What the publisher's own way up leaves for its picture.
enum OwnCap {
    /// The browser knows.
    Uncapped,
    /// The lowest encoding, within this.
    Capped(Cap),
    /// Nothing.
    Rests,
}

fn own_cap(publisher: &Participant, now: Instant) -> OwnCap {
    let link = publisher.link.up();
    if link.is_open() {
        return OwnCap::Uncapped;
    }
    let rest = rungs::picture_up(link, own_voice(publisher, now).cost);
    Cap::within(rest.percent(rungs::PAYLOAD_PERCENT)).map_or(OwnCap::Rests, OwnCap::Capped)
}

/// How a publisher's voice goes up as its own link needs it.
fn own_voice(publisher: &Participant, now: Instant) -> OwnVoice {
    let link = &publisher.link;
    rungs::own_voice(link.up(), link.redundancy_up(now))
}

/// What somebody takes of each publisher, and how it is to be sent: its voice while it has a slot
/// anywhere, as dear as the weakest way that it travels allows; each encoding that is forwarded or
/// awaited, the lowest within what the weakest of its viewers can take.
pub fn wanted(participants: &[Participant], now: Instant) -> Vec<(SeatId, SendPlan)> {
    participants
        .iter()
        .map(|publisher| (publisher.seat(), wanted_of(publisher, participants, now)))
        .collect()
}

fn wanted_of(publisher: &Participant, participants: &[Participant], now: Instant) -> SendPlan {
    let own = own_cap(publisher, now);
    let mut plan = SendPlan::default();
    let voice = own_voice(publisher, now);
    plan.audio = voice.rung;
    plan.resting.others = publisher.pictures.rest_for_the_link();
    // A page that cannot be told anything yet speaks: on a lossy link its data channel may take
    // seconds, in which somebody may come who wants to hear it. Whoever waits is heard by nobody,
    // whatever happens meanwhile.
    plan.microphone = publisher.is_let_in() && !publisher.transport.has_channel();
    for viewer in participants {
        let decided = viewer.pictures.decided();
        for (at, slot) in viewer.downlink.slots().iter().enumerate() {
            if slot.owner() != Some(publisher.seat()) {
                continue;
            }
            plan.microphone = true;
            plan.audio = plan.audio.max(viewer.voice_plan().rung);
            let Some(video) = &slot.video else { continue };
            if matches!(own, OwnCap::Rests) && publisher.uplink.camera.is_some() {
                plan.resting.own = true;
                continue;
            }
            let forwarding = video.forwarding();
            for rid in [forwarding.current(), forwarding.awaited()]
                .into_iter()
                .flatten()
            {
                plan.want(rid);
            }
            let asked = decided.get(at).and_then(|picture| picture.asked);
            if let (Some(cap), Some(lowest)) = (asked, publisher.uplink.lowest_encoding()) {
                plan.want(lowest);
                plan.cap = Some(plan.cap.map_or(cap, |other| other.min(cap)));
            }
        }
    }
    if let OwnCap::Capped(cap) = own {
        plan.cap = Some(plan.cap.map_or(cap, |other| other.min(cap)));
    }
    // A leaner voice than its own way needs costs no more with it.
    if plan.microphone {
        plan.redundancy = voice.redundancy;
    }
    plan
}

/// How a newcomer's microphone should be sent from its first packet on, before it is in the room.
pub fn first_audio(link: &LinkWatch, present: &[Participant]) -> AudioRung {
    let listeners = present.iter().filter(|other| other.is_let_in());
    listeners
        .map(|other| rungs::voices(other.link.down(), 1).rung)
        .chain([rungs::voices(link.up(), 1).rung])
        .max()
        .unwrap_or_default()
}
