//! VP8 pictures of one colour, written bit by bit (RFC 6386).
//!
//! A keyframe codes the colour once, in the first macroblock; every other macroblock predicts its
//! neighbours' average and has no residue. A following frame says "as before" for each macroblock.
//! Both are padded to the size a camera would need: a decoder never reads past its last token. So
//! a browser decodes what the bots send, at no encoding cost.

use bytes::Bytes;

use super::bool_coder::{BoolCoder, EVEN};

/// A colour as offsets from mid-grey; each is 0 or at least 34 away from it
/// (nearer, its coefficient would need one of the short tokens, which are not written here).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Brightness.
    pub y: i32,
    /// Towards blue.
    pub u: i32,
    /// Towards red.
    pub v: i32,
}

impl Colour {
    /// Far apart even after a browser's colour conversion.
    pub const PALETTE: [Self; 6] = [
        Self {
            y: -48,
            u: -40,
            v: 100,
        },
        Self {
            y: 40,
            u: -80,
            v: -60,
        },
        Self {
            y: -60,
            u: 100,
            v: -40,
        },
        Self {
            y: 60,
            u: -100,
            v: 0,
        },
        Self { y: 0, u: 60, v: 70 },
        Self {
            y: 50,
            u: 40,
            v: -90,
        },
    ];
}

/// The two frames a constant picture needs, each padded to its size.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Starts decoding.
    pub keyframe: Bytes,
    /// Repeats the frame before it.
    pub delta: Bytes,
}

impl Picture {
    /// A `width` × `height` picture whose frames take about `keyframe_bytes` and `delta_bytes`.
    pub fn new(
        width: u16,
        height: u16,
        colour: Colour,
        keyframe_bytes: usize,
        delta_bytes: usize,
    ) -> Self {
        let (columns, rows) = (width.div_ceil(16), height.div_ceil(16));
        Self {
            keyframe: keyframe(width, height, columns, rows, colour, keyframe_bytes),
            delta: delta(columns, rows, delta_bytes),
        }
    }
}

/// Odds of "this macroblock has coefficients"; nearly all have none.
const SKIP_FALSE: u8 = 1;

fn keyframe(
    width: u16,
    height: u16,
    columns: u16,
    rows: u16,
    colour: Colour,
    size: usize,
) -> Bytes {
    let mut header = BoolCoder::default();
    header.literal(0, 1); // colour space: BT.601
    header.literal(0, 1); // clamping needed
    write_common_header(&mut header);
    header.literal(1, 1); // keep the probabilities
    write_no_coefficient_updates(&mut header);
    header.literal(1, 1); // macroblocks may skip
    header.literal(u32::from(SKIP_FALSE), 8);
    for macroblock in 0..u32::from(columns) * u32::from(rows) {
        header.put(SKIP_FALSE, macroblock != 0);
        // Luma DC prediction: "1", "0", "0" in the keyframe mode tree (section 11.2).
        header.put(145, true);
        header.put(156, false);
        header.put(163, false);
        // Chroma DC prediction: "0".
        header.put(142, false);
    }
    let mut tokens = BoolCoder::default();
    write_first_macroblock(&mut tokens, colour);

    let header = header.finish();
    let mut frame = frame_tag(true, header.len());
    frame.extend_from_slice(&[0x9d, 0x01, 0x2a]);
    frame.extend_from_slice(&width.to_le_bytes());
    frame.extend_from_slice(&height.to_le_bytes());
    frame.extend_from_slice(&header);
    frame.extend_from_slice(&tokens.finish());
    pad(frame, size)
}

fn delta(columns: u16, rows: u16, size: usize) -> Bytes {
    let mut header = BoolCoder::default();
    write_common_header(&mut header);
    header.literal(0, 1); // golden stays
    header.literal(0, 1); // alternate stays
    header.literal(0, 2); // nothing is copied to golden
    header.literal(0, 2); // nor to alternate
    header.literal(0, 2); // no sign biases
    header.literal(1, 1); // keep the probabilities
    header.literal(1, 1); // this frame becomes the last frame
    write_no_coefficient_updates(&mut header);
    header.literal(1, 1); // macroblocks may skip
    header.literal(u32::from(SKIP_FALSE), 8);
    header.literal(1, 8); // odds of intra: none is
    header.literal(255, 8); // odds of the last frame: all are
    header.literal(128, 8); // odds of golden: never asked
    header.literal(0, 2); // mode probabilities stay
    for odds in MOTION_UPDATE_ODDS.iter().flatten() {
        header.put(*odds, false);
    }
    for row in 0..rows {
        for column in 0..columns {
            header.put(SKIP_FALSE, true);
            header.put(1, true); // predicted between frames
            header.put(255, false); // from the last one
            header.put(zero_motion_odds(row > 0, column > 0), false); // without motion
        }
    }
    let header = header.finish();
    let mut frame = frame_tag(false, header.len());
    frame.extend_from_slice(&header);
    pad(frame, size)
}

/// Section 9.1: frame type, version 0, shown, size of the first partition.
fn frame_tag(is_keyframe: bool, first_partition: usize) -> Vec<u8> {
    let tag = u32::from(!is_keyframe) | 1 << 4 | u32::try_from(first_partition).unwrap_or(0) << 5;
    let [low, middle, high, _] = tag.to_le_bytes();
    vec![low, middle, high]
}

fn pad(mut frame: Vec<u8>, size: usize) -> Bytes {
    let size = size.max(frame.len());
    frame.resize(size, 0);
    frame.into()
}

/// Sections 9.3 to 9.6: no segments, no loop filter, one token partition, finest quantizer.
fn write_common_header(header: &mut BoolCoder) {
    header.literal(0, 1); // segmentation off
    header.literal(0, 1); // normal loop filter …
    header.literal(0, 6); // … at level 0: off
    header.literal(0, 3); // sharpness
    header.literal(0, 1); // no filter adjustments
    header.literal(0, 2); // one token partition
    header.literal(0, 7); // quantizer index 0: a DC step of 4, of 8 for the luma of a whole macroblock
    header.literal(0, 5); // no quantizer adjustments
}

fn write_no_coefficient_updates(header: &mut BoolCoder) {
    for row in UPDATE_ODDS.iter().flatten().flatten() {
        for column in 0..11 {
            header.put(row.get(column).copied().unwrap_or(255), false);
        }
    }
}

/// Section 13: one coefficient for the luma of the whole macroblock, one for each chroma block.
fn write_first_macroblock(tokens: &mut BoolCoder, colour: Colour) {
    // One luma step moves the picture by 8 · 1/8 · 1/8; one chroma step by 4 · 1/8.
    write_dc(tokens, colour.y * 8, &LUMA_DC);
    for _ in 0..16 {
        tokens.put(LUMA_BLOCK_END, false);
    }
    for plane in [colour.u * 2, colour.v * 2] {
        // The odds follow how many of the left and upper blocks have a coefficient.
        let [none, one, two] = &CHROMA_DC;
        for odds in if plane == 0 {
            [none; 4]
        } else {
            [none, one, one, two]
        } {
            write_dc(tokens, plane, odds);
        }
    }
}

/// Codes one block that has at most a DC coefficient, always with the largest kind of token.
fn write_dc(tokens: &mut BoolCoder, level: i32, odds: &DcOdds) {
    const EXTRA_ODDS: [u8; 11] = [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129];
    const LARGEST_TOKEN_BASE: u32 = 67;
    let [more, rest @ ..] = odds.path;
    tokens.put(more, level != 0);
    if level == 0 {
        return;
    }
    for step in rest {
        tokens.put(step, true);
    }
    let extra = level.unsigned_abs().saturating_sub(LARGEST_TOKEN_BASE);
    for (bit, odds) in (0..11).rev().zip(EXTRA_ODDS) {
        tokens.put(odds, extra >> bit & 1 == 1);
    }
    tokens.put(EVEN, level < 0);
    tokens.put(odds.end_after, false);
}

/// Section 18.3: the odds of "no motion" by how many coded neighbours had none.
fn zero_motion_odds(has_above: bool, has_left: bool) -> u8 {
    match (has_above, has_left) {
        (false, false) => 7,
        (true, true) => 234,
        _ => 135,
    }
}

/// The odds on the way to the largest token (nodes 0, 1, 2, 3, 6, 8 and 10 of the token tree), and
/// of "no more" behind it.
struct DcOdds {
    path: [u8; 7],
    end_after: u8,
}

/// Section 13.5, block type 1 (luma DC of the macroblock), band 0; then band 1.
const LUMA_DC: DcOdds = DcOdds {
    path: [198, 35, 237, 223, 162, 145, 62],
    end_after: 81,
};
/// Section 13.5, block type 0 (luma without DC), band 1: nothing follows.
const LUMA_BLOCK_END: u8 = 253;
/// Section 13.5, block type 2 (chroma), band 0 after zero, one and two coded neighbours.
const CHROMA_DC: [DcOdds; 3] = [
    DcOdds {
        path: [253, 9, 248, 251, 255, 128, 128],
        end_after: 155,
    },
    DcOdds {
        path: [175, 13, 224, 243, 249, 255, 128],
        end_after: 155,
    },
    DcOdds {
        path: [73, 17, 171, 221, 236, 255, 128],
        end_after: 155,
    },
];

/// Section 17.2: the odds that a motion vector probability stays.
const MOTION_UPDATE_ODDS: [[u8; 19]; 2] = [
    [
        237, 246, 253, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 250, 250, 252, 254,
        254,
    ],
    [
        231, 243, 245, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 251, 251, 254, 254,
        254,
    ],
];

/// Section 13.4: the odds that a coefficient probability stays, by block type, band and context;
/// what is left out at the end of a row is 255.
const UPDATE_ODDS: [[[&[u8]; 3]; 8]; 4] = [
    [
        [&[], &[], &[]],
        [&[176, 246], &[223, 241, 252], &[249, 253, 253]],
        [&[255, 244, 252], &[234, 254, 254], &[253]],
        [&[255, 246, 254], &[239, 253, 254], &[254, 255, 254]],
        [&[255, 248, 254], &[251, 255, 254], &[]],
        [&[255, 253, 254], &[251, 254, 254], &[254, 255, 254]],
        [
            &[255, 254, 253, 255, 254],
            &[250, 255, 254, 255, 254],
            &[254],
        ],
        [&[], &[], &[]],
    ],
    [
        [
            &[217],
            &[225, 252, 241, 253, 255, 255, 254],
            &[234, 250, 241, 250, 253, 255, 253, 254],
        ],
        [&[255, 254], &[223, 254, 254], &[238, 253, 254, 254]],
        [&[255, 248, 254], &[249, 254], &[]],
        [&[255, 253], &[247, 254], &[]],
        [&[255, 253, 254], &[252], &[]],
        [&[255, 254, 254], &[253], &[]],
        [&[255, 254, 253], &[250], &[254]],
        [&[], &[], &[]],
    ],
    [
        [
            &[186, 251, 250],
            &[234, 251, 244, 254],
            &[251, 251, 243, 253, 254, 255, 254],
        ],
        [
            &[255, 253, 254],
            &[236, 253, 254],
            &[251, 253, 253, 254, 254],
        ],
        [&[255, 254, 254], &[254, 254, 254], &[]],
        [&[255, 254], &[254, 254], &[254]],
        [&[], &[254], &[]],
        [&[], &[], &[]],
        [&[], &[], &[]],
        [&[], &[], &[]],
    ],
    [
        [&[248], &[250, 254, 252, 254], &[248, 254, 249, 253]],
        [
            &[255, 253, 253],
            &[246, 253, 253],
            &[252, 254, 251, 254, 254],
        ],
        [&[255, 254, 252], &[248, 254, 253], &[253, 255, 254, 254]],
        [&[255, 251, 254], &[245, 251, 254], &[253, 253, 254]],
        [&[255, 251, 253], &[252, 253, 254], &[255, 254]],
        [&[255, 252], &[249, 255, 254], &[255, 255, 254]],
        [&[255, 255, 253], &[250], &[]],
        [&[], &[254], &[]],
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyframe_carries_the_start_code_its_size_and_a_first_partition_that_fits() {
        let picture = Picture::new(320, 180, Colour::PALETTE[0], 2_000, 600);
        let frame = &picture.keyframe;
        assert_eq!(frame.len(), 2_000);
        assert_eq!(frame[0] & 1, 0, "the lowest bit is clear in a keyframe");
        assert_eq!(frame[3..6], [0x9d, 0x01, 0x2a]);
        assert_eq!(
            (
                u16::from_le_bytes([frame[6], frame[7]]),
                u16::from_le_bytes([frame[8], frame[9]])
            ),
            (320, 180)
        );
        let tag = u32::from_le_bytes([frame[0], frame[1], frame[2], 0]);
        assert!((tag >> 5) as usize + 10 < frame.len());
        assert_eq!(picture.delta.len(), 600);
        assert_eq!(picture.delta[0] & 1, 1);
    }

    #[test]
    fn every_colour_can_be_coded() {
        for colour in Colour::PALETTE {
            for part in [colour.y, colour.u, colour.v] {
                assert!(part == 0 || part.abs() >= 34, "{colour:?}");
                assert!(part.abs() < 128, "{colour:?}");
            }
        }
    }

    /// These bytes were decoded by Chromium's VP8 decoder, exactly to the colour and flat.
    #[test]
    fn writes_the_bytes_that_a_browser_has_decoded() {
        let hash = |bytes: &[u8]| {
            bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
            })
        };
        let picture = Picture::new(320, 180, Colour::PALETTE[2], 5_000, 700);
        assert_eq!(hash(&picture.keyframe), 10_668_257_623_620_749_683);
        assert_eq!(hash(&picture.delta), 4_247_416_824_001_498_495);
    }

    #[test]
    fn a_frame_is_never_cut_to_its_target_size() {
        let picture = Picture::new(640, 360, Colour::PALETTE[1], 1, 1);
        assert!(picture.keyframe.len() > 20);
        assert!(picture.delta.len() > 10);
    }
}
