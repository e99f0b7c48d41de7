//! Files at a rate that the page asks for, so that a file never fills the queue in front of a voice.
//!
//! A weak link buffers instead of dropping: 26 kB of page in one go stand in its queue for 5 s at 40 kbit/s,
//! and every voice packet behind them comes 5 s late. TCP cannot know, so the page says what it may cost.

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use thiserror::Error;
use tokio::time::{Instant, sleep_until};

/// The largest piece, so that each goes as one packet.
/// At most as many pieces wait in one connection as it has streams, see `STREAMS_PER_CONNECTION`.
pub const LARGEST_PIECE: usize = 1_200;

/// How long a piece may keep the link from a voice packet: the time of one at its leanest, so that a
/// browser's jitter buffer hardly grows by it. 1,200 bytes are half a second of 20 kbit/s.
const HOLD_UP: Duration = Duration::from_millis(120);

/// What a page leaves to the voice at least when it asks for a pace, see `hint.ts`: a link carries
/// so much more than the pace.
const LEFT_TO_THE_VOICE_KBPS: u64 = 13;

/// What a piece costs on the wire beyond itself: IPv4 20, TCP with timestamps 32, TLS 1.3 record 22,
/// HTTP/2 frame 9 bytes.
const OVERHEAD: usize = 83;

/// The name of the query parameter.
const PARAMETER: &str = "pace";

const LARGEST_KBPS: u32 = 100_000;

/// A rate on the wire, 1 to 100,000 kbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    kbps: NonZeroU32,
}

/// A pace that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("pace must be a whole number of kbit/s from 1 to {LARGEST_KBPS}")]
pub struct BadPace;

impl Pace {
    /// The pace in a query such as `pace=12`; `None` if it names none: as fast as the link takes it.
    pub fn in_query(query: Option<&str>) -> Result<Option<Self>, BadPace> {
        let mut parts = query.unwrap_or_default().split('&');
        let named = parts.find_map(|part| match part.split_once('=') {
            Some((PARAMETER, value)) => Some(value),
            None if part == PARAMETER => Some(""),
            _ => None,
        });
        named.map(Self::parse).transpose()
    }

    fn parse(value: &str) -> Result<Self, BadPace> {
        // `parse` alone would take "+5".
        if !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadPace);
        }
        let kbps = value.parse::<NonZeroU32>().map_err(|_| BadPace)?;
        if kbps.get() > LARGEST_KBPS {
            return Err(BadPace);
        }
        Ok(Self { kbps })
    }

    /// How long a piece keeps the link busy at this pace.
    fn time_of(self, piece: usize) -> Duration {
        let bits = u64::try_from((piece + OVERHEAD) * 8).unwrap_or(u64::MAX);
        Duration::from_micros(bits * 1000 / u64::from(self.kbps.get()))
    }

    /// How large pieces are: the lower the pace, the weaker the link, and the longer one piece takes.
    fn piece(self) -> usize {
        let link = u64::from(self.kbps.get()) + LEFT_TO_THE_VOICE_KBPS;
        let millis = u64::try_from(HOLD_UP.as_millis()).unwrap_or(u64::MAX);
        let on_the_wire = usize::try_from(link * millis / 8).unwrap_or(usize::MAX);
        on_the_wire.saturating_sub(OVERHEAD).min(LARGEST_PIECE)
    }

    /// `content` piece by piece: the first at once, each further one when the link has had time for those
    /// before. Time in which the connection took nothing is not caught up: that would be a burst.
    pub fn body(self, content: Bytes) -> Body {
        let pieces = stream::unfold((content, None), move |(mut rest, due)| async move {
            if rest.is_empty() {
                return None;
            }
            if let Some(due) = due {
                sleep_until(due).await;
            }
            let piece = rest.split_to(self.piece().min(rest.len()));
            let next = Instant::now() + self.time_of(piece.len());
            Some((Ok::<_, Infallible>(piece), (rest, Some(next))))
        });
        Body::from_stream(pieces)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    fn pace(query: &str) -> Result<Option<u32>, BadPace> {
        Pace::in_query(Some(query)).map(|pace| pace.map(|pace| pace.kbps.get()))
    }

    #[test]
    fn a_pace_is_read_from_the_query_or_refused() {
        assert_eq!(Pace::in_query(None), Ok(None));
        for (query, kbps) in [
            ("", None),
            ("lang=ko", None),
            ("2", None),
            ("pacer=0", None),
        ] {
            assert_eq!(pace(query), Ok(kbps), "{query}");
        }
        for (query, kbps) in [("pace=1", 1), ("1&pace=12", 12), ("pace=100000", 100_000)] {
            assert_eq!(pace(query), Ok(Some(kbps)), "{query}");
        }
        for query in [
            "pace",
            "pace=",
            "pace=0",
            "pace=100001",
            "pace=+5",
            "pace=1.5",
            "pace=-1",
        ] {
            assert_eq!(pace(query), Err(BadPace), "{query}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pieces_leave_no_faster_than_the_pace_even_after_a_stall() {
        let Ok(Some(pace)) = Pace::in_query(Some("pace=12")) else {
            panic!("a pace");
        };
        let content = Bytes::from(vec![7; 5 * 292 + 1]);
        let started = Instant::now();
        let mut left = Vec::new();
        let mut pieces = pace.body(content.clone()).into_data_stream();
        while let Some(Ok(piece)) = pieces.next().await {
            left.push((started.elapsed().as_millis(), piece.len()));
            if left.len() == 3 {
                // The connection takes nothing for 10 s.
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
        }
        // 375 bytes on the wire take 250 ms at 12 kbit/s.
        let expected = [
            (0, 292),
            (250, 292),
            (500, 292),
            (10_500, 292),
            (10_750, 292),
            (11_000, 1),
        ];
        let near = |(at, size): (u128, usize), (expected_at, expected_size): (u128, usize)| {
            size == expected_size && at.abs_diff(expected_at) <= 3
        };
        assert!(
            left.len() == expected.len() && left.iter().zip(expected).all(|(&l, e)| near(l, e)),
            "{left:?}"
        );
    }

    #[test]
    fn no_piece_keeps_a_voice_waiting_for_longer_than_a_packet_of_it_lasts() {
        for (query, piece, link_kbps) in [
            ("pace=1", 127, 14),
            ("pace=4", 172, 17),
            ("pace=16", 352, 29),
            ("pace=64", 1_072, 77),
            ("pace=100000", LARGEST_PIECE, 200_000),
        ] {
            let Ok(Some(pace)) = Pace::in_query(Some(query)) else {
                panic!("a pace");
            };
            assert_eq!(pace.piece(), piece, "{query}");
            assert!((piece + OVERHEAD) * 8 / link_kbps <= 120, "{query}");
        }
    }
}
