//! A call of three with every transport up, and bytes that reach it as a datagram of one of them.

use std::cell::RefCell;
use std::time::Duration;

use crate::attacker::Attacker;
use crate::scene::{BESIDE, Scene};
use crate::world::browser::Browser;

/// Inputs that one call takes before a fresh one begins: what a finding depends on stays short.
const INPUTS_PER_CALL: u32 = 500;

struct Victim {
    scene: Scene,
    attacker: Attacker,
    inputs: u32,
    sequence: u16,
}

impl Victim {
    fn new() -> Self {
        let mut scene = Scene::seeded(1);
        // One listener without RED and without H.264, so that both rewrites are exercised.
        scene.join(BESIDE, 1, &Browser::chromium());
        scene.join(BESIDE, 2, &Browser::firefox());
        let attacker = Attacker::join(&mut scene, BESIDE, 3);
        Self {
            scene,
            attacker,
            inputs: 0,
            sequence: 1_000,
        }
    }

    /// Whether the attacker has been shown out, or the call has grown old.
    fn is_spent(&self) -> bool {
        self.inputs >= INPUTS_PER_CALL || self.scene.gauges().participants < 3
    }
}

/// Runs one input on the thread's call, then lets a moment pass.
fn with_victim(act: impl FnOnce(&mut Victim)) {
    thread_local! {
        static VICTIM: RefCell<Option<Victim>> = const { RefCell::new(None) };
    }
    VICTIM.with_borrow_mut(|slot| {
        if slot.as_ref().is_some_and(Victim::is_spent) {
            *slot = None;
        }
        let victim = slot.get_or_insert_with(Victim::new);
        victim.inputs += 1;
        act(victim);
        victim.scene.run(Duration::from_millis(2));
        let gauges = victim.scene.gauges();
        assert!(gauges.participants <= 3 && gauges.addresses <= 24 && gauges.deadlines <= 64);
    });
}

/// A datagram from the attacker's address, as it is.
pub fn datagram(bytes: &[u8]) {
    with_victim(|victim| {
        let source = victim.scene.address(victim.attacker.index);
        victim.scene.inject(source, bytes);
    });
}

/// An RTP packet in the clear, which is sealed with the attacker's keys. So that it is forwarded,
/// the SSRC's lowest bits choose one that the attacker really uses, and a small sequence number is
/// made the next one.
pub fn rtp(bytes: &[u8]) {
    with_victim(|victim| {
        let Some(split) = header_length(bytes) else {
            return;
        };
        let mut packet = bytes.to_vec();
        let ssrcs = &victim.attacker.ssrcs;
        if let Some(ssrc) = ssrcs.get(usize::from(packet[11]) % (ssrcs.len() + 1)) {
            packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
        }
        if packet[2] < 0x80 {
            victim.sequence = victim.sequence.wrapping_add(1);
            packet[2..4].copy_from_slice(&victim.sequence.to_be_bytes());
        }
        let (header, payload) = packet.split_at(split);
        victim.attacker.send_rtp(&mut victim.scene, header, payload);
    });
}

/// An RTCP packet in the clear, which is sealed with the attacker's keys.
pub fn rtcp(bytes: &[u8]) {
    with_victim(|victim| {
        if bytes.len() >= 8 {
            let mut packet = bytes.to_vec();
            packet[0] = 0x80 | packet[0] & 0x3f;
            packet[1] = 0xc0 | packet[1] & 0x1f;
            victim.attacker.send_rtcp(&mut victim.scene, &packet);
        }
    });
}

/// What a receiver takes for the header: fixed part, CSRCs, extension.
fn header_length(bytes: &[u8]) -> Option<usize> {
    let first = bytes.first()?;
    let fixed = 12 + 4 * usize::from(first & 15);
    let length = if first & 0x10 == 0 {
        fixed
    } else {
        let words = bytes.get(fixed + 2..fixed + 4)?;
        fixed + 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]))
    };
    (length <= bytes.len()).then_some(length)
}
