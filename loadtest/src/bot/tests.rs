//! A bot against a mirror: a peer of the same library that sends the bot's own voice and picture
//! back as if they were another person's. It proves the bot, not the server.

use std::io::Read as _;
use std::net::SocketAddr;

use rtc::interceptor::Registry;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::register_default_interceptors;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler};

use bytes::BytesMut;
use webrtc::data_channel::{DataChannel, DataChannelEvent};

use super::*;
use crate::bot::peer::{encoding, media_engine, opus, vp8};
use crate::bot::tone::{TONES, Voice};
use crate::cli::Target;

/// The seat whose voice the mirror pretends to be.
const OTHER_SEAT: u16 = 2;

struct Mirror {
    audio: Arc<TrackLocalStaticRTP>,
    video: Arc<TrackLocalStaticRTP>,
    seen: mpsc::UnboundedSender<Seen>,
}

/// What the mirror noticed of the bot.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Rid(String),
    Keyframe,
    Voice,
    Ready(Vec<u8>),
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Mirror {
    async fn on_data_channel(&self, channel: Arc<dyn DataChannel>) {
        let seen = self.seen.clone();
        tokio::spawn(async move {
            while let Some(event) = channel.poll().await {
                match event {
                    DataChannelEvent::OnOpen => {
                        let assigned = [0x01, 0, 0, 1, 0, OTHER_SEAT.to_be_bytes()[1]];
                        channel.send(BytesMut::from(&assigned[..])).await.unwrap();
                        // Microphone and the smallest and largest encoding; the middle one pauses.
                        channel
                            .send(BytesMut::from(&[0x03, 0b1011, 0, 0, 0, 1][..]))
                            .await
                            .unwrap();
                    }
                    DataChannelEvent::OnMessage(message) => {
                        let _ = seen.send(Seen::Ready(message.data.to_vec()));
                    }
                    _ => {}
                }
            }
        });
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let (audio, video, seen) = (
            Arc::clone(&self.audio),
            Arc::clone(&self.video),
            self.seen.clone(),
        );
        tokio::spawn(async move {
            let mut rids = std::collections::HashMap::new();
            let mut forwarded = None;
            while let Some(event) = track.poll().await {
                match event {
                    TrackRemoteEvent::OnOpen(opened) => {
                        if let Some(rid) = opened.rid.filter(|rid| !rid.is_empty()) {
                            if rid.as_str() == "q" {
                                forwarded = Some(opened.ssrc);
                                let pli = PictureLossIndication {
                                    sender_ssrc: 1,
                                    media_ssrc: opened.ssrc,
                                };
                                track.write_rtcp(vec![Box::new(pli)]).await.unwrap();
                            }
                            let _ = seen.send(Seen::Rid(rid.clone()));
                            rids.insert(opened.ssrc, rid);
                        }
                    }
                    TrackRemoteEvent::OnRtpPacket(mut packet) => {
                        packet.header.extension = false;
                        packet.header.extensions.clear();
                        let is_video = track.kind().await == RtpCodecKind::Video;
                        if !is_video {
                            packet.header.ssrc = 77;
                            let _ = seen.send(Seen::Voice);
                            let _ = audio.write_rtp(packet).await;
                        } else if forwarded == Some(packet.header.ssrc) {
                            if vp8::Descriptor::parse(&packet.payload)
                                .is_some_and(|d| d.starts_keyframe)
                            {
                                let _ = seen.send(Seen::Keyframe);
                            }
                            packet.header.ssrc = 78;
                            let _ = video.write_rtp(packet).await;
                        }
                    }
                    _ => {}
                }
            }
        });
    }
}

fn track(name: &str, kind: RtpCodecKind, ssrc: u32) -> Arc<TrackLocalStaticRTP> {
    let codec = if kind == RtpCodecKind::Audio {
        opus()
    } else {
        vp8()
    };
    let encodings = vec![encoding("", ssrc, codec)];
    Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
        "m".into(),
        name.into(),
        name.into(),
        kind,
        encodings,
    )))
}

async fn answer(
    offer: String,
    seen: mpsc::UnboundedSender<Seen>,
) -> (Arc<dyn PeerConnection>, String) {
    let (audio, video) = (
        track("a", RtpCodecKind::Audio, 77),
        track("v", RtpCodecKind::Video, 78),
    );
    let mut engine = media_engine().unwrap();
    let registry = register_default_interceptors(Registry::new(), &mut engine).unwrap();
    let mirror = Mirror {
        audio: Arc::clone(&audio),
        video: Arc::clone(&video),
        seen,
    };
    let connection: Arc<dyn PeerConnection> = Arc::new(
        Box::pin(
            PeerConnectionBuilder::new()
                .with_media_engine(engine)
                .with_interceptor_registry(registry)
                .with_handler(Arc::new(mirror))
                .with_udp_addrs(vec!["127.0.0.1:0".parse::<SocketAddr>().unwrap()])
                .build(),
        )
        .await
        .unwrap(),
    );
    connection
        .set_remote_description(RTCSessionDescription::offer(offer).unwrap())
        .await
        .unwrap();
    // The library gives a track to the first m-line of its kind without one: the bot's own
    // sending lines take a placeholder, the first slot the real one.
    for sender in [
        track("pa", RtpCodecKind::Audio, 1),
        audio,
        track("pv", RtpCodecKind::Video, 2),
        video,
    ] {
        connection
            .add_track(sender as Arc<dyn TrackLocal>)
            .await
            .unwrap();
    }
    let answer = connection.create_answer(None).await.unwrap();
    connection.set_local_description(answer).await.unwrap();
    let sdp = loop {
        let sdp = connection.local_description().await.unwrap().sdp;
        if sdp.contains("a=candidate") {
            break sdp;
        }
        tokio::task::yield_now().await;
    };
    (connection, sdp)
}

/// Answers one `POST /v1/join`; the event socket that follows finds nobody.
async fn serve(
    listener: TcpListener,
    seen: mpsc::UnboundedSender<Seen>,
) -> Arc<dyn PeerConnection> {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    let body_at = loop {
        stream.read_buf(&mut request).await.unwrap();
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&request[..body_at]).to_lowercase();
    assert!(
        head.starts_with("post /v1/join ") && head.contains("content-encoding: deflate"),
        "{head}"
    );
    let length: usize = head
        .split("content-length: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    while request.len() < body_at + length {
        stream.read_buf(&mut request).await.unwrap();
    }
    let mut json = String::new();
    flate2::read::ZlibDecoder::new(&request[body_at..])
        .read_to_string(&mut json)
        .unwrap();
    let join: serde_json::Value = serde_json::from_str(&json).unwrap();
    let (connection, sdp) = answer(join["offer"].as_str().unwrap().to_owned(), seen).await;
    let body = serde_json::json!({
        "version": 1, "transport": "new", "answer": sdp, "resume": "r", "you": 1, "locked": false,
        "seats": [{"seat": 1, "name": "Lan", "role": "practitioner", "admission": "admitted", "present": true,
            "connection": "up", "microphone": true, "camera": true, "hand": false}],
        "slots": [],
        "senders": {"microphone": false, "encodings": []}
    })
    .to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    connection
}

#[tokio::test]
async fn a_bot_joins_obeys_the_plan_answers_keyframe_requests_and_hears_what_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (seen_sender, mut seen) = mpsc::unbounded_channel();
    let server = tokio::spawn(serve(listener, seen_sender));

    let client = Client::new(Target {
        address,
        authority: address.to_string(),
        tls: false,
    })
    .unwrap();
    let plan = BotPlan {
        room: 0,
        bot: 0,
        link: "l".repeat(22),
        tone: 1_130,
        colour: None,
        programme: Programme {
            voice: Voice::new(1_130).unwrap(),
            pictures: Some(media::pictures(Colour::PALETTE[0])),
            plan: Arc::default(),
        },
        tones: TONES.into(),
        chance: Chance::new(5, 0, 0),
    };
    let meter = Arc::new(Meter::default());
    let (stop, stopped) = watch::channel(false);
    let cues = Cues {
        talk: stopped.clone(),
        stop: stopped,
    };
    let (settled, mut waiting) = mpsc::channel(1);
    let bot = tokio::spawn(run(client, plan, Arc::clone(&meter), settled, cues));
    assert_eq!(waiting.recv().await, Some(In));

    // Until the bot has done all that it was asked for, and its voice has come back for two seconds.
    let (mut rids, mut keyframes, mut voice, mut ready) = (Vec::new(), 0, 0, None);
    while voice < 100 || keyframes < 2 || ready.is_none() || rids.len() < 2 {
        match seen.recv().await.unwrap() {
            Seen::Rid(rid) => rids.push(rid),
            Seen::Keyframe => keyframes += 1,
            Seen::Voice => voice += 1,
            Seen::Ready(message) => ready = Some(message),
        }
    }
    stop.send_replace(true);
    let attended = bot.await.unwrap().outcome.unwrap();
    assert!(meter.received() > 0);

    rids.sort();
    assert_eq!(rids, ["f", "q"], "the middle encoding was never wanted");
    assert_eq!(ready, Some(vec![2, 0, 0, 1]));
    assert!(attended.connected.is_ok());
    assert!(
        attended
            .cipher
            .as_deref()
            .is_some_and(|cipher| cipher.contains("GCM")),
        "{:?}",
        attended.cipher
    );
    let [audio, video] = &attended.lanes[..] else {
        panic!("two lanes, not {:?}", attended.lanes)
    };
    for lane in [audio, video] {
        assert_eq!(
            (lane.lane.slot, lane.breaks.total(), lane.counts.lost),
            (0, 0, 0),
            "{lane:?}"
        );
        assert_eq!(lane.stays[0].owner.seat, OTHER_SEAT);
    }
    assert!(audio.stays[0].tally.is_only(1_130), "{:?}", audio.stays);
    assert!(
        video.counts.keyframes >= 2,
        "one to begin with, one for the request"
    );
    assert!(attended.sent.audio > 0 && attended.sent.video > 0);
    assert!(
        attended.socket.broken.is_some(),
        "the mirror has no event socket"
    );
    server.await.unwrap().close().await.unwrap();
}
