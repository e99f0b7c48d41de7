//! The browser's offer becomes our answer, once per transport.
//!
//! The page offers microphone, camera, receive slots and a data channel in one go (`PROTOCOL.md`);
//! people then come and go without another round. The engine writes the answer; a few things are
//! changed in its text afterwards, none of which concerns the engine's own state.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::media::{Direction, Media, MediaKind, Mid, Rids};
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, Rtc, RtcConfig};

use super::congestion::rungs::{AudioRung, Hint};
use super::credentials::Credentials;
use super::ids::Rid;
use super::transport::last_flight;
use super::units::Bitrate;

/// An offer of ours has 7 m-lines and about 6 kB; anything far larger is not one.
pub const MAX_OFFER_BYTES: usize = 32 * 1024;
const MAX_MEDIA_LINES: usize = 16;

/// What bandwidth estimation starts from: voice and the lowest encoding at once, the rest after
/// the first probes. A higher start overruns a weak link just when the first voice arrives.
const INITIAL_ESTIMATE_KBPS: u64 = 300;

/// How often voice is reported on. A browser plays lips and voice in step only after two sender
/// reports of each; the usual five seconds (RFC 3550 section 6.2) would leave them apart for ten.
const REPORT_INTERVAL: Duration = Duration::from_secs(2);

/// Why an offer was refused.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// Larger than any page of ours sends.
    #[error("offer has {bytes} bytes: at most {MAX_OFFER_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// More m-lines than any page of ours sends.
    #[error("offer has {lines} m-lines: at most {MAX_MEDIA_LINES}")]
    TooManyLines {
        /// How many it has.
        lines: usize,
    },
    /// Not SDP, or SDP that the engine cannot answer.
    #[error("offer cannot be answered: {0}")]
    Unanswerable(String),
    /// Nothing to send or receive.
    #[error("offer has neither a track to send nor a slot to receive")]
    Empty,
}

/// The m-lines of one transport.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The page sends voice here.
    pub microphone: Option<Mid>,
    /// The page sends its picture here.
    pub camera: Option<CameraLine>,
    /// The page receives here: audio *i* and, unless it wants voice only, video *i*.
    pub slots: Vec<(Mid, Option<Mid>)>,
}

/// The m-line of a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraLine {
    /// The m-line.
    pub mid: Mid,
    /// Its simulcast encodings; only [`Rid::F`] if it sends a single one.
    pub rids: Vec<Rid>,
}

impl CameraLine {
    fn of(line: &Media) -> Self {
        let mut rids: Vec<Rid> = match line.rids_rx() {
            Rids::Specific(rids) => rids.iter().filter_map(|rid| Rid::parse(rid)).collect(),
            Rids::None | Rids::Any => Vec::new(),
        };
        if rids.is_empty() {
            rids.push(Rid::F);
        }
        rids.sort_unstable();
        rids.dedup();
        Self {
            mid: line.mid(),
            rids,
        }
    }
}

impl Lines {
    /// Sorts the m-lines of an answered offer by what they are for. Directions are ours: the page's
    /// `sendonly` is our `recvonly`.
    pub fn sort(rtc: &Rtc, answer: &str) -> Self {
        let lines: Vec<&Media> = sections(answer)
            .into_iter()
            .filter_map(|section| rtc.media(section_mid(section)?.into()))
            .collect();
        let of = |kind: MediaKind, direction: Direction| {
            lines
                .iter()
                .copied()
                .filter(move |line| line.kind() == kind && line.direction() == direction)
        };
        let mut videos = of(MediaKind::Video, Direction::SendOnly).map(Media::mid);
        Self {
            microphone: of(MediaKind::Audio, Direction::RecvOnly)
                .map(Media::mid)
                .next(),
            camera: of(MediaKind::Video, Direction::RecvOnly)
                .map(CameraLine::of)
                .next(),
            slots: of(MediaKind::Audio, Direction::SendOnly)
                .map(|audio| (audio.mid(), videos.next()))
                .collect(),
        }
    }

    /// Every m-line with media.
    pub fn mids(&self) -> Vec<Mid> {
        let slots = self
            .slots
            .iter()
            .flat_map(|(audio, video)| [Some(*audio), *video]);
        let camera = self.camera.as_ref().map(|camera| camera.mid);
        [self.microphone, camera]
            .into_iter()
            .chain(slots)
            .flatten()
            .collect()
    }
}

/// An engine that waits for an offer.
///
/// ICE-lite, since we have reachable addresses (RFC 8445 section 2.5); passive in DTLS 1.2, since
/// as the server we choose AES-GCM, which costs a quarter of AES-CM with SHA-1. Without `chosen` the engine
/// makes its own ICE credentials.
pub fn engine(
    certificate: &DtlsCert,
    candidates: &[SocketAddr],
    chosen: Option<&Credentials>,
    now: Instant,
) -> Rtc {
    let mut extensions = ExtensionMap::empty();
    extensions.set(1, Extension::AudioLevel);
    extensions.set(3, Extension::TransportSequenceNumber);
    extensions.set(4, Extension::RtpMid);
    extensions.set(10, Extension::RtpStreamId);
    extensions.set(11, Extension::RepairedRtpStreamId);
    extensions.set(13, Extension::VideoOrientation);
    let mut config = RtcConfig::new()
        .set_rtp_mode(true)
        .set_ice_lite(true)
        .set_dtls_cert(certificate.clone())
        .set_crypto_provider(last_flight::cryptography())
        .clear_codecs()
        .enable_opus(true, true)
        .enable_vp8(true)
        .enable_h264(true)
        .set_rtcp_report_interval_audio(REPORT_INTERVAL)
        .set_extension_map(extensions)
        .enable_bwe(Some(str0m::bwe::Bitrate::kbps(INITIAL_ESTIMATE_KBPS)));
    if let Some(chosen) = chosen {
        config = config.set_local_ice_credentials(chosen.to_engine());
    }
    let mut rtc = config.build(now);
    for address in candidates {
        if let Ok(candidate) = Candidate::host(*address, "udp") {
            rtc.add_local_candidate(candidate);
        }
    }
    rtc
}

/// Reads an offer, within bounds.
pub fn parse(offer: &str) -> Result<SdpOffer, OfferError> {
    if offer.len() > MAX_OFFER_BYTES {
        return Err(OfferError::TooLarge { bytes: offer.len() });
    }
    let lines = offer.lines().filter(|line| line.starts_with("m=")).count();
    if lines > MAX_MEDIA_LINES {
        return Err(OfferError::TooManyLines { lines });
    }
    let offer = without_voice_extensions(offer);
    SdpOffer::from_sdp_string(&offer).map_err(|error| OfferError::Unanswerable(error.to_string()))
}

/// The offer as if the browser knew no header extension for voice, nor congestion control by it.
///
/// Extensions are 16 bytes a packet, more than a third of a weak link's voice; and a line with
/// transport-wide congestion control has the engine answer every 50 ms, pad and probe. The engine
/// agrees to what it reads here, so the browser leaves them out as well. The browser's SSRC tells
/// its microphone; one that does not name it keeps the extension that names the m-line.
fn without_voice_extensions(offer: &str) -> String {
    let mut kept = String::with_capacity(offer.len());
    for section in sections(offer) {
        if !section.starts_with("m=audio") {
            kept.push_str(section);
            continue;
        }
        let is_told_by_ssrc = section.contains("a=ssrc:") || section.contains("a=recvonly");
        let is_spare = |line: &str| {
            let names_line = line
                .trim_end()
                .ends_with(" urn:ietf:params:rtp-hdrext:sdes:mid");
            (line.starts_with("a=extmap:") && (is_told_by_ssrc || !names_line))
                || (line.starts_with("a=rtcp-fb:") && line.trim_end().ends_with(" transport-cc"))
        };
        kept.extend(section.split_inclusive('\n').filter(|line| !is_spare(line)));
    }
    kept
}

/// How a slot's picture and voice are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lips {
    /// The browser delays whichever comes sooner, without bound.
    InStep,
    /// The voice waits for no picture.
    Follow,
}

/// Pages that were loaded no faster hear each voice at once. Pictures come late over such links, because
/// keyframes take long and wait in front of them for what else goes: voices were measured to wait for theirs
/// by 0.4 to 1 s. On wider links both come within 100 ms, which nobody notices, and lips in step are worth that.
const LIPS_FOLLOW_UP_TO: Bitrate = Bitrate::kbps(1_000);

impl Lips {
    /// For a page that has said this of its network.
    pub fn of(hint: Option<Hint>) -> Self {
        match hint {
            Some(hint) if hint.rate <= LIPS_FOLLOW_UP_TO => Self::Follow,
            _ => Self::InStep,
        }
    }
}

/// The answer's text as the page gets it:
///
/// - audio *i* and video *i* share one stream id where the browser is to play them in step (the
///   engine would give each line its own);
/// - Opus comes before RED, so that a browser sends plain Opus: RED costs half as much again on
///   the wire and is for links with isolated loss;
/// - candidates get short foundations (RFC 8839 section 5.1 leaves them free) and lose the fragment
///   that the description carries anyway;
/// - the microphone is sent on this audio rung from the first packet on;
/// - lines that say nothing to the browser are left out. Every byte delays the first voice.
pub fn finish_answer(answer: &str, lines: &Lines, audio: AudioRung, lips: Lips) -> String {
    let mut finished = String::with_capacity(answer.len());
    let mut candidates = 0;
    for section in sections(answer) {
        let mid = section_mid(section);
        let slot = lines.slots.iter().position(|(audio, video)| {
            mid.is_some_and(|mid| **audio == *mid || video.is_some_and(|video| *video == *mid))
        });
        let opus = mid
            .filter(|mid| {
                lines
                    .microphone
                    .is_some_and(|microphone| *microphone == **mid)
            })
            .and_then(|_| payload_type(section, "opus/"));
        for line in section
            .lines()
            .filter(|line| !is_spare(line, slot.is_some()))
        {
            let line = match slot {
                Some(slot) if line.starts_with("a=msid:") => {
                    let is_apart = lips == Lips::Follow && section.starts_with("m=video");
                    let stream = if is_apart { "seen" } else { "slot" };
                    Cow::Owned(format!("a=msid:{stream}{slot} {}", mid.unwrap_or_default()))
                }
                _ if line.starts_with("m=audio") => Cow::Owned(opus_first(line, section)),
                _ if line.starts_with("a=candidate:") => {
                    candidates += 1;
                    Cow::Owned(short_candidate(line, candidates))
                }
                _ => Cow::Borrowed(line),
            };
            finished.push_str(&line);
            if let Some(opus) = opus.filter(|_| audio != AudioRung::Full)
                && line
                    .strip_prefix("a=fmtp:")
                    .and_then(|rest| rest.split(' ').next())
                    == Some(opus)
            {
                finished.push_str(&opus_parameters(audio));
            }
            finished.push_str("\r\n");
        }
        if let Some(opus) = opus {
            finished.push_str(&asked_again(opus));
            if audio != AudioRung::Full {
                finished.push_str(&packet_time(audio));
            }
        }
    }
    finished
}

/// The session part and then each m-section of an SDP.
fn sections(sdp: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = sdp.match_indices("\r\nm=").map(|(at, _)| at + 2).collect();
    starts.push(sdp.len());
    let mut from = 0;
    starts
        .into_iter()
        .filter_map(|to| {
            let section = sdp.get(from..to);
            from = to;
            section
        })
        .collect()
}

fn section_mid(section: &str) -> Option<&str> {
    section.lines().find_map(|line| line.strip_prefix("a=mid:"))
}

/// `a=candidate:<foundation> <component> udp <priority> <address> <port> typ host`, and no more.
fn short_candidate(line: &str, foundation: u32) -> String {
    let fields = line
        .split(' ')
        .skip(1)
        .take(7)
        .collect::<Vec<_>>()
        .join(" ");
    format!("a=candidate:{foundation} {fields}")
}

/// Lines without effect in a browser: stream ids of lines on which we send nothing, the second
/// copy of a stream id per SSRC, which Plan B needed, and REMB, which we neither send nor heed.
///
/// And `a=ice-lite`, which has the wrong effect: towards a lite agent Chromium nominates with the next
/// check after the pair works, 2.5 s later, and no DTLS may leave before; towards a full one with the
/// first. That we send no checks of our own changes nothing for the side that controls (docs/adr/0019).
fn is_spare(line: &str, is_slot: bool) -> bool {
    line == "a=ice-lite"
        || (line.starts_with("a=msid:") && !is_slot)
        || line.starts_with("a=msid-semantic:")
        || (line.starts_with("a=rtcp-fb:") && line.ends_with(" goog-remb"))
        || (line.starts_with("a=ssrc:") && line.contains(" msid:"))
}

/// What an audio rung adds to the parameters of Opus (RFC 7587 section 6.1). Browsers heed it in
/// what they are answered, together with the packet time.
fn opus_parameters(audio: AudioRung) -> String {
    let rate = audio.opus_rate().as_bps();
    let silence = if audio.leaves_out_silence() {
        ";usedtx=1"
    } else {
        ""
    };
    format!(";maxaveragebitrate={rate}{silence}")
}

/// The line by which a browser answers a NACK for voice (RFC 4585 section 4.2). Whether one is ever
/// sent is decided by the round trip.
fn asked_again(opus: &str) -> String {
    format!("a=rtcp-fb:{opus} nack\r\n")
}

/// The line of an audio rung's packet time (RFC 8866 section 6.4).
fn packet_time(audio: AudioRung) -> String {
    let time = audio.packet_time().duration().as_millis();
    format!("a=ptime:{time}\r\n")
}

/// The payload type of a codec in an m-section.
fn payload_type<'a>(section: &'a str, codec: &str) -> Option<&'a str> {
    section
        .lines()
        .filter_map(|line| line.strip_prefix("a=rtpmap:"))
        .find_map(|map| {
            map.split_once(' ')
                .filter(|(_, name)| name.starts_with(codec))
        })
        .map(|(pt, _)| pt)
}

/// Moves RED to the end of an audio m-line's payload types.
fn opus_first(line: &str, section: &str) -> String {
    let Some(red) = payload_type(section, "red/") else {
        return line.to_owned();
    };
    let mut words: Vec<&str> = line.split(' ').collect();
    // m=audio <port> <proto> <payload types>: only what follows the third word is a list.
    if let Some(at) = words.iter().skip(3).position(|word| *word == red) {
        let red = words.remove(at + 3);
        words.push(red);
    }
    words.join(" ")
}

#[cfg(test)]
#[path = "negotiation_tests.rs"]
mod tests;
