//! What a page sends: a voice every 20 ms and a picture in up to three encodings.

use std::time::{Duration, Instant};

use fastrand::Rng;
use str0m::Rtc;
use str0m::format::Codec;
use str0m::media::Mid;
use str0m::rtp::{ExtensionValues, RtpWrite};

use super::browser::Browser;
use super::payload::{self, Mark};

/// Packet time and bytes of each audio rung.
const VOICE: [(Duration, usize); 4] = [
    (Duration::from_millis(20), 80),
    (Duration::from_millis(40), 100),
    (Duration::from_millis(60), 90),
    (Duration::from_millis(120), 120),
];
/// The noise of a room needs half of it.
const NOISE_PERCENT: usize = 50;
/// 15 pictures a second.
const PICTURE_INTERVAL: Duration = Duration::from_micros(66_667);
/// Bytes of a picture packet.
const PACKET_BYTES: usize = 1_000;
/// A keyframe is so many times larger than other frames.
const KEY_FACTOR: usize = 4;

/// Whose transport sends.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// Which person.
    pub person: u16,
    /// Which transport of theirs.
    pub life: u16,
    /// When the world began.
    pub origin: Instant,
}

impl Identity {
    fn mark(self, track: u8, captured: Instant) -> Mark {
        let captured = captured.saturating_duration_since(self.origin).as_micros();
        let captured = u64::try_from(captured).unwrap();
        Mark {
            person: self.person,
            life: self.life,
            track,
            captured,
            ..Mark::default()
        }
    }
}

/// The numbers of one RTP stream.
#[derive(Debug)]
struct Stream {
    next: u64,
    base: u32,
    clock_rate: u32,
    frame: u32,
}

impl Stream {
    fn new(browser: &Browser, clock_rate: u32, rng: &mut Rng) -> Self {
        // High enough now and then to wrap within a test.
        let first = if rng.bool() {
            rng.u64(65_400..65_536)
        } else {
            rng.u64(1..30_000)
        };
        let next = browser.first_sequence.unwrap_or(first);
        Self {
            next,
            base: rng.u32(..),
            clock_rate,
            frame: 0,
        }
    }

    fn number(&mut self, mark: &mut Mark) {
        mark.frame = self.frame;
        mark.sequence = u32::try_from(self.next).unwrap();
        let ticks = mark.captured * u64::from(self.clock_rate) / 1_000_000;
        mark.timestamp = self
            .base
            .wrapping_add((ticks & 0xffff_ffff).try_into().unwrap());
        self.next += 1;
    }
}

/// What a page's send plan wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan(pub u8);

impl Plan {
    /// Voice.
    pub fn microphone(self) -> bool {
        self.0 & 1 != 0
    }

    /// An encoding by its letter.
    pub fn encoding(self, letter: u8) -> bool {
        let bit = match letter {
            b'q' => 2,
            b'h' => 4,
            _ => 8,
        };
        self.0 & bit != 0
    }
}

/// Microphone and camera of one transport.
#[derive(Debug)]
pub struct Publisher {
    identity: Identity,
    browser: Browser,
    microphone: Mid,
    voice: Stream,
    next_voice: Instant,
    previous_voice: Option<Vec<u8>>,
    camera: Option<Mid>,
    encodings: Vec<Encoding>,
    next_picture: Instant,
    /// How the voice is sent.
    pub audio: u8,
    /// Each packet of it carries the one before.
    pub is_redundant: bool,
    /// What the lowest encoding may send, in units of 10 kbit/s; 0 as much as it likes.
    pub cap: u8,
    /// The microphone sends.
    pub is_speaking: bool,
    /// What it sends is speech, not the noise of the room.
    pub has_speech: bool,
    /// Times at which each keyframe request came, by encoding letter.
    pub keyframe_requests: Vec<(Instant, u8)>,
}

#[derive(Debug)]
struct Encoding {
    rid: Option<&'static str>,
    letter: u8,
    frame_bytes: usize,
    /// What the server allows of that.
    most: Option<usize>,
    stream: Stream,
    picture: u16,
    base_layer: u8,
    was_active: bool,
    needs_key: bool,
}

impl Publisher {
    /// A publisher on these lines.
    pub fn new(
        identity: Identity,
        browser: &Browser,
        lines: (Mid, Option<Mid>),
        now: Instant,
        rng: &mut Rng,
    ) -> Self {
        let encodings = browser.encodings.iter();
        let encodings = encodings
            .map(|rid| Encoding::new(*rid, browser, rng))
            .collect();
        Self {
            identity,
            browser: browser.clone(),
            microphone: lines.0,
            voice: Stream::new(browser, 48_000, rng),
            next_voice: now,
            previous_voice: None,
            camera: lines.1,
            encodings,
            next_picture: now,
            audio: 0,
            is_redundant: false,
            cap: 0,
            is_speaking: true,
            has_speech: true,
            keyframe_requests: Vec::new(),
        }
    }

    /// When it next has something to send.
    pub fn deadline(&self) -> Instant {
        self.next_voice.min(self.next_picture)
    }

    /// Starts to send at this moment.
    pub fn start(&mut self, now: Instant) {
        self.next_voice = now;
        self.next_picture = now;
    }

    /// The server asks for a keyframe.
    pub fn request_keyframe(&mut self, now: Instant, rid: Option<str0m::media::Rid>) {
        let wanted = rid.map(|rid| rid.as_bytes()[0]);
        for encoding in &mut self.encodings {
            if wanted.is_none_or(|letter| letter == encoding.letter) {
                encoding.needs_key = true;
                self.keyframe_requests.push((now, encoding.letter));
            }
        }
    }

    /// Multiplies the size of every picture, for a scene that is hard to encode.
    pub fn scale_pictures(&mut self, factor: usize) {
        for encoding in &mut self.encodings {
            encoding.frame_bytes *= factor;
        }
    }

    /// Writes what is due; returns how many packets of voice that was.
    pub fn advance(&mut self, now: Instant, plan: Plan, rtc: &mut Rtc) -> usize {
        let plan = if self.browser.obeys_plan {
            plan
        } else {
            Plan(0xff)
        };
        let mut spoken = 0;
        while self.next_voice <= now {
            if plan.microphone() && self.is_speaking {
                spoken += 1;
                self.speak(rtc);
            }
            self.next_voice += VOICE[usize::from(self.audio)].0;
        }
        while self.next_picture <= now {
            self.show(plan, rtc);
            self.next_picture += PICTURE_INTERVAL;
        }
        spoken
    }

    fn speak(&mut self, rtc: &mut Rtc) {
        let captured = self.next_voice - self.browser.voice_delay;
        let mut mark = self.identity.mark(Mark::VOICE, captured);
        self.voice.number(&mut mark);
        self.voice.frame += 1;
        mark.count = 1;
        let (packet_time, bytes) = VOICE[usize::from(self.audio)];
        let bytes = if self.has_speech {
            bytes
        } else {
            bytes * NOISE_PERCENT / 100
        };
        let plain = payload::opus(&mark, self.audio, bytes, self.has_speech);
        let opus_pt = self.browser.payload_type(Some(Codec::Opus));
        let previous = self.previous_voice.replace(plain.clone());
        let (pt, payload) = if self.browser.sends_red || (self.is_redundant && self.browser.has_red)
        {
            let ticks = u32::try_from(packet_time.as_millis()).unwrap() * 48;
            let red = payload::red(opus_pt, &plain, previous.as_deref(), ticks);
            (self.browser.payload_type(None), red)
        } else {
            (opus_pt, plain)
        };
        let extensions = ExtensionValues {
            audio_level: Some(-20),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let sequence = u64::from(mark.sequence).into();
        let write = RtpWrite::new(pt.into(), sequence, mark.timestamp, captured, payload);
        let mut api = rtc.direct_api();
        let stream = api.stream_tx_by_mid(self.microphone, None).unwrap();
        stream.write_rtp(write.ext_vals(extensions));
    }

    fn show(&mut self, plan: Plan, rtc: &mut Rtc) {
        let Some(mid) = self.camera else { return };
        let captured = self.next_picture - self.browser.picture_delay;
        let codec = if self.browser.has_vp8 {
            Codec::Vp8
        } else {
            Codec::H264
        };
        let pt = self.browser.payload_type(Some(codec));
        for (above, encoding) in self.encodings.iter_mut().enumerate() {
            // 10 kbit/s at 15 pictures a second.
            let cap = usize::from(self.cap) * 83;
            encoding.most = (above == 0 && cap > 0).then_some(cap);
            let is_active = plan.encoding(encoding.letter);
            encoding.needs_key |= is_active && !encoding.was_active;
            encoding.was_active = is_active;
            if !is_active {
                continue;
            }
            let mut api = rtc.direct_api();
            let rid = encoding.rid.map(Into::into);
            let stream = api.stream_tx_by_mid(mid, rid).unwrap();
            for (mark, payload) in encoding.frame(self.identity, captured, codec) {
                let ends = mark.index + 1 == mark.count;
                let sequence = u64::from(mark.sequence).into();
                let write = RtpWrite::new(pt.into(), sequence, mark.timestamp, captured, payload);
                stream.write_rtp(write.marker(ends).nackable(true));
            }
        }
    }
}

impl Encoding {
    fn new(rid: Option<&'static str>, browser: &Browser, rng: &mut Rng) -> Self {
        let letter = rid.map_or(b'f', |rid| rid.as_bytes()[0]);
        // 90, 300 and 900 kbit/s at 15 pictures a second.
        let frame_bytes = match letter {
            b'q' => 750,
            b'h' => 2_500,
            _ => 7_500,
        };
        Self {
            rid,
            letter,
            frame_bytes,
            most: None,
            stream: Stream::new(browser, 90_000, rng),
            picture: rng.u16(..0x8000),
            base_layer: rng.u8(..),
            was_active: false,
            needs_key: true,
        }
    }

    fn frame(&mut self, who: Identity, captured: Instant, codec: Codec) -> Vec<(Mark, Vec<u8>)> {
        let is_key = std::mem::take(&mut self.needs_key);
        let frame = self
            .most
            .map_or(self.frame_bytes, |most| most.min(self.frame_bytes));
        let bytes = frame * if is_key { KEY_FACTOR } else { 1 };
        let count = bytes.div_ceil(PACKET_BYTES);
        self.stream.frame += 1;
        self.picture = (self.picture + 1) & 0x7fff;
        self.base_layer = self.base_layer.wrapping_add(1);
        (0..count)
            .map(|index| {
                let [index, count] = [index, count].map(|n| u16::try_from(n).unwrap());
                let mut mark = Mark {
                    is_key,
                    index,
                    count,
                    ..who.mark(self.letter, captured)
                };
                self.stream.number(&mut mark);
                let bytes = bytes / usize::from(count);
                let payload = match codec {
                    Codec::Vp8 => payload::vp8(&mark, self.picture, self.base_layer, bytes),
                    _ => payload::h264(&mark, bytes),
                };
                (mark, payload)
            })
            .collect()
    }
}
