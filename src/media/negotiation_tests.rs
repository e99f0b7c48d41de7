use super::*;

#[test]
fn pairs_slots_and_prefers_opus() {
    let answer = "v=0\r\na=msid-semantic: WMS a b\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:0\r\na=recvonly\r\na=msid:x y\r\n\
        a=candidate:fffeff7e1d9a 1 udp 2130706175 192.0.2.2 57872 typ host ufrag u2mT\r\n\
        a=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:2\r\na=msid:c d\r\n\
        a=rtpmap:63 red/48000/2\r\na=ssrc:5 cname:e\r\na=ssrc:5 msid:c d\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=msid:f g\r\n\
        a=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 nack\r\n";
    let lines = Lines {
        microphone: Some("0".into()),
        camera: None,
        slots: vec![("2".into(), Some("3".into()))],
    };
    assert_eq!(
        finish_answer(answer, &lines, AudioRung::Full, Lips::InStep),
        "v=0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:0\r\na=recvonly\r\n\
        a=candidate:1 1 udp 2130706175 192.0.2.2 57872 typ host\r\n\
        a=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 nack\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:2\r\na=msid:slot0 2\r\n\
        a=rtpmap:63 red/48000/2\r\na=ssrc:5 cname:e\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=msid:slot0 3\r\n\
        a=rtcp-fb:96 nack\r\n"
    );
}

#[test]
fn a_voice_over_a_weak_link_waits_for_no_picture() {
    let answer = "v=0\r\nm=audio 9 X 111\r\na=mid:2\r\na=msid:c d\r\n\
        m=video 9 X 96\r\na=mid:3\r\na=msid:f g\r\n";
    let lines = Lines {
        microphone: None,
        camera: None,
        slots: vec![("2".into(), Some("3".into()))],
    };
    let streams = |kbps: Option<u64>| {
        let hint = kbps.map(|kbps| Hint {
            round_trip: Duration::from_millis(90),
            rate: Bitrate::kbps(kbps),
        });
        let finished = finish_answer(answer, &lines, AudioRung::Full, Lips::of(hint));
        let streams = finished
            .lines()
            .filter_map(|line| line.strip_prefix("a=msid:"));
        streams.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(streams(Some(400)), ["slot0 2", "seen0 3"]);
    assert_eq!(streams(Some(4_000)), ["slot0 2", "slot0 3"]);
    assert_eq!(streams(None), ["slot0 2", "slot0 3"]);
}

#[test]
fn refuses_what_no_page_of_ours_sends() {
    let huge = "a".repeat(MAX_OFFER_BYTES + 1);
    assert!(matches!(parse(&huge), Err(OfferError::TooLarge { .. })));
    let many = format!(
        "v=0\r\n{}",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(17)
    );
    assert!(matches!(
        parse(&many),
        Err(OfferError::TooManyLines { lines: 17 })
    ));
    assert!(matches!(parse("hello"), Err(OfferError::Unanswerable(_))));
}

#[test]
fn the_microphone_alone_is_told_its_audio_rung() {
    let answer = "v=0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:0\r\na=rtpmap:63 red/48000/2\r\n\
        a=fmtp:63 111/111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:2\r\na=rtpmap:111 opus/48000/2\r\n\
        a=fmtp:111 minptime=10\r\n";
    let lines = Lines {
        microphone: Some("0".into()),
        camera: None,
        slots: vec![("2".into(), None)],
    };
    assert_eq!(
        finish_answer(answer, &lines, AudioRung::Lean, Lips::InStep),
        answer.replacen(
            "a=fmtp:111 minptime=10\r\n",
            "a=fmtp:111 minptime=10;maxaveragebitrate=12000;usedtx=1\r\n\
             a=rtcp-fb:111 nack\r\na=ptime:60\r\n",
            1
        )
    );
    assert_eq!(
        finish_answer(answer, &lines, AudioRung::Full, Lips::InStep),
        answer.replacen(
            "a=fmtp:111 minptime=10\r\n",
            "a=fmtp:111 minptime=10\r\na=rtcp-fb:111 nack\r\n",
            1
        )
    );
}

#[test]
fn voice_is_offered_without_extensions_and_pictures_with_all() {
    let lines = "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
        a=extmap:3 http://example.org/transport-wide-cc-extensions-01\r\n\
        a=rtcp-fb:111 transport-cc\r\na=rtcp-fb:111 nack\r\n";
    let offer = format!(
        "v=0\r\nm=audio 9 X 111\r\na=ssrc:5 cname:e\r\n{lines}\
        m=video 9 X 96\r\n{lines}m=audio 9 X 111\r\na=recvonly\r\n{lines}\
        m=audio 9 X 111\r\na=sendonly\r\n{lines}"
    );
    let mid = "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
    let nack = "a=rtcp-fb:111 nack\r\n";
    assert_eq!(
        without_voice_extensions(&offer),
        format!(
            "v=0\r\nm=audio 9 X 111\r\na=ssrc:5 cname:e\r\n{nack}\
            m=video 9 X 96\r\n{lines}m=audio 9 X 111\r\na=recvonly\r\n{nack}\
            m=audio 9 X 111\r\na=sendonly\r\n{mid}{nack}"
        )
    );
}

#[test]
fn a_browser_does_not_wait_for_an_agent_that_only_answers() {
    let session = "v=0\r\na=ice-lite\r\na=ice-options:trickle\r\n";
    let kept = session.lines().filter(|line| !is_spare(line, false));
    assert_eq!(kept.collect::<Vec<_>>(), ["v=0", "a=ice-options:trickle"]);
}
