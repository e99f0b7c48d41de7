//! A bot's `RTCPeerConnection`: the one offer, with its m-lines in the order the page has them.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant as StdInstant};

use anyhow::Context as _;
use rtc::ice::mdns::MulticastDnsMode;
use rtc::interceptor::{Interceptor, Packet, Registry, Slot, StreamInfo, TaggedPacket};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::register_default_interceptors;
use rtc::peer_connection::configuration::media_engine::{
    MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8, MediaEngine,
};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters,
    RTCRtpEncodingParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::rtp_transceiver::{
    RTCRtpTransceiverDirection, RTCRtpTransceiverId, RTCRtpTransceiverInit,
};
use rtc::sansio::Protocol;
use rtc::shared::error::Error as RtcError;
use std::collections::VecDeque;
use tokio::sync::{mpsc, watch};
use webrtc::data_channel::DataChannel;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCPeerConnectionState,
    SettingEngine, SettingEngineBuilder,
};
use webrtc::rtp_transceiver::RtpSender;

use super::disguise::{Disguise, Dresser};
use super::slots::{LABEL, RIDS, SLOTS, SendPlan};
use super::stats::Kind;
use crate::chance::Chance;

/// Names the m-line of a packet.
pub const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
/// Names the encoding of a packet.
pub const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
/// Tells the loudness of a packet.
pub const AUDIO_LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// Between two ICE connectivity checks.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// A receive m-line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// Which slot.
    pub slot: u8,
    /// Its audio or its video.
    pub kind: Kind,
}

/// A peer connection before its offer is answered.
pub struct Peer {
    /// The connection itself.
    pub connection: Arc<dyn PeerConnection>,
    /// The microphone's track and sender.
    pub microphone: Sender,
    /// The camera's track and sender.
    pub camera: Sender,
    /// Which transceiver receives what.
    pub lanes: HashMap<RTCRtpTransceiverId, Lane>,
    /// The slot protocol.
    pub channel: Arc<dyn DataChannel>,
    /// Tracks whose first packet has come.
    pub tracks: mpsc::UnboundedReceiver<Arc<dyn TrackRemote>>,
    /// How the transport is.
    pub state: watch::Receiver<RTCPeerConnectionState>,
    /// As whom it sends.
    pub disguise: Arc<Disguise>,
}

/// One sending m-line.
pub struct Sender {
    /// Takes RTP.
    pub track: Arc<TrackLocalStaticRTP>,
    /// Knows the negotiated payload types and extensions.
    pub handle: Arc<dyn RtpSender>,
    /// One SSRC an encoding.
    pub ssrcs: Vec<u32>,
}

impl Peer {
    /// Builds the connection on `local` and everything the offer shall contain.
    pub async fn new(
        local: IpAddr,
        plan: Arc<SendPlan>,
        chance: &mut Chance,
    ) -> anyhow::Result<Self> {
        let video_ssrcs: Vec<u32> = RIDS.iter().map(|_| chance.next_u32()).collect();
        let audio_ssrc = chance.next_u32();
        let mut engine = media_engine()?;
        let registry = register_default_interceptors(Registry::new(), &mut engine)?;
        // Behind every interceptor of the library, so that each has seen the RTCP before.
        let registry = registry.with(
            Slot::from(14_000),
            KeyframeRequests {
                ssrcs: video_ssrcs.clone(),
                plan,
                inbound: VecDeque::new(),
                outbound: VecDeque::new(),
            },
        );
        let disguise = Arc::new(Disguise::default());
        // Nearer to the wire than every interceptor of the library.
        let registry = registry.with(Slot::from(500), Dresser::new(Arc::clone(&disguise)));
        let (track_sender, tracks) = mpsc::unbounded_channel();
        let (state_sender, state) = watch::channel(RTCPeerConnectionState::New);
        let connection: Arc<dyn PeerConnection> = Arc::new(
            // Boxed: the library's future takes 20 kB of every bot's stack frame.
            Box::pin(
                PeerConnectionBuilder::new()
                    .with_media_engine(engine)
                    .with_interceptor_registry(registry)
                    .with_setting_engine(settings())
                    .with_handler(Arc::new(Events {
                        tracks: track_sender,
                        state: state_sender,
                    }))
                    // A wildcard would skip loopback, where a server under test lives.
                    .with_udp_addrs(vec![SocketAddr::new(local, 0)])
                    .build(),
            )
            .await
            .context("peer connection")?,
        );
        let channel = connection
            .create_data_channel(LABEL, None)
            .await
            .context("data channel")?;
        let microphone = add_sender(
            &connection,
            RtpCodecKind::Audio,
            vec![encoding("", audio_ssrc, opus())],
        )
        .await?;
        let encodings = RIDS
            .iter()
            .zip(&video_ssrcs)
            .map(|(rid, ssrc)| encoding(rid, *ssrc, vp8()))
            .collect();
        let camera = add_sender(&connection, RtpCodecKind::Video, encodings).await?;
        let mut lanes = HashMap::new();
        for slot in 0..u8::try_from(SLOTS)? {
            for (kind, codec) in [
                (Kind::Audio, RtpCodecKind::Audio),
                (Kind::Video, RtpCodecKind::Video),
            ] {
                let init = RTCRtpTransceiverInit {
                    direction: RTCRtpTransceiverDirection::Recvonly,
                    ..RTCRtpTransceiverInit::default()
                };
                let transceiver = connection
                    .add_transceiver_from_kind(codec, Some(init))
                    .await
                    .context("slot")?;
                lanes.insert(transceiver.id(), Lane { slot, kind });
            }
        }
        Ok(Self {
            connection,
            microphone,
            camera,
            lanes,
            channel,
            tracks,
            state,
            disguise,
        })
    }

    /// Makes the offer and starts gathering; the SDP goes out without waiting for candidates.
    pub async fn offer(&self) -> anyhow::Result<String> {
        let offer = self.connection.create_offer(None).await.context("offer")?;
        let sdp = offer.sdp.clone();
        self.connection
            .set_local_description(offer)
            .await
            .context("local description")?;
        Ok(sdp)
    }

    /// The SRTP cipher in use, once there is one.
    pub async fn srtp_cipher(&self, now: StdInstant) -> Option<String> {
        let stats = self
            .connection
            .get_stats(now, webrtc::peer_connection::StatsSelector::None)
            .await;
        stats
            .transport()
            .map(|transport| transport.srtp_cipher.clone())
            .filter(|cipher| !cipher.is_empty())
    }
}

async fn add_sender(
    connection: &Arc<dyn PeerConnection>,
    kind: RtpCodecKind,
    encodings: Vec<RTCRtpEncodingParameters>,
) -> anyhow::Result<Sender> {
    let ssrcs = encodings
        .iter()
        .filter_map(|encoding| encoding.rtp_coding_parameters.ssrc)
        .collect();
    let name = kind.to_string();
    let track = Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
        "bot".to_owned(),
        name.clone(),
        name,
        kind,
        encodings,
    )));
    let init = RTCRtpTransceiverInit {
        direction: RTCRtpTransceiverDirection::Sendonly,
        ..RTCRtpTransceiverInit::default()
    };
    let transceiver = connection
        .add_transceiver_from_track(Arc::clone(&track) as Arc<dyn TrackLocal>, Some(init))
        .await
        .context("sender")?;
    let handle = transceiver
        .sender()
        .await?
        .context("a sending transceiver has a sender")?;
    Ok(Sender {
        track,
        handle,
        ssrcs,
    })
}

pub(super) fn encoding(rid: &str, ssrc: u32, codec: RTCRtpCodec) -> RTCRtpEncodingParameters {
    RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            rid: rid.to_owned(),
            ssrc: Some(ssrc),
            ..RTCRtpCodingParameters::default()
        },
        active: true,
        codec,
        ..RTCRtpEncodingParameters::default()
    }
}

pub(super) fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: vec![],
    }
}

pub(super) fn vp8() -> RTCRtpCodec {
    video_codec(MIME_TYPE_VP8, "")
}

fn video_codec(mime_type: &str, fmtp: &str) -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    };
    RTCRtpCodec {
        mime_type: mime_type.to_owned(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: fmtp.to_owned(),
        rtcp_feedback: vec![
            feedback("ccm", "fir"),
            feedback("nack", ""),
            feedback("nack", "pli"),
        ],
    }
}

/// What differs from the library's defaults so that a bot is as quick as a browser and as small
/// as it can be.
fn settings() -> SettingEngine {
    SettingEngineBuilder::new()
        // The default of 200 ms would be most of the time to the first voice; Chromium checks
        // every 48 ms until a pair is found. 100 checks are five seconds.
        .with_ice_connection_attempts(Some(CHECK_INTERVAL), Some(100))
        // No server has a .local name; a socket on port 5353 for each bot is saved.
        .with_multicast_dns_mode(MulticastDnsMode::Disabled)
        .build()
}

/// The page's codecs without RED: a bot is also the listener who lacks it.
pub(super) fn media_engine() -> anyhow::Result<MediaEngine> {
    let mut engine = MediaEngine::default();
    let rtx = |fmtp: &str| RTCRtpCodec {
        rtcp_feedback: vec![],
        ..video_codec(MIME_TYPE_RTX, fmtp)
    };
    let h264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
    for (kind, rtp_codec, payload_type) in [
        (RtpCodecKind::Audio, opus(), 111),
        (RtpCodecKind::Video, vp8(), 96),
        (RtpCodecKind::Video, rtx("apt=96"), 97),
        (RtpCodecKind::Video, video_codec(MIME_TYPE_H264, h264), 102),
        (RtpCodecKind::Video, rtx("apt=102"), 103),
    ] {
        engine.register_codec(
            RTCRtpCodecParameters {
                rtp_codec,
                payload_type,
            },
            kind,
        )?;
    }
    for uri in [MID_URI, AUDIO_LEVEL_URI] {
        let capability = RTCRtpHeaderExtensionCapability {
            uri: uri.to_owned(),
        };
        engine.register_header_extension(capability, RtpCodecKind::Audio, None)?;
    }
    Ok(engine)
}

/// Hands the library's callbacks to the bot's own tasks.
struct Events {
    tracks: mpsc::UnboundedSender<Arc<dyn TrackRemote>>,
    state: watch::Sender<RTCPeerConnectionState>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Events {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        // Nobody listens any more once the bot is leaving.
        let _ = self.tracks.send(track);
    }
}

/// Notes PLI and FIR for the camera; all other packets pass untouched.
struct KeyframeRequests {
    ssrcs: Vec<u32>,
    plan: Arc<SendPlan>,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl KeyframeRequests {
    fn note(&self, ssrc: u32) {
        if let Some(index) = self.ssrcs.iter().position(|own| *own == ssrc) {
            self.plan.request_keyframe(index);
        }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for KeyframeRequests {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = RtcError;
    type Time = StdInstant;

    fn handle_read(&mut self, packet: TaggedPacket) -> Result<(), RtcError> {
        if let Packet::Rtcp(reports) = &packet.message.packet {
            for report in reports {
                if let Some(pli) = report.as_any().downcast_ref::<PictureLossIndication>() {
                    self.note(pli.media_ssrc);
                } else if let Some(fir) = report.as_any().downcast_ref::<FullIntraRequest>() {
                    fir.fir.iter().for_each(|entry| self.note(entry.ssrc));
                }
            }
        }
        self.inbound.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), RtcError> {
        self.outbound.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for KeyframeRequests {
    fn bind_local_stream(&mut self, _stream: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _stream: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _stream: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _stream: &StreamInfo) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_offer_has_the_m_lines_of_the_page_in_their_order_and_is_small() {
        let peer = Peer::new(
            "127.0.0.1".parse().unwrap(),
            Arc::default(),
            &mut Chance::new(1, 0, 0),
        )
        .await
        .unwrap();
        let sdp = peer.offer().await.unwrap();
        let sections: Vec<&str> = sdp.split("\r\nm=").skip(1).collect();
        let directions = [
            "a=sendonly",
            "a=sendonly",
            "a=recvonly",
            "a=recvonly",
            "a=recvonly",
            "a=recvonly",
            "",
        ];
        let kinds = [
            "audio",
            "video",
            "audio",
            "video",
            "audio",
            "video",
            "application",
        ];
        assert_eq!(sections.len(), kinds.len(), "{sdp}");
        for (mid, (section, (kind, direction))) in sections
            .iter()
            .zip(kinds.iter().zip(directions))
            .enumerate()
        {
            assert!(section.starts_with(kind), "{section}");
            assert!(
                section.contains(&format!("a=mid:{mid}\r\n")) && section.contains(direction),
                "{section}"
            );
        }
        assert!(sections[1].contains("a=simulcast:send q;h;f"), "{sdp}");
        assert!(crate::http::deflated_len(&sdp) <= 1_500);
        peer.connection.close().await.unwrap();
    }
}
