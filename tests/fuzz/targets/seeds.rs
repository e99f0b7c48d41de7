//! Real inputs to begin with: datagrams of a call, offers of browsers, packets of encoders.

use crate::attacker::{H264, Header, OPUS, RED, VP8};
use crate::scene::{self, SERVER, Scene};
use crate::world::browser::Browser;
use crate::world::payload::{self, Mark};

/// Target, file name and bytes of each.
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let scene = Scene::with_a_call(1);
    let mut seeds = datagrams(&scene);
    let browsers = [
        ("chromium", Browser::chromium()),
        ("firefox", Browser::firefox()),
        ("h264", Browser::chromium().h264_only()),
        ("voice", Browser::chromium().voice_only()),
        ("single", Browser::chromium().single_encoding()),
    ];
    for (name, browser) in browsers {
        let offer = browser.offer(scene.now, SERVER).offer;
        seeds.push(("offer", format!("{name}.sdp"), offer.into_bytes()));
    }
    for (name, packet) in packets() {
        seeds.push(("rtp_numbers", format!("{name}.bin"), packet.clone()));
        seeds.push(("rtp", format!("{name}.bin"), packet));
    }
    for (name, packet) in reports() {
        seeds.push(("rtcp", format!("{name}.bin"), packet));
    }
    for (name, message) in [
        ("ready", &[2, 0, 0, 1][..]),
        ("short", &[2, 0]),
        ("other", &[9, 1, 2, 3]),
    ] {
        seeds.push(("from_page", format!("{name}.bin"), message.to_vec()));
    }
    seeds
}

fn datagrams(scene: &Scene) -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seen = Vec::new();
    let mut seeds = Vec::new();
    for scene::Captured { contents, .. } in &scene.captured {
        let kind = (contents[0], contents[1], contents.len() / 128);
        if seen.contains(&kind) || seen.len() == 30 {
            continue;
        }
        seen.push(kind);
        let name = format!(
            "{:02x}-{:02x}-{}.bin",
            contents[0],
            contents[1],
            contents.len()
        );
        if contents[0] < 2 {
            seeds.push(("stun_fragment", name.clone(), contents.clone()));
        }
        seeds.push(("datagram", name, contents.clone()));
    }
    seeds
}

/// One packet of each codec, with the extensions that browsers send.
fn packets() -> Vec<(&'static str, Vec<u8>)> {
    let mark = Mark {
        count: 1,
        is_key: true,
        ..Mark::default()
    };
    let voice = Mark {
        track: Mark::VOICE,
        ..mark
    };
    let opus = payload::opus(&voice, 0, 80, true);
    let red = payload::red(OPUS, &opus, Some(&opus), 960);
    let header = |payload_type, sequence| {
        let mut header = Header::new(payload_type, 0, sequence).mid("0");
        header.extensions.push((3, vec![0, 9]));
        header.extensions.push((1, vec![0x94]));
        header.bytes()
    };
    let mut padded = Header::new(VP8, 1, 400);
    padded.has_padding = true;
    vec![
        ("opus", [header(OPUS, 300), opus].concat()),
        ("red", [header(RED, 301), red].concat()),
        (
            "vp8",
            [header(VP8, 302), payload::vp8(&mark, 77, 5, 200)].concat(),
        ),
        (
            "h264",
            [header(H264, 303), payload::h264(&mark, 200)].concat(),
        ),
        (
            "rtx",
            [
                header(97, 304),
                vec![1, 44],
                payload::vp8(&mark, 78, 6, 100),
            ]
            .concat(),
        ),
        ("padding", [padded.bytes(), vec![0, 0, 0, 4]].concat()),
        ("old-transport-sequence", {
            let mut header = Header::new(OPUS, 0, 305);
            header.extensions.push((3, vec![0xff, 0xff]));
            [header.bytes(), vec![0x48; 60]].concat()
        }),
    ]
}

/// RTCP as browsers send it: SR, RR, SDES, BYE, NACK, transport feedback, PLI, FIR, REMB, XR.
fn reports() -> Vec<(&'static str, Vec<u8>)> {
    let report = |first: u8, kind: u8, words: &[u32]| {
        let mut packet = vec![first, kind];
        packet.extend(u16::try_from(words.len()).unwrap().to_be_bytes());
        packet.extend(words.iter().flat_map(|word| word.to_be_bytes()));
        packet
    };
    vec![
        ("sr", report(0x80, 200, &[1, 0xe000_0000, 0, 960, 10, 800])),
        ("rr", report(0x81, 201, &[1, 2, 0x0100_0001, 300, 5, 0, 0])),
        ("sdes", report(0x81, 202, &[1, 0x0103_6162, 0x6300_0000])),
        ("bye", report(0x81, 203, &[1])),
        ("nack", report(0x81, 205, &[1, 2, 0x012c_ffff])),
        (
            "transport",
            report(
                0x8f,
                205,
                &[1, 2, 0x0001_0003, 0x0000_0100, 0x2003_0404, 0x0400_0000],
            ),
        ),
        ("pli", report(0x81, 206, &[1, 2])),
        ("fir", report(0x84, 206, &[1, 0, 2, 0x0100_0000])),
        (
            "remb",
            report(0x8f, 206, &[1, 0, 0x5245_4d42, 0x0106_0000, 2]),
        ),
        ("xr", report(0x80, 207, &[1, 0x0400_0002, 0xe000_0000, 0])),
    ]
}
