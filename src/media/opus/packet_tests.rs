use proptest::prelude::*;

use super::*;
use crate::media::opus::merge::{fits, merge};

fn frames(bytes: &[u8]) -> Result<Vec<Vec<u8>>, PacketError> {
    let packet = Packet::parse(bytes)?;
    Ok(packet.frames().iter().map(|frame| frame.to_vec()).collect())
}

#[test]
fn takes_every_kind_of_packet_apart() {
    assert_eq!(frames(&[0x48]).unwrap(), [Vec::<u8>::new()], "DTX");
    assert_eq!(frames(&[0x48, 1, 2]).unwrap(), [[1, 2]]);
    assert_eq!(frames(&[0x49, 1, 2]).unwrap(), [[1], [2]]);
    assert_eq!(frames(&[0x4a, 2, 1, 2, 3]).unwrap(), [vec![1, 2], vec![3]]);
    assert_eq!(
        frames(&[0x4b, 0x03, 1, 2, 3]).unwrap(),
        [[1], [2], [3]],
        "constant rate"
    );
    assert_eq!(
        frames(&[0x4b, 0x83, 0, 2, 1, 2, 3]).unwrap(),
        [vec![], vec![1, 2], vec![3]],
        "variable rate"
    );
    let padded = [0x4b, 0xc2, 2, 1, 9, 8, 7, 7];
    let packet = Packet::parse(&padded).unwrap();
    assert_eq!(packet.frames(), [&[9][..], &[8]]);
    assert_eq!(packet.padding(), [7, 7]);
    assert_eq!(packet.duration(), Duration::from_millis(40));
}

#[test]
fn refuses_what_is_malformed() {
    for (bytes, error) in [
        (&[][..], PacketError::Length),
        (&[0x49, 1], PacketError::Length),
        (&[0x4a, 3, 1, 2], PacketError::Length),
        (&[0x4a], PacketError::Length),
        (&[0x4a, 252], PacketError::Length),
        (&[0x4b], PacketError::Length),
        (&[0x4b, 0x00], PacketError::Frames { count: 0 }),
        (&[0x4b, 0x07, 1, 2, 3], PacketError::Frames { count: 7 }),
        (&[0x4b, 0x02, 1, 2, 3], PacketError::Length),
        (&[0x4b, 0x41, 255, 255, 0], PacketError::Length),
        (&[0x4b, 0x41, 4, 1], PacketError::Length),
    ] {
        assert_eq!(frames(bytes), Err(error), "{bytes:?}");
    }
    let huge = vec![0x48; 1_277];
    assert_eq!(
        frames(&huge),
        Err(PacketError::FrameTooLarge { bytes: 1_276 })
    );
}

#[test]
fn a_merged_packet_has_every_frame_once_and_no_padding() {
    let [a, b, c] = [
        &[0x48, 1, 2][..],
        &[0x48, 3],
        &[0x4b, 0x41, 3, 4, 5, 0, 0, 0],
    ];
    let merged = merge([a, b, c].into_iter()).unwrap();
    assert_eq!(merged, [0x4b, 0x83, 2, 1, 1, 2, 3, 4, 5]);
    let even = merge([b, b].into_iter()).unwrap();
    assert_eq!(even, [0x4b, 0x02, 3, 3], "equal sizes need no lengths");
    assert_eq!(merge([a, &[0x08, 1]].into_iter()), None, "another TOC");
    assert_eq!(merge([a; 7].into_iter()), None, "140 ms");
    assert_eq!(merge([].into_iter()), None);
}

/// A packet of any code with one TOC, whatever it contains.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    let frame = prop::collection::vec(any::<u8>(), 3..300);
    (
        prop::sample::select(vec![0x48_u8, 0x4c, 0xe0]),
        prop::collection::vec(frame, 1..4),
    )
        .prop_map(|(toc, frames)| {
            let single = frames.into_iter().map(|frame| {
                let mut packet = vec![toc];
                packet.extend(frame);
                packet
            });
            let single: Vec<_> = single.collect();
            merge(single.iter().map(Vec::as_slice)).unwrap()
        })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_and_what_is_taken_apart_lies_inside(
        bytes in prop::collection::vec(any::<u8>(), 0..1_500)
    ) {
        if let Ok(packet) = Packet::parse(&bytes) {
            let inside: usize = packet.frames().iter().map(|frame| frame.len()).sum();
            prop_assert!(inside + packet.padding().len() < bytes.len());
            prop_assert!(packet.duration() <= Duration::from_millis(120));
            prop_assert!(!packet.frames().is_empty());
        }
    }

    #[test]
    fn merging_keeps_frames_and_order_or_refuses(
        packets in prop::collection::vec(packet(), 1..6)
    ) {
        let expected: Vec<_> = packets.iter().flat_map(|packet| frames(packet).unwrap()).collect();
        let merged = merge(packets.iter().map(Vec::as_slice));
        let toc = Packet::parse(&packets[0]).unwrap().toc();
        let alike = |packet: &Vec<u8>| Packet::parse(packet).unwrap().toc().is_alike(toc);
        let lasts = toc.frame_duration() * u32::try_from(expected.len()).unwrap();
        let fits_all = packets.iter().all(alike) && lasts <= Duration::from_millis(120);
        prop_assert_eq!(merged.map(|merged| frames(&merged).unwrap()), fits_all.then_some(expected));
        let [first, last] = [packets.first(), packets.last()].map(|packet| {
            Packet::parse(packet.unwrap()).unwrap()
        });
        let pair = merge([packets.first(), packets.last()].into_iter().flatten().map(Vec::as_slice));
        prop_assert_eq!(pair.is_some(), fits(&first, &last));
    }
}
