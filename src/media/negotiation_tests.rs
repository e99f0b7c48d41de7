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
        finish_answer(answer, &lines),
        "v=0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:0\r\na=recvonly\r\n\
        a=candidate:1 1 udp 2130706175 192.0.2.2 57872 typ host\r\n\
        a=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:2\r\na=msid:slot0 2\r\n\
        a=rtpmap:63 red/48000/2\r\na=ssrc:5 cname:e\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=msid:slot0 3\r\n\
        a=rtcp-fb:96 nack\r\n"
    );
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
