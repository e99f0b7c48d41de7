//! Silence costs next to nothing: a voice that says nothing, or may not be heard now, becomes
//! comfort noise at its listener.
//!
//! A packet without a frame (DTX, RFC 6716 section 2.1.9) tells the listener's decoder to make
//! noise like the one it heard last until the next packet; encoders send one every 400 ms. Without
//! it the decoder takes the pause for loss and stretches the last sound.

use std::sync::Arc;
use std::time::Duration;

use crate::media::opus::TICKS_PER_MS;
use crate::media::opus::activity::Activity;
use crate::media::opus::toc::Toc;

/// From one packet of comfort noise to the next: the pace of encoders with DTX.
pub const PACE: Duration = Duration::from_millis(400);

/// Silence goes on like speech for so long: word endings are soft, and the decoder learns the noise
/// of the room from it. Encoders wait 200 ms.
const HANGOVER: Duration = Duration::from_millis(300);

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes to the listener.
    Pass,
    /// It does, and is the first after a pause.
    Begin,
    /// A packet of comfort noise goes in its place.
    Noise,
    /// Nothing goes.
    Nothing,
}

/// Whether a voice has the listener's ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// It is heard.
    Holds,
    /// Somebody else is.
    Yields,
}

/// Decides packet by packet, in the time of the media.
#[derive(Debug, Default)]
pub struct ComfortNoise {
    /// The first packet of the present silence.
    silent_since: Option<u32>,
    /// The last packet of comfort noise, while it is quiet.
    last: Option<u32>,
}

impl ComfortNoise {
    /// What becomes of a packet with this timestamp.
    pub fn judge(&mut self, timestamp: u32, activity: Activity, floor: Floor) -> Verdict {
        if activity != Activity::Silence {
            self.silent_since = None;
        }
        let is_heard = floor == Floor::Holds
            && match activity {
                Activity::Silence => {
                    let since = *self.silent_since.get_or_insert(timestamp);
                    !has_passed(since, timestamp, HANGOVER)
                }
                Activity::Speech | Activity::Unknown => true,
            };
        if is_heard {
            return match self.last.take() {
                Some(_) => Verdict::Begin,
                None => Verdict::Pass,
            };
        }
        if self
            .last
            .is_none_or(|last| has_passed(last, timestamp, PACE))
        {
            self.last = Some(timestamp);
            return Verdict::Noise;
        }
        Verdict::Nothing
    }
}

/// Whether so much time of the media lies between two timestamps. Time that goes back has passed:
/// a source that jumps must not be silent for hours.
fn has_passed(from: u32, to: u32, time: Duration) -> bool {
    let ticks = u32::try_from(time.as_millis()).unwrap_or(u32::MAX) * TICKS_PER_MS;
    to.wrapping_sub(from) >= ticks
}

/// A packet without a frame that could follow this one.
pub fn packet(of: &[u8]) -> Option<Arc<[u8]>> {
    let toc = Toc::from_byte(*of.first()?);
    Some([toc.with_code(0)].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many packets of 20 ms get which verdict.
    fn count(verdicts: &[Verdict], which: Verdict) -> usize {
        verdicts.iter().filter(|verdict| **verdict == which).count()
    }

    fn judge(
        noise: &mut ComfortNoise,
        packets: std::ops::Range<u32>,
        activity: Activity,
        floor: Floor,
    ) -> Vec<Verdict> {
        packets
            .map(|packet| noise.judge(packet * 960, activity, floor))
            .collect()
    }

    #[test]
    fn ten_seconds_of_silence_are_a_hangover_and_one_packet_each_400_ms() {
        let mut noise = ComfortNoise::default();
        let verdicts = judge(&mut noise, 0..500, Activity::Silence, Floor::Holds);
        assert_eq!(count(&verdicts, Verdict::Pass), 15);
        assert_eq!(count(&verdicts, Verdict::Noise), 25);
        let speech = judge(&mut noise, 500..503, Activity::Speech, Floor::Holds);
        assert_eq!(speech, [Verdict::Begin, Verdict::Pass, Verdict::Pass]);
    }

    #[test]
    fn a_pause_between_words_is_not_cut_out() {
        let mut noise = ComfortNoise::default();
        for words in 0..20 {
            let speech = judge(
                &mut noise,
                words * 25..words * 25 + 11,
                Activity::Speech,
                Floor::Holds,
            );
            let pause = judge(
                &mut noise,
                words * 25 + 11..words * 25 + 25,
                Activity::Silence,
                Floor::Holds,
            );
            assert_eq!(
                count(&speech, Verdict::Pass) + count(&pause, Verdict::Pass),
                25
            );
        }
    }

    #[test]
    fn a_voice_without_the_floor_is_noise_at_once_and_heard_at_once() {
        let mut noise = ComfortNoise::default();
        let yields = judge(&mut noise, 0..100, Activity::Speech, Floor::Yields);
        assert_eq!(yields[0], Verdict::Noise);
        assert_eq!(count(&yields, Verdict::Noise), 5, "two seconds");
        assert_eq!(count(&yields, Verdict::Nothing), 95);
        let holds = judge(&mut noise, 100..101, Activity::Speech, Floor::Holds);
        assert_eq!(holds, [Verdict::Begin]);
    }

    #[test]
    fn a_transform_coder_that_does_not_tell_speech_is_never_cut() {
        let mut noise = ComfortNoise::default();
        let verdicts = judge(&mut noise, 0..500, Activity::Unknown, Floor::Holds);
        assert_eq!(count(&verdicts, Verdict::Pass), 500);
    }

    #[test]
    fn the_packet_of_noise_has_the_configuration_of_the_voice_and_no_frame() {
        assert_eq!(packet(&[0x4b, 0x83, 1, 2]).as_deref(), Some(&[0x48][..]));
        assert_eq!(packet(&[]), None);
    }
}
