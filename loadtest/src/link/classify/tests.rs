use super::*;

/// An IPv4 packet of this protocol.
pub fn ipv4(protocol: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 20];
    packet[0] = 0x45;
    packet[9] = protocol;
    packet.extend_from_slice(body);
    packet
}

/// A UDP datagram in one.
pub fn datagram(payload: &[u8]) -> Vec<u8> {
    let mut body = vec![0; 8];
    body.extend_from_slice(payload);
    ipv4(17, &body)
}

fn class(payload: &[u8]) -> Class {
    classify(&datagram(payload)).unwrap().0
}

#[test]
fn tells_what_webrtc_sends_by_the_first_byte() {
    assert_eq!(class(&[0, 1]), Class::Stun, "a binding request");
    assert_eq!(class(&[22, 254]), Class::Dtls, "a handshake record");
    assert_eq!(class(&[20, 254]), Class::Dtls, "change of cipher");
    assert_eq!(class(&[21, 254]), Class::Dtls, "an alert");
    assert_eq!(class(&[23, 254]), Class::Data, "application data");
    assert_eq!(class(&[128, 111]), Class::Rtp);
    assert_eq!(class(&[128, 0x80 + 111]), Class::Rtp, "with the marker");
    assert_eq!(class(&[128, 200]), Class::Rtcp, "a sender report");
    assert_eq!(class(&[143, 205]), Class::Rtcp, "transport-wide feedback");
    assert_eq!(class(&[64, 0]), Class::Other, "a TURN channel");
    assert_eq!(class(&[255, 0]), Class::Other);
    assert_eq!(class(&[]), Class::Other);
}

#[test]
fn names_the_stream_and_sees_padding() {
    let rtp = [
        0x80 | 0x20,
        0x80 + 96,
        0,
        1,
        0,
        0,
        0,
        2,
        0xde,
        0xad,
        0xbe,
        0xef,
    ];
    let flow = Flow::Rtp {
        ssrc: 0xdead_beef,
        payload_type: 96,
        is_padded: true,
    };
    assert_eq!(classify(&datagram(&rtp)), Some((Class::Rtp, flow)));
    assert_eq!(
        classify(&datagram(&[0x81, 201])),
        Some((Class::Rtcp, Flow::Rtcp { packet_type: 201 }))
    );
}

#[test]
fn names_the_connection_and_what_it_carries_behind_its_header() {
    let mut segment = vec![0; 32];
    segment[..4].copy_from_slice(&[0x1f, 0x90, 0x01, 0xbb]);
    segment[12] = 8 << 4;
    segment.extend_from_slice(&[23; 100]);
    let flow = Flow::Tcp {
        source: 8_080,
        destination: 443,
        payload: 100,
    };
    assert_eq!(classify(&ipv4(6, &segment)), Some((Class::Tcp, flow)));
}

#[test]
fn whatever_comes_is_some_class_and_only_ipv4_is_carried() {
    assert_eq!(classify(&[]), None);
    assert_eq!(classify(&[0x60; 40]), None, "IPv6");
    assert_eq!(classify(&[0x45; 19]), None, "cut off");
    assert_eq!(classify(&ipv4(1, &[8, 0])), Some((Class::Icmp, Flow::None)));
    assert_eq!(
        classify(&ipv4(6, &[1])),
        Some((Class::Tcp, Flow::None)),
        "cut off behind the address"
    );
    assert_eq!(classify(&ipv4(17, &[1])), Some((Class::Other, Flow::None)));
    assert_eq!(
        classify(&datagram(&[128, 96, 0])),
        Some((Class::Rtp, Flow::None))
    );
    let mut fragment = datagram(&[128, 96]);
    fragment[7] = 1;
    assert_eq!(
        classify(&fragment),
        Some((Class::Other, Flow::None)),
        "what follows the first has no ports"
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
        classify(&bytes);
    }
}
