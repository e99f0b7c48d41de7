//! What kind of browser somebody uses: its codecs, payload types and lines.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nhipcau::media::credentials::Credentials;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::config::Fingerprint;
use str0m::format::{Codec, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Simulcast, SimulcastLayer};
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, IceCreds, Rtc, RtcConfig};

/// Receive slots that a page offers.
pub const SLOTS: usize = 2;

/// A browser and how its user set it up. Starts as a Chromium with everything.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a browser has and has not is a set of independent facts"
)]
pub struct Browser {
    is_firefox: bool,
    /// Offers VP8 in both directions.
    pub has_vp8: bool,
    /// Offers H.264 in both directions; sends it if it has no VP8.
    pub has_h264: bool,
    /// Offers RED.
    pub has_red: bool,
    /// Sends RED where the server takes it.
    pub sends_red: bool,
    /// The camera's encodings; `[None]` for a single one without a RID, empty without a camera.
    pub encodings: Vec<Option<&'static str>>,
    has_pictures: bool,
    /// Pauses what the server's send plan does not want.
    pub obeys_plan: bool,
    /// Opens `link` and reports on it.
    pub reports: bool,
    /// What it says of its network when it joins: the rate, kbit/s.
    pub hint_kbps: Option<u32>,
    /// Begins ICE and DTLS when it asks to join, with credentials of the server that it has chosen.
    pub goes_ahead: bool,
    /// From `SlotAssigned` to `SlotReady`: the time that blanking a tile takes. `None`: never.
    pub ready_after: Option<Duration>,
    /// From the capture of a sound to its departure.
    pub voice_delay: Duration,
    /// From the capture of a picture to its departure.
    pub picture_delay: Duration,
    /// The first sequence number of every stream; chance decides where it is `None`.
    pub first_sequence: Option<u64>,
}

impl Browser {
    /// Opus 111 and RED 63, VP8 96, H.264.
    pub fn chromium() -> Self {
        Self {
            is_firefox: false,
            has_vp8: true,
            has_h264: true,
            has_red: true,
            sends_red: false,
            encodings: vec![Some("q"), Some("h"), Some("f")],
            has_pictures: true,
            obeys_plan: true,
            reports: false,
            hint_kbps: None,
            goes_ahead: false,
            ready_after: Some(Duration::from_millis(16)),
            voice_delay: Duration::ZERO,
            picture_delay: Duration::ZERO,
            first_sequence: None,
        }
    }

    /// Opus 109 without RED, VP8 120, no H.264, other extension ids.
    pub fn firefox() -> Self {
        Self {
            is_firefox: true,
            has_h264: false,
            has_red: false,
            ..Self::chromium()
        }
    }

    /// No RED.
    pub fn without_red(self) -> Self {
        Self {
            has_red: false,
            ..self
        }
    }

    /// No VP8.
    pub fn h264_only(self) -> Self {
        Self {
            has_vp8: false,
            ..self
        }
    }

    /// Prefers RED to plain Opus.
    pub fn sending_red(self) -> Self {
        Self {
            sends_red: true,
            ..self
        }
    }

    /// No simulcast.
    pub fn single_encoding(self) -> Self {
        Self {
            encodings: vec![None],
            ..self
        }
    }

    /// Neither a camera nor places for pictures.
    pub fn voice_only(self) -> Self {
        Self {
            encodings: Vec::new(),
            has_pictures: false,
            ..self
        }
    }

    /// Sends everything whatever the plan says.
    pub fn ignoring_plan(self) -> Self {
        Self {
            obeys_plan: false,
            ..self
        }
    }

    /// Reports on its link and heeds what the server asks for because of it.
    pub fn reporting(self) -> Self {
        Self {
            reports: true,
            ..self
        }
    }

    /// Says so much of its network when it joins, and reports on it.
    pub fn loaded_at_kbps(self, kbps: u32) -> Self {
        Self {
            hint_kbps: Some(kbps),
            ..self.reporting()
        }
    }

    /// Waits for nothing of the answer that it can know.
    pub fn going_ahead(self) -> Self {
        Self {
            goes_ahead: true,
            ..self
        }
    }

    /// Never acknowledges a slot.
    pub fn never_ready(self) -> Self {
        Self {
            ready_after: None,
            ..self
        }
    }

    /// Sounds and pictures leave so long after they were captured.
    pub fn delays_ms(self, voice: u64, picture: u64) -> Self {
        let [voice_delay, picture_delay] = [voice, picture].map(Duration::from_millis);
        Self {
            voice_delay,
            picture_delay,
            ..self
        }
    }

    /// Every stream starts at this sequence number.
    pub fn first_sequence(self, first: u64) -> Self {
        Self {
            first_sequence: Some(first),
            ..self
        }
    }

    /// The payload type of a codec; RED is asked for with `None`.
    pub fn payload_type(&self, codec: Option<Codec>) -> u8 {
        match (codec, self.is_firefox) {
            (Some(Codec::Opus), true) => 109,
            (Some(Codec::Opus), false) => 111,
            (Some(Codec::Vp8), true) => 120,
            (Some(Codec::Vp8), false) => 96,
            (Some(_), _) => 108,
            (None, _) => 63,
        }
    }

    fn engine(&self, now: Instant) -> Rtc {
        let mut config = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .set_extension_map(self.extensions());
        if self.is_firefox {
            let opus = FormatParams {
                use_inband_fec: Some(true),
                ..FormatParams::default()
            };
            let rate = Frequency::FORTY_EIGHT_KHZ;
            let codecs = config.codec_config();
            codecs.add_config(109.into(), None, Codec::Opus, rate, Some(2), opus);
        } else {
            config = config.enable_opus(true, self.has_red);
        }
        let pt = |codec| self.payload_type(Some(codec));
        let codecs = config.codec_config();
        if self.has_vp8 {
            let rtx = if self.is_firefox { 124 } else { 97 };
            let (rate, format) = (Frequency::NINETY_KHZ, FormatParams::default());
            codecs.add_config(
                pt(Codec::Vp8).into(),
                Some(rtx.into()),
                Codec::Vp8,
                rate,
                None,
                format,
            );
        }
        if self.has_h264 {
            codecs.add_h264(pt(Codec::H264).into(), Some(107.into()), true, 0x0042_e01f);
        }
        config.build(now)
    }

    fn extensions(&self) -> ExtensionMap {
        if !self.is_firefox {
            return ExtensionMap::standard();
        }
        let mut map = ExtensionMap::empty();
        map.set(1, Extension::AudioLevel);
        map.set(3, Extension::RtpMid);
        map.set(4, Extension::AbsoluteSendTime);
        map.set(7, Extension::TransportSequenceNumber);
        map.set(9, Extension::RtpStreamId);
        map.set(10, Extension::RepairedRtpStreamId);
        map
    }

    /// Makes an engine and its offer with the lines of our page.
    pub fn offer(&self, now: Instant, address: SocketAddr) -> Offered {
        let mut rtc = self.engine(now);
        let candidate = Candidate::host(address, "udp").unwrap();
        rtc.add_local_candidate(candidate);
        let mut api = rtc.sdp_api();
        let microphone = api.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let camera = (!self.encodings.is_empty()).then(|| {
            let mut simulcast = Simulcast::new();
            for rid in self.encodings.iter().flatten() {
                simulcast.add_send_layer(SimulcastLayer::new(rid));
            }
            let simulcast = self
                .encodings
                .iter()
                .any(Option::is_some)
                .then_some(simulcast);
            api.add_media(MediaKind::Video, Direction::SendOnly, None, None, simulcast)
        });
        let slots = (0..SLOTS)
            .map(|_| {
                let mut receive = |kind| api.add_media(kind, Direction::RecvOnly, None, None, None);
                let audio = receive(MediaKind::Audio);
                (audio, self.has_pictures.then(|| receive(MediaKind::Video)))
            })
            .collect();
        let channel = api.add_channel("slots".to_owned());
        let link = self.reports.then(|| {
            api.add_channel_with_config(ChannelConfig {
                label: "link".to_owned(),
                ordered: false,
                reliability: Reliability::MaxRetransmits { retransmits: 0 },
                ..ChannelConfig::default()
            })
        });
        let (offer, pending) = api.apply().unwrap();
        let offer = as_a_browser_writes(&offer.to_sdp_string());
        Offered {
            rtc,
            offer,
            pending: Some(pending),
            server: None,
            chosen: None,
            microphone,
            camera,
            slots,
            channel,
            link,
        }
    }
}

/// An engine that has made its offer.
pub struct Offered {
    /// The engine.
    pub rtc: Rtc,
    /// The offer's text.
    pub offer: String,
    pending: Option<SdpPendingOffer>,
    /// The server's candidate.
    server: Option<String>,
    /// The server's credentials, if this side chose them.
    pub chosen: Option<Credentials>,
    /// The line of the microphone.
    pub microphone: Mid,
    /// The line of the camera.
    pub camera: Option<Mid>,
    /// The lines of each slot.
    pub slots: Vec<(Mid, Option<Mid>)>,
    /// The data channel `slots`.
    pub channel: ChannelId,
    /// The data channel `link`, of a page that reports.
    pub link: Option<ChannelId>,
}

impl Offered {
    /// Begins ICE and DTLS with a server that is met here and known by this, before it has answered.
    pub fn begin(&mut self, server: SocketAddr, fingerprint: Fingerprint, chosen: Credentials) {
        let mut api = self.rtc.direct_api();
        api.set_remote_fingerprint(fingerprint);
        api.set_remote_ice_credentials(chosen.to_engine());
        api.start_dtls(true).unwrap();
        let candidate = Candidate::host(server, "udp").unwrap();
        self.rtc.add_remote_candidate(candidate);
        self.chosen = Some(chosen);
    }

    /// Takes up the answer.
    pub fn answer(&mut self, answer: &str) {
        let mut lines = answer.lines();
        let candidate = lines.find_map(|line| line.strip_prefix("a=candidate"));
        self.server = candidate.map(|rest| format!("candidate{rest}"));
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
    }

    /// Makes an offer that restarts ICE, from this address on, and takes up the answer of before. What
    /// browsers do then: other credentials of their own, and every pair anew.
    pub fn restart(&mut self, old: SocketAddr, new: SocketAddr) {
        let [old, new] = [old, new].map(|address| Candidate::host(address, "udp").unwrap());
        let mut api = self.rtc.direct_api();
        api.set_local_ice_credentials(IceCreds::new());
        api.invalidate_candidate(&old);
        self.rtc.add_local_candidate(new);
        let server = self.server.as_deref().unwrap();
        self.rtc
            .add_remote_candidate(Candidate::from_sdp_string(server).unwrap());
    }
}

/// The page sends its offer before it has gathered candidates, and a browser names no SSRC on
/// lines that receive or that carry RIDs.
fn as_a_browser_writes(offer: &str) -> String {
    let mut written = String::new();
    for section in offer
        .split_inclusive("\r\n")
        .fold(Vec::<String>::new(), |mut sections, line| {
            match sections.last_mut() {
                Some(section) if !line.starts_with("m=") => section.push_str(line),
                _ => sections.push(line.to_owned()),
            }
            sections
        })
    {
        let is_anonymous = section.contains("a=recvonly") || section.contains("a=simulcast");
        for line in section.split_inclusive("\r\n") {
            let is_ssrc = line.starts_with("a=ssrc");
            if !(line.starts_with("a=candidate") || is_ssrc && is_anonymous) {
                written.push_str(line);
            }
        }
    }
    written
}
