//! A bot's microphone and camera: one clock that sends what the plan wants, at real time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use rtc::rtp::Packet;
use rtc::rtp::header::Header;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use webrtc::media_stream::track_local::TrackLocal as _;

use super::peer::{AUDIO_LEVEL_URI, MID_URI, RID_URI, Sender};
use super::picture::{Colour, Picture};
use super::slots::{RIDS, SendPlan};
use super::tone::{FRAME_TICKS, Voice};
use super::vp8::Encoding;
use crate::chance::Chance;

/// Between two audio packets.
pub const AUDIO_INTERVAL: Duration = Duration::from_millis(20);
const VIDEO_INTERVAL: Duration = Duration::from_millis(50);
/// Ticks of 90 kHz between two pictures.
const VIDEO_TICKS: u32 = 4_500;
/// A clock this far behind drops what it missed: it would otherwise send a burst no camera sends.
const TOO_LATE: Duration = Duration::from_millis(200);
/// Size and bytes a picture of each RID; at 20 a second about 100, 300 and 900 kbit/s.
const ENCODINGS: [(u16, u16, usize); RIDS.len()] =
    [(160, 90, 625), (320, 180, 1_875), (640, 360, 5_625)];
/// A keyframe of a camera is several times its other frames.
const KEYFRAME_FACTOR: usize = 3;
/// Voice activity, and −13 dBov as the tones have.
const AUDIO_LEVEL: u8 = 0x80 + 13;

/// One picture for each RID.
pub type Pictures = Arc<[Picture; RIDS.len()]>;

/// What a bot has sent.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub struct Sent {
    /// Audio packets.
    pub audio: u64,
    /// Video packets.
    pub video: u64,
    /// Keyframes that the server asked for (several requests between two pictures are one).
    pub keyframes_asked: u64,
    /// Audio frames and pictures dropped because this process was too slow.
    pub late: u64,
}

/// The pictures of one colour, one for each RID; shared by all bots that show it.
pub fn pictures(colour: Colour) -> Pictures {
    Arc::new(ENCODINGS.map(|(width, height, bytes)| {
        Picture::new(width, height, colour, bytes * KEYFRAME_FACTOR, bytes)
    }))
}

/// What a bot plays.
pub struct Programme {
    /// Its voice.
    pub voice: Voice,
    /// Its pictures; none with the camera off.
    pub pictures: Option<Pictures>,
    /// What somebody takes.
    pub plan: Arc<SendPlan>,
}

/// A track with what was negotiated for it.
struct Line<'a> {
    sender: &'a Sender,
    payload_type: u8,
    mid: (Option<u8>, Bytes),
    rid: Option<u8>,
    level: Option<u8>,
}

impl<'a> Line<'a> {
    async fn new(sender: &'a Sender, mime_type: &str, mid: &'static str) -> anyhow::Result<Self> {
        let parameters = sender.handle.get_parameters().await?.rtp_parameters;
        let extension = |uri: &str| {
            let found = parameters
                .header_extensions
                .iter()
                .find(|extension| extension.uri == uri)?;
            u8::try_from(found.id).ok()
        };
        let payload_type = parameters
            .codecs
            .iter()
            .find(|codec| codec.rtp_codec.mime_type.eq_ignore_ascii_case(mime_type))
            .map(|codec| codec.payload_type)
            .with_context(|| format!("the answer has no {mime_type}"))?;
        let mid = (extension(MID_URI), Bytes::from_static(mid.as_bytes()));
        let (rid, level) = (extension(RID_URI), extension(AUDIO_LEVEL_URI));
        Ok(Self {
            sender,
            payload_type,
            mid,
            rid,
            level,
        })
    }

    fn stream(&self, index: usize, chance: &mut Chance) -> anyhow::Result<Stream> {
        let mut header = Header {
            version: 2,
            payload_type: self.payload_type,
            sequence_number: chance.next_u16(),
            timestamp: chance.next_u32(),
            ssrc: *self
                .sender
                .ssrcs
                .get(index)
                .context("an encoding without SSRC")?,
            ..Header::default()
        };
        if let Some(id) = self.mid.0 {
            header.set_extension(id, self.mid.1.clone())?;
        }
        if let (Some(id), Some(rid), true) =
            (self.rid, RIDS.get(index), self.sender.ssrcs.len() > 1)
        {
            header.set_extension(id, Bytes::from_static(rid.as_bytes()))?;
        }
        if let Some(id) = self.level {
            header.set_extension(id, Bytes::from_static(&[AUDIO_LEVEL]))?;
        }
        Ok(Stream { header })
    }
}

/// The running header of one SSRC.
struct Stream {
    header: Header,
}

impl Stream {
    async fn send(&mut self, line: &Line<'_>, payload: Bytes, marker: bool) -> bool {
        self.header.marker = marker;
        let packet = Packet {
            header: self.header.clone(),
            payload,
        };
        self.header.sequence_number = self.header.sequence_number.wrapping_add(1);
        line.sender.track.write_rtp(packet).await.is_ok()
    }

    fn advance(&mut self, ticks: u32) {
        self.header.timestamp = self.header.timestamp.wrapping_add(ticks);
    }
}

/// A beat that says when it is due and notices when it was missed.
struct Beat {
    due: Instant,
    interval: Duration,
}

impl Beat {
    /// How many intervals to skip so as to be on time again, and moves on by one beat.
    fn take(&mut self, now: Instant) -> u32 {
        let behind = now.saturating_duration_since(self.due);
        let missed = if behind > TOO_LATE {
            u32::try_from(behind.as_micros() / self.interval.as_micros().max(1)).unwrap_or(0)
        } else {
            0
        };
        self.due += self.interval * (missed + 1);
        missed
    }
}

/// One encoding's stream and pictures.
struct Eye {
    stream: Stream,
    encoding: Encoding,
    was_active: bool,
}

/// Sends until `stop` turns true.
pub async fn play(
    microphone: &Sender,
    camera: &Sender,
    programme: Programme,
    mut chance: Chance,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<Sent> {
    let Programme {
        mut voice,
        pictures,
        plan,
    } = programme;
    let microphone = Line::new(microphone, "audio/opus", "0").await?;
    let mut ear_stream = microphone.stream(0, &mut chance)?;
    let camera = Line::new(camera, "video/VP8", "1").await?;
    let mut eyes = Vec::new();
    for (index, picture) in pictures
        .iter()
        .flat_map(|pictures| pictures.iter())
        .enumerate()
    {
        let encoding = Encoding::new(picture.clone(), &mut chance);
        eyes.push(Eye {
            stream: camera.stream(index, &mut chance)?,
            encoding,
            was_active: false,
        });
    }

    // Bots that started together would otherwise all send in the same instant.
    let mut beat = |interval: Duration| {
        let phase = interval * u32::from(chance.next_u16()) / (1 << 16);
        Beat {
            due: Instant::now() + phase,
            interval,
        }
    };
    let (mut audio, mut video) = (beat(AUDIO_INTERVAL), beat(VIDEO_INTERVAL));
    let mut sent = Sent::default();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return Ok(sent),
            () = sleep_until(audio.due.min(video.due)) => {}
        }
        let now = Instant::now();
        if audio.due <= now {
            let missed = audio.take(now);
            sent.late += u64::from(missed);
            ear_stream.advance(FRAME_TICKS * (missed + 1));
            let payload = voice.next_packet();
            if plan.microphone() && ear_stream.send(&microphone, payload, false).await {
                sent.audio += 1;
            }
        }
        if video.due <= now {
            let missed = video.take(now);
            sent.late += u64::from(missed) * u64::from(!eyes.is_empty());
            for (index, eye) in eyes.iter_mut().enumerate() {
                eye.stream.advance(VIDEO_TICKS * (missed + 1));
                show(&camera, eye, &plan, index, &mut sent).await;
            }
        }
    }
}

/// Sends one picture of one encoding if somebody takes it.
async fn show(camera: &Line<'_>, eye: &mut Eye, plan: &SendPlan, index: usize, sent: &mut Sent) {
    let is_active = plan.encoding(index);
    let is_asked = plan.take_keyframe_request(index);
    sent.keyframes_asked += u64::from(is_asked);
    // A resumed encoder has no reference its viewers know, so it begins anew.
    if is_asked || is_active && !eye.was_active {
        eye.encoding.request_keyframe();
    }
    eye.was_active = is_active;
    if !is_active {
        return;
    }
    let mut frame = eye.encoding.next_frame();
    while let Some(payload) = frame.next() {
        let is_last = frame.len() == 0;
        sent.video += u64::from(eye.stream.send(camera, payload, is_last).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_fell_behind_drops_what_it_missed_and_keeps_its_rhythm() {
        let start = Instant::now();
        let mut beat = Beat {
            due: start,
            interval: AUDIO_INTERVAL,
        };
        assert_eq!(beat.take(start + Duration::from_millis(3)), 0);
        assert_eq!(
            beat.take(start + Duration::from_millis(120)),
            0,
            "a short delay is caught up"
        );
        assert_eq!(beat.take(start + Duration::from_millis(540)), 25);
        assert_eq!(beat.due, start + Duration::from_millis(560));
    }

    #[test]
    fn the_encodings_take_the_bit_rates_they_are_meant_to() {
        let pictures = pictures(Colour::PALETTE[0]);
        let kbps = pictures
            .each_ref()
            .map(|picture| picture.delta.len() * 8 * 20 / 1_000);
        assert_eq!(kbps, [100, 300, 900]);
    }
}
