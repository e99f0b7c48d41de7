//! Whether what a slot carried was one unbroken stream, over all changes of its source.

use std::collections::BTreeMap;

use super::page::{Page, Receipt};

/// Checks every slot of a transport.
pub fn check(name: &str, page: &Page, broken: &mut Vec<String>) {
    let mut streams: BTreeMap<(usize, bool), BTreeMap<u64, &Receipt>> = BTreeMap::new();
    for receipt in &page.receipts {
        let stream = streams
            .entry((receipt.slot, receipt.is_voice()))
            .or_default();
        if stream.insert(receipt.sequence, receipt).is_some() {
            broken.push(format!(
                "{name}: sequence number {} came twice",
                receipt.sequence
            ));
        }
    }
    for ((slot, is_voice), stream) in streams {
        let track = if is_voice { "voice" } else { "picture" };
        let mut say = |what: String| broken.push(format!("{name}, slot {slot}, {track}: {what}"));
        if let Some((first, receipt)) = stream.first_key_value() {
            if *first >= 1 << 16 {
                say(format!("starts at sequence number {first}"));
            }
            if *first == 1 && !is_voice && !starts_keyframe(receipt) {
                say("does not start with a keyframe".to_owned());
            }
        }
        let receipts: Vec<&Receipt> = stream.into_values().collect();
        for pair in receipts.windows(2) {
            if let Some(what) = break_between(pair[0], pair[1]) {
                say(format!("{what} between {:#?} and {:#?}", pair[0], pair[1]));
            }
        }
    }
}

fn starts_keyframe(receipt: &Receipt) -> bool {
    receipt.found.mark.is_key && receipt.found.mark.index == 0
}

/// What is wrong between two packets with nothing received in between.
fn break_between(a: &Receipt, b: &Receipt) -> Option<String> {
    let (from, to) = (&a.found.mark, &b.found.mark);
    let step = b.sequence - a.sequence;
    let ticks = b.timestamp.wrapping_sub(a.timestamp);
    if ticks >= 1 << 31 {
        return Some("the timestamp goes back".to_owned());
    }
    let is_same_source = (from.person, from.life, from.track) == (to.person, to.life, to.track);
    let lost_at_most = u64::from(to.sequence.wrapping_sub(from.sequence));
    if is_same_source && step == lost_at_most {
        // A keyframe may also be where the same source began again after a pause; and where packets
        // are missing, the one that began it may be among them.
        let may_begin = starts_keyframe(b) || (step > 1 && from.frame != to.frame);
        if ticks != to.timestamp.wrapping_sub(from.timestamp) && !may_begin {
            return Some("the timestamp leaves its source".to_owned());
        }
        return vp8_break(a, b, to.frame - from.frame);
    }
    // A new source, or the same one again after a pause.
    if step > 1 {
        return None;
    }
    if !b.is_voice() && !starts_keyframe(b) {
        return Some("a source begins elsewhere than at a keyframe".to_owned());
    }
    if ticks == 0 {
        return Some("two sources share a timestamp".to_owned());
    }
    vp8_break(a, b, 1)
}

/// Picture ids and base layer indexes must have gone on by so many frames.
fn vp8_break(a: &Receipt, b: &Receipt, frames: u32) -> Option<String> {
    let ((picture_a, base_a), (picture_b, base_b)) = (a.found.vp8?, b.found.vp8?);
    let picture = picture_b.wrapping_sub(picture_a) & 0x7fff;
    let base = base_b.wrapping_sub(base_a);
    let is_on = u32::from(picture) == frames & 0x7fff && u32::from(base) == frames & 0xff;
    (!is_on).then(|| format!("the picture id jumps by {picture} over {frames} frames"))
}
