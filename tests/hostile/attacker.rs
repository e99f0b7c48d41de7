//! An attacker with keys: somebody who was let in, and whose page was replaced by a program.

use std::time::Duration;

use fastrand::Rng;
use nhipcau::media::ids::RoomId;
use nhipcau::media::routing::Standing;

use crate::forge::Forger;
use crate::scene::{self, BESIDE, Scene};
use crate::world::browser::Browser;

/// Ids of header extensions, as the pages of the simulation offer them.
const MID_EXTENSION: u8 = 4;
const RID_EXTENSION: u8 = 10;

/// Payload types of the pages of the simulation.
pub const OPUS: u8 = 111;
pub const RED: u8 = 63;
pub const VP8: u8 = 96;
pub const H264: u8 = 108;

/// The attacker.
pub struct Attacker {
    pub index: usize,
    forger: Forger,
    /// The m-line of the microphone, then of the camera, then of the receive slots.
    pub mids: Vec<String>,
    /// The SSRCs that its own engine sends with: RTP and reports.
    pub ssrcs: Vec<u32>,
    rtcp_index: u32,
}

/// An RTP header in the making.
#[derive(Clone, Debug, Default)]
pub struct Header {
    pub payload_type: u8,
    pub has_padding: bool,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub csrcs: Vec<u32>,
    /// Header extensions: id and value.
    pub extensions: Vec<(u8, Vec<u8>)>,
}

impl Header {
    /// A packet of this type under this SSRC.
    pub fn new(payload_type: u8, ssrc: u32, sequence: u16) -> Self {
        let timestamp = u32::from(sequence).wrapping_mul(960);
        Self {
            payload_type,
            sequence,
            timestamp,
            ssrc,
            ..Self::default()
        }
    }

    pub fn mid(mut self, mid: &str) -> Self {
        self.extensions
            .push((MID_EXTENSION, mid.as_bytes().to_vec()));
        self
    }

    pub fn rid(mut self, rid: &str) -> Self {
        self.extensions
            .push((RID_EXTENSION, rid.as_bytes().to_vec()));
        self
    }

    /// As it goes over the wire, with extensions in the one-byte form (RFC 8285 section 4.2).
    pub fn bytes(&self) -> Vec<u8> {
        let has_extension = !self.extensions.is_empty();
        let mut bytes = vec![
            0x80 | u8::from(self.has_padding) << 5
                | u8::from(has_extension) << 4
                | u8::try_from(self.csrcs.len() & 15).unwrap(),
            self.payload_type | u8::from(self.marker) << 7,
        ];
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.timestamp.to_be_bytes());
        bytes.extend(self.ssrc.to_be_bytes());
        for csrc in &self.csrcs {
            bytes.extend(csrc.to_be_bytes());
        }
        if has_extension {
            let mut values = Vec::new();
            for (id, value) in &self.extensions {
                let length = u8::try_from(value.len().clamp(1, 16) - 1).unwrap();
                values.push(id << 4 | length);
                values.extend(value.iter().take(16));
            }
            values.resize(values.len().next_multiple_of(4), 0);
            bytes.extend([0xbe, 0xde]);
            bytes.extend(u16::try_from(values.len() / 4).unwrap().to_be_bytes());
            bytes.extend(values);
        }
        bytes
    }
}

impl Attacker {
    /// Joins and behaves until its keys are known.
    pub fn join(scene: &mut Scene, room: RoomId, seat: u16) -> Self {
        Self::enter(scene, room, seat, Standing::Admitted)
    }

    /// Joins without being let in. Its page sends whatever it is told.
    pub fn wait(scene: &mut Scene, room: RoomId, seat: u16) -> Self {
        Self::enter(scene, room, seat, Standing::Waiting)
    }

    fn enter(scene: &mut Scene, room: RoomId, seat: u16, standing: Standing) -> Self {
        scene.is_capturing = true;
        let browser = Browser::chromium().ignoring_plan().first_sequence(1);
        let index = scene.enter(room, seat, standing, &browser);
        scene.run(Duration::from_secs(3));
        scene.is_capturing = false;
        let offer = scene.people[index].page.offer();
        let mids = offer.lines().filter_map(|line| line.strip_prefix("a=mid:"));
        let mids = mids.map(ToOwned::to_owned).collect();
        let theirs = scene
            .captured
            .iter()
            .filter(|captured| captured.person == index);
        let mut ssrcs: Vec<u32> = theirs
            .filter_map(|captured| scene::ssrc(&captured.contents))
            .collect();
        ssrcs.sort_unstable();
        ssrcs.dedup();
        let forger = scene.forger(index);
        // Far above what the engine has used: every index is good for one packet.
        Self {
            index,
            forger,
            mids,
            ssrcs,
            rtcp_index: 1 << 20,
        }
    }

    /// The SSRC of its microphone, from the wire.
    pub fn microphone(&self, scene: &Scene) -> (u32, u16) {
        let is_voice = |bytes: &[u8]| scene::is_rtp(bytes) && bytes[1] & 0x7f == OPUS;
        let last = scene
            .captured
            .iter()
            .rev()
            .find(|captured| captured.person == self.index && is_voice(&captured.contents))
            .expect("it has spoken");
        let sequence = u16::from_be_bytes([last.contents[2], last.contents[3]]);
        (scene::ssrc(&last.contents).unwrap(), sequence)
    }

    /// Sends an RTP packet that authenticates.
    pub fn send_rtp(&self, scene: &mut Scene, header: &[u8], payload: &[u8]) {
        self.send_rtp_of_round(scene, header, payload, 0);
    }

    /// The same after this many wraps of the sequence number.
    pub fn send_rtp_of_round(&self, scene: &mut Scene, header: &[u8], payload: &[u8], round: u32) {
        let sealed = self.forger.seal_rtp(header, payload, round);
        scene.inject(scene.address(self.index), &sealed);
    }

    /// Sends an RTCP packet that authenticates.
    pub fn send_rtcp(&mut self, scene: &mut Scene, plain: &[u8]) {
        self.rtcp_index += 1;
        let sealed = self.forger.seal_rtcp(plain, self.rtcp_index);
        scene.inject(scene.address(self.index), &sealed);
    }

    /// Any of its m-lines.
    pub fn any_mid(&self, rng: &mut Rng) -> String {
        self.mids[rng.usize(..self.mids.len())].clone()
    }
}

/// A call, and somebody in the room beside it who means harm.
pub fn with_an_attacker(seed: u64) -> (Scene, Attacker) {
    let mut scene = Scene::with_a_call(seed);
    let attacker = Attacker::join(&mut scene, BESIDE, 3);
    (scene, attacker)
}
